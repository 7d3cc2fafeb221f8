/*
 * Defaults, values from a file, and what is a warning and what an error.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "common/base/error.h"
#include "common/daemon/config.h"

static const ConfigSource qemu = {.daemon = DAEMON_QEMU, .privileged = TRUE, .path = "q.conf"};
static const ConfigSource proxy = {.daemon = DAEMON_PROXY, .privileged = TRUE, .path = "p.conf"};

static DaemonConfig *
parse(const ConfigSource *source, const char *text)
{
    GError *error = NULL;
    DaemonConfig *config = daemon_config_parse(source, text, strlen(text), &error);
    g_assert_no_error(error);
    return config;
}

static void
test_defaults(void)
{
    g_autoptr(DaemonConfig) config = parse(&proxy, "");
    g_assert_null(config->warnings[0]);
    g_assert_null(config->unix_sock_group);
    g_assert_cmpuint(config->unix_sock_ro_perms, ==, 0777);
    g_assert_cmpuint(config->unix_sock_rw_perms, ==, 0777);
    g_assert_cmpuint(config->unix_sock_admin_perms, ==, 0700);
    g_assert_cmpint(config->auth_unix_rw, ==, CONFIG_AUTH_POLKIT);
    g_assert_null(config->access_drivers);
    g_assert_cmpuint(config->limits.max_clients, ==, 5000);
    g_assert_cmpuint(config->limits.max_anonymous_clients, ==, 20);
    g_assert_cmpuint(config->admin_limits.max_clients, ==, 5000);
    g_assert_cmpint(config->limits.keepalive_interval_s, ==, 5);
    g_assert_cmpint(config->log_level, ==, 3);
    g_assert_cmpstr(config->tls_port, ==, "16514");
    g_assert_cmpint(config->auth_tcp, ==, CONFIG_AUTH_SASL);
    g_assert_cmpuint(config->tcp_min_ssf, ==, 56);
    g_assert_true(config->listen_tls);
}

static void
test_session_defaults(void)
{
    const ConfigSource session = {.daemon = DAEMON_QEMU, .path = "s.conf"};
    g_autoptr(DaemonConfig) config = parse(&session, "");
    g_assert_cmpint(config->auth_unix_rw, ==, CONFIG_AUTH_NONE);
    g_assert_cmpint(config->auth_unix_ro, ==, CONFIG_AUTH_NONE);
    g_assert_cmpuint(config->unix_sock_rw_perms, ==, 0700);
    g_assert_cmpuint(config->unix_sock_ro_perms, ==, 0700);
}

static void
test_values(void)
{
    g_autoptr(DaemonConfig) config = parse(&qemu, "unix_sock_group = 'libvirt'\n"
                                                  "auth_unix_rw = \"none\"\n"
                                                  "unix_sock_ro_perms = '0640'\n"
                                                  "access_drivers = [ \"polkit\", \"x\" ]\n"
                                                  "max_clients = 7\n"
                                                  "max_workers = 2\n"
                                                  "admin_max_workers = 3\n"
                                                  "keepalive_interval = -1\n"
                                                  "host_uuid_source = 'machine-id'\n"
                                                  "audit_logging = 1\n");
    g_assert_cmpstr(config->unix_sock_group, ==, "libvirt");
    g_assert_cmpuint(config->unix_sock_rw_perms, ==, 0700);
    g_assert_cmpuint(config->unix_sock_ro_perms, ==, 0640);
    g_assert_cmpstr(config->access_drivers[0], ==, "polkit");
    g_assert_cmpstr(config->access_drivers[1], ==, "x");
    g_assert_null(config->access_drivers[2]);
    g_assert_cmpint(config->limits.keepalive_interval_s, ==, -1);
    g_assert_cmpint(config->host_uuid_source, ==, CONFIG_UUID_MACHINE_ID);
    g_assert_true(config->audit_logging);
    /* Defaults give way to what was set. */
    g_assert_cmpuint(config->limits.max_anonymous_clients, ==, 7);
    g_assert_cmpuint(config->limits.min_workers, ==, 2);
    g_assert_cmpuint(config->admin_limits.max_workers, ==, 3);
}

static void
test_empty_list_is_not_no_list(void)
{
    g_autoptr(DaemonConfig) config = parse(&proxy, "tls_allowed_dn_list = []\n");
    g_assert_nonnull(config->tls_allowed_dn_list);
    g_assert_null(config->tls_allowed_dn_list[0]);
    g_assert_null(config->sasl_allowed_username_list);
}

