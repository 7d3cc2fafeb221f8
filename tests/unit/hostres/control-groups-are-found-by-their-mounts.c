/*
 * Which hierarchies are used, by made-up mounts: version 1, version 2, both, none; how a guest's
 * groups are called, made, read and removed there. Real ones: tests/daemon. Shows TUNE-10.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "virtqemud/hostres/cgroup.h"

/* Asked of stock daemons. */
static void
test_names(void)
{
    static const char *const rows[][2] = {
        {"a_b.c-d", "qemu-1-ab.c-d.libvirt-qemu"},
        {"-x..y--z.", "qemu-1-x.y-z.libvirt-qemu"},
        {"..a", "qemu-1-a.libvirt-qemu"},
        {"a.-b", "qemu-1-a.b.libvirt-qemu"},
        {"ünïcode", "qemu-1-ncode.libvirt-qemu"},
        {"A+b=c@d", "qemu-1-Abcd.libvirt-qemu"},
        {"__", "qemu-1.libvirt-qemu"},
        {"a-.b", "qemu-1-a-b.libvirt-qemu"},
        {"1-", "qemu-1-1.libvirt-qemu"},
        {"0", "qemu-1-0.libvirt-qemu"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = cgroup_name(1, rows[i][0]);
        g_assert_cmpstr(name, ==, rows[i][1]);
    }
    g_autofree char *many = g_strnfill(200, 'x');
    g_autofree char *cut = cgroup_name(29, many);
    g_assert_cmpuint(strlen(cut), ==, 64 + strlen(".libvirt-qemu"));
}

/* FOLDER/NAME as the mount of a hierarchy; '@' in `line` is the folder. */
static char *
mount_line(const char *folder, const char *name, const char *type, const char *options)
{
    g_autofree char *path = scratch_path(folder, name);
    g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
    return g_strdup_printf("30 25 0:26 / %s rw,relatime shared:9 - %s %s rw,%s\n", path, type, type,
                           options);
}

static void
test_which(void)
{
    char *scratch = scratch_new();
    g_autofree char *cpu = mount_line(scratch, "cpu", "cgroup", "cpu,cpuacct");
    g_autofree char *memory = mount_line(scratch, "mem\\040ory", "cgroup", "memory");
    g_autofree char *systemd = mount_line(scratch, "systemd", "cgroup", "name=systemd");
    g_autofree char *unified = mount_line(scratch, "unified", "cgroup2", "nsdelegate");
    scratch_write(scratch, "unified/cgroup.controllers", "io pids\n", 8);
    static const uint32_t all = 127;
    g_autofree char *both = g_strconcat("29 1 8:1 / / rw - ext4 /dev/sda rw\n", unified, systemd,
                                        cpu, memory, "junk\n", NULL);
    g_autoptr(CgroupHost) hybrid = cgroup_host_new(all, both);
    g_assert_cmpuint(cgroup_host_controllers(hybrid), ==,
                     CGROUP_CPU | CGROUP_CPUACCT | CGROUP_MEMORY | CGROUP_BLKIO | CGROUP_PIDS);
    g_autoptr(CgroupHost) v2 = cgroup_host_new(all, unified);
    g_assert_cmpuint(cgroup_host_controllers(v2), ==, CGROUP_CPUACCT | CGROUP_BLKIO | CGROUP_PIDS);
    g_autoptr(CgroupHost) some = cgroup_host_new(CGROUP_CPU, both);
    g_assert_cmpuint(cgroup_host_controllers(some), ==, CGROUP_CPU);
    static const char *const none[] = {"", "\n", "1 2 3\n", "a b c d e f g - cgroup\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
        g_autoptr(CgroupHost) host = cgroup_host_new(all, none[i]);
        g_assert_cmpuint(cgroup_host_controllers(host), ==, 0);
        g_autoptr(Cgroup) cgroup = cgroup_make(host, "qemu-1-t.libvirt-qemu", NULL);
        g_assert_null(cgroup_partition(cgroup));
        CgroupCpu cpu_times;
        g_assert_false(cgroup_read_cpu(cgroup, &cpu_times));
        g_autoptr(GError) error = NULL;
        g_assert_false(cgroup_write(cgroup, CGROUP_CPU, "cpu.shares", "2", &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_OPERATION_INVALID);
        g_assert_true(cgroup_remove(host, "qemu-1-t.libvirt-qemu"));
    }
    scratch_free(scratch);
}

/* What the kernel would make in a group. */
static void
fill(const char *folder, const char *name, const char *content)
{
    scratch_write(folder, name, content, strlen(content));
}

static void
test_version_1(void)
{
    char *scratch = scratch_new();
    g_autofree char *line = mount_line(scratch, "c", "cgroup", "cpuacct,cpu");
    g_autofree char *group = g_build_filename(scratch, "c", "machine", "g", NULL);
    g_autoptr(CgroupHost) host = cgroup_host_new(127, line);
    g_assert_cmpint(g_mkdir_with_parents(group, 0700), ==, 0);
    fill(group, "cgroup.procs", "");
    fill(group, "cpuacct.usage", "5000000000\n");
    fill(group, "cpuacct.stat", "user 300\nsystem 100\n");
    fill(group, "cpu.shares", "1024\n");
    g_autoptr(Cgroup) cgroup = cgroup_make(host, "g", NULL);
    g_assert_cmpstr(cgroup_partition(cgroup), ==, "/machine");
    g_assert_false(cgroup_is_v2(cgroup));
    CgroupCpu cpu;
    g_assert_true(cgroup_read_cpu(cgroup, &cpu));
    g_assert_cmpuint(cpu.total_ns, ==, 5000000000);
    uint64_t tick_ns = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    g_assert_cmpuint(cpu.user_ns, ==, 300 * tick_ns);
    g_assert_cmpuint(cpu.system_ns, ==, 100 * tick_ns);
    g_autofree char *shares = cgroup_read(cgroup, CGROUP_CPU, "cpu.shares");
    g_assert_cmpstr(shares, ==, "1024");
    g_assert_true(cgroup_write(cgroup, CGROUP_CPU, "cpu.shares", "2048", NULL));
    g_autofree char *changed = scratch_read(group, "cpu.shares");
    g_assert_cmpstr(changed, ==, "2048\n");
    g_assert_null(cgroup_read(cgroup, CGROUP_MEMORY, "memory.stat"));
    g_assert_null(cgroup_read(cgroup, CGROUP_CPU, "cpu.none"));
    g_autoptr(ExecPlan) plan = exec_plan_new();
    cgroup_pass(cgroup, plan);
    size_t n;
    g_assert_nonnull(exec_plan_fds(plan, &n));
    g_assert_cmpuint(n, ==, 1);
    g_autoptr(Cgroup) found = cgroup_find(host, "g");
    g_assert_true(cgroup_read_cpu(found, &cpu));
    g_autoptr(Cgroup) gone = cgroup_find(host, "h");
    g_assert_false(cgroup_read_cpu(gone, &cpu));
    scratch_free(scratch);
}

static void
test_version_2(void)
{
    char *scratch = scratch_new();
    g_autofree char *line = mount_line(scratch, "u", "cgroup2", "nsdelegate");
    g_autofree char *slice = g_build_filename(scratch, "u", "machine.slice", NULL);
    g_autofree char *group = g_build_filename(slice, "g", NULL);
    fill(scratch, "u/cgroup.controllers", "cpu memory\n");
    fill(scratch, "u/cgroup.subtree_control", "");
    g_assert_cmpint(g_mkdir_with_parents(group, 0700), ==, 0);
    fill(slice, "cgroup.subtree_control", "");
    fill(group, "cgroup.procs", "");
    fill(group, "cpu.stat", "usage_usec 5\nuser_usec 3\nsystem_usec 2\nnr_periods 0\n");
    g_autoptr(CgroupHost) host = cgroup_host_new(127, line);
    g_autoptr(Cgroup) cgroup = cgroup_make(host, "g", NULL);
    g_assert_true(cgroup_is_v2(cgroup));
    CgroupCpu cpu;
    g_assert_true(cgroup_read_cpu(cgroup, &cpu));
    g_assert_cmpuint(cpu.total_ns, ==, 5000);
    g_assert_cmpuint(cpu.user_ns, ==, 3000);
    g_assert_cmpuint(cpu.system_ns, ==, 2000);
    g_autofree char *enabled = scratch_read(slice, "cgroup.subtree_control");
    g_assert_nonnull(strstr(enabled, "+memory"));
    fill(group, "cpu.stat", "usage_usec x\n");
    g_assert_false(cgroup_read_cpu(cgroup, &cpu));
    scratch_free(scratch);
}

/* Version 2 without a controller beside a whole version 1 adds nothing. */
static void
test_one_group_for_each_controller(void)
{
    char *scratch = scratch_new();
    g_autofree char *v1 = mount_line(scratch, "c", "cgroup", "cpuacct");
    g_autofree char *v2 = mount_line(scratch, "u", "cgroup2", "");
    fill(scratch, "u/cgroup.controllers", "\n");
    g_autofree char *both = g_strconcat(v2, v1, NULL);
    g_autoptr(CgroupHost) host = cgroup_host_new(127, both);
    g_autofree char *used = g_build_filename(scratch, "c", "machine", "g", NULL);
    g_autofree char *unused = g_build_filename(scratch, "u", "machine", NULL);
    g_assert_cmpint(g_mkdir_with_parents(used, 0700), ==, 0);
    fill(used, "cgroup.procs", "");
    g_autoptr(Cgroup) cgroup = cgroup_make(host, "g", NULL);
    g_assert_false(cgroup_is_v2(cgroup));
    g_assert_cmpint(access(unused, F_OK), ==, -1);
    scratch_free(scratch);
}

/* Folders alone, as rmdir() of a group takes its files with it. */
static void
test_remove(void)
{
    char *scratch = scratch_new();
    g_autofree char *line = mount_line(scratch, "c", "cgroup", "cpu");
    g_autofree char *below = g_build_filename(scratch, "c", "machine", "g", "emulator", NULL);
    g_autofree char *other = g_build_filename(scratch, "c", "machine", "h", NULL);
    g_assert_cmpint(g_mkdir_with_parents(below, 0700), ==, 0);
    g_assert_cmpint(g_mkdir_with_parents(other, 0700), ==, 0);
    g_autoptr(CgroupHost) host = cgroup_host_new(127, line);
    g_assert_true(cgroup_remove(host, "g"));
    g_assert_cmpint(access(below, F_OK), ==, -1);
    g_assert_cmpint(access(other, F_OK), ==, 0);
    g_assert_true(cgroup_remove(host, "g"));
    fill(other, "file", "");
    g_assert_false(cgroup_remove(host, "h"));
    scratch_free(scratch);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cgroup/names", test_names);
    g_test_add_func("/cgroup/which", test_which);
    g_test_add_func("/cgroup/version-1", test_version_1);
    g_test_add_func("/cgroup/version-2", test_version_2);
    g_test_add_func("/cgroup/one-group-for-each-controller", test_one_group_for_each_controller);
    g_test_add_func("/cgroup/remove", test_remove);
    return g_test_run();
}
