/*
 * A file that cannot grow loses lines; when there is room again it says how many, at the place
 * where they are missing, and no line is glued to half of another. The limit on file sizes is the
 * full disk.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "common/base/log.h"

static void
limit_files(rlim_t bytes)
{
    struct rlimit limit;
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &limit), ==, 0);
    limit.rlim_cur = MIN(bytes, limit.rlim_max);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_full(void)
{
    g_autofree char *dir = g_dir_make_tmp("log-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "log", NULL);
    g_autofree char *outputs = g_strdup_printf("1:file:%s", path);
    g_assert_true(log_configure(LOG_INFO, "", outputs, NULL));
    log_info("before");
    log_flush();
    limit_files(90);
    for (int i = 0; i < 10; i++)
        log_info("during %d", i);
    log_flush();
    limit_files(RLIM_INFINITY);
    log_info("after");
    log_close();
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_test_message("%s", text);
    g_assert_true(g_str_has_suffix(lines[0], " : before"));
    g_assert_null(strstr(text, "during"));
    /* Half of the first lost line, the note, the line after, and the empty end. */
    g_assert_cmpuint(g_strv_length(lines), ==, 5);
    g_assert_nonnull(strstr(lines[2], " : 10 lines are missing here"));
    g_assert_true(g_str_has_suffix(lines[3], " : after"));
    g_unlink(path);
    g_rmdir(dir);
}

static void
test_dev_full(void)
{
    g_assert_true(log_configure(LOG_DEBUG, "", "1:file:/dev/full", NULL));
    for (int i = 0; i < 1000; i++)
        log_error("to nowhere");
    log_close();
}

int
main(int argc, char **argv)
{
    /* The limit's signal would end the test's own thread; the log's thread blocks it by itself. */
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/full-disk/limit", test_full);
    g_test_add_func("/log/full-disk/dev-full", test_dev_full);
    return g_test_run();
}
