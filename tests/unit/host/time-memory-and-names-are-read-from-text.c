/*
 * time-memory-and-names-are-read-from-text — /proc/stat, meminfo and cpuinfo: the right lines in
 * the right units, and no number that overflows.
 */
#include <string.h>
#include <unistd.h>

#include "common/host/cpu.h"
#include "common/host/cpu_stats.h"
#include "common/host/memory.h"

static const char stat_text[] = "cpu  10 20 30 40 50 60 70 80 90 100\n"
                                "cpu1 11 21 31 41 51 61 71 81 91 101\n"
                                "cpu12 1 1 1 1 1 1 1\n"
                                "cpu3 1 2 3\n"
                                "cpu4 1 2 3 -4 5 6 7\n"
                                "cpu5 1 2 3 99999999999999999999 5 6 7\n"
                                "intr 1 2 3\n"
                                "btime 1700000000\n";

static void
test_time(void)
{
    const uint64_t tick_ns = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    HostCpuStats stats = {0};
    g_assert_true(host_cpu_stats_parse(stat_text, -1, &stats));
    g_assert_cmpuint(stats.user_ns, ==, 30 * tick_ns);
    g_assert_cmpuint(stats.kernel_ns, ==, 160 * tick_ns);
    g_assert_cmpuint(stats.idle_ns, ==, 40 * tick_ns);
    g_assert_cmpuint(stats.iowait_ns, ==, 50 * tick_ns);
    g_assert_true(host_cpu_stats_parse(stat_text, 1, &stats));
    g_assert_cmpuint(stats.idle_ns, ==, 41 * tick_ns);
    g_assert_true(host_cpu_stats_parse(stat_text, 12, &stats));
    g_assert_cmpuint(stats.idle_ns, ==, tick_ns);
    for (int32_t cpu = 2; cpu <= 6; cpu++)
        g_assert_false(host_cpu_stats_parse(stat_text, cpu, &stats));
    g_assert_cmpuint(stats.idle_ns, ==, tick_ns);
    g_assert_false(host_cpu_stats_parse("", -1, &stats));
}

static void
test_boot_time(void)
{
    uint64_t time_s = 0;
    g_assert_true(host_boot_time_parse(stat_text, &time_s));
    g_assert_cmpuint(time_s, ==, 1700000000);
    g_assert_false(host_boot_time_parse("cpu 1 2 3\n", &time_s));
    g_assert_false(host_boot_time_parse("btime soon\n", &time_s));
}

static void
test_memory(void)
{
    HostMemory memory = host_memory_parse("MemTotal:       24684096 kB\n"
                                          "MemFree:        22311708 kB\n"
                                          "SwapCached:     7 kB\n"
                                          "Cached:         1350896 kB\n"
                                          "nonsense\n"
                                          "MemAvailable: 9999999999999999999 kB\n"
                                          "MemFree:        1 kB\n");
    g_assert_cmpuint(memory.kib[HOST_MEMORY_TOTAL], ==, 24684096);
    g_assert_cmpuint(memory.kib[HOST_MEMORY_FREE], ==, 22311708);
    g_assert_cmpuint(memory.kib[HOST_MEMORY_CACHED], ==, 1350896);
    g_assert_false(memory.has[HOST_MEMORY_BUFFERS]);
    g_assert_false(memory.has[HOST_MEMORY_AVAILABLE]);
    memory = host_memory_parse("Node 11 MemTotal:  5 kB\nNode 11 MemFree: 3 kB\nNode 1");
    g_assert_cmpuint(memory.kib[HOST_MEMORY_TOTAL], ==, 5);
    g_assert_cmpuint(memory.kib[HOST_MEMORY_FREE], ==, 3);
}

static void
test_names(void)
{
    g_autoptr(HostCpuInfo) info = host_cpu_info_parse("processor\t: 0\n"
                                                      "vendor_id\t: AuthenticAMD\n"
                                                      "cpu family\t: 25\n"
                                                      "model\t\t: 1\n"
                                                      "model name\t: AMD EPYC\n"
                                                      "stepping\t: x\n"
                                                      "cpu MHz\t\t: 2445.999\n"
                                                      "flags\t\t: fpu  sse2 \n"
                                                      "\n"
                                                      "processor\t: 1\n"
                                                      "cpu MHz\t\t: 1.0\n");
    g_assert_cmpstr(info->vendor, ==, "AuthenticAMD");
    g_assert_cmpstr(info->model_name, ==, "AMD EPYC");
    g_assert_cmpint(info->family, ==, 25);
    g_assert_cmpint(info->model, ==, 1);
    g_assert_cmpint(info->stepping, ==, -1);
    g_assert_cmpuint(info->mhz, ==, 2445);
    g_assert_cmpuint(g_strv_length(info->flags), ==, 2);
    g_assert_cmpstr(info->flags[1], ==, "sse2");
    g_autoptr(HostCpuInfo) none = host_cpu_info_parse("cpu MHz : fast\n");
    g_assert_cmpuint(none->mhz, ==, 0);
    g_assert_null(none->vendor);
    g_assert_cmpuint(g_strv_length(none->flags), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/time", test_time);
    g_test_add_func("/text/boot-time", test_boot_time);
    g_test_add_func("/text/memory", test_memory);
    g_test_add_func("/text/names", test_names);
    return g_test_run();
}
