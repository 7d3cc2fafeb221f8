/*
 * A session that is quiesced sends nothing more: what QEMU has not seen and what comes later is
 * answered with the reason, what it has seen is answered by QEMU, and `drained` is told after the
 * last of that. One that does not answer, or was never ready, is not waited for.
 */
#include "tests/unit/qmp/talk.h"

static gboolean
quiesce(Talk *talk)
{
    g_autoptr(GError) reason = NULL;
    virt_error_set(&reason, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_ABORTED, "it ends");
    return qmp_session_quiesce(talk->session, reason);
}

static void
assert_refused(QmpRequest *request)
{
    const QmpAnswer *answer = future_value(qmp_request_future(request));
    g_assert_nonnull(answer);
    g_assert_error(answer->error, VIRT_ERROR, VIRT_ERR_OPERATION_ABORTED);
    g_assert_false(answer->from_qemu);
}

static void
test_idle(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_assert_true(quiesce(talk));
    g_autoptr(QmpRequest) later = talk_ask(talk, QMP_CONT);
    assert_refused(later);
    assert_text(talk_hear(talk), "");
    talk_say(talk, "{\"event\": \"RESUME\"}");
    assert_text(talk_log(talk), "event RESUME 1 null -1\ndrained\n");
}

static void
test_busy(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(QmpRequest) sent = talk_ask(talk, QMP_QUERY_STATUS);
    const uint8_t *bytes;
    const FdSet *fds;
    size_t n;
    g_assert_true(qmp_session_output(talk->session, &bytes, &n, &fds));
    qmp_session_sent(talk->session, 5, talk->now_us);
    g_autoptr(QmpRequest) queued = talk_ask(talk, QMP_STOP);
    g_assert_false(quiesce(talk));
    assert_refused(queued);
    /* half a line was written */
    assert_text(talk_hear(talk), "cute\":\"query-status\",\"id\":2}\n");
    assert_text(talk_log(talk), "");
    talk_say(talk, "{\"return\": {}, \"id\": 2}");
    assert_text(talk_outcome(sent), "ok {}");
    assert_text(talk_log(talk), "drained\n");
    g_assert_true(quiesce(talk));
}

static void
test_silent(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(QmpRequest) sent G_GNUC_UNUSED = talk_ask(talk, QMP_QUERY_STATUS);
    g_free(talk_hear(talk));
    talk_wait_ms(talk, 60000);
    g_assert_true(quiesce(talk));
}

static void
test_not_ready(void)
{
    g_autoptr(Talk) talk = talk_new(NULL);
    g_assert_true(quiesce(talk));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/quiesce/idle", test_idle);
    g_test_add_func("/qmp/quiesce/busy", test_busy);
    g_test_add_func("/qmp/quiesce/silent", test_silent);
    g_test_add_func("/qmp/quiesce/not-ready", test_not_ready);
    return g_test_run();
}