static void
test_warnings(void)
{
    g_autoptr(DaemonConfig) config = parse(&qemu, "max_client = 5\n"
                                                  "listen_tls = 0\n"
                                                  "max_clients = 50\n"
                                                  "max_clients = 60\n");
    g_assert_cmpstr(config->warnings[0], ==, "q.conf:1: 'max_client' is not a known setting");
    g_assert_cmpstr(config->warnings[1], ==, "q.conf:2: 'listen_tls' has no effect in virtqemud");
    g_assert_cmpstr(config->warnings[2], ==,
                    "q.conf:4: 'max_clients' was set before, the first one counts");
    g_assert_null(config->warnings[3]);
    g_assert_cmpuint(config->limits.max_clients, ==, 50);
}

static const struct {
    const char *text;
    const char *message;
} wrong[] = {
    {"\nmax_clients = 'x'", "q.conf:2:15: max_clients must be an integer, not a text"},
    {"max_clients = 0", "q.conf:1:15: max_clients is 0, but must be from 1 to 4294967295"},
    {"max_clients = -3", "q.conf:1:15: max_clients is -3"},
    {"max_clients = 99999999999", "q.conf:1:15: max_clients is 99999999999"},
    {"max_workers = 0", "q.conf:1:15: max_workers is 0"},
    {"keepalive_interval = -2", "q.conf:1:22: keepalive_interval is -2"},
    {"log_level = 9", "q.conf:1:13: log_level is 9"},
    {"audit_logging = 2", "q.conf:1:17: audit_logging is 2"},
    {"auth_unix_rw = 'foo'", "q.conf:1:16: auth_unix_rw is 'foo', but must be one of none, sasl"},
    {"unix_sock_rw_perms = 'rwx'", "q.conf:1:22: unix_sock_rw_perms is 'rwx'"},
    {"unix_sock_rw_perms = '1777'", "q.conf:1:22: unix_sock_rw_perms is '1777'"},
    {"unix_sock_rw_perms = ''", "q.conf:1:22: unix_sock_rw_perms is ''"},
    {"unix_sock_rw_perms = 0777", "q.conf:1:22: unix_sock_rw_perms must be a text"},
    {"access_drivers = 'polkit'", "q.conf:1:18: access_drivers must be a list, not a text"},
    {"access_drivers = [ 'a',\n 1 ]", "q.conf:2:2: access_drivers holds texts"},
    {"host_uuid = 'zzz'", "q.conf:1:13: host_uuid is 'zzz'"},
    {"host_uuid = '00000000-0000-0000-0000-000000000000'", "q.conf:1:13: host_uuid"},
    {"host_uuid_source = 'dice'", "q.conf:1:20: host_uuid_source is 'dice'"},
    {"tcp_min_ssf = 100", "q.conf:1:15: tcp_min_ssf is 100, but must be from 112"},
    {"max_clients = 5\nmax_anonymous_clients = 6", "q.conf:2:25: max_anonymous_clients is more"},
};

static void
test_wrong(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        GError *error = NULL;
        g_assert_null(daemon_config_parse(&qemu, wrong[i].text, strlen(wrong[i].text), &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_CONF_SYNTAX);
        if (strstr(error->message, wrong[i].message) == NULL)
            g_error("case %zu: '%s'", i, error->message);
        g_clear_error(&error);
    }
}

static void
test_files(void)
{
    g_autofree char *dir = g_dir_make_tmp("config-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "virtqemud.conf", NULL);
    ConfigSource source = {.daemon = DAEMON_QEMU, .privileged = TRUE, .path = path};
    GError *error = NULL;
    g_assert_null(daemon_config_load(&source, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(error->message, path));
    g_clear_error(&error);

    source.may_be_missing = TRUE;
    g_autoptr(DaemonConfig) missing = daemon_config_load(&source, NULL);
    g_assert_nonnull(missing);
    g_assert_null(missing->path);

    g_assert_true(g_file_set_contents(path, "", 0, NULL));
    g_autoptr(DaemonConfig) empty = daemon_config_load(&source, NULL);
    g_assert_nonnull(empty);
    g_assert_true(g_file_set_contents(path, "max_clients = 9\n", -1, NULL));
    g_autoptr(DaemonConfig) config = daemon_config_load(&source, NULL);
    g_assert_cmpuint(config->limits.max_clients, ==, 9);
    g_assert_cmpstr(config->path, ==, path);

    /* Not a file: refused, even if it may be missing. */
    source.path = dir;
    g_assert_null(daemon_config_load(&source, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    g_clear_error(&error);
    g_unlink(path);
    g_rmdir(dir);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/config/defaults", test_defaults);
    g_test_add_func("/config/session", test_session_defaults);
    g_test_add_func("/config/values", test_values);
    g_test_add_func("/config/empty-list", test_empty_list_is_not_no_list);
    g_test_add_func("/config/warnings", test_warnings);
    g_test_add_func("/config/wrong", test_wrong);
    g_test_add_func("/config/files", test_files);
    return g_test_run();
}
