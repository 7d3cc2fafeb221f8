/*
 * Long and short options, their values, exit codes, and what is printed where.
 */
#include <string.h>

#include "common/daemon/options.h"

static const char *const sockets[] = {"/run/libvirt/virtqemud-sock", NULL};
static const DaemonOptionsInfo qemu = {DAEMON_QEMU, "1.2.3", "/etc/libvirt/virtqemud.conf",
                                       "/run/virtqemud.pid", sockets};
static const DaemonOptionsInfo proxy = {DAEMON_PROXY, "1.2.3", "/etc/libvirt/virtproxyd.conf",
                                        "/run/virtproxyd.pid", sockets};

static DaemonOptionsResult
parse(const DaemonOptionsInfo *info, const char *line, DaemonOptions *options)
{
    g_autofree char *whole = g_strconcat("/usr/sbin/daemon ", line, NULL);
    g_auto(GStrv) argv = g_strsplit(whole, " ", -1);
    g_auto(GStrv) kept = g_strdupv(argv); /* getopt may reorder: the strings stay ours */
    int argc = (int)g_strv_length(argv);
    g_autofree char **moved = g_memdup2(kept, sizeof(char *) * (size_t)(argc + 1));
    return daemon_options_parse(info, argc, moved, options);
}

static void
test_good(void)
{
    DaemonOptions options;
    const char *const lines[] = {
        "--config /c --timeout 30 --verbose --daemon --pid-file /p --listen",
        "--config=/c --timeout=30 --verbose --daemon --pid-file=/p --listen",
        "-f /c -t 30 -v -d -p /p -l",
        "-vdlt30 -f/c -p/p",
        "-f /first -f /c -t 1 -t 30 -v -d -p /p -l",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        DaemonOptionsResult result = parse(&proxy, lines[i], &options);
        g_assert_true(result.run);
        g_assert_null(result.text);
        g_assert_cmpstr(options.config_path, ==, "/c");
        g_assert_cmpstr(options.pid_file, ==, "/p");
        g_assert_cmpint(options.timeout_s, ==, 30);
        g_assert_true(options.verbose && options.daemonize && options.listen);
        daemon_options_clear(&options);
    }
}

static void
test_nothing(void)
{
    DaemonOptions options;
    char *argv[] = {(char *)"virtqemud", NULL};
    DaemonOptionsResult result = daemon_options_parse(&qemu, 1, argv, &options);
    g_assert_true(result.run);
    g_assert_null(options.config_path);
    g_assert_cmpint(options.timeout_s, ==, 0);
    g_assert_false(options.verbose || options.daemonize || options.listen);
}

static const struct {
    const char *line;
    const char *named;
} wrong[] = {
    {"--bad-option", "'--bad-option'"},  {"-vx", "'-x'"},          {"--timeout", "'-t'"},
    {"--timeout abc", "'abc'"},          {"--timeout=-5", "'-5'"}, {"--timeout=", "''"},
    {"-t 99999999999", "'99999999999'"}, {"-v extra", "'extra'"},  {"-- extra", "'extra'"},
    {"--listen", "'--listen'"}, /* not virtqemud's */
};

static void
test_wrong(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        DaemonOptions options;
        DaemonOptionsResult result = parse(&qemu, wrong[i].line, &options);
        g_assert_false(result.run);
        g_assert_cmpint(result.exit_status, ==, 1);
        if (strstr(result.text, wrong[i].named) == NULL)
            g_error("'%s': '%s'", wrong[i].line, result.text);
        daemon_options_result_clear(&result);
    }
}

static void
test_prints(void)
{
    DaemonOptions options;
    DaemonOptionsResult result = parse(&qemu, "--version", &options);
    g_assert_false(result.run);
    g_assert_cmpint(result.exit_status, ==, 0);
    g_assert_cmpstr(result.text, ==, "daemon (Vireo) 1.2.3\n");
    daemon_options_result_clear(&result);
    result = parse(&qemu, "-v --help", &options);
    g_assert_false(result.run);
    g_assert_cmpint(result.exit_status, ==, 0);
    g_assert_nonnull(strstr(result.text, "--timeout SECONDS"));
    g_assert_nonnull(strstr(result.text, "/etc/libvirt/virtqemud.conf"));
    g_assert_nonnull(strstr(result.text, "/run/libvirt/virtqemud-sock"));
    g_assert_null(strstr(result.text, "--listen"));
    daemon_options_result_clear(&result);
    result = parse(&proxy, "-h", &options);
    g_assert_nonnull(strstr(result.text, "--listen"));
    daemon_options_result_clear(&result);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/options/good", test_good);
    g_test_add_func("/options/nothing", test_nothing);
    g_test_add_func("/options/wrong", test_wrong);
    g_test_add_func("/options/prints", test_prints);
    return g_test_run();
}
