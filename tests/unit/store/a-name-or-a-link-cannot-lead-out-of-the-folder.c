/*
 * Names that are no names are refused by every operation; links and special files in the folder are
 * neither followed nor waited for.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/store/store.h"

typedef struct {
    char *dir;
    char *path;
    char *outside;
    Store *store;
} Fixture;

static void
set_up(Fixture *fixture, const void *unused)
{
    fixture->dir = g_dir_make_tmp("store-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->dir, "in", NULL);
    fixture->outside = g_build_filename(fixture->dir, "outside", NULL);
    g_assert_true(g_file_set_contents(fixture->outside, "untouched", -1, NULL));
    fixture->store = store_open(fixture->path, 0700, NULL);
    g_assert_nonnull(fixture->store);
}

static void
tear_down(Fixture *fixture, const void *unused)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(fixture->outside, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "untouched");
    store_free(fixture->store);
    g_unlink(fixture->outside);
    g_autofree char *a = g_build_filename(fixture->path, "a", NULL);
    g_unlink(a);
    g_rmdir(fixture->path);
    g_rmdir(fixture->dir);
    g_free(fixture->outside);
    g_free(fixture->path);
    g_free(fixture->dir);
}

static void
expect(GError *error, VirtErrorCode code)
{
    g_assert_error(error, VIRT_ERROR, (int)code);
    g_error_free(error);
}

static void
test_names(Fixture *fixture, const void *unused)
{
    g_autofree char *long_name = g_strnfill(256, 'n');
    const char *const names[] = {"",    ".",       "..",    "../outside",     "a/b",    "/etc/x",
                                 "a\n", "\x1b[2J", "a\x7f", ".vireo-1-1.new", long_name};
    Store *store = fixture->store;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        GError *error = NULL;
        g_assert_false(store_write(store, names[i], "x", 1, 0600, &error));
        expect(error, VIRT_ERR_INVALID_ARG);
        error = NULL;
        g_assert_false(store_write_volatile(store, names[i], "x", 1, 0600, &error));
        expect(error, VIRT_ERR_INVALID_ARG);
        error = NULL;
        g_assert_null(store_read(store, names[i], &error));
        expect(error, VIRT_ERR_INVALID_ARG);
        error = NULL;
        g_assert_false(store_remove(store, names[i], &error));
        expect(error, VIRT_ERR_INVALID_ARG);
        error = NULL;
        g_assert_false(store_link_autostart(store, names[i], STORE_AUTOSTART_ON, &error));
        expect(error, VIRT_ERR_INVALID_ARG);
        error = NULL;
        g_assert_null(store_open_sub(store, names[i], 0700, &error));
        expect(error, VIRT_ERR_INVALID_ARG);
        g_assert_false(store_exists(store, names[i]));
        g_assert_false(store_has_autostart(store, names[i]));
    }
}

static void
test_links(Fixture *fixture, const void *unused)
{
    Store *store = fixture->store;
    g_autofree char *link = g_build_filename(fixture->path, "a", NULL);
    g_assert_cmpint(symlink("../outside", link), ==, 0);
    GError *error = NULL;
    g_assert_null(store_read(store, "a", &error));
    g_assert_cmpint(virt_error_get_info(error).int1, ==, ELOOP);
    expect(error, VIRT_ERR_SYSTEM_ERROR);
    g_assert_false(store_exists(store, "a"));
    /* Writing replaces the link itself. */
    g_assert_true(store_write(store, "a", "mine", 4, 0600, NULL));
    g_autoptr(GBytes) content = store_read(store, "a", NULL);
    g_assert_cmpmem(g_bytes_get_data(content, NULL), g_bytes_get_size(content), "mine", 4);
    /* A folder that is a link is refused. */
    g_assert_cmpint(g_unlink(link), ==, 0);
    g_assert_cmpint(symlink("..", link), ==, 0);
    error = NULL;
    g_assert_null(store_open_sub(store, "a", 0700, &error));
    expect(error, VIRT_ERR_SYSTEM_ERROR);
    g_assert_cmpint(g_unlink(link), ==, 0);
}

static void
test_special_files(Fixture *fixture, const void *unused)
{
    g_autofree char *fifo = g_build_filename(fixture->path, "a", NULL);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    GError *error = NULL;
    g_assert_null(store_read(fixture->store, "a", &error)); /* returns */
    expect(error, VIRT_ERR_SYSTEM_ERROR);
}

static void
test_modes(Fixture *fixture, const void *unused)
{
    struct stat st;
    g_autofree char *file = g_build_filename(fixture->path, "a", NULL);
    mode_t before = umask(0);
    g_assert_true(store_write(fixture->store, "a", "x", 1, 0600, NULL));
    g_assert_cmpint(stat(file, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 07777, ==, 0600);
    umask(077);
    g_assert_true(store_write(fixture->store, "a", "x", 1, 0644, NULL));
    umask(before);
    g_assert_cmpint(stat(file, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 07777, ==, 0644);
    g_assert_cmpint(stat(fixture->path, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 07777, ==, 0700);
}

static void
test_size(Fixture *fixture, const void *unused)
{
    g_autofree char *much = g_malloc0(STORE_MAX_FILE_BYTES + 1);
    GError *error = NULL;
    g_assert_false(store_write(fixture->store, "a", much, STORE_MAX_FILE_BYTES + 1, 0600, &error));
    g_assert_cmpint(virt_error_get_info(error).int1, ==, EFBIG);
    expect(error, VIRT_ERR_SYSTEM_ERROR);
    g_assert_false(store_exists(fixture->store, "a"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/store/inside/names", Fixture, NULL, set_up, test_names, tear_down);
    g_test_add("/store/inside/links", Fixture, NULL, set_up, test_links, tear_down);
    g_test_add("/store/inside/special", Fixture, NULL, set_up, test_special_files, tear_down);
    g_test_add("/store/inside/modes", Fixture, NULL, set_up, test_modes, tear_down);
    g_test_add("/store/inside/size", Fixture, NULL, set_up, test_size, tear_down);
    return g_test_run();
}
