/*
 * The files in packaging/conf are printed from the table of keys (REGENERATE=1 prints them anew),
 * and each setting in them, uncommented, is accepted and changes nothing that has a default.
 * Shows DMN-07.
 */
#include <string.h>

#include "common/daemon/config.h"

static const DaemonKind kinds[] = {DAEMON_QEMU, DAEMON_NETWORK, DAEMON_STORAGE, DAEMON_NODEDEV,
                                   DAEMON_PROXY};

static void
test_not_stale(void)
{
    const char *folder = g_getenv("CONF_DIR");
    g_assert_nonnull(folder);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *name = g_strconcat(daemon_kind_name(kinds[i]), ".conf", NULL);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *wanted = daemon_config_sample(kinds[i]);
        g_autofree char *there = NULL;
        if (g_strcmp0(g_getenv("REGENERATE"), "1") == 0)
            g_assert_true(g_file_set_contents(path, wanted, -1, NULL));
        g_assert_true(g_file_get_contents(path, &there, NULL, NULL));
        if (strcmp(there, wanted) != 0)
            g_error("%s is stale: run this test with REGENERATE=1", name);
    }
}

/* The file with every setting in force: in settings, '#' stands right before the name. */
static char *
uncomment(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("^#([a-z])", G_REGEX_MULTILINE, 0, NULL);
    return g_regex_replace(regex, text, -1, 0, "\\1", 0, NULL);
}

static void
test_settings_are_accepted(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *text = daemon_config_sample(kinds[i]);
        g_autofree char *active = uncomment(text);
        /* Two that are shown as they must not be set: see their comments. */
        g_autoptr(GRegex) not_valid =
            g_regex_new("^(host_uuid|tcp_min_ssf) =.*\n", G_REGEX_MULTILINE, 0, NULL);
        g_autofree char *valid = g_regex_replace(not_valid, active, -1, 0, "", 0, NULL);
        g_assert_nonnull(strstr(valid, "\nmax_clients = 5000\n"));
        ConfigSource source = {.daemon = kinds[i], .privileged = TRUE, .path = "shipped"};
        GError *error = NULL;
        g_autoptr(DaemonConfig) config = daemon_config_parse(&source, valid, strlen(valid), &error);
        g_assert_no_error(error);
        g_assert_null(config->warnings[0]);
        g_autoptr(DaemonConfig) defaults = daemon_config_parse(&source, "", 0, NULL);
        g_assert_cmpmem(&config->limits, sizeof(config->limits), &defaults->limits,
                        sizeof(defaults->limits));
        g_assert_cmpmem(&config->admin_limits, sizeof(config->admin_limits),
                        &defaults->admin_limits, sizeof(defaults->admin_limits));
        g_assert_cmpint(config->auth_unix_rw, ==, defaults->auth_unix_rw);
        g_assert_cmpint(config->log_level, ==, defaults->log_level);
        g_assert_cmpstr(config->ca_file, ==, defaults->ca_file);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shipped-configuration/not-stale", test_not_stale);
    g_test_add_func("/shipped-configuration/accepted", test_settings_are_accepted);
    return g_test_run();
}
