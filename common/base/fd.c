/*
 * fd — see fd.h.
 */
#include "common/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void
fd_close(int fd)
{
    int saved_errno = errno;
    if (fd >= 0)
        (void)close(fd); /* Linux has closed it even on an error */
    errno = saved_errno;
}

void
fd_clear(int *fd)
{
    fd_close(fd_steal(fd));
}

int
fd_steal(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

/* Sets or clears `flag`, read by command `get` and written by `set`. */
static gboolean
change_flag(int fd, const int get_set[2], int flag, gboolean on)
{
    int flags = fcntl(fd, get_set[0]);
    if (flags < 0)
        return FALSE;
    int wanted = on ? flags | flag : flags & ~flag;
    return wanted == flags || fcntl(fd, get_set[1], wanted) == 0;
}

gboolean
fd_set_nonblocking(int fd, gboolean on, GError **error)
{
    static const int status_flags[] = {F_GETFL, F_SETFL};
    if (change_flag(fd, status_flags, O_NONBLOCK, on))
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot set the mode of descriptor %d", fd);
    return FALSE;
}

gboolean
fd_set_cloexec(int fd, gboolean on, GError **error)
{
    static const int descriptor_flags[] = {F_GETFD, F_SETFD};
    if (change_flag(fd, descriptor_flags, FD_CLOEXEC, on))
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot set the flags of descriptor %d", fd);
    return FALSE;
}

int
fd_open_data(const char *path, int flags)
{
    struct stat st;
    char link[sizeof "/proc/self/fd/" + 12];
    auto_fd node = open(path, O_PATH | O_CLOEXEC | (flags & O_NOFOLLOW));
    if (node < 0 || fstat(node, &st) < 0)
        return -1;
    if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
        return fd_steal(&node);
    g_snprintf(link, sizeof link, "/proc/self/fd/%d", node);
    return open(link, (flags & ~O_NOFOLLOW) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

int
fd_dup(int fd, GError **error)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot copy descriptor %d", fd);
    return copy;
}

gboolean
fd_pipe(int ret_fds[2], GError **error)
{
    if (pipe2(ret_fds, O_CLOEXEC) == 0)
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot make a pipe");
    return FALSE;
}

gboolean
fd_socket_pair(int ret_fds[2], GError **error)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ret_fds) == 0)
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot make a pair of sockets");
    return FALSE;
}

gboolean
fd_write_all(int fd, const void *bytes, size_t n, GError **error)
{
    const uint8_t *next = bytes;
    while (n > 0) {
        ssize_t written = write(fd, next, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot write to descriptor %d", fd);
            return FALSE;
        }
        next += written;
        n -= (size_t)written;
    }
    return TRUE;
}

GByteArray *
fd_read_all(int fd, size_t max, GError **error)
{
    g_autoptr(GByteArray) all = g_byte_array_new();
    uint8_t block[16384];
    for (;;) {
        ssize_t n = read(fd, block, sizeof(block));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot read descriptor %d", fd);
            return NULL;
        }
        if (n == 0)
            return g_steal_pointer(&all);
        if ((size_t)n > max - all->len) {
            virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OVERFLOW, "more than %zu bytes to read",
                           max);
            return NULL;
        }
        g_byte_array_append(all, block, (guint)n);
    }
}

uint64_t
fd_raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

void
fd_set_add(FdSet *set, int fd)
{
    set->fds = g_renew(int, set->fds, set->n + 1);
    set->fds[set->n++] = fd;
}

int
fd_set_take(FdSet *set, size_t i)
{
    return i < set->n ? fd_steal(&set->fds[i]) : -1;
}

void
fd_set_clear(FdSet *set)
{
    for (size_t i = 0; i < set->n; i++)
        fd_close(set->fds[i]);
    g_free(set->fds);
    *set = (FdSet){0};
}
