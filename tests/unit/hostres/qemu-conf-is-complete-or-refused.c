/*
 * qemu.conf: the shipped file is what the table says (REGENERATE=1 prints it anew) and changes
 * nothing; defaults, values, and what keeps the daemon from starting. Shows DMN-07.
 */
#include <string.h>
#include <unistd.h>

#include "virtqemud/config/config.h"

static QemuConfig *
parse(gboolean privileged, const char *text)
{
    GError *error = NULL;
    QemuConfig *config = qemu_config_parse("qemu.conf", privileged, text, strlen(text), &error);
    g_assert_no_error(error);
    return config;
}

static void
assert_refused(const char *text, VirtErrorCode code, const char *part)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(qemu_config_parse("qemu.conf", FALSE, text, strlen(text), &error));
    g_assert_error(error, VIRT_ERROR, (int)code);
    g_assert_nonnull(strstr(error->message, part));
}

static void
test_not_stale(void)
{
    g_autofree char *path = g_build_filename(g_getenv("CONF_DIR"), "qemu.conf", NULL);
    g_autofree char *wanted = qemu_config_sample();
    g_autofree char *there = NULL;
    if (g_strcmp0(g_getenv("REGENERATE"), "1") == 0)
        g_assert_true(g_file_set_contents(path, wanted, -1, NULL));
    g_assert_true(g_file_get_contents(path, &there, NULL, NULL));
    g_assert_cmpstr(there, ==, wanted);
}

/* Every setting in force: '#' stands right before the name. */
static void
test_shipped_is_accepted(void)
{
    g_autofree char *text = qemu_config_sample();
    g_autoptr(GRegex) comment = g_regex_new("^#([a-z])", G_REGEX_MULTILINE, 0, NULL);
    g_autofree char *active = g_regex_replace(comment, text, -1, 0, "\\1", 0, NULL);
    /* Shown as an example of what this version refuses. */
    g_autoptr(GRegex) refused = g_regex_new("^lock_manager =.*\n", G_REGEX_MULTILINE, 0, NULL);
    g_autofree char *valid = g_regex_replace(refused, active, -1, 0, "", 0, NULL);
    g_autoptr(QemuConfig) config = parse(FALSE, valid);
    g_assert_null(config->warnings[0]);
    g_assert_cmpuint(config->cgroup_controllers, ==, 63 | CGROUP_PIDS);
    g_assert_cmpstr(config->vnc_listen, ==, "127.0.0.1");
    g_assert_cmpstr(config->vnc_password, ==, "8 bytes");
}

static void
test_defaults(void)
{
    g_autoptr(QemuConfig) config = parse(FALSE, "");
    g_assert_cmpstr(config->vnc_listen, ==, "127.0.0.1");
    g_assert_null(config->vnc_password);
    g_assert_cmpuint(config->display_port_range[0], ==, 5900);
    g_assert_cmpuint(config->display_port_range[1], ==, 65535);
    g_assert_cmpuint(config->websocket_port_range[0], ==, 5700);
    g_assert_cmpuint(config->max_core_bytes, ==, 0);
    g_assert_cmpint(config->seccomp_sandbox, ==, 1);
    g_assert_true(config->log_timestamp);
    g_assert_cmpstr(config->nvram[0], ==,
                    "/usr/share/OVMF/OVMF_CODE.fd:/usr/share/OVMF/OVMF_VARS.fd");
    /* A session is its owner's and changes no owner. */
    g_assert_cmpuint(config->owner.uid, ==, geteuid());
    g_assert_false(config->dynamic_ownership);
    g_assert_cmpuint(config->n_groups, ==, 0);
}

static void
test_values(void)
{
    g_autoptr(QemuConfig) config =
        parse(TRUE, "user = \"+4711\"\ngroup = \"root\"\nmax_core = \"unlimited\"\n"
                    "cgroup_controllers = [ \"cpu\", \"memory\" ]\nsecurity_driver = \"none\"\n"
                    "max_files = 5\nvnc_password = 'secret'\nfrobnicate = 1\n"
                    "hugetlbfs_mount = [ \"/a\", \"/b\" ]\n");
    g_assert_cmpuint(config->owner.uid, ==, 4711);
    g_assert_cmpuint(config->owner.gid, ==, 0);
    g_assert_true(config->dynamic_ownership);
    g_assert_true(config->remember_owner);
    g_assert_cmpuint(config->max_core_bytes, ==, UINT64_MAX);
    g_assert_cmpuint(config->cgroup_controllers, ==, CGROUP_CPU | CGROUP_MEMORY | CGROUP_PIDS);
    g_assert_cmpuint(config->max_files, ==, 5);
    g_assert_cmpstr(config->warnings[0], ==, "qemu.conf:8: 'frobnicate' is not a known setting");
    g_assert_null(config->warnings[1]);
    g_autoptr(QemuConfig) bytes = parse(FALSE, "max_core = 12345678901\n");
    g_assert_cmpuint(bytes->max_core_bytes, ==, G_GUINT64_CONSTANT(12345678901));
}

