/*
 * proc — see proc.h.
 */
#include "virtqemud/vm/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/units.h"
#include "common/host/file.h"

enum {
    STAT_MAX_BYTES = 4096,
    SCHED_MAX_BYTES = 16384,
    STATUS_MAX_BYTES = 16384,
    NS_PER_S = 1000 * 1000 * 1000
};

/* Fields of a stat file behind the name, from 0; proc.rst counts from 1 and has two before. */
enum {
    FIELD_STATE = 0,
    FIELD_UTIME = 11,
    FIELD_STIME = 12,
    FIELD_START = 19,
    FIELD_RSS = 21,
    FIELD_CPU = 36,
    N_FIELDS = 37
};

/* --- texts --- */

gboolean
proc_stat_parse(const char *text, ProcStat *ret_stat)
{
    /* The name may hold blanks and parentheses, but what follows it does not. */
    const char *end = strrchr(text, ')');
    if (end == NULL || end[1] != ' ')
        return FALSE;
    g_auto(GStrv) words = g_strsplit(end + 2, " ", N_FIELDS + 1);
    if (g_strv_length(words) < N_FIELDS || strlen(words[FIELD_STATE]) != 1)
        return FALSE;
    const uint64_t tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
    const uint64_t page_kib = (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
    uint64_t user, system, start, pages, cpu;
    words[FIELD_CPU] = g_strchomp(words[FIELD_CPU]);
    if (!units_parse_u64(words[FIELD_UTIME], UINT64_MAX / 2 / tick_ns, &user) ||
        !units_parse_u64(words[FIELD_STIME], UINT64_MAX / 2 / tick_ns, &system) ||
        !units_parse_u64(words[FIELD_START], UINT64_MAX, &start) ||
        !units_parse_u64(words[FIELD_RSS], UINT64_MAX / page_kib, &pages) ||
        !units_parse_u64(words[FIELD_CPU], INT32_MAX, &cpu))
        return FALSE;
    *ret_stat = (ProcStat){.state = words[FIELD_STATE][0],
                           .user_ns = user * tick_ns,
                           .system_ns = system * tick_ns,
                           .start_time = start,
                           .rss_kib = pages * page_kib,
                           .cpu = (int32_t)cpu};
    return TRUE;
}

gboolean
proc_schedstat_parse(const char *text, uint64_t *ret_delay_ns)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 4);
    return g_strv_length(words) == 3 && units_parse_u64(words[1], UINT64_MAX, ret_delay_ns);
}

/* Milliseconds with six digits behind the point. */
static gboolean
parse_ms(const char *text, uint64_t *ret_ns)
{
    g_auto(GStrv) parts = g_strsplit(text, ".", 3);
    uint64_t ms, rest;
    if (g_strv_length(parts) != 2 || strlen(parts[1]) != 6 ||
        !units_parse_u64(parts[0], UINT64_MAX / 1000000 - 1, &ms) ||
        !units_parse_u64(parts[1], 999999, &rest))
        return FALSE;
    *ret_ns = ms * 1000000 + rest;
    return TRUE;
}

/* The value of a line "NAME : VALUE"; NULL when there is none. The caller frees. */
static char *
find_value(const char *text, const char *const *names)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        char *colon = strchr(*line, ':');
        if (colon == NULL)
            continue;
        *colon = '\0';
        if (g_strv_contains(names, g_strstrip(*line)))
            return g_strdup(g_strstrip(colon + 1));
    }
    return NULL;
}

gboolean
proc_sched_wait_parse(const char *text, uint64_t *ret_wait_ns)
{
    static const char *const names[] = {"wait_sum", "se.statistics.wait_sum", NULL};
    g_autofree char *value = find_value(text, names);
    return value != NULL && parse_ms(value, ret_wait_ns);
}

void
proc_thread_name_parse(const char *name, ProcThread *ret_thread)
{
    /* QEMU: "CPU %d/KVM", "CPU %d/TCG", "IO %s" with the object's id, which is "iothread%u". */
    static const struct {
        const char *prefix;
        ProcThreadKind kind;
    } rows[] = {{"CPU ", PROC_VCPU_THREAD}, {"IO iothread", PROC_IO_THREAD}};
    ret_thread->kind = PROC_OTHER_THREAD;
    ret_thread->number = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (!g_str_has_prefix(name, rows[i].prefix))
            continue;
        const char *number = name + strlen(rows[i].prefix);
        g_autofree char *digits = g_strndup(number, strspn(number, "0123456789"));
        char after = number[strlen(digits)];
        uint64_t value;
        if (after == (rows[i].kind == PROC_VCPU_THREAD ? '/' : '\0') &&
            units_parse_u64(digits, UINT32_MAX, &value)) {
            ret_thread->kind = rows[i].kind;
            ret_thread->number = (uint32_t)value;
        }
    }
}

