/*
 * The two kinds of descriptors under a client: pipes carry everything but further descriptors, and
 * a peer that stops reading ends the monitor, without a signal and without a spinning loop.
 */
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "tests/unit/qmp/talk.h"
#include "virtqemud/qmp/client.h"

enum { TURNS_MAX = 200, TURN_MS = 100 };

typedef struct {
    Loop *loop;
    QmpClient *client;
    Talk talk; /* its log only */
    int to_us; /* the peer's ends */
    int to_qemu;
} Line;

static void
line_use(Line *line, int in_fd, int out_fd, const QmpOptions *options)
{
    line->loop = loop_new(NULL);
    line->talk.log = g_string_new(NULL);
    line->client =
        qmp_client_new(line->loop, in_fd, out_fd, options, &talk_handler, &line->talk, NULL);
    g_assert_nonnull(line->client);
}

static void
line_close(Line *line)
{
    g_autoptr(GError) reason = g_error_new_literal(VIRT_ERROR, VIRT_ERR_OPERATION_ABORTED, "over");
    qmp_client_close(line->client, reason);
    qmp_client_unref(line->client);
    loop_iterate(line->loop, 0);
    loop_free(line->loop);
    g_string_free(line->talk.log, TRUE);
    fd_close(line->to_us);
    if (line->to_qemu != line->to_us)
        fd_close(line->to_qemu);
}

static void
line_of_pipes(Line *line)
{
    signal(SIGPIPE, SIG_IGN); /* as every daemon does: a pipe has no other way to say it */
    int in[2], out[2];
    g_assert_true(fd_pipe(in, NULL) && fd_pipe(out, NULL));
    line_use(line, in[0], out[1], NULL);
    line->to_us = in[1];
    line->to_qemu = out[0];
}

static void
say(Line *line, const char *text)
{
    g_assert_true(fd_write_all(line->to_us, text, strlen(text), NULL));
}

/* Turns until the peer has a line to read. */
static char *
hear(Line *line)
{
    char block[4096];
    loop_iterate(line->loop, TURN_MS);
    ssize_t n = read(line->to_qemu, block, sizeof(block));
    g_assert_cmpint(n, >, 0);
    return g_strndup(block, (gsize)n);
}

static void
until_log(Line *line, const char *text)
{
    for (int i = 0; i < TURNS_MAX && strstr(line->talk.log->str, text) == NULL; i++)
        loop_iterate(line->loop, TURN_MS);
    g_assert_nonnull(strstr(line->talk.log->str, text));
}

static void
shake_hands(Line *line)
{
    say(line, talk_greeting);
    say(line, "\n");
    g_autofree char *heard = hear(line);
    g_assert_nonnull(strstr(heard, "\"qmp_capabilities\""));
    say(line, "{\"return\": {}, \"id\": 1}\n");
    until_log(line, "ready ");
}

static void
test_pipes(void)
{
    Line line = {0};
    line_of_pipes(&line);
    shake_hands(&line);
    g_autoptr(QmpRequest) request = qmp_request_new(QMP_QUERY_STATUS, NULL);
    qmp_client_send(line.client, request);
    g_autofree char *heard = hear(&line);
    g_assert_cmpstr(heard, ==, "{\"execute\":\"query-status\",\"id\":2}\n");
    say(&line, "{\"return\": {}, \"id\": 2}\n{\"event\": \"STOP\"}\n");
    until_log(&line, "event STOP");
    assert_text(talk_outcome(request), "ok {}");
    line_close(&line);
}

static void
test_pipes_carry_no_descriptors(void)
{
    Line line = {0};
    line_of_pipes(&line);
    shake_hands(&line);
    g_autoptr(QmpRequest) request = qmp_request_new(QMP_ADD_FD, NULL);
    qmp_request_add_fd(request, dup(line.to_us));
    qmp_client_send(line.client, request);
    until_log(&line, "closed 9\n");
    const QmpAnswer *answer = future_value(qmp_request_future(request));
    g_assert_error(answer->error, VIRT_ERROR, VIRT_ERR_OPERATION_FAILED);
    line_close(&line);
}

static void
test_pipe_without_a_reader(void)
{
    Line line = {0};
    line_of_pipes(&line);
    shake_hands(&line);
    fd_clear(&line.to_qemu);
    until_log(&line, "closed 9\n");
    line_close(&line);
}

/* The greeting comes, but what we write is refused: no signal, and the deadline ends it. */
static void
test_socket_without_a_reader(void)
{
    signal(SIGPIPE, SIG_DFL);
    QmpOptions options = {.greeting_ms = 300};
    Line line = {0};
    int pair[2];
    g_assert_true(fd_socket_pair(pair, NULL));
    line_use(&line, pair[0], -1, &options);
    line.to_us = line.to_qemu = pair[1];
    g_assert_cmpint(shutdown(pair[1], SHUT_RD), ==, 0);
    say(&line, talk_greeting);
    say(&line, "\n");
    int turns = 0;
    for (; turns < TURNS_MAX && strstr(line.talk.log->str, "closed 68\n") == NULL; turns++)
        loop_iterate(line.loop, TURN_MS);
    g_assert_cmpint(turns, <, 20); /* it slept in between */
    line_close(&line);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/socket/without-a-reader", test_socket_without_a_reader);
    g_test_add_func("/qmp/pipes/all", test_pipes);
    g_test_add_func("/qmp/pipes/no-descriptors", test_pipes_carry_no_descriptors);
    g_test_add_func("/qmp/pipes/without-a-reader", test_pipe_without_a_reader);
    return g_test_run();
}
