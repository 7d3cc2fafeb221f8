/*
 * store — see store.h. Crash safety rests on rename(2) being atomic, and on fsync(2) of the file
 * before it and of the folder after it.
 */
#include "common/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/store/store_private.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
/* How many taken names are tried for a temporary file: leftovers of a process with our number. */
#define TEMP_TRIES 1000

typedef enum { UNTIL_REBOOT, FOR_GOOD } Durability;

gboolean
store_is_temp(const char *name)
{
    return g_str_has_prefix(name, STORE_TEMP_PREFIX) && g_str_has_suffix(name, STORE_TEMP_SUFFIX);
}

gboolean
store_fail(const Store *store, const char *verb, const char *name, GError **error)
{
    virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot %s '%s/%s'", verb, store->path,
                         name);
    return FALSE;
}

/* Some file systems cannot sync a folder: EINVAL (fsync(2)). They have nothing to wait for. */
static gboolean
sync_folder(const StoreOps *ops, int fd)
{
    return ops->fsync(ops->data, fd) == 0 || errno == EINVAL;
}

gboolean
store_sync(const Store *store, GError **error)
{
    return sync_folder(store->ops, store->fd) || store_fail(store, "sync", ".", error);
}

/* One name in a folder, that can be shown in a message and is not taken for a temporary file. */
static gboolean
check_name(const char *name, GError **error)
{
    size_t len = strlen(name);
    gboolean good = len > 0 && len <= NAME_MAX && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
    for (size_t i = 0; i < len && good; i++)
        good = name[i] != '/' && (unsigned char)name[i] >= ' ' && name[i] != 0x7f;
    if (good && !store_is_temp(name))
        return TRUE;
    g_autofree char *shown = g_strescape(name, NULL);
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG, "'%s' cannot be a file name",
                   shown);
    return FALSE;
}

gboolean
store_check_name(const char *name, GError **error)
{
    return check_name(name, error);
}

static int
open_folder(const StoreOps *ops, int dir, const char *path, int flags)
{
    return ops->openat(ops->data, dir, path, FOLDER_FLAGS | flags, 0);
}

/* Opens `path`, makes it first when it is missing: the path's depth bounds the recursion. */
static int
open_or_make(const StoreOps *ops, const char *path, mode_t mode)
{
    int fd = open_folder(ops, AT_FDCWD, path, 0);
    if (fd >= 0 || errno != ENOENT || path[0] == '\0')
        return fd;
    g_autofree char *parent = g_path_get_dirname(path);
    if (strcmp(parent, path) == 0)
        return -1;
    auto_fd parent_fd = open_or_make(ops, parent, mode);
    if (parent_fd < 0)
        return -1;
    g_autofree char *name = g_path_get_basename(path);
    if (ops->mkdirat(ops->data, parent_fd, name, mode) < 0 && errno != EEXIST)
        return -1;
    if (!sync_folder(ops, parent_fd))
        return -1;
    return open_folder(ops, AT_FDCWD, path, 0);
}

static Store *
store_new(const StoreOps *ops, int fd, char *path)
{
    Store *store = g_new(Store, 1);
    *store = (Store){ops, fd, path};
    return store;
}

Store *
store_open_with_ops(const StoreOps *ops, const char *path, mode_t mode, GError **error)
{
    int fd = open_or_make(ops, path, mode);
    if (fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot open folder '%s'", path);
        return NULL;
    }
    return store_new(ops, fd, g_strdup(path));
}

Store *
store_open(const char *path, mode_t mode, GError **error)
{
    return store_open_with_ops(&store_ops_kernel, path, mode, error);
}

Store *
store_open_sub(const Store *store, const char *name, mode_t mode, GError **error)
{
    const StoreOps *ops = store->ops;
    if (!check_name(name, error))
        return NULL;
    int fd = open_folder(ops, store->fd, name, O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        gboolean made = ops->mkdirat(ops->data, store->fd, name, mode) == 0;
        if (made && !store_sync(store, error))
            return NULL;
        if (made || errno == EEXIST)
            fd = open_folder(ops, store->fd, name, O_NOFOLLOW);
    }
    if (fd < 0) {
        store_fail(store, "open folder", name, error);
        return NULL;
    }
    return store_new(ops, fd, g_build_filename(store->path, name, NULL));
}

