/*
 * A renaming is cut at each of its system calls, by the end of the process and by an error; then
 * exactly one of both names has the definition, wholly, with the autostart link that it had, and
 * nothing else is left. Shows LC-12.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/error.h"
#include "tests/unit/store/faults.h"
#include "virtqemud/vm/renaming.h"

#define OLD "<name>a</name>"
#define NEW "<name>b, which is longer</name>"

typedef struct {
    gboolean has_link;
    int error; /* 0: the process ends */
} Way;

static char *
make_folder(gboolean has_link)
{
    char *path = g_dir_make_tmp("renaming-XXXXXX", NULL);
    g_autoptr(Store) store = store_open(path, 0700, NULL);
    g_assert_true(store_write(store, "a.xml", OLD, strlen(OLD), 0600, NULL));
    if (has_link)
        g_assert_true(store_link_autostart(store, "a.xml", STORE_AUTOSTART_ON, NULL));
    return path;
}

/* Every name but the folder of links. */
static size_t
count_names(const char *path)
{
    size_t n = 0;
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
        n += g_str_equal(name, "autostart") ? 0 : 1;
    return n;
}

static void
check_content(const Store *store, const char *file, const char *wanted)
{
    g_autoptr(GBytes) content = store_read(store, file, NULL);
    g_assert_nonnull(content);
    g_assert_cmpmem(g_bytes_get_data(content, NULL), g_bytes_get_size(content), wanted,
                    strlen(wanted));
}

/* What a daemon that starts finds; TRUE: the new name. */
static gboolean
recover(const char *path, gboolean has_link)
{
    g_autofree char *links = g_build_filename(path, "autostart", NULL);
    g_autoptr(Store) store = store_open(path, 0700, NULL);
    RenamingPlace place = {.definitions = store};
    renaming_recover(&place);
    gboolean is_new = store_exists(store, "b.xml");
    g_assert_cmpint(store_exists(store, "a.xml"), ==, !is_new);
    check_content(store, is_new ? "b.xml" : "a.xml", is_new ? NEW : OLD);
    g_assert_cmpint(store_has_autostart(store, "a.xml"), ==, has_link && !is_new);
    g_assert_cmpint(store_has_autostart(store, "b.xml"), ==, has_link && is_new);
    g_assert_cmpuint(count_names(path), ==, 1);
    g_assert_cmpuint(count_names(links), ==, has_link ? 1 : 0);
    return is_new;
}

/* In a process of its own; whether it came to its end. */
static gboolean
run_cut(const char *path, const Way *way, int at, gboolean *ret_ok)
{
    pid_t pid = fork();
    if (pid == 0) {
        Faults faults;
        g_autoptr(GError) error = NULL;
        faults_init(&faults);
        Store *store = store_open_with_ops(&faults.ops, path, 0700, NULL);
        faults.at = faults.calls + at;
        faults.error = way->error;
        RenamingPlace place = {.definitions = store};
        Renaming renaming = {"1111", "a", "b", NEW, way->has_link};
        gboolean ok = renaming_do(&place, &renaming, &error);
        gboolean was_cut = faults.calls >= faults.at;
        _exit((ok ? 1 : 0) | (was_cut ? 0 : 2) | 4);
    }
    int status;
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    *ret_ok = (code & 5) == 5;
    return (code & 6) == 6;
}

static void
test_cuts(const void *data)
{
    const Way *way = data;
    gboolean seen[2] = {FALSE, FALSE};
    gboolean is_over = FALSE;
    for (int at = 1; !is_over; at++) {
        gboolean ok;
        g_autofree char *path = make_folder(way->has_link);
        is_over = run_cut(path, way, at, &ok);
        gboolean is_new = recover(path, way->has_link);
        seen[is_new] = TRUE;
        if (way->error != 0)
            g_assert_cmpint(is_new, ==, ok);
        g_assert_cmpint(at, <, 200);
    }
    g_assert_true(seen[FALSE] && seen[TRUE]);
}

static void
test_taken_name(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = make_folder(FALSE);
    g_autoptr(Store) store = store_open(path, 0700, NULL);
    RenamingPlace place = {.definitions = store};
    Renaming renaming = {"1111", "a", "b", NEW, FALSE};
    g_assert_true(store_write(store, "b.xml", "other", 5, 0600, NULL));
    g_assert_false(renaming_do(&place, &renaming, &error));
    g_assert_cmpint(virt_error_get_code(error), ==, VIRT_ERR_OPERATION_INVALID);
    check_content(store, "a.xml", OLD);
    check_content(store, "b.xml", "other");
    g_assert_cmpuint(count_names(path), ==, 2);
}

/* What no file can be called leaves nothing behind, no note either. */
static void
test_impossible_name(void)
{
    static const char *const names[] = {"a\tb", "a\x7f", "../b", "a/b"};
    g_autofree char *path = make_folder(FALSE);
    g_autoptr(Store) store = store_open(path, 0700, NULL);
    RenamingPlace place = {.definitions = store};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        Renaming renaming = {"1111", "a", names[i], NEW, TRUE};
        g_assert_false(renaming_do(&place, &renaming, &error));
        g_assert_cmpint(virt_error_get_code(error), ==, VIRT_ERR_INVALID_ARG);
        check_content(store, "a.xml", OLD);
        g_assert_cmpuint(count_names(path), ==, 1);
    }
}

int
main(int argc, char **argv)
{
    static const Way ends = {FALSE, 0}, ends_with_link = {TRUE, 0}, fails = {FALSE, EIO},
                     fails_with_link = {TRUE, ENOSPC};
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/renaming/ends", &ends, test_cuts);
    g_test_add_data_func("/renaming/ends-with-link", &ends_with_link, test_cuts);
    g_test_add_data_func("/renaming/fails", &fails, test_cuts);
    g_test_add_data_func("/renaming/fails-with-link", &fails_with_link, test_cuts);
    g_test_add_func("/renaming/taken-name", test_taken_name);
    g_test_add_func("/renaming/impossible-name", test_impossible_name);
    return g_test_run();
}
