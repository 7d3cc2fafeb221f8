/*
 * the-kernels-figures-are-read-strictly — texts of /proc about a process and its threads: right
 * fields, right units, whatever the process calls itself; garbage is refused.
 */
#include <string.h>
#include <unistd.h>

#include "virtqemud/vm/proc.h"

#define AFTER_NAME                                                                                 \
    " S 1 386 386 0 -1 4194560 1 2 3 4 %s 250 5 6 20 0 5 0 12345 1000 77 0 1 1 0 0 0 0 0 0 0 0 0 " \
    "0 17 3 0 0 0 0 0 0 0\n"

static char *
stat_text(const char *name, const char *user)
{
    return g_strdup_printf("386 (%s)" AFTER_NAME, name, user);
}

static void
test_stat(void)
{
    const uint64_t tick_ns = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    static const char *const names[] = {"qemu-system-x86", "a) S 9 9", ") ) (", ""};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *text = stat_text(names[i], "100");
        ProcStat stat = {0};
        g_assert_true(proc_stat_parse(text, &stat));
        g_assert_cmpint(stat.state, ==, 'S');
        g_assert_cmpuint(stat.user_ns, ==, 100 * tick_ns);
        g_assert_cmpuint(stat.system_ns, ==, 250 * tick_ns);
        g_assert_cmpuint(stat.start_time, ==, 12345);
        g_assert_cmpuint(stat.rss_kib, ==, 77 * (uint64_t)sysconf(_SC_PAGESIZE) / 1024);
        g_assert_cmpint(stat.cpu, ==, 3);
    }
}

static void
test_stat_garbage(void)
{
    ProcStat stat;
    static const char *const users[] = {"-1", "x", "", "99999999999999999999",
                                        "18446744073709551615"};
    for (size_t i = 0; i < G_N_ELEMENTS(users); i++) {
        g_autofree char *text = stat_text("qemu", users[i]);
        g_assert_false(proc_stat_parse(text, &stat));
    }
    g_autofree char *whole = stat_text("qemu", "1");
    g_assert_true(proc_stat_parse(whole, &stat));
    /* Cut anywhere before the processor's number it is no such text. */
    for (size_t n = 0; n < (size_t)(strstr(whole, " 17 3 ") - whole) + 4; n++) {
        g_autofree char *part = g_strndup(whole, n);
        g_assert_false(proc_stat_parse(part, &stat));
    }
}

static void
test_schedstat(void)
{
    uint64_t delay_ns = 0;
    g_assert_true(proc_schedstat_parse("34200150 15182739 1041", &delay_ns));
    g_assert_cmpuint(delay_ns, ==, 15182739);
    static const char *const bad[] = {"", "1 2", "1 2 3 4", "1 -2 3", "1 x 3"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(proc_schedstat_parse(bad[i], &delay_ns));
    g_assert_cmpuint(delay_ns, ==, 15182739);
}

static void
test_wait(void)
{
    uint64_t wait_ns = 0;
    g_assert_true(proc_sched_wait_parse("CPU 0/TCG (392, #threads: 5)\n"
                                        "---------------------\n"
                                        "se.exec_start      :     1.5\n"
                                        "wait_max           :     9.000001\n"
                                        "wait_sum           :    12.000345\n",
                                        &wait_ns));
    g_assert_cmpuint(wait_ns, ==, 12000345);
    g_assert_true(proc_sched_wait_parse("se.statistics.wait_sum  :  0.000007\n", &wait_ns));
    g_assert_cmpuint(wait_ns, ==, 7);
    static const char *const bad[] = {"",
                                      "wait_sum",
                                      "wait_sum : 1",
                                      "wait_sum : 1.5",
                                      "wait_sum : -1.000000",
                                      "wait_sum : 99999999999999999999.000000"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(proc_sched_wait_parse(bad[i], &wait_ns));
}

static void
test_names(void)
{
    static const struct {
        const char *name;
        ProcThreadKind kind;
        uint32_t number;
    } rows[] = {
        {"CPU 0/TCG", PROC_VCPU_THREAD, 0},
        {"CPU 254/KVM", PROC_VCPU_THREAD, 254},
        {"IO iothread1", PROC_IO_THREAD, 1},
        {"IO mon_iothread", PROC_OTHER_THREAD, 0},
        {"CPU /KVM", PROC_OTHER_THREAD, 0},
        {"CPU 1", PROC_OTHER_THREAD, 0},
        {"CPU 4294967296/", PROC_OTHER_THREAD, 0},
        {"IO iothread1x", PROC_OTHER_THREAD, 0},
        {"", PROC_OTHER_THREAD, 0},
        {"qemu-system-x86", PROC_OTHER_THREAD, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        ProcThread thread = {0};
        proc_thread_name_parse(rows[i].name, &thread);
        g_assert_cmpint(thread.kind, ==, rows[i].kind);
        g_assert_cmpuint(thread.number, ==, rows[i].number);
    }
}

static void
test_ids(void)
{
    uid_t uid = 0;
    gid_t gid = 0;
    g_assert_true(
        proc_ids_parse("Name:\tqemu\nUid:\t1\t64055\t3\t4\nGid:\t5\t64056\t7\t8\n", &uid, &gid));
    g_assert_cmpuint(uid, ==, 64055);
    g_assert_cmpuint(gid, ==, 64056);
    static const char *const bad[] = {"", "Uid:\t1\t2\t3\t4\n", "Uid:\t1\nGid:\t1\t2\t3\t4\n",
                                      "Uid:\tx\tx\tx\tx\nGid:\t1\t2\t3\t4\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(proc_ids_parse(bad[i], &uid, &gid));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/proc/stat", test_stat);
    g_test_add_func("/proc/stat-garbage", test_stat_garbage);
    g_test_add_func("/proc/schedstat", test_schedstat);
    g_test_add_func("/proc/wait", test_wait);
    g_test_add_func("/proc/names", test_names);
    g_test_add_func("/proc/ids", test_ids);
    return g_test_run();
}