static void
test_refused(void)
{
    assert_refused("vnc_tls = 1\n", VIRT_ERR_CONFIG_UNSUPPORTED, "qemu.conf:1: 'vnc_tls'");
    assert_refused("\nvnc_sasl = 1\n", VIRT_ERR_CONFIG_UNSUPPORTED, "qemu.conf:2: 'vnc_sasl'");
    assert_refused("chardev_tls = 1\n", VIRT_ERR_CONFIG_UNSUPPORTED, "chardev_tls");
    assert_refused("mac_filter = 1\n", VIRT_ERR_CONFIG_UNSUPPORTED, "mac_filter");
    assert_refused("lock_manager = \"lockd\"\n", VIRT_ERR_CONFIG_UNSUPPORTED, "lock_manager");
    assert_refused("sched_core = \"full\"\n", VIRT_ERR_CONFIG_UNSUPPORTED, "sched_core");
    assert_refused("security_driver = \"selinux\"\n", VIRT_ERR_CONFIG_UNSUPPORTED, "security");
    assert_refused("security_driver = [ \"none\", \"apparmor\" ]\n", VIRT_ERR_CONFIG_UNSUPPORTED,
                   "security");
    assert_refused("max_core = \"much\"\n", VIRT_ERR_CONF_SYNTAX, "max_core must be");
    assert_refused("max_core = -1\n", VIRT_ERR_CONF_SYNTAX, "max_core");
    assert_refused("vnc_listen = 5\n", VIRT_ERR_CONF_SYNTAX, "vnc_listen must be");
    assert_refused("remote_display_port_min = 80\n", VIRT_ERR_CONF_SYNTAX, "from 5900");
    assert_refused("remote_display_port_max = 65536\n", VIRT_ERR_CONF_SYNTAX, "to 65535");
    assert_refused("remote_display_port_min = 6000\nremote_display_port_max = 5990\n",
                   VIRT_ERR_CONF_SYNTAX, "is more than");
    assert_refused("cgroup_controllers = [ \"cpus\" ]\n", VIRT_ERR_CONF_SYNTAX, "'cpus'");
}

static void
test_users(void)
{
    uid_t uid = 7;
    gid_t gid = 7;
    g_assert_true(owner_find_user("root", &uid, NULL));
    g_assert_cmpuint(uid, ==, 0);
    g_assert_true(owner_find_user("54321", &uid, NULL));
    g_assert_cmpuint(uid, ==, 54321);
    g_assert_true(owner_find_group("+17", &gid, NULL));
    g_assert_cmpuint(gid, ==, 17);
    static const char *const bad[] = {
        "", "+", "no-such-user", "-1", "4294967295", "99999999999", "+root", "1x", " 1"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(owner_find_user(bad[i], &uid, &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
    }
    g_autoptr(GError) error = NULL;
    static const char text[] = "user = \"no-such-user\"\n";
    g_assert_null(qemu_config_parse("qemu.conf", TRUE, text, strlen(text), &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
    /* The user's own group and the one that is asked for. */
    size_t n = 0;
    g_autofree gid_t *groups = owner_find_groups(0, 4711, &n);
    g_assert_cmpuint(n, >=, 2);
    g_assert_cmpuint(groups[0], ==, 0);
    g_assert_cmpuint(groups[n - 1], ==, 4711);
    g_assert_null(owner_find_groups(987654, 0, &n));
    g_assert_cmpuint(n, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu-conf/not-stale", test_not_stale);
    g_test_add_func("/qemu-conf/shipped-is-accepted", test_shipped_is_accepted);
    g_test_add_func("/qemu-conf/defaults", test_defaults);
    g_test_add_func("/qemu-conf/values", test_values);
    g_test_add_func("/qemu-conf/refused", test_refused);
    g_test_add_func("/qemu-conf/users", test_users);
    return g_test_run();
}
