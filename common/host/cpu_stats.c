/*
 * cpu_stats — see cpu_stats.h. File: the kernel's Documentation/filesystems/proc.rst, /proc/stat.
 */
#include "common/host/cpu_stats.h"

#include <string.h>
#include <unistd.h>

#include "common/base/units.h"
#include "common/host/file.h"

/* A line of a processor is at most 210 bytes; the lines of processors come first. */
enum { STAT_MAX_BYTES = 4 * 1024 * 1024, NS_PER_S = 1000 * 1000 * 1000 };

enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, N_TIMES };

/* The words behind `name` at the start of a line, without the line's end; NULL when there is no
 * such line. The caller frees. */
static char *
find_line(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n' ? 1 : 0;
        if (strncmp(line, name, length) == 0 && line[length] == ' ')
            return g_strndup(line + length, strcspn(line + length, "\n"));
    }
    return NULL;
}

gboolean
host_cpu_stats_parse(const char *text, int32_t cpu, HostCpuStats *ret_stats)
{
    g_autofree char *name = cpu < 0 ? g_strdup("cpu") : g_strdup_printf("cpu%d", cpu);
    g_autofree char *line = find_line(text, name);
    if (line == NULL)
        return FALSE;
    const uint64_t tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
    uint64_t times_ns[N_TIMES] = {0};
    g_auto(GStrv) words = g_strsplit(g_strstrip(line), " ", N_TIMES + 1);
    if (g_strv_length(words) < N_TIMES)
        return FALSE;
    for (size_t i = 0; i < N_TIMES; i++) {
        /* three of them are added up */
        if (!units_parse_u64(words[i], UINT64_MAX / 4 / tick_ns, &times_ns[i]))
            return FALSE;
        times_ns[i] *= tick_ns;
    }
    *ret_stats = (HostCpuStats){
        .kernel_ns = times_ns[SYSTEM] + times_ns[IRQ] + times_ns[SOFTIRQ],
        .user_ns = times_ns[USER] + times_ns[NICE],
        .idle_ns = times_ns[IDLE],
        .iowait_ns = times_ns[IOWAIT],
    };
    return TRUE;
}

gboolean
host_boot_time_parse(const char *text, uint64_t *ret_time_s)
{
    g_autofree char *line = find_line(text, "btime");
    return line != NULL && units_parse_u64(g_strstrip(line), INT64_MAX, ret_time_s);
}

gboolean
host_cpu_stats_read(int root, int32_t cpu, HostCpuStats *ret_stats, GError **error)
{
    g_autofree char *text = host_file_text(root, "proc/stat", STAT_MAX_BYTES, error);
    if (text == NULL)
        return FALSE;
    if (!host_cpu_stats_parse(text, cpu, ret_stats)) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG, "no processor %d is online",
                       cpu);
        return FALSE;
    }
    return TRUE;
}
