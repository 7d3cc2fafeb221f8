/*
 * live — see live.h.
 */
#include "tests/unit/qmp/live.h"

#include <string.h>
#include <unistd.h>

#include "common/base/fd.h"

enum { LIFE_MS = 60000, TURNS_MAX = 600, TURN_MS = 100 };

static const char *const arguments[] = {"-machine",
                                        "none",
                                        "-nodefaults",
                                        "-display",
                                        "none",
                                        "-chardev",
                                        "socket,id=monitor,fd=3",
                                        "-mon",
                                        "chardev=monitor,mode=control"};

/* A file without a name, so that nothing is left behind. */
static char *
script_file(const char *script, int *ret_fd)
{
    GError *error = NULL;
    char *path = NULL;
    *ret_fd = g_file_open_tmp("script-XXXXXX", &path, &error);
    g_assert_no_error(error);
    g_assert_true(fd_write_all(*ret_fd, script, strlen(script), NULL));
    unlink(path);
    g_free(path);
    return g_strdup("FAKE_QEMU_SCRIPT=/proc/self/fd/4");
}

Live *
live_start(const char *program, const char *script, const QmpOptions *options)
{
    Live *live = g_new0(Live, 1);
    g_autoptr(GError) error = NULL;
    int pair[2];
    live->loop = loop_new(&error);
    live->talk.log = g_string_new(NULL);
    g_assert_true(fd_socket_pair(pair, NULL));
    auto_fd script_fd = -1;
    g_autofree char *variable = script != NULL ? script_file(script, &script_fd) : NULL;
    const char *argv[G_N_ELEMENTS(arguments) + 2] = {program};
    memcpy(argv + 1, arguments, sizeof(arguments));
    const char *env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", variable, NULL};
    ChildFd fds[] = {{pair[1], 3}, {script_fd, 4}};
    ProcessSpec spec = {
        .argv = argv,
        .env = env,
        .fds = fds,
        .n_fds = script != NULL ? 2 : 1,
        .timeout_ms = LIFE_MS,
    };
    live->process = process_start(live->loop, &spec, &live->done, &error);
    g_assert_no_error(error);
    close(pair[1]);
    live->client =
        qmp_client_new(live->loop, pair[0], -1, options, &talk_handler, &live->talk, &error);
    g_assert_no_error(error);
    return live;
}

void
live_free(Live *live)
{
    g_autoptr(GError) reason = g_error_new_literal(VIRT_ERROR, VIRT_ERR_OPERATION_ABORTED, "over");
    qmp_client_close(live->client, reason);
    process_kill_group(live->process);
    live_until(live, live->done);
    loop_iterate(live->loop, 0);
    qmp_client_unref(live->client);
    process_unref(live->process);
    future_unref(live->done);
    loop_free(live->loop);
    g_string_free(live->talk.log, TRUE);
    g_free(live);
}

void
live_until_log(Live *live, const char *text)
{
    for (int i = 0; i < TURNS_MAX && strstr(live->talk.log->str, text) == NULL; i++)
        loop_iterate(live->loop, TURN_MS);
    if (strstr(live->talk.log->str, text) == NULL)
        g_error("no '%s' in '%s'", text, live->talk.log->str);
}

void
live_until(Live *live, Future *future)
{
    for (int i = 0; i < TURNS_MAX && !future_is_done(future); i++)
        loop_iterate(live->loop, TURN_MS);
    g_assert_true(future_is_done(future));
}

char *
live_ask(Live *live, QmpCommandId id, int64_t deadline_ms)
{
    g_autoptr(QmpRequest) request = qmp_request_new(id, NULL);
    qmp_request_set_deadline(request, deadline_ms);
    qmp_client_send(live->client, request);
    live_until(live, qmp_request_future(request));
    return talk_outcome(request);
}
