/*
 * folder — see folder.h. Names as the stock daemon makes them, tried: twenty characters of the
 * guest's name, not bytes.
 */
#include "virtqemud/hostres/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"

enum { NAME_CHARACTERS = 20, DEPTH_MAX = 64 };

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

char *
folder_name(int32_t id, const char *guest)
{
    const char *end = guest;
    for (int n = 0; n < NAME_CHARACTERS && *end != '\0'; n++)
        end = g_utf8_next_char(end);
    return g_strdup_printf("domain-%d-%.*s", id, (int)(end - guest), guest);
}

static gboolean
system_error(GError **error, const char *what, const char *parent, const char *name)
{
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot %s folder '%s/%s'", what, parent,
                         name);
    return FALSE;
}

/* ---- removing ---- */

/* Empties what `fd`, which is taken, is; FALSE with errno when something stays. */
static gboolean
empty(int fd, int depth)
{
    DIR *folder = fdopendir(fd);
    if (folder == NULL) {
        fd_close(fd);
        return FALSE;
    }
    int saved = 0;
    const struct dirent *entry;
    while (errno = 0, (entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(dirfd(folder), entry->d_name, 0) == 0 || errno == ENOENT)
            continue;
        if (errno != EISDIR && errno != EPERM) {
            saved = errno;
            continue;
        }
        int below = openat(dirfd(folder), entry->d_name, FOLDER_FLAGS);
        gboolean good = below >= 0 && depth < DEPTH_MAX && empty(fd_steal(&below), depth + 1) &&
                        unlinkat(dirfd(folder), entry->d_name, AT_REMOVEDIR) == 0;
        if (!good)
            saved = depth < DEPTH_MAX ? errno : ELOOP;
        fd_clear(&below);
    }
    saved = saved != 0 ? saved : errno;
    closedir(folder);
    errno = saved;
    return saved == 0;
}

/* Removes NAME below `parent`; nothing there is fine. */
static gboolean
remove_below(int parent, const char *name)
{
    int fd = openat(parent, name, FOLDER_FLAGS);
    if (fd < 0 && errno == ENOENT)
        return TRUE;
    /* A link or a file that somebody put there is not followed, but goes. */
    if (fd < 0)
        return (errno == ENOTDIR || errno == ELOOP) && unlinkat(parent, name, 0) == 0;
    return empty(fd, 0) && (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT);
}

gboolean
folder_remove(const char *parent, const char *name, GError **error)
{
    auto_fd above = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (above < 0 && errno == ENOENT)
        return TRUE;
    if (above < 0 || !remove_below(above, name))
        return system_error(error, "remove", parent, name);
    return TRUE;
}

/* ---- making ---- */

static gboolean
give(int fd, const Owner *owner)
{
    return owner == NULL || fchown(fd, owner->uid, owner->gid) == 0;
}

/* The folder of this path, with those above it; what is missing is made. */
static int
open_parent(const char *path, const Owner *owner)
{
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 || errno != ENOENT)
        return fd;
    g_autofree char *above = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    auto_fd parent = open_parent(above, owner);
    if (parent < 0 || (mkdirat(parent, name, owner != NULL ? 0755 : 0700) < 0 && errno != EEXIST))
        return -1;
    auto_fd made = openat(parent, name, FOLDER_FLAGS);
    return made >= 0 && give(made, owner) ? fd_steal(&made) : -1;
}

int
folder_open(const char *path, const Owner *owner, GError **error)
{
    int fd = open_parent(path, owner);
    if (fd < 0)
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot open folder '%s'", path);
    return fd;
}

gboolean
folder_make(const char *parent, const char *name, const Owner *owner, int *ret_fd, GError **error)
{
    auto_fd above = open_parent(parent, owner);
    if (above < 0 || !remove_below(above, name) || mkdirat(above, name, 0700) < 0)
        return system_error(error, "make", parent, name);
    auto_fd fd = openat(above, name, FOLDER_FLAGS);
    /* Modes first: once it is QEMU's, so is what stands at its name. */
    if (fd < 0 || fchmod(fd, 0750) < 0 || !give(fd, owner))
        return system_error(error, "make", parent, name);
    if (ret_fd != NULL)
        *ret_fd = fd_steal(&fd);
    return TRUE;
}
