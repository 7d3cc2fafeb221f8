/*
 * folder — see folder.h. Names as the stock daemon makes them, tried: twenty characters of the
 * guest's name, not bytes.
 */
#include "virtqemud/hostres/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"

enum { NAME_CHARACTERS = 20, DEPTH_MAX = 64, LINKS_MAX = 16 };

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

/* ---- finding and making ---- */

/* A way down a path: whose links are followed is told by who made them, since QEMU owns some of the
 * folders on it. */
typedef struct {
    gboolean makes; /* what is missing, for this owner */
    const Owner *owner;
    int links_left;
} Walk;

static gboolean
give(int fd, const Owner *owner)
{
    return owner == NULL || fchown(fd, owner->uid, owner->gid) == 0;
}

static int walk(Walk *way, int from, const char *path);

/* What a link below `from` leads to: by the descriptor of the very link, so that none takes its
 * place once its maker is known. */
static int
follow(Walk *way, int from, int link, uid_t maker)
{
    char target[PATH_MAX];
    ssize_t n = -1;
    errno = ELOOP;
    if ((maker == 0 || maker == geteuid()) && way->links_left-- > 0)
        n = readlinkat(link, "", target, sizeof target - 1);
    if (n < 0)
        return -1;
    target[n] = '\0';
    return walk(way, from, target);
}

static int
make_missing(const Walk *way, int from, const char *name)
{
    if (mkdirat(from, name, way->owner != NULL ? 0755 : 0700) < 0 && errno != EEXIST)
        return -1;
    auto_fd made = openat(from, name, FOLDER_FLAGS);
    return made >= 0 && give(made, way->owner) ? fd_steal(&made) : -1;
}

static int
step(Walk *way, int from, const char *name)
{
    struct stat st;
    auto_fd next = openat(from, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0)
        return errno == ENOENT && way->makes ? make_missing(way, from, name) : -1;
    if (fstat(next, &st) < 0)
        return -1;
    if (S_ISLNK(st.st_mode))
        return follow(way, from, next, st.st_uid);
    errno = ENOTDIR;
    return S_ISDIR(st.st_mode) ? fd_steal(&next) : -1;
}

/* The folder at `path`, which begins at `from` unless it is absolute. -1 with errno. */
static int
walk(Walk *way, int from, const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, "/", -1);
    auto_fd at =
        openat(from, *path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    for (char **name = names; at >= 0 && *name != NULL; name++) {
        if (**name == '\0')
            continue;
        int next = step(way, at, *name);
        fd_close(fd_steal(&at));
        at = next;
    }
    return fd_steal(&at);
}

static int
open_parent(const char *path, const Owner *owner)
{
    Walk way = {TRUE, owner, LINKS_MAX};
    return walk(&way, AT_FDCWD, path);
}

gboolean
folder_remove(const char *parent, const char *name, GError **error)
{
    Walk way = {FALSE, NULL, LINKS_MAX};
    auto_fd above = walk(&way, AT_FDCWD, parent);
    if (above < 0 && errno == ENOENT)
        return TRUE;
    if (above < 0 || !remove_below(above, name))
        return system_error(error, "remove", parent, name);
    return TRUE;
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
