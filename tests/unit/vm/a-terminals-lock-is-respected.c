/*
 * The lock file of a terminal keeps out while its process lives, and is replaced when that has
 * ended, is this one, or never was a process. Shows DEV-19.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/error.h"
#include "virtqemud/vm/console_lock.h"

#define DEVICE "/dev/pts/7"

typedef struct {
    char *folder;
    char *file;
} Place;

static void
place_clear(Place *place)
{
    (void)g_unlink(place->file);
    g_assert_cmpint(g_rmdir(place->folder), ==, 0);
    g_free(place->folder);
    g_free(place->file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static Place
make_place(void)
{
    char *folder = g_dir_make_tmp("locks-XXXXXX", NULL);
    return (Place){folder, g_build_filename(folder, "LCK.._pts_7", NULL)};
}

static void
check_is_ours(const Place *place)
{
    g_autofree char *wanted = g_strdup_printf("%10d\n", (int)getpid());
    g_autofree char *content = NULL;
    g_assert_true(g_file_get_contents(place->file, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, wanted);
}

static void
test_free(void)
{
    g_auto(Place) place = make_place();
    g_assert_true(console_lock_take(place.folder, DEVICE, NULL));
    check_is_ours(&place);
    g_assert_true(console_lock_take(place.folder, DEVICE, NULL));
    check_is_ours(&place);
    console_lock_drop(place.folder, DEVICE);
    g_assert_false(g_file_test(place.file, G_FILE_TEST_EXISTS));
    console_lock_drop(place.folder, DEVICE);
}

static void
test_held(void)
{
    g_auto(Place) place = make_place();
    g_autoptr(GError) error = NULL;
    const char *parent = "         1\n";
    g_assert_true(g_file_set_contents(place.file, parent, -1, NULL));
    g_assert_false(console_lock_take(place.folder, DEVICE, &error));
    g_assert_cmpint(virt_error_get_code(error), ==, VIRT_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(error->message, "process 1 "));
    g_autofree char *content = NULL;
    g_assert_true(g_file_get_contents(place.file, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, parent);
}

static void
test_stale(void)
{
    pid_t gone = fork();
    if (gone == 0)
        _exit(0);
    g_assert_cmpint(waitpid(gone, NULL, 0), ==, gone);
    g_autofree char *of_gone = g_strdup_printf("%10d\n", (int)gone);
    const char *const contents[] = {of_gone, "junk\n", "", "-1\n", "99999999999999999999\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(contents); i++) {
        g_auto(Place) place = make_place();
        g_assert_true(g_file_set_contents(place.file, contents[i], -1, NULL));
        g_assert_true(console_lock_take(place.folder, DEVICE, NULL));
        check_is_ours(&place);
    }
}

/* A link is replaced, never followed. */
static void
test_link(void)
{
    g_auto(Place) place = make_place();
    g_autofree char *other = g_build_filename(place.folder, "other", NULL);
    g_assert_true(g_file_set_contents(other, "kept", -1, NULL));
    g_assert_cmpint(symlink(other, place.file), ==, 0);
    g_assert_true(console_lock_take(place.folder, DEVICE, NULL));
    g_assert_false(g_file_test(place.file, G_FILE_TEST_IS_SYMLINK));
    g_autofree char *content = NULL;
    g_assert_true(g_file_get_contents(other, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, "kept");
    g_assert_cmpint(g_unlink(other), ==, 0);
}

static void
test_no_folder(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(console_lock_take("/nonexistent", DEVICE, &error));
    g_assert_cmpint(virt_error_get_code(error), ==, VIRT_ERR_SYSTEM_ERROR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/console-lock/free", test_free);
    g_test_add_func("/console-lock/held", test_held);
    g_test_add_func("/console-lock/stale", test_stale);
    g_test_add_func("/console-lock/link", test_link);
    g_test_add_func("/console-lock/no-folder", test_no_folder);
    return g_test_run();
}