static gboolean
parse_effective(const char *text, const char *name, uint64_t *ret_id)
{
    const char *const names[] = {name, NULL};
    g_autofree char *value = find_value(text, names);
    g_auto(GStrv) words = value != NULL ? g_strsplit(value, "\t", -1) : NULL;
    return words != NULL && g_strv_length(words) == 4 &&
           units_parse_u64(words[1], UINT32_MAX, ret_id);
}

gboolean
proc_ids_parse(const char *text, uid_t *ret_uid, gid_t *ret_gid)
{
    uint64_t uid, gid;
    if (!parse_effective(text, "Uid", &uid) || !parse_effective(text, "Gid", &gid))
        return FALSE;
    *ret_uid = (uid_t)uid;
    *ret_gid = (gid_t)gid;
    return TRUE;
}

/* --- files --- */

gboolean
proc_read_stat(int folder, ProcStat *ret_stat)
{
    g_autofree char *text = host_file_text(folder, "stat", STAT_MAX_BYTES, NULL);
    return text != NULL && proc_stat_parse(text, ret_stat);
}

int
proc_open(pid_t pid, uint64_t start_time)
{
    g_autofree char *path = g_strdup_printf("/proc/%d", (int)pid);
    auto_fd folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ProcStat stat;
    if (folder < 0 || !proc_read_stat(folder, &stat) || stat.start_time != start_time)
        return -1;
    return fd_steal(&folder);
}

gboolean
proc_read_ids(int folder, uid_t *ret_uid, gid_t *ret_gid)
{
    g_autofree char *text = host_file_text(folder, "status", STATUS_MAX_BYTES, NULL);
    return text != NULL && proc_ids_parse(text, ret_uid, ret_gid);
}

static char *
thread_text(int folder, int32_t tid, const char *file, size_t max)
{
    g_autofree char *path = g_strdup_printf("task/%d/%s", tid, file);
    return host_file_text(folder, path, max, NULL);
}

static gint
compare_threads(gconstpointer a, gconstpointer b)
{
    const ProcThread *one = a, *other = b;
    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    if (one->number != other->number)
        return one->number < other->number ? -1 : 1;
    return one->tid < other->tid ? -1 : one->tid > other->tid;
}

GArray *
proc_threads(int folder)
{
    GArray *threads = g_array_new(FALSE, TRUE, sizeof(ProcThread));
    int fd = openat(folder, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        fd_close(fd);
        return threads;
    }
    const struct dirent *entry;
    while ((entry = readdir(dir)) != NULL && threads->len < PROC_THREADS_MAX) {
        uint64_t tid;
        if (!units_parse_u64(entry->d_name, INT32_MAX, &tid))
            continue;
        ProcThread thread = {.tid = (int32_t)tid};
        g_autofree char *name = thread_text(folder, thread.tid, "comm", STAT_MAX_BYTES);
        if (name == NULL)
            continue;
        proc_thread_name_parse(g_strchomp(name), &thread);
        g_array_append_val(threads, thread);
    }
    closedir(dir);
    g_array_sort(threads, compare_threads);
    return threads;
}

const ProcThread *
proc_find_thread(const GArray *threads, ProcThreadKind kind, uint32_t number)
{
    for (guint i = 0; i < threads->len; i++) {
        const ProcThread *thread = &g_array_index(threads, ProcThread, i);
        if (thread->kind == kind && thread->number == number)
            return thread;
    }
    return NULL;
}

gboolean
proc_read_thread_stat(int folder, int32_t tid, ProcStat *ret_stat)
{
    g_autofree char *text = thread_text(folder, tid, "stat", STAT_MAX_BYTES);
    return text != NULL && proc_stat_parse(text, ret_stat);
}

gboolean
proc_read_thread_delay(int folder, int32_t tid, uint64_t *ret_delay_ns)
{
    g_autofree char *text = thread_text(folder, tid, "schedstat", STAT_MAX_BYTES);
    return text != NULL && proc_schedstat_parse(g_strchomp(text), ret_delay_ns);
}

gboolean
proc_read_thread_wait(int folder, int32_t tid, uint64_t *ret_wait_ns)
{
    g_autofree char *text = thread_text(folder, tid, "sched", SCHED_MAX_BYTES);
    return text != NULL && proc_sched_wait_parse(text, ret_wait_ns);
}

Bitmap *
proc_read_thread_cpus(int folder, int32_t tid, size_t bits)
{
    static const char *const names[] = {"Cpus_allowed_list", NULL};
    g_autofree char *text = thread_text(folder, tid, "status", STATUS_MAX_BYTES);
    g_autofree char *list = text != NULL ? find_value(text, names) : NULL;
    return list != NULL ? bitmap_parse(list, bits, NULL) : NULL;
}
