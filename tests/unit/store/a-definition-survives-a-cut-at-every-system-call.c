/*
 * Every operation on a store is cut at each of its system calls, once by the end of the process and
 * once by each of several errors; then the folder is loaded anew and holds what was before or what
 * should be, wholly, and no leftovers.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/store/store.h"
#include "faults.h"

#define OLD "<old/>"
#define NEW "<new and longer/>"

typedef gboolean (*Operation)(Store *store, GError **error);

typedef struct {
    const char *content; /* of a.xml; NULL: not there */
    gboolean autostart;
} State;

typedef struct {
    const char *name;
    Operation operation;
    State before;
    State after;
    State between; /* what else a cut may leave; the same as one of the two when nothing */
} Case;

static gboolean
write_new(Store *store, GError **error)
{
    return store_write(store, "a.xml", NEW, strlen(NEW), 0600, error);
}

static gboolean
write_new_public(Store *store, GError **error)
{
    return store_write(store, "a.xml", NEW, strlen(NEW), 0644, error);
}

static gboolean
write_volatile(Store *store, GError **error)
{
    return store_write_volatile(store, "a.xml", NEW, strlen(NEW), 0600, error);
}

static gboolean
remove_a(Store *store, GError **error)
{
    return store_remove(store, "a.xml", error);
}

static gboolean
link_a(Store *store, GError **error)
{
    return store_link_autostart(store, "a.xml", STORE_AUTOSTART_ON, error);
}

static gboolean
unlink_a(Store *store, GError **error)
{
    return store_link_autostart(store, "a.xml", STORE_AUTOSTART_OFF, error);
}

static const Case cases[] = {
    {"replace", write_new, {OLD, TRUE}, {NEW, TRUE}, {OLD, TRUE}},
    {"replace-public", write_new_public, {OLD, FALSE}, {NEW, FALSE}, {OLD, FALSE}},
    {"create", write_new, {NULL, FALSE}, {NEW, FALSE}, {NULL, FALSE}},
    {"volatile", write_volatile, {OLD, FALSE}, {NEW, FALSE}, {OLD, FALSE}},
    {"remove", remove_a, {OLD, FALSE}, {NULL, FALSE}, {OLD, FALSE}},
    /* The link goes first: never a link without its file. */
    {"remove-with-link", remove_a, {OLD, TRUE}, {NULL, FALSE}, {OLD, FALSE}},
    {"link", link_a, {OLD, FALSE}, {OLD, TRUE}, {OLD, FALSE}},
    {"link-again", link_a, {OLD, TRUE}, {OLD, TRUE}, {OLD, TRUE}},
    {"unlink", unlink_a, {OLD, TRUE}, {OLD, FALSE}, {OLD, TRUE}},
};

static void
set_up_folder(const char *path, State state)
{
    g_autoptr(Store) store = store_open(path, 0700, NULL);
    if (state.content != NULL)
        g_assert_true(
            store_write(store, "a.xml", state.content, strlen(state.content), 0600, NULL));
    if (state.autostart)
        g_assert_true(store_link_autostart(store, "a.xml", STORE_AUTOSTART_ON, NULL));
}

static StoreVerdict
take(void *data, const char *name, const char *text, size_t len, GError **error)
{
    char **found = data;
    g_assert_cmpstr(name, ==, "a.xml");
    g_assert_null(*found);
    *found = g_strndup(text, len);
    return STORE_LOADED;
}

static gboolean
is_state(const char *content, gboolean autostart, State state)
{
    return g_strcmp0(content, state.content) == 0 && autostart == state.autostart;
}

/* Whatever lies in the folder or among its links is the file, its link, or an error. */
static void
check_names(const char *path, const Case *kase)
{
    const char *const folders[] = {"", "autostart"};
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *folder = g_build_filename(path, folders[i], NULL);
        g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
        const char *name;
        while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
            if (strcmp(name, "a.xml") != 0 && strcmp(name, "autostart") != 0)
                g_error("%s leaves '%s'", kase->name, name);
        }
    }
}

