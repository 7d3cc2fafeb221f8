/*
 * console_device — see console_device.h.
 */
#include "virtqemud/vm/console_device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "common/base/error.h"
#include "common/base/fd.h"

#define PTS_FOLDER "/dev/pts/"
/* Unix98 terminals: Documentation/admin-guide/devices.txt of Linux. */
enum { PTS_MAJOR_FIRST = 136, PTS_MAJOR_LAST = 143 };

static int
fail(const char *verb, const char *path, GError **error)
{
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot %s '%s'", verb, path);
    return -1;
}

static int
refuse(const char *path, const char *why, GError **error)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "'%s' is %s", path, why);
    return -1;
}

static gboolean
is_pts_path(const char *path)
{
    if (!g_str_has_prefix(path, PTS_FOLDER))
        return FALSE;
    const char *number = path + strlen(PTS_FOLDER);
    return *number != '\0' && strspn(number, "0123456789") == strlen(number);
}

static int
open_pty(const ConsoleWish *wish, GError **error)
{
    struct stat st;
    if (!is_pts_path(wish->path))
        return refuse(wish->path, "no terminal that QEMU can have made", error);
    auto_fd fd = open(wish->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        return fail("open", wish->path, error);
    if (!S_ISCHR(st.st_mode) || major(st.st_rdev) < PTS_MAJOR_FIRST ||
        major(st.st_rdev) > PTS_MAJOR_LAST)
        return refuse(wish->path, "no terminal", error);
    if (st.st_uid != wish->owner)
        return refuse(wish->path, "a terminal of somebody else than QEMU", error);
    return fd_steal(&fd);
}

/* Connects by way of a descriptor, so that what was looked at is what is connected to. */
static gboolean
connect_to(int fd, int node, const char *path, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", node);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return TRUE;
    (void)fail("connect to", path, error);
    return FALSE;
}

static int
open_socket(const ConsoleWish *wish, GError **error)
{
    struct stat st;
    auto_fd node = open(wish->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (node < 0 || fstat(node, &st) != 0)
        return fail("open", wish->path, error);
    if (!S_ISSOCK(st.st_mode))
        return refuse(wish->path, "no socket", error);
    auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail("make a socket for", wish->path, error);
    return connect_to(fd, node, wish->path, error) ? fd_steal(&fd) : -1;
}

int
console_device_open(const ConsoleWish *wish, GError **error)
{
    return wish->kind == CONSOLE_PTY ? open_pty(wish, error) : open_socket(wish, error);
}
