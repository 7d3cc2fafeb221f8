/*
 * Threads log while the settings change, files are reopened and flushed: every line is written once
 * and whole, in the order of its thread.
 */
#include <glib/gstdio.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"

enum { THREADS = 4, LINES = 2000, CHANGES = 50 };

static void *
log_lines(void *data)
{
    int thread = GPOINTER_TO_INT(data);
    for (int i = 0; i < LINES; i++) {
        log_info("thread %d line %d.", thread, i);
        log_debug("never written");
    }
    return NULL;
}

static void
test_threads(void)
{
    g_autofree char *dir = g_dir_make_tmp("log-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "log", NULL);
    g_autofree char *outputs = g_strdup_printf("1:file:%s", path);
    g_assert_true(log_configure(LOG_INFO, "", outputs, NULL));
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, log_lines, GINT_TO_POINTER(i)), ==, 0);
    for (int i = 0; i < CHANGES; i++) {
        g_assert_true(log_configure(LOG_INFO, i % 2 == 0 ? "4:nothing" : "", NULL, NULL));
        log_reopen();
        g_autofree char *filters = log_get_filters();
        g_assert_cmpstr(filters, ==, i % 2 == 0 ? "4:*nothing*" : "");
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    log_close();
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, THREADS * LINES + 1);
    int next[THREADS] = {0};
    for (int i = 0; i < THREADS * LINES; i++) {
        int thread, line;
        const char *message = strstr(lines[i], "thread ");
        g_assert_nonnull(message);
        g_assert_cmpint(sscanf(message, "thread %d line %d.", &thread, &line), ==, 2);
        g_assert_cmpint(line, ==, next[thread]++);
    }
    g_unlink(path);
    g_rmdir(dir);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/threads", test_threads);
    return g_test_run();
}
