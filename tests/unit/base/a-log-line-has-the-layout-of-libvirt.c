/*
 * What a line in a file looks like, and that text from outside cannot forge one.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define LOG_SOURCE "test.layout"
#include "common/base/log.h"

static char *path;

/* What the file holds after `fn` logged. */
static char *
logged(void (*fn)(void))
{
    g_autofree char *outputs = g_strdup_printf("1:file:%s", path);
    g_assert_true(log_configure(LOG_DEBUG, "", outputs, NULL));
    fn();
    log_close();
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_unlink(path);
    return text;
}

static void
log_four(void)
{
    log_debug("one %d", 1);
    log_info("two");
    log_warning("three");
    log_error("four");
}

static void
test_levels(void)
{
    g_autofree char *text = logged(log_four);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *const ends[] = {"debug : test\\.layout:[0-9]+ : one 1", "info : .* : two",
                                "warning : .* : three", "error : .* : four"};
    g_assert_cmpuint(g_strv_length(lines), ==, 5);
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autofree char *pattern =
            g_strdup_printf("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}\\+"
                            "0000: %d: %s$",
                            (int)gettid(), ends[i]);
        if (!g_regex_match_simple(pattern, lines[i], 0, 0))
            g_error("'%s' does not match %s", lines[i], pattern);
    }
}

static void
log_hostile(void)
{
    log_warning("%s", "name\n2026-01-01 00:00:00.000+0000: 1: error : forged\x1b[2J\r\x07\n\n");
}

static void
test_hostile_text(void)
{
    g_autofree char *text = logged(log_hostile);
    g_assert_nonnull(strstr(text, "name\n\t2026-01-01"));
    g_assert_nonnull(strstr(text, "forged?[2J??\n"));
    g_assert_true(g_str_has_suffix(text, "??\n"));
}

static void
log_long(void)
{
    g_autofree char *huge = g_strnfill(1024 * 1024, 'x');
    log_warning("%s", huge);
}

static void
test_long_text(void)
{
    g_autofree char *text = logged(log_long);
    g_assert_cmpuint(strlen(text), <, 70000);
    g_assert_nonnull(strstr(text, "xxx... (983040 bytes more)\n"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *dir = g_dir_make_tmp("log-XXXXXX", NULL);
    path = g_build_filename(dir, "log", NULL);
    g_test_add_func("/log/layout/levels", test_levels);
    g_test_add_func("/log/layout/hostile-text", test_hostile_text);
    g_test_add_func("/log/layout/long-text", test_long_text);
    int result = g_test_run();
    g_rmdir(dir);
    g_free(path);
    return result;
}
