/*
 * last_words — see last_words.h.
 */
#include "virtqemud/vm/last_words.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/strand.h"

enum { WORDS_MAX = 2048, LINES_MAX = 5, RECORD_MAX = 128, RECORD_TRIES = 25, RECORD_PAUSE_MS = 20 };

/* What virt-exec wrote behind the line that tells of the start. Empty: nothing yet. */
static void
read_end(const LastWordsOf *of, char text[RECORD_MAX])
{
    char all[RECORD_MAX] = "";
    ssize_t n = of->record_fd >= 0 ? pread(of->record_fd, all, sizeof all - 1, 0) : 0;
    all[MAX(n, 0)] = '\0';
    const char *end = strchr(all, '\n');
    (void)g_strlcpy(text, end != NULL ? end + 1 : "", RECORD_MAX);
}

/* virt-exec, which watches too, may be later than we are. */
static void
await_end(const LastWordsOf *of, char text[RECORD_MAX])
{
    g_autoptr(Future) never = future_new("the record of QEMU's end");
    read_end(of, text);
    for (int i = 0; of->record_fd >= 0 && *text == '\0' && i < RECORD_TRIES; i++) {
        if (!strand_wait(never, strand_deadline_in_ms(RECORD_PAUSE_MS), NULL, NULL))
            read_end(of, text);
    }
}

/* As virt-exec recorded it: "exit N", "signal N", "signal N core". */
static char *
read_record(const LastWordsOf *of)
{
    char end[RECORD_MAX];
    int number;
    await_end(of, end);
    if (sscanf(end, "exit %d", &number) == 1)
        return g_strdup_printf("it exited with status %d", number);
    if (sscanf(end, "signal %d", &number) == 1)
        return g_strdup_printf("it was killed by signal %d (%s)", number, strsignal(number));
    return g_strdup("how is not known");
}

/* The last lines of what was written since the start, in one. */
static char *
read_log(const LastWordsOf *of)
{
    char text[WORDS_MAX + 1];
    off_t end = of->log_fd >= 0 ? lseek(of->log_fd, 0, SEEK_END) : 0;
    off_t begin = MAX((off_t)of->log_start, end - WORDS_MAX);
    ssize_t n = end > begin ? pread(of->log_fd, text, (size_t)(end - begin), begin) : 0;
    if (n <= 0)
        return g_strdup("");
    text[n] = '\0';
    g_autofree char *valid = g_utf8_make_valid(g_strstrip(text), -1);
    g_auto(GStrv) lines = g_strsplit(valid, "\n", -1);
    guint n_lines = g_strv_length(lines);
    return g_strjoinv("; ", lines + (n_lines > LINES_MAX ? n_lines - LINES_MAX : 0));
}

char *
last_words(const LastWordsOf *of)
{
    g_autofree char *how = read_record(of);
    g_autofree char *log = read_log(of);
    return *log != '\0' ? g_strdup_printf("%s: %s", how, log) : g_steal_pointer(&how);
}
