/*
 * Commands go out in order without waiting for each other, answers come back in any order, errors
 * keep what QEMU meant, events pass between them. Wherever the bytes are cut makes no difference.
 */
#include <fcntl.h>
#include <string.h>

#include "tests/unit/qmp/talk.h"

static void
test_pipelined(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(QmpRequest) a = talk_ask(talk, QMP_QUERY_STATUS);
    g_autoptr(QmpRequest) b = talk_ask(talk, QMP_QUERY_JOBS);
    Json *args = json_new_object();
    json_add_string(args, "id", "x\"y");
    g_autoptr(QmpRequest) c = qmp_request_new(QMP_DEVICE_DEL, args);
    qmp_session_submit(talk->session, c, talk->now_us);
    assert_text(talk_hear(talk),
                "{\"execute\":\"query-status\",\"id\":2}\n{\"execute\":\"query-jobs\",\"id\":3}\n"
                "{\"execute\":\"device_del\",\"arguments\":{\"id\":\"x\\\"y\"},\"id\":4}\n");
    talk_say(talk, "{\"id\": 4, \"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"no\\nx\"}}");
    talk_say(talk, "{\"return\": [], \"id\": 3}");
    assert_text(talk_outcome(a), "waits");
    talk_say(talk, "{\"return\": {\"status\": \"running\"}, \"id\": 2}");
    assert_text(talk_outcome(a), "ok {\"status\":\"running\"}");
    assert_text(talk_outcome(b), "ok []");
    g_autofree char *outcome = talk_outcome(c);
    g_autofree char *start = g_strdup_printf("error %d ", VIRT_ERR_DEVICE_MISSING);
    g_assert_true(g_str_has_prefix(outcome, start));
    g_assert_true(g_str_has_suffix(outcome, "unable to execute QEMU command 'device_del': no x"));
    assert_text(talk_log(talk), "");
}

static void
test_classes(void)
{
    static const struct {
        const char *class;
        VirtErrorCode code;
    } rows[] = {
        {"GenericError", VIRT_ERR_INTERNAL_ERROR},
        {"CommandNotFound", VIRT_ERR_OPERATION_UNSUPPORTED},
        {"DeviceNotActive", VIRT_ERR_OPERATION_INVALID},
        {"OfTheFuture", VIRT_ERR_INTERNAL_ERROR},
    };
    g_autoptr(Talk) talk = talk_new_ready();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(QmpRequest) request = talk_ask(talk, QMP_CONT);
        g_free(talk_hear(talk));
        g_autofree char *line = g_strdup_printf(
            "{\"id\":%d,\"error\":{\"class\":\"%s\",\"desc\":\"d\"}}", (int)i + 2, rows[i].class);
        talk_say(talk, line);
        const QmpAnswer *answer = future_value(qmp_request_future(request));
        g_assert_error(answer->error, VIRT_ERROR, (gint)rows[i].code);
        g_assert_true(answer->from_qemu);
    }
}

static void
test_shape(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(QmpRequest) request = talk_ask(talk, QMP_QUERY_STATUS);
    g_free(talk_hear(talk));
    talk_say(talk, "{\"return\": [1], \"id\": 2}");
    g_autofree char *outcome = talk_outcome(request);
    g_assert_nonnull(strstr(outcome, "an array where an object must be"));
    g_assert_false(qmp_session_is_closed(talk->session));
}

static void
test_events(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    talk_say(talk, "{\"timestamp\": {\"seconds\": 5, \"microseconds\": 7}, \"event\": \"STOP\"}");
    talk_say(talk, "{\"timestamp\": {\"seconds\": -1, \"microseconds\": -1}, "
                   "\"event\": \"RESET\", \"data\": {\"guest\": true}}");
    talk_say(talk, "{\"event\": \"OF_THE_FUTURE\", \"data\": {}}");
    assert_text(talk_log(talk), "event STOP 1 null 5000007\nevent RESET 1 {\"guest\":true} -1\n"
                                "event OF_THE_FUTURE 0 {} -1\n");
}

