/*
 * A file system of a few pages, really full: the code and errno that libvirt gives, the file named,
 * the old content there, and writing works again when there is room. Skipped without the right to
 * mount.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/store/store.h"

static void
test_full(const void *data)
{
    const char *path = data;
    g_autoptr(Store) store = store_open(path, 0700, NULL);
    g_assert_true(store_write(store, "a.xml", "old", 3, 0600, NULL));
    g_autofree char *filler = g_build_filename(path, "filler", NULL);
    g_autofree char *pages = g_strnfill(64 * 1024, 'x');
    g_assert_false(g_file_set_contents(filler, pages, 64 * 1024, NULL)); /* not by half */
    g_assert_true(
        g_file_set_contents_full(filler, pages, 24 * 1024, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_autofree char *large = g_strnfill(16 * 1024, 'n');
    for (int i = 0; i < 3; i++) { /* again and again: failures leave nothing behind */
        GError *error = NULL;
        g_assert_false(store_write(store, "a.xml", large, 16 * 1024, 0600, &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
        g_assert_cmpint(virt_error_get_info(error).int1, ==, ENOSPC);
        g_assert_nonnull(strstr(error->message, "a.xml'"));
        g_assert_nonnull(strstr(error->message, path));
        g_clear_error(&error);
        g_autoptr(GBytes) old = store_read(store, "a.xml", NULL);
        g_assert_cmpmem(g_bytes_get_data(old, NULL), g_bytes_get_size(old), "old", 3);
    }
    g_assert_cmpint(g_unlink(filler), ==, 0);
    g_assert_true(store_write(store, "a.xml", large, 16 * 1024, 0600, NULL));
    g_autoptr(GBytes) new = store_read(store, "a.xml", NULL);
    g_assert_cmpuint(g_bytes_get_size(new), ==, 16 * 1024);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *dir = g_dir_make_tmp("store-XXXXXX", NULL);
    if ((unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("none", dir, "tmpfs", 0, "size=36k") < 0) {
        g_print("1..0 # SKIP no mount namespace here\n");
        g_rmdir(dir);
        return 0;
    }
    g_test_add_data_func("/store/full-disk", dir, test_full);
    int result = g_test_run();
    umount2(dir, MNT_DETACH);
    g_rmdir(dir);
    return result;
}
