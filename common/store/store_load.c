/*
 * store_load — reads all files of a folder at the start of a daemon; see store.h. One bad file
 * costs one object, never the daemon.
 */
#define LOG_SOURCE "store"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/store/store_private.h"

/* Further damaged files of one name stay where they are. */
#define MAX_DAMAGED 1000

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every name in the folder, sorted; NULL and an error when it cannot be listed. */
static GPtrArray *
list_names(const Store *store, GError **error)
{
    /* An open file description of its own, since the place in a listing belongs to that. */
    int fd = openat(store->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        store_fail(store, "list", ".", error);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const struct dirent *entry;
    while ((errno = 0, entry = readdir(dir)) != NULL)
        g_ptr_array_add(names, g_strdup(entry->d_name));
    int failed = errno;
    closedir(dir);
    if (failed != 0) {
        errno = failed;
        store_fail(store, "list", ".", error);
        return NULL;
    }
    g_ptr_array_sort(names, compare_names);
    return g_steal_pointer(&names);
}

/* Old kernels and some file systems cannot refuse to replace; then looking first must do. */
static int
rename_if_free(const Store *store, const char *from, const char *to)
{
    const StoreOps *ops = store->ops;
    struct stat st;
    if (ops->renameat2(ops->data, store->fd, from, store->fd, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (fstatat(store->fd, to, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return -1;
    }
    return ops->renameat2(ops->data, store->fd, from, store->fd, to, 0);
}

static void
set_aside(const Store *store, const char *name, const char *why)
{
    g_autofree char *aside = NULL;
    int renamed = -1;
    errno = EEXIST;
    for (int n = 1; n <= MAX_DAMAGED && renamed < 0 && errno == EEXIST; n++) {
        g_free(aside);
        aside = g_strdup_printf("%s.damaged-%d", name, n);
        renamed = rename_if_free(store, name, aside);
    }
    if (renamed < 0) {
        log_error("%s/%s is damaged (%s) and stays where it is: %s", store->path, name, why,
                  g_strerror(errno));
        return;
    }
    log_error("%s/%s is damaged (%s): kept as '%s'", store->path, name, why, aside);
    g_autoptr(GError) error = NULL;
    if (!store_sync(store, &error))
        log_warning("%s", error->message);
}

static void
load_one(const Store *store, const char *name, StoreLoadFn fn, void *data, StoreLoadResult *result)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) content = store_read(store, name, &error);
    StoreVerdict verdict = STORE_LEFT;
    if (content != NULL) {
        /* With a NUL behind it, for parsers that want a string. */
        gsize len = g_bytes_get_size(content);
        g_autofree char *text = g_malloc(len + 1);
        if (len > 0)
            memcpy(text, g_bytes_get_data(content, NULL), len);
        text[len] = '\0';
        verdict = fn(data, name, text, len, &error);
    }
    const char *why = error != NULL ? error->message : "no reason given";
    switch (verdict) {
    case STORE_LOADED:
        result->n_loaded++;
        return;
    case STORE_DAMAGED:
        set_aside(store, name, why);
        result->n_damaged++;
        return;
    case STORE_LEFT:
        log_warning("%s/%s is not loaded: %s", store->path, name, why);
        result->n_left++;
        return;
    }
    g_assert_not_reached();
}

/* What an interrupted write left. */
static void
remove_temp(const Store *store, const char *name)
{
    if (store->ops->unlinkat(store->ops->data, store->fd, name, 0) < 0)
        log_warning("cannot remove '%s/%s': %s", store->path, name, g_strerror(errno));
}

static void
clean_autostart(const Store *store)
{
    g_autoptr(Store) links = NULL;
    if (!store_open_autostart(store, &links, NULL) || links == NULL)
        return;
    g_autoptr(GPtrArray) names = list_names(links, NULL);
    for (guint i = 0; names != NULL && i < names->len; i++) {
        if (store_is_temp(g_ptr_array_index(names, i)))
            remove_temp(links, g_ptr_array_index(names, i));
    }
}

gboolean
store_load_all(Store *store, const char *suffix, StoreLoadFn fn, void *data,
               StoreLoadResult *ret_result, GError **error)
{
    StoreLoadResult result = {0};
    g_autoptr(GPtrArray) names = list_names(store, error);
    if (names == NULL)
        return FALSE;
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        if (store_is_temp(name))
            remove_temp(store, name);
        else if (g_str_has_suffix(name, suffix))
            load_one(store, name, fn, data, &result);
    }
    clean_autostart(store);
    if (ret_result != NULL)
        *ret_result = result;
    return TRUE;
}