void
store_free(Store *store)
{
    if (store == NULL)
        return;
    fd_close(store->fd);
    g_free(store->path);
    g_free(store);
}

const char *
store_get_path(const Store *store)
{
    return store->path;
}

int
store_get_fd(const Store *store)
{
    return store->fd;
}

/* A name for a temporary file that this process did not use before. */
static void
next_temp_name(char *ret_name, size_t size)
{
    static atomic_uint counter;
    (void)snprintf(ret_name, size, STORE_TEMP_PREFIX "%d-%u" STORE_TEMP_SUFFIX, (int)getpid(),
                   atomic_fetch_add(&counter, 1));
}

static int
open_temp(const Store *store, char *ret_name, size_t size)
{
    int fd = -1;
    for (int i = 0; i < TEMP_TRIES; i++) {
        next_temp_name(ret_name, size);
        fd = store->ops->openat(store->ops->data, store->fd, ret_name,
                                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0 || errno != EEXIST)
            break;
    }
    return fd;
}

/* FALSE with errno. */
static gboolean
write_all(const StoreOps *ops, int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = ops->write(ops->data, fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n == 0 ? ENOSPC : errno;
            return FALSE;
        }
        bytes += n;
        len -= (size_t)n;
    }
    return TRUE;
}

/* Fills the temporary file and closes it. FALSE with errno. */
static gboolean
fill_temp(const StoreOps *ops, int fd, GBytes *content, mode_t mode, Durability durability)
{
    size_t len;
    const char *bytes = g_bytes_get_data(content, &len);
    gboolean done = write_all(ops, fd, bytes, len) &&
                    (mode == 0600 || ops->fchmod(ops->data, fd, mode) == 0) &&
                    (durability == UNTIL_REBOOT || ops->fsync(ops->data, fd) == 0);
    int saved_errno = errno;
    /* Closing may be where a network file system says that its disk is full. */
    if (ops->close(ops->data, fd) < 0 && done) {
        done = FALSE;
        saved_errno = errno;
    }
    errno = saved_errno;
    return done;
}

static void
drop_temp(const Store *store, const char *temp)
{
    int saved_errno = errno;
    (void)store->ops->unlinkat(store->ops->data, store->fd, temp,
                               0); /* the next load tries again */
    errno = saved_errno;
}

static gboolean
replace(Store *store, const char *name, GBytes *content, mode_t mode, Durability durability,
        GError **error)
{
    const StoreOps *ops = store->ops;
    char temp[64];
    if (!check_name(name, error))
        return FALSE;
    if (g_bytes_get_size(content) > STORE_MAX_FILE_BYTES) {
        errno = EFBIG;
        return store_fail(store, "write", name, error);
    }
    int fd = open_temp(store, temp, sizeof(temp));
    if (fd < 0)
        return store_fail(store, "write", name, error);
    if (!fill_temp(ops, fd, content, mode, durability) ||
        ops->renameat2(ops->data, store->fd, temp, store->fd, name, 0) < 0) {
        drop_temp(store, temp);
        return store_fail(store, "write", name, error);
    }
    if (durability == FOR_GOOD && !sync_folder(ops, store->fd))
        return store_fail(store, "make lasting the new content of", name, error);
    return TRUE;
}

gboolean
store_write(Store *store, const char *name, const void *bytes, size_t len, mode_t mode,
            GError **error)
{
    g_autoptr(GBytes) content = g_bytes_new_static(bytes, len);
    return replace(store, name, content, mode, FOR_GOOD, error);
}

gboolean
store_write_volatile(Store *store, const char *name, const void *bytes, size_t len, mode_t mode,
                     GError **error)
{
    g_autoptr(GBytes) content = g_bytes_new_static(bytes, len);
    return replace(store, name, content, mode, UNTIL_REBOOT, error);
}

