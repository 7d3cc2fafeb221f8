/*
 * sockets — see sockets.h. A path that is too long for an address is reached through a descriptor
 * of its folder (unix(7): sun_path has 108 bytes).
 */
#include "virtqemud/hostres/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/fd.h"

enum { SOCKET_MODE = 0775, BACKLOG = 16 };

/* Where a socket is: its folder, and its name there. */
typedef struct {
    int folder;
    char *name;
    struct sockaddr_un address;
} Place;

static void
place_clear(Place *place)
{
    fd_clear(&place->folder);
    g_free(place->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static gboolean
find_place(const char *path, Place *place, GError **error)
{
    g_autofree char *above = g_path_get_dirname(path);
    place->name = g_path_get_basename(path);
    place->folder = open(above, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (place->folder < 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot open the folder of socket '%s'",
                             path);
        return FALSE;
    }
    place->address.sun_family = AF_UNIX;
    size_t room = sizeof place->address.sun_path;
    int n = g_snprintf(place->address.sun_path, room, "/proc/self/fd/%d/%s", place->folder,
                       place->name);
    if ((size_t)n < room)
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_QEMU, ENAMETOOLONG, "cannot use the name of socket '%s'",
                         path);
    return FALSE;
}

/* FALSE when something else than a socket is there. */
static gboolean
remove_old(const Place *place)
{
    struct stat st;
    if (fstatat(place->folder, place->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT;
    return S_ISSOCK(st.st_mode) &&
           (unlinkat(place->folder, place->name, 0) == 0 || errno == ENOENT);
}

/* Mode and owner by a descriptor of the very socket: its name may be QEMU's to change. */
static gboolean
give(const Place *place, const Owner *owner)
{
    auto_fd fd = openat(place->folder, place->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return FALSE;
    if (!S_ISSOCK(st.st_mode)) {
        errno = ENOTSOCK;
        return FALSE;
    }
    char link[sizeof "/proc/self/fd/" + 12];
    g_snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return chmod(link, SOCKET_MODE) == 0 &&
           (owner == NULL || fchownat(fd, "", owner->uid, owner->gid, AT_EMPTY_PATH) == 0);
}

int
sockets_listen(const char *path, const Owner *owner, GError **error)
{
    g_auto(Place) place = {.folder = -1};
    if (!find_place(path, &place, error))
        return -1;
    if (!remove_old(&place)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                       "'%s' is there and is no socket, or cannot be removed", path);
        return -1;
    }
    auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&place.address, sizeof place.address) < 0 ||
        !give(&place, owner) || listen(fd, BACKLOG) < 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot listen on socket '%s'", path);
        return -1;
    }
    return fd_steal(&fd);
}

int
sockets_connect(const char *path, GError **error)
{
    g_auto(Place) place = {.folder = -1};
    if (!find_place(path, &place, error))
        return -1;
    auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&place.address, sizeof place.address) < 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot connect to socket '%s'", path);
        return -1;
    }
    return fd_steal(&fd);
}

void
sockets_remove(const char *path)
{
    g_auto(Place) place = {.folder = -1};
    if (find_place(path, &place, NULL))
        (void)remove_old(&place); /* what is no socket is not ours */
}
