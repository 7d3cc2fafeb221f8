/*
 * Loading a folder with good, damaged, unusable and foreign files: the good ones arrive in order,
 * the damaged ones are renamed and never offered again, the others are left.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/store/store.h"

typedef struct {
    char *dir;
    Store *store;
    GString *seen;
} Fixture;

static void
put(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->dir, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static char *
get(const Fixture *fixture, const char *name)
{
    g_autofree char *path = g_build_filename(fixture->dir, name, NULL);
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

static void
set_up(Fixture *fixture, const void *unused)
{
    fixture->dir = g_dir_make_tmp("store-XXXXXX", NULL);
    fixture->store = store_open(fixture->dir, 0700, NULL);
    fixture->seen = g_string_new(NULL);
    g_assert_true(log_configure(LOG_WARNING, "", "4:file:/dev/null", NULL));
}

static void
tear_down(Fixture *fixture, const void *unused)
{
    g_autoptr(GDir) dir = g_dir_open(fixture->dir, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(fixture->dir, name, NULL);
        g_remove(path);
    }
    g_rmdir(fixture->dir);
    store_free(fixture->store);
    g_string_free(fixture->seen, TRUE);
    g_free(fixture->dir);
    log_close();
}

static StoreVerdict
take(void *data, const char *name, const char *text, size_t len, GError **error)
{
    g_string_append_printf(data, "%s=%s ", name, text);
    g_assert_cmpuint(strlen(text), ==, len);
    if (g_str_has_prefix(text, "good"))
        return STORE_LOADED;
    if (g_str_has_prefix(text, "later")) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_CONFIG_UNSUPPORTED, "not yet");
        return STORE_LEFT;
    }
    if (len > 0) /* an empty one without a reason: that must do as well */
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_XML_ERROR, "no root");
    return STORE_DAMAGED;
}

static StoreLoadResult
load(Fixture *fixture)
{
    StoreLoadResult result;
    GError *error = NULL;
    g_string_truncate(fixture->seen, 0);
    g_assert_true(store_load_all(fixture->store, ".xml", take, fixture->seen, &result, &error));
    g_assert_no_error(error);
    return result;
}

static void
test_mixed(Fixture *fixture, const void *unused)
{
    put(fixture, "b.xml", "good b");
    put(fixture, "a.xml", "bad");
    put(fixture, "c.xml", "");
    put(fixture, "d.xml", "later");
    put(fixture, "e.xml", "good e");
    put(fixture, "readme.txt", "bad");
    put(fixture, ".vireo-1-1.new", "half");
    g_autofree char *link = g_build_filename(fixture->dir, "f.xml", NULL);
    g_assert_cmpint(symlink("b.xml", link), ==, 0);
    StoreLoadResult result = load(fixture);
    g_assert_cmpstr(fixture->seen->str, ==,
                    "a.xml=bad b.xml=good b c.xml= d.xml=later e.xml=good e ");
    g_assert_cmpuint(result.n_loaded, ==, 2);
    g_assert_cmpuint(result.n_damaged, ==, 2);
    g_assert_cmpuint(result.n_left, ==, 2);
    g_autofree char *aside = get(fixture, "a.xml.damaged-1");
    g_assert_cmpstr(aside, ==, "bad");
    g_assert_false(store_exists(fixture->store, "a.xml"));
    g_assert_true(store_exists(fixture->store, "d.xml"));
    g_assert_true(store_exists(fixture->store, "readme.txt"));
    g_autofree char *half = get(fixture, ".vireo-1-1.new");
    g_assert_null(half);
    /* Once more: what was damaged is not seen again. */
    result = load(fixture);
    g_assert_cmpstr(fixture->seen->str, ==, "b.xml=good b d.xml=later e.xml=good e ");
    g_assert_cmpuint(result.n_damaged, ==, 0);
}

static void
test_earlier_damage_is_not_replaced(Fixture *fixture, const void *unused)
{
    for (int i = 1; i <= 3; i++) {
        g_autofree char *text = g_strdup_printf("bad %d", i);
        put(fixture, "a.xml", text);
        g_assert_cmpuint(load(fixture).n_damaged, ==, 1);
    }
    for (int i = 1; i <= 3; i++) {
        g_autofree char *name = g_strdup_printf("a.xml.damaged-%d", i);
        g_autofree char *wanted = g_strdup_printf("bad %d", i);
        g_autofree char *text = get(fixture, name);
        g_assert_cmpstr(text, ==, wanted);
    }
}

static void
test_empty(Fixture *fixture, const void *unused)
{
    StoreLoadResult result = load(fixture);
    g_assert_cmpuint(result.n_loaded + result.n_damaged + result.n_left, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/store/load/mixed", Fixture, NULL, set_up, test_mixed, tear_down);
    g_test_add("/store/load/again", Fixture, NULL, set_up, test_earlier_damage_is_not_replaced,
               tear_down);
    g_test_add("/store/load/empty", Fixture, NULL, set_up, test_empty, tear_down);
    return g_test_run();
}