/* Loads the folder as a new daemon would; it must hold one of the states, and nothing else. */
static gboolean
check_folder(const char *path, const Case *kase)
{
    g_autoptr(Store) store = store_open(path, 0700, NULL);
    g_autofree char *content = NULL;
    StoreLoadResult result;
    g_assert_true(store_load_all(store, ".xml", take, &content, &result, NULL));
    g_assert_cmpuint(result.n_damaged + result.n_left, ==, 0);
    gboolean autostart = store_has_autostart(store, "a.xml");
    if (!is_state(content, autostart, kase->before) && !is_state(content, autostart, kase->after) &&
        !is_state(content, autostart, kase->between))
        g_error("%s: content %s, autostart %d", kase->name, content, autostart);
    check_names(path, kase);
    return is_state(content, autostart, kase->after);
}

static void
clear_folder(const char *path)
{
    g_autofree char *file = g_build_filename(path, "a.xml", NULL);
    g_autofree char *links = g_build_filename(path, "autostart", NULL);
    g_autofree char *link = g_build_filename(links, "a.xml", NULL);
    g_unlink(link);
    g_rmdir(links);
    g_unlink(file);
    g_rmdir(path);
}

/* Runs the operation in this process; returns how many calls it made. */
static int
run(const char *path, const Case *kase, int at, int error_number, gboolean trickle)
{
    Faults faults;
    faults_init(&faults);
    g_autoptr(Store) store = store_open_with_ops(&faults.ops, path, 0700, NULL);
    g_assert_nonnull(store);
    faults.calls = 0;
    faults.at = at;
    faults.error = error_number;
    faults.trickle = trickle;
    GError *error = NULL;
    gboolean done = kase->operation(store, &error);
    g_assert_cmpint(done, ==, error == NULL);
    g_assert_cmpint(done, ==, at == 0); /* no failure is passed over in silence */
    if (!done) {
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
        g_assert_cmpint(virt_error_get_info(error).int1, ==, error_number);
        g_assert_nonnull(strstr(error->message, path));
        g_clear_error(&error);
    }
    int calls = faults.calls;
    faults_clear(&faults);
    return calls;
}

static void
cut_process(const char *path, const Case *kase, int at)
{
    pid_t pid = fork();
    g_assert_cmpint(pid, >=, 0);
    if (pid == 0) {
        run(path, kase, at, 0, TRUE);
        _exit(1); /* it was not cut */
    }
    int status;
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
test_case(const void *data)
{
    const Case *kase = data;
    static const int errors[] = {ENOSPC, EIO, EDQUOT, EROFS};
    g_autofree char *dir = g_dir_make_tmp("store-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "qemu", NULL);
    set_up_folder(path, kase->before);
    int calls = run(path, kase, 0, 0, TRUE);
    g_assert_true(check_folder(path, kase));
    clear_folder(path);
    g_assert_cmpint(calls, >, 1);
    for (int at = 1; at <= calls; at++) {
        set_up_folder(path, kase->before);
        cut_process(path, kase, at);
        check_folder(path, kase);
        clear_folder(path);
        for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
            set_up_folder(path, kase->before);
            run(path, kase, at, errors[i], TRUE);
            check_names(path, kase); /* a failed call cleans up by itself */
            check_folder(path, kase);
            clear_folder(path);
        }
    }
    g_rmdir(dir);
}

/* The order that makes content outlive a loss of power; no program can see that loss itself. */
static void
test_order(void)
{
    g_autofree char *dir = g_dir_make_tmp("store-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "qemu", NULL);
    Faults faults;
    faults_init(&faults);
    g_autoptr(Store) store = store_open_with_ops(&faults.ops, path, 0700, NULL);
    g_assert_cmpstr(faults.trace->str, ==, "openat openat mkdirat fsync openat");
    g_string_truncate(faults.trace, 0);
    g_assert_true(write_new(store, NULL));
    g_assert_cmpstr(faults.trace->str, ==, "openat write fsync close renameat2 fsync");
    g_string_truncate(faults.trace, 0);
    g_assert_true(write_volatile(store, NULL));
    g_assert_cmpstr(faults.trace->str, ==, "openat write close renameat2");
    g_string_truncate(faults.trace, 0);
    g_assert_true(link_a(store, NULL));
    g_assert_cmpstr(faults.trace->str, ==, "openat mkdirat fsync openat symlinkat renameat2 fsync");
    g_string_truncate(faults.trace, 0);
    g_assert_true(remove_a(store, NULL));
    g_assert_cmpstr(faults.trace->str, ==, "openat unlinkat fsync unlinkat fsync");
    faults_clear(&faults);
    clear_folder(path);
    g_rmdir(dir);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/store/cut/", cases[i].name, NULL);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/store/cut/order", test_order);
    return g_test_run();
}
