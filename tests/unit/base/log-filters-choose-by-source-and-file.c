/*
 * Which lines pass: the level, filters by source and file with shell patterns, the outputs' levels.
 * Shows DMN-10.
 */
#include "common/base/log.h"

static void
set(LogLevel level, const char *filters, const char *outputs)
{
    GError *error = NULL;
    g_assert_true(log_configure(level, filters, outputs, &error));
    g_assert_no_error(error);
}

static void
test_level(void)
{
    set(LOG_INFO, "", "1:stderr");
    g_assert_true(log_enabled(LOG_INFO, "rpc.server"));
    g_assert_false(log_enabled(LOG_DEBUG, "rpc.server"));
}

static void
test_first_filter_decides(void)
{
    set(LOG_WARNING, "4:rpc.frame 1:rpc", "1:stderr");
    g_assert_true(log_enabled(LOG_DEBUG, "rpc.server"));
    g_assert_false(log_enabled(LOG_WARNING, "rpc.frame"));
    g_assert_true(log_enabled(LOG_ERROR, "rpc.frame"));
    g_assert_false(log_enabled(LOG_INFO, "store"));
}

static void
test_patterns(void)
{
    set(LOG_ERROR, "1:+r?c.[st]* 2:link", "1:stderr");
    g_assert_true(log_enabled(LOG_DEBUG, "rpc.server"));
    g_assert_true(log_enabled(LOG_DEBUG, "common.rpc.tls"));
    g_assert_false(log_enabled(LOG_WARNING, "rpc.frame"));
    g_assert_true(log_enabled(LOG_INFO, "net.linkage"));
}

static void
test_file(void)
{
    set(LOG_ERROR, "1:virtqemud", "1:stderr");
    g_assert_true(log_enabled_in(LOG_DEBUG, "vm.start", "../../src/virtqemud/vm/start.c"));
    /* Where the source was built does not count, only its last folders. */
    g_assert_false(log_enabled_in(LOG_DEBUG, "rpc", "/build/virtqemud/common/rpc/server.c"));
    g_assert_false(log_enabled(LOG_DEBUG, "vm.start"));
}

static void
test_outputs_have_a_level(void)
{
    set(LOG_DEBUG, "", "3:stderr 4:stderr");
    g_assert_true(log_enabled(LOG_WARNING, "any"));
    g_assert_false(log_enabled(LOG_INFO, "any"));
}

static void
test_texts(void)
{
    set(LOG_WARNING, "3:remote  1:+util\t4:q*", "4:syslog:me 1:stderr");
    g_autofree char *filters = log_get_filters();
    g_assert_cmpstr(filters, ==, "3:*remote* 1:*util* 4:*q*");
    g_autofree char *outputs = log_get_outputs();
    g_assert_cmpstr(outputs, ==, "4:syslog:me 1:stderr");
    /* What is printed means the same when it is read again. */
    set(LOG_WARNING, filters, outputs);
    g_autofree char *again = log_get_filters();
    g_assert_cmpstr(again, ==, filters);
    set(LOG_WARNING, "", NULL);
    g_autofree char *none = log_get_filters();
    g_assert_cmpstr(none, ==, "");
    g_autofree char *kept = log_get_outputs();
    g_assert_cmpstr(kept, ==, outputs);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/filters/level", test_level);
    g_test_add_func("/log/filters/first-decides", test_first_filter_decides);
    g_test_add_func("/log/filters/patterns", test_patterns);
    g_test_add_func("/log/filters/file", test_file);
    g_test_add_func("/log/filters/output-levels", test_outputs_have_a_level);
    g_test_add_func("/log/filters/texts", test_texts);
    int result = g_test_run();
    log_close();
    return result;
}
