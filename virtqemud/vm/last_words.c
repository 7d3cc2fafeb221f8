/*
 * last_words — see last_words.h.
 */
#include "virtqemud/vm/last_words.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MAX = 2048, LINES_MAX = 5 };

/* As virt-exec recorded it: "exit N", "signal N", "signal N core". */
static char *
read_record(const VmRun *run)
{
    char text[128] = "";
    int number;
    ssize_t n = run->record_fd >= 0 ? pread(run->record_fd, text, sizeof text - 1, 0) : 0;
    if (n <= 0)
        return g_strdup("how is not known");
    text[n] = '\0';
    const char *end = strchr(text, '\n'); /* behind the line that tells of the start */
    end = end != NULL ? end + 1 : text;
    if (sscanf(end, "exit %d", &number) == 1)
        return g_strdup_printf("it exited with status %d", number);
    if (sscanf(end, "signal %d", &number) == 1)
        return g_strdup_printf("it was killed by signal %d (%s)", number, strsignal(number));
    return g_strdup("how is not known");
}

/* The last lines of what was written since the start, in one. */
static char *
read_log(const VmRun *run)
{
    char text[WORDS_MAX + 1];
    off_t end = run->log_fd >= 0 ? lseek(run->log_fd, 0, SEEK_END) : 0;
    off_t begin = MAX((off_t)run->log_start, end - WORDS_MAX);
    ssize_t n = end > begin ? pread(run->log_fd, text, (size_t)(end - begin), begin) : 0;
    if (n <= 0)
        return g_strdup("");
    text[n] = '\0';
    g_autofree char *valid = g_utf8_make_valid(g_strstrip(text), -1);
    g_auto(GStrv) lines = g_strsplit(valid, "\n", -1);
    guint n_lines = g_strv_length(lines);
    return g_strjoinv("; ", lines + (n_lines > LINES_MAX ? n_lines - LINES_MAX : 0));
}

char *
last_words(VmRun *run)
{
    g_autofree char *how = read_record(run);
    g_autofree char *log = read_log(run);
    return *log != '\0' ? g_strdup_printf("%s: %s", how, log) : g_steal_pointer(&how);
}
