/*
 * A pipe that nobody reads: who logs goes on, other outputs get their lines, errors outlive debug
 * lines, and what was lost is counted to the line.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/log.h"

enum { DEBUG_LINES = 6000, ERROR_LINES = 20 };
#define LAST_LINE ": 005999\n"

typedef struct {
    char *dir;
    char *fifo;
    char *file;
    int reader;
} Fixture;

static void
set_up(Fixture *fixture, const void *unused)
{
    fixture->dir = g_dir_make_tmp("log-XXXXXX", NULL);
    fixture->fifo = g_build_filename(fixture->dir, "fifo", NULL);
    fixture->file = g_build_filename(fixture->dir, "file", NULL);
    g_assert_cmpint(mkfifo(fixture->fifo, 0600), ==, 0);
    fixture->reader = open(fixture->fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    g_autofree char *outputs = g_strdup_printf("1:file:%s 3:file:%s", fixture->fifo, fixture->file);
    g_assert_true(log_configure(LOG_DEBUG, "", outputs, NULL));
}

static void
tear_down(Fixture *fixture, const void *unused)
{
    log_close();
    fd_clear(&fixture->reader);
    g_unlink(fixture->fifo);
    g_unlink(fixture->file);
    g_rmdir(fixture->dir);
    g_free(fixture->fifo);
    g_free(fixture->file);
    g_free(fixture->dir);
}

static void
log_flood(void)
{
    for (int i = 0; i < DEBUG_LINES; i++) {
        /* Long enough that so few fill what an output keeps. */
        log_debug("%01000d: %06d", 0, i);
        if (i % (DEBUG_LINES / ERROR_LINES) == 0)
            log_error("error number %d", i);
    }
}

typedef struct {
    int fd;
    GString *text;
} Drain;

/* Reads until the last line of the flood has come. */
static void *
drain(void *data)
{
    Drain *job = data;
    char block[65536];
    ssize_t n;
    while ((n = read(job->fd, block, sizeof(block))) > 0) {
        g_string_append_len(job->text, block, n);
        gsize tail = MIN(job->text->len, (gsize)n + 100);
        if (strstr(job->text->str + job->text->len - tail, LAST_LINE) != NULL)
            break;
    }
    return NULL;
}

typedef struct {
    guint64 errors;
    guint64 debugs;
    guint64 missing; /* the sum of what the notes say */
    gboolean last;
} Counts;

static Counts
count_lines(const char *text)
{
    Counts counts = {0};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const char *note = strstr(*line, " lines are missing here");
        counts.errors += strstr(*line, " error : ") != NULL;
        counts.debugs += strstr(*line, " debug : ") != NULL;
        counts.last = counts.last || g_str_has_suffix(*line, ": 005999");
        if (note != NULL)
            counts.missing += g_ascii_strtoull(g_strrstr_len(*line, note - *line, " "), NULL, 10);
    }
    return counts;
}

static void
test_never_read(Fixture *fixture, const void *unused)
{
    log_flood(); /* returns: that is the point */
    g_autofree char *text = NULL;
    /* The other output has its lines although the first is stuck. */
    log_flush();
    g_assert_true(g_file_get_contents(fixture->file, &text, NULL, NULL));
    Counts counts = count_lines(text);
    g_assert_cmpuint(counts.errors, ==, ERROR_LINES);
    g_assert_cmpuint(counts.debugs, ==, 0);
}

static void
test_read_late(Fixture *fixture, const void *unused)
{
    log_flood();
    pthread_t thread;
    Drain job = {fixture->reader, g_string_new(NULL)};
    g_assert_true(fd_set_nonblocking(fixture->reader, FALSE, NULL));
    g_assert_cmpint(pthread_create(&thread, NULL, drain, &job), ==, 0);
    pthread_join(thread, NULL);
    Counts counts = count_lines(job.text->str);
    g_assert_cmpuint(counts.errors, ==, ERROR_LINES);
    g_assert_cmpuint(counts.debugs, <, DEBUG_LINES);
    g_assert_cmpuint(counts.missing, ==, DEBUG_LINES - counts.debugs);
    g_assert_true(counts.last); /* the oldest went, not the newest */
    g_string_free(job.text, TRUE);
}

static void
test_stderr(void)
{
    int ends[2];
    g_assert_true(fd_pipe(ends, NULL));
    auto_fd saved = fd_dup(STDERR_FILENO, NULL);
    fflush(stderr);
    g_assert_cmpint(dup2(ends[1], STDERR_FILENO), ==, STDERR_FILENO);
    fd_clear(&ends[1]);
    g_assert_true(log_configure(LOG_DEBUG, "", "1:stderr", NULL));
    log_flood();
    log_close(); /* gives up after its patience: the pipe stays full */
    g_assert_cmpint(dup2(saved, STDERR_FILENO), ==, STDERR_FILENO);
    fd_clear(&ends[0]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/log/stuck/never-read", Fixture, NULL, set_up, test_never_read, tear_down);
    g_test_add("/log/stuck/read-late", Fixture, NULL, set_up, test_read_late, tear_down);
    g_test_add_func("/log/stuck/stderr", test_stderr);
    return g_test_run();
}
