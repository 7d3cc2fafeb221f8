/*
 * Deadlines: what was sent is left with its command named, what was not is dropped without a doubt,
 * new requests fail at once (out-of-band ones pass), any word of QEMU ends that, and the answer
 * that comes after all is late. A caller that gives up leaves the same trace, once.
 */
#include <string.h>

#include "tests/unit/qmp/talk.h"

static void
assert_code(QmpRequest *request, VirtErrorCode code)
{
    const QmpAnswer *answer = future_value(qmp_request_future(request));
    g_assert_nonnull(answer);
    g_assert_error(answer->error, VIRT_ERROR, (gint)code);
    g_assert_false(answer->from_qemu);
}

static void
test_silence(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(QmpRequest) sent = talk_ask(talk, QMP_QUERY_STATUS);
    g_free(talk_hear(talk));
    int64_t since_us = talk->now_us;
    talk_wait_ms(talk, 1000);
    g_autoptr(QmpRequest) queued = talk_ask(talk, QMP_CONT);
    g_assert_cmpint(qmp_session_due_us(talk->session), ==,
                    since_us + qmp_command(QMP_QUERY_STATUS)->deadline_ms * 1000);
    talk_wait_ms(talk, qmp_command(QMP_QUERY_STATUS)->deadline_ms - 1001);
    assert_text(talk_outcome(sent), "waits");
    talk_wait_ms(talk, 1);
    assert_code(sent, VIRT_ERR_OPERATION_TIMEOUT);
    assert_code(queued, VIRT_ERR_OPERATION_TIMEOUT);
    g_autofree char *expected =
        g_strdup_printf("left query-status\nunresponsive %" G_GINT64_FORMAT "\n", since_us / 1000);
    assert_text(talk_log(talk), expected);
    g_assert_cmpint(qmp_session_unresponsive_since_us(talk->session), ==, since_us);
    assert_text(talk_hear(talk), "");

    g_autoptr(QmpRequest) refused = talk_ask(talk, QMP_STOP);
    assert_code(refused, VIRT_ERR_OPERATION_TIMEOUT);
    g_autoptr(QmpRequest) oob G_GNUC_UNUSED = talk_ask(talk, QMP_MIGRATE_PAUSE);
    assert_text(talk_hear(talk), "{\"exec-oob\":\"migrate-pause\",\"id\":5}\n");
    g_assert_cmpint(qmp_session_due_us(talk->session), !=, INT64_MAX);

    talk_say(talk, "{\"return\": {\"status\": \"paused\"}, \"id\": 2}");
    assert_text(talk_log(talk), "unresponsive 0\nlate query-status ok\n");
    g_assert_cmpint(qmp_session_unresponsive_since_us(talk->session), ==, 0);
    g_autoptr(QmpRequest) again = talk_ask(talk, QMP_STOP);
    assert_text(talk_hear(talk), "{\"execute\":\"stop\",\"id\":6}\n");
    talk_say(talk, "{\"return\": {}, \"id\": 6}");
    assert_text(talk_outcome(again), "ok {}");
}

static void
test_event_ends_silence(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(QmpRequest) sent G_GNUC_UNUSED = talk_ask(talk, QMP_QUERY_STATUS);
    g_free(talk_hear(talk));
    talk_wait_ms(talk, 60000);
    g_free(talk_log(talk));
    talk_say(talk, "{\"event\": \"RESUME\"}");
    assert_text(talk_log(talk), "unresponsive 0\nevent RESUME 1 null -1\n");
}

/* Eight wait for QEMU; the ninth is not sent, so at its deadline nothing can have happened. */
static void
test_not_sent(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)qmp_request_unref);
    for (int i = 0; i < 8; i++)
        g_ptr_array_add(all, talk_ask(talk, QMP_CONT));
    g_autoptr(QmpRequest) ninth = talk_ask(talk, QMP_QUERY_STATUS);
    g_autofree char *heard = talk_hear(talk);
    g_assert_null(strstr(heard, "query-status"));
    talk_wait_ms(talk, qmp_command(QMP_QUERY_STATUS)->deadline_ms);
    assert_code(ninth, VIRT_ERR_OPERATION_TIMEOUT);
    assert_text(talk_log(talk), "");
    talk_say(talk, "{\"return\": {}, \"id\": 2}");
    assert_text(talk_hear(talk), "");
}

/* The line that waits for its first byte to be written is not sent either. */
static void
test_given_up_before_a_byte(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(QmpRequest) first = talk_ask(talk, QMP_CONT);
    const uint8_t *bytes;
    const FdSet *fds;
    size_t n;
    g_assert_true(qmp_session_output(talk->session, &bytes, &n, &fds));
    qmp_session_give_up(talk->session, first);
    assert_text(talk_hear(talk), "");
    assert_text(talk_log(talk), "");
}

/* Half a line is sent: the rest must follow, whoever waits. */
static void
test_given_up_in_the_middle(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(QmpRequest) first = talk_ask(talk, QMP_CONT);
    const uint8_t *bytes;
    const FdSet *fds;
    size_t n;
    g_assert_true(qmp_session_output(talk->session, &bytes, &n, &fds));
    qmp_session_sent(talk->session, 5, talk->now_us);
    qmp_session_give_up(talk->session, first);
    assert_text(talk_log(talk), "left cont\n");
    assert_text(talk_hear(talk), "cute\":\"cont\",\"id\":2}\n");
    talk_say(talk, "{\"return\": {}, \"id\": 2}");
    assert_text(talk_log(talk), "late cont ok\n");
    qmp_session_give_up(talk->session, first); /* once is enough */
    assert_text(talk_log(talk), "");
}

/* The answer crosses the message that nobody waits: it is told as late, and only once. */
static void
test_given_up_after_the_answer(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(QmpRequest) request = talk_ask(talk, QMP_CONT);
    g_free(talk_hear(talk));
    talk_say(talk, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}, \"id\": 2}");
    qmp_session_give_up(talk->session, request);
    qmp_session_give_up(talk->session, request);
    g_autofree char *log = talk_log(talk);
    g_assert_true(g_str_has_prefix(log, "late cont "));
    g_assert_null(strstr(log + 1, "late"));
}

static void
test_too_many(void)
{
    QmpOptions options = {.requests_max = 3};
    g_autoptr(Talk) talk = talk_new(&options);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)qmp_request_unref);
    for (int i = 0; i < 3; i++)
        g_ptr_array_add(all, talk_ask(talk, QMP_CONT));
    g_autoptr(QmpRequest) fourth = talk_ask(talk, QMP_CONT);
    assert_code(fourth, VIRT_ERR_RESOURCE_BUSY);
    assert_text(talk_hear(talk), ""); /* not greeted yet */
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/silence/deadline", test_silence);
    g_test_add_func("/qmp/silence/event-ends-it", test_event_ends_silence);
    g_test_add_func("/qmp/silence/not-sent", test_not_sent);
    g_test_add_func("/qmp/give-up/before-a-byte", test_given_up_before_a_byte);
    g_test_add_func("/qmp/give-up/in-the-middle", test_given_up_in_the_middle);
    g_test_add_func("/qmp/give-up/after-the-answer", test_given_up_after_the_answer);
    g_test_add_func("/qmp/session/too-many", test_too_many);
    return g_test_run();
}
