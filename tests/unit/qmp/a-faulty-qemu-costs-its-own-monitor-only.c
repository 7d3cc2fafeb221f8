/*
 * The client against a QEMU that hangs, answers late, says garbage, a line of 100 MB, a deep
 * document, or ends: each is an outcome in bounded time and memory, never a crash.
 *
 *     a-faulty-qemu-costs-its-own-monitor-only FAKE-QEMU
 */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/unit/qmp/live.h"

enum { LONG_MS = 30000, SHORT_MS = 100 };

static const char *fake;

static void
test_usual(void)
{
    g_autoptr(Live) live = live_start(fake, "", NULL);
    assert_text(live_ask(live, QMP_QUERY_STATUS, LONG_MS),
                "ok {\"running\":false,\"singlestep\":false,\"status\":\"prelaunch\"}");
    assert_text(live_ask(live, QMP_CONT, LONG_MS), "ok {}");
    assert_text(live_ask(live, QMP_QUIT, LONG_MS), "ok {}");
    live_until_log(live, "closed");
    g_assert_nonnull(strstr(live->talk.log->str, "ready 7.2.22 fake oob\nevent RESUME"));
    g_assert_nonnull(strstr(live->talk.log->str, "event SHUTDOWN 1 {\"guest\":false"));
    live_until(live, live->done);
    const ProcessResult *result = future_value(live->done);
    g_assert_cmpint(result->exit_status, ==, 0);
}

static void
test_greeting(void)
{
    QmpOptions options = {.greeting_ms = SHORT_MS};
    g_autoptr(Live) live = live_start(fake, "greeting hang", &options);
    live_until_log(live, "closed 68\n");
    g_autoptr(Live) handshake = live_start(fake, "1 hang", &options);
    live_until_log(handshake, "closed 68\n");
}

static void
test_hang(void)
{
    g_autoptr(Live) live = live_start(fake, "3 hang", NULL);
    g_autofree char *first = live_ask(live, QMP_QUERY_STATUS, LONG_MS);
    g_assert_true(g_str_has_prefix(first, "ok "));
    g_autofree char *second = live_ask(live, QMP_QUERY_STATUS, SHORT_MS);
    g_assert_true(g_str_has_prefix(second, "error 68 "));
    g_assert_cmpint(qmp_client_unresponsive_since_us(live->client), >, 0);
    int64_t before_us = g_get_monotonic_time();
    g_autofree char *third = live_ask(live, QMP_QUERY_STATUS, LONG_MS);
    g_assert_true(g_str_has_prefix(third, "error 68 "));
    g_assert_cmpint(g_get_monotonic_time() - before_us, <, LONG_MS * 1000 / 2);
}

static void
test_late(void)
{
    g_autoptr(Live) live = live_start(fake, "query-status@1 late 300\n", NULL);
    g_autofree char *first = live_ask(live, QMP_QUERY_STATUS, SHORT_MS);
    g_assert_true(g_str_has_prefix(first, "error 68 "));
    live_until_log(live, "unresponsive 0\nlate query-status ok\n");
    g_autofree char *second = live_ask(live, QMP_QUERY_STATUS, LONG_MS);
    g_assert_true(g_str_has_prefix(second, "ok "));
}

static void
test_broken(void)
{
    static const struct {
        const char *script;
        const char *closed;
    } rows[] = {
        {"query-status garbage", "closed 1\n"},
        {"query-status deep 100000", "closed 1\n"},
        {"query-status line 104857600", "closed 1\n"},
        {"query-status text {\"return\": {}, \"id\": 77}", "closed 1\n"},
        {"query-status answer {\"a\": 18446744073709551616}", "closed 1\n"},
        {"query-status exit 3", "closed 9\n"},
        {"query-status die 9", "closed 9\n"},
        {"query-status close", "closed 9\n"},
        {"greeting garbage", "closed 1\n"},
        {"greeting exit 1", "closed 9\n"},
        {"start exit 1", "closed 9\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].script);
        g_autoptr(Live) live = live_start(fake, rows[i].script, NULL);
        g_autofree char *outcome = live_ask(live, QMP_QUERY_STATUS, LONG_MS);
        g_assert_true(g_str_has_prefix(outcome, "error "));
        live_until_log(live, rows[i].closed);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    g_assert_cmpint(usage.ru_maxrss, <, 300 * 1024);
}

static void
test_told(void)
{
    g_autoptr(Live) live = live_start(fake,
                                      "query-status error DeviceNotFound  none of that  # why\n"
                                      "cont event WATCHDOG {\"action\": \"none\"}\n"
                                      "query-jobs answer [{\"id\": \"a\"}]\n",
                                      NULL);
    g_autofree char *status = live_ask(live, QMP_QUERY_STATUS, LONG_MS);
    g_assert_true(g_str_has_prefix(status, "error 99 "));
    g_assert_true(g_str_has_suffix(status, "'query-status': none of that"));
    assert_text(live_ask(live, QMP_CONT, LONG_MS), "ok {}");
    g_assert_nonnull(strstr(live->talk.log->str, "event WATCHDOG 1 {\"action\":\"none\"}"));
    assert_text(live_ask(live, QMP_QUERY_JOBS, LONG_MS), "ok [{\"id\":\"a\"}]");
}

/* SIGTERM ends it as it ends QEMU, but not one that hangs. */
static void
test_term(void)
{
    g_autoptr(Live) live = live_start(fake, "", NULL);
    live_until_log(live, "ready ");
    g_assert_true(process_signal(live->process, SIGTERM));
    live_until_log(live, "event SHUTDOWN 1 {\"guest\":false,\"reason\":\"host-signal\"} -1\n");
    live_until(live, live->done);
    g_assert_cmpint(((ProcessResult *)future_value(live->done))->exit_status, ==, 0);

    g_autoptr(Live) stuck = live_start(fake, "query-status hang", NULL);
    g_autofree char *outcome = live_ask(stuck, QMP_QUERY_STATUS, SHORT_MS);
    g_assert_true(g_str_has_prefix(outcome, "error 68 "));
    g_assert_true(process_signal(stuck->process, SIGTERM));
    process_kill_group(stuck->process);
    live_until(stuck, stuck->done);
    g_assert_cmpint(((ProcessResult *)future_value(stuck->done))->signal, ==, SIGKILL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 2);
    g_autofree char *path =
        g_canonicalize_filename(argv[1], NULL); /* it starts in another folder */
    fake = path;
    g_test_add_func("/qmp/fake/usual", test_usual);
    g_test_add_func("/qmp/fake/greeting", test_greeting);
    g_test_add_func("/qmp/fake/hang", test_hang);
    g_test_add_func("/qmp/fake/late", test_late);
    g_test_add_func("/qmp/fake/broken", test_broken);
    g_test_add_func("/qmp/fake/told", test_told);
    g_test_add_func("/qmp/fake/term", test_term);
    return g_test_run();
}