static void
test_cut_anywhere(void)
{
    static const char rest[] = "{\"return\": {}, \"id\": 1}\r\n\r\n{\"event\": \"STOP\"}\n\n";
    g_autofree char *text = g_strdup_printf("%s\n", talk_greeting);
    for (size_t cut = 1; cut < sizeof(rest) - 1; cut++) {
        g_autoptr(Talk) talk = talk_new(NULL);
        for (const char *c = text; *c != '\0'; c++)
            qmp_session_feed(talk->session, (const uint8_t *)c, 1, talk->now_us);
        g_free(talk_hear(talk));
        qmp_session_feed(talk->session, (const uint8_t *)rest, cut, talk->now_us);
        qmp_session_feed(talk->session, (const uint8_t *)rest + cut, sizeof(rest) - 1 - cut,
                         talk->now_us);
        assert_text(talk_log(talk), "ready 7.2.22 some oob\nevent STOP 1 null -1\n");
    }
}

static void
test_refused(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    Json *args = json_new_object();
    json_add_string(args, "path", "\xff\xfe");
    g_autoptr(QmpRequest) request = qmp_request_new_raw("qom-list", args, 1000);
    qmp_session_submit(talk->session, request, talk->now_us);
    const QmpAnswer *answer = future_value(qmp_request_future(request));
    g_assert_error(answer->error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
    assert_text(talk_hear(talk), "");
    g_autoptr(QmpRequest) raw = qmp_request_new_raw("x\"},{\"", NULL, 1000);
    qmp_session_submit(talk->session, raw, talk->now_us);
    assert_text(talk_hear(talk), "{\"execute\":\"x\\\"},{\\\"\",\"id\":3}\n");
}

static QmpRequest *
ask_with_fd(Talk *talk, int fd)
{
    QmpRequest *request = qmp_request_new(QMP_GETFD, NULL);
    qmp_request_add_fd(request, fd);
    qmp_session_submit(talk->session, request, talk->now_us);
    return request;
}

/* Descriptors go with the first byte of their command and are closed then. QEMU keeps those of one
 * message only: the next ones wait for the answer, and what is behind them keeps its order. */
static void
test_descriptors(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    int pipe_fds[2];
    g_assert_true(fd_pipe(pipe_fds, NULL));
    g_autoptr(QmpRequest) first G_GNUC_UNUSED = ask_with_fd(talk, pipe_fds[0]);
    g_autoptr(QmpRequest) second G_GNUC_UNUSED = ask_with_fd(talk, pipe_fds[1]);
    g_autoptr(QmpRequest) behind G_GNUC_UNUSED = talk_ask(talk, QMP_CONT);
    const uint8_t *bytes;
    const FdSet *fds;
    size_t n;
    g_assert_true(qmp_session_output(talk->session, &bytes, &n, &fds));
    g_assert_cmpuint(fds->n, ==, 1);
    g_assert_cmpint(fds->fds[0], ==, pipe_fds[0]);
    qmp_session_sent(talk->session, 1, talk->now_us);
    g_assert_cmpint(fcntl(pipe_fds[0], F_GETFD), ==, -1);
    g_assert_true(qmp_session_output(talk->session, &bytes, &n, &fds));
    g_assert_cmpuint(fds->n, ==, 0);
    assert_text(talk_hear(talk), "\"execute\":\"getfd\",\"id\":2}\n");
    talk_say(talk, "{\"return\": {}, \"id\": 2}");
    g_assert_true(qmp_session_output(talk->session, &bytes, &n, &fds));
    g_assert_cmpint(fds->fds[0], ==, pipe_fds[1]);
    assert_text(talk_hear(talk),
                "{\"execute\":\"getfd\",\"id\":3}\n{\"execute\":\"cont\",\"id\":4}\n");
    g_assert_cmpint(fcntl(pipe_fds[1], F_GETFD), ==, -1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/session/pipelined", test_pipelined);
    g_test_add_func("/qmp/session/classes", test_classes);
    g_test_add_func("/qmp/session/shape", test_shape);
    g_test_add_func("/qmp/session/events", test_events);
    g_test_add_func("/qmp/session/cut-anywhere", test_cut_anywhere);
    g_test_add_func("/qmp/session/refused", test_refused);
    g_test_add_func("/qmp/session/descriptors", test_descriptors);
    return g_test_run();
}
