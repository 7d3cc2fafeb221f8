/*
 * Rotation: after the file was renamed, log_reopen() starts a new one of the same name; when it
 * cannot be made, lines go on into the old one.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/log.h"

static char *
content(const char *path)
{
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void
test_reopen(void)
{
    g_autofree char *dir = g_dir_make_tmp("log-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "log", NULL);
    g_autofree char *old = g_build_filename(dir, "log.1", NULL);
    g_autofree char *outputs = g_strdup_printf("1:file:%s", path);
    g_assert_true(log_configure(LOG_INFO, "", outputs, NULL));
    log_info("first");
    log_flush();
    g_assert_cmpint(g_rename(path, old), ==, 0);
    log_info("second");
    log_flush();
    log_reopen();
    log_flush();
    log_info("third");
    log_flush();
    struct stat st;
    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 0777, ==, 0600);
    /* Now the name is taken by a folder: the open file is kept. */
    g_assert_cmpint(g_unlink(old), ==, 0);
    g_assert_cmpint(g_rename(path, old), ==, 0);
    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    log_reopen();
    log_flush();
    log_info("fourth");
    log_close();
    g_autofree char *text = content(old);
    g_assert_null(strstr(text, "second"));
    g_assert_nonnull(strstr(text, "third"));
    g_assert_nonnull(strstr(text, "fourth"));
    g_unlink(old);
    g_rmdir(path);
    g_rmdir(dir);
}

static void
test_new_settings_write_the_old_lines_first(void)
{
    g_autofree char *dir = g_dir_make_tmp("log-XXXXXX", NULL);
    g_autofree char *one = g_build_filename(dir, "one", NULL);
    g_autofree char *two = g_build_filename(dir, "two", NULL);
    g_autofree char *first = g_strdup_printf("1:file:%s", one);
    g_autofree char *second = g_strdup_printf("1:file:%s", two);
    g_assert_true(log_configure(LOG_INFO, "", first, NULL));
    for (int i = 0; i < 5000; i++)
        log_info("line %d", i);
    g_assert_true(log_configure(LOG_INFO, NULL, second, NULL));
    log_info("elsewhere");
    log_close();
    g_autofree char *text_one = content(one);
    g_autofree char *text_two = content(two);
    g_assert_nonnull(strstr(text_one, ": line 0\n"));
    g_assert_nonnull(strstr(text_one, ": line 4999\n"));
    g_assert_null(strstr(text_one, "elsewhere"));
    g_assert_null(strstr(text_two, ": line"));
    g_assert_nonnull(strstr(text_two, "elsewhere"));
    g_unlink(one);
    g_unlink(two);
    g_rmdir(dir);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/rotation/reopen", test_reopen);
    g_test_add_func("/log/rotation/settings", test_new_settings_write_the_old_lines_first);
    return g_test_run();
}