GBytes *
store_read(const Store *store, const char *name, GError **error)
{
    struct stat st;
    if (!check_name(name, error))
        return NULL;
    /* Non-blocking: a named pipe in the file's place must not stop us. */
    auto_fd fd = openat(store->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
        fd_clear(&fd);
        errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
    }
    if (fd < 0) {
        store_fail(store, "read", name, error);
        return NULL;
    }
    GByteArray *content = fd_read_all(fd, STORE_MAX_FILE_BYTES, error);
    if (content == NULL) {
        g_prefix_error(error, "'%s/%s': ", store->path, name);
        return NULL;
    }
    return g_byte_array_free_to_bytes(content);
}

gboolean
store_exists(const Store *store, const char *name)
{
    struct stat st;
    return check_name(name, NULL) && fstatat(store->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(st.st_mode);
}

/* Unlinks for good. `ret_was_there` may be NULL. */
static gboolean
remove_name(Store *store, const char *name, gboolean *ret_was_there, GError **error)
{
    gboolean gone = store->ops->unlinkat(store->ops->data, store->fd, name, 0) == 0;
    if (!gone && errno != ENOENT)
        return store_fail(store, "remove", name, error);
    if (ret_was_there != NULL)
        *ret_was_there = gone;
    return !gone || store_sync(store, error);
}

gboolean
store_open_autostart(const Store *store, Store **ret_links, GError **error)
{
    int fd = open_folder(store->ops, store->fd, STORE_AUTOSTART, O_NOFOLLOW);
    if (fd < 0 && errno != ENOENT)
        return store_fail(store, "open folder", STORE_AUTOSTART, error);
    *ret_links =
        fd < 0 ? NULL
               : store_new(store->ops, fd, g_build_filename(store->path, STORE_AUTOSTART, NULL));
    return TRUE;
}

/* A link is made beside and renamed, so that one that points elsewhere is replaced at once. */
static gboolean
make_link(Store *links, const char *name, GError **error)
{
    const StoreOps *ops = links->ops;
    char temp[64];
    g_autofree char *target = g_build_filename("..", name, NULL);
    int made = -1;
    for (int i = 0; i < TEMP_TRIES && made < 0; i++) {
        next_temp_name(temp, sizeof(temp));
        made = ops->symlinkat(ops->data, target, links->fd, temp);
        if (made < 0 && errno != EEXIST)
            break;
    }
    if (made < 0)
        return store_fail(links, "make link", name, error);
    if (ops->renameat2(ops->data, links->fd, temp, links->fd, name, 0) < 0) {
        drop_temp(links, temp);
        return store_fail(links, "make link", name, error);
    }
    return store_sync(links, error);
}

gboolean
store_link_autostart(Store *store, const char *name, StoreAutostart on, GError **error)
{
    g_autoptr(Store) links = NULL;
    if (!check_name(name, error))
        return FALSE;
    if (on == STORE_AUTOSTART_ON) {
        links = store_open_sub(store, STORE_AUTOSTART, 0700, error);
        return links != NULL && make_link(links, name, error);
    }
    if (!store_open_autostart(store, &links, error))
        return FALSE;
    return links == NULL || remove_name(links, name, NULL, error);
}

gboolean
store_has_autostart(const Store *store, const char *name)
{
    g_autoptr(Store) links = NULL;
    struct stat st;
    return check_name(name, NULL) && store_open_autostart(store, &links, NULL) && links != NULL &&
           fstatat(links->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
}

gboolean
store_remove(Store *store, const char *name, GError **error)
{
    g_autoptr(Store) links = NULL;
    gboolean had_link = FALSE;
    if (!check_name(name, error) || !store_open_autostart(store, &links, error))
        return FALSE;
    if (links != NULL && !remove_name(links, name, &had_link, error))
        return FALSE;
    if (remove_name(store, name, NULL, error))
        return TRUE;
    if (had_link && store_exists(store, name))
        (void)make_link(links, name, NULL); /* as it was; the first error is the one to tell */
    return FALSE;
}
