/*
 * A QEMU that says what it should not, or nothing: the session ends with one reason, everything
 * that waits gets it, and nothing is called afterwards.
 */
#include <string.h>

#include "tests/unit/qmp/talk.h"

static void
assert_ends(Talk *talk, VirtErrorCode code)
{
    g_autofree char *expected = g_strdup_printf("closed %d\n", code);
    assert_text(talk_log(talk), expected);
    g_assert_true(qmp_session_is_closed(talk->session));
    talk_say(talk, "{\"event\": \"STOP\"}");
    talk_wait_ms(talk, 1000000);
    assert_text(talk_hear(talk), "");
    assert_text(talk_log(talk), "");
    g_autoptr(QmpRequest) request = talk_ask(talk, QMP_CONT);
    const QmpAnswer *answer = future_value(qmp_request_future(request));
    g_assert_error(answer->error, VIRT_ERROR, (int)code);
}

static void
test_lines(void)
{
    static const char *const lines[] = {
        "garbage",
        "{}",
        "[]",
        "{\"return\": {}}",
        "{\"return\": {}, \"id\": 99}",
        "{\"return\": {}, \"id\": -2}",
        "{\"return\": {}, \"id\": \"2\"}",
        "{\"return\": {}, \"id\": 1}",
        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"who?\"}}",
        "{\"error\": 7, \"id\": 2}",
        "{\"error\": {\"class\": 1, \"desc\": \"x\"}, \"id\": 2}",
        "{\"error\": {\"class\": \"x\", \"desc\": \"a\\u0000b\"}, \"id\": 2}",
        "{\"event\": 7}",
        "{\"event\": \"STOP\", \"data\": 1}",
        "{\"event\": null}",
        "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": 0, \"major\": 1}}}}",
        "\x01\x02\xff",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_test_message("line %zu", i);
        g_autoptr(Talk) talk = talk_new_ready();
        g_autoptr(QmpRequest) request = talk_ask(talk, QMP_CONT);
        g_autoptr(QmpRequest) queued = talk_ask(talk, QMP_CONT);
        const uint8_t *bytes;
        const FdSet *fds;
        size_t n;
        g_assert_true(qmp_session_output(talk->session, &bytes, &n, &fds));
        qmp_session_sent(talk->session, n, talk->now_us);
        talk_say(talk, lines[i]);
        assert_ends(talk, VIRT_ERR_INTERNAL_ERROR);
        QmpRequest *both[] = {request, queued};
        for (int k = 0; k < 2; k++) {
            const QmpAnswer *answer = future_value(qmp_request_future(both[k]));
            g_assert_error(answer->error, VIRT_ERROR, VIRT_ERR_INTERNAL_ERROR);
            g_assert_false(answer->from_qemu);
        }
    }
}

/* An answer to a command of which QEMU has seen half. */
static void
test_answer_before_the_question(void)
{
    g_autoptr(Talk) talk = talk_new_ready();
    g_autoptr(QmpRequest) request G_GNUC_UNUSED = talk_ask(talk, QMP_CONT);
    const uint8_t *bytes;
    const FdSet *fds;
    size_t n;
    g_assert_true(qmp_session_output(talk->session, &bytes, &n, &fds));
    qmp_session_sent(talk->session, n / 2, talk->now_us);
    talk_say(talk, "{\"return\": {}, \"id\": 2}");
    assert_ends(talk, VIRT_ERR_INTERNAL_ERROR);
}

/* A line without an end is given up at the cap, long before its 100 MB. */
static void
test_long_line(void)
{
    QmpOptions options = {.limits.bytes = 100000};
    g_autoptr(Talk) talk = talk_new(&options);
    uint8_t block[4096];
    memset(block, 'x', sizeof(block));
    int blocks = 0;
    for (; blocks < 1000 && !qmp_session_is_closed(talk->session); blocks++)
        qmp_session_feed(talk->session, block, sizeof(block), talk->now_us);
    g_assert_cmpint(blocks, ==, 100000 / 4096 + 1);
    assert_ends(talk, VIRT_ERR_INTERNAL_ERROR);
}

static void
test_before_the_greeting(void)
{
    static const char *const lines[] = {
        "{\"return\": {}, \"id\": 1}",
        "{\"event\": \"STOP\"}",
        "{\"QMP\": {}}",
        "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": \"0\", \"minor\": 0, \"major\": 1}}}}",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(Talk) talk = talk_new(NULL);
        talk_say(talk, lines[i]);
        assert_ends(talk, VIRT_ERR_INTERNAL_ERROR);
    }
}

static void
test_no_greeting(void)
{
    QmpOptions options = {.greeting_ms = 500};
    g_autoptr(Talk) talk = talk_new(&options);
    g_autoptr(QmpRequest) request = talk_ask(talk, QMP_CONT);
    g_assert_cmpint(qmp_session_due_us(talk->session), ==, talk->now_us + 500000);
    talk_wait_ms(talk, 499);
    g_assert_false(qmp_session_is_closed(talk->session));
    talk_wait_ms(talk, 1);
    assert_ends(talk, VIRT_ERR_OPERATION_TIMEOUT);
    const QmpAnswer *answer = future_value(qmp_request_future(request));
    g_assert_error(answer->error, VIRT_ERROR, VIRT_ERR_OPERATION_TIMEOUT);
}

static void
test_handshake(void)
{
    g_autoptr(Talk) talk = talk_new(NULL);
    g_autoptr(QmpRequest) early G_GNUC_UNUSED = talk_ask(talk, QMP_QUERY_STATUS);
    assert_text(talk_hear(talk), "");
    talk_say(talk, talk_greeting);
    assert_text(
        talk_hear(talk),
        "{\"execute\":\"qmp_capabilities\",\"arguments\":{\"enable\":[\"oob\"]},\"id\":2}\n");
    assert_text(talk_log(talk), "");
    talk_say(talk, "{\"return\": {}, \"id\": 2}");
    assert_text(talk_log(talk), "ready 7.2.22 some oob\n");
    assert_text(talk_hear(talk), "{\"execute\":\"query-status\",\"id\":1}\n");
}

static void
test_handshake_refused(void)
{
    g_autoptr(Talk) talk = talk_new(NULL);
    talk_say(talk,
             "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": 0, \"major\": 1}}, "
             "\"capabilities\": []}}");
    assert_text(talk_hear(talk), "{\"execute\":\"qmp_capabilities\",\"id\":1}\n");
    talk_say(talk, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}, \"id\": 1}");
    assert_ends(talk, VIRT_ERR_INTERNAL_ERROR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/hostile/lines", test_lines);
    g_test_add_func("/qmp/hostile/answer-before-the-question", test_answer_before_the_question);
    g_test_add_func("/qmp/hostile/long-line", test_long_line);
    g_test_add_func("/qmp/hostile/before-the-greeting", test_before_the_greeting);
    g_test_add_func("/qmp/hostile/no-greeting", test_no_greeting);
    g_test_add_func("/qmp/handshake/order", test_handshake);
    g_test_add_func("/qmp/handshake/refused", test_handshake_refused);
    return g_test_run();
}
