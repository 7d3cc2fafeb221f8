/*
 * transport — see transport.h.
 */
#include "common/rpc/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/rpc/frame.h"

static TransportStatus
status_from_errno(int saved_errno, const char *what, GError **error)
{
    if (saved_errno == EAGAIN || saved_errno == EINTR)
        return TRANSPORT_AGAIN;
    if (saved_errno == ECONNRESET || saved_errno == EPIPE)
        return TRANSPORT_EOF;
    virt_error_set_errno(error, VIRT_FROM_RPC, saved_errno, "cannot %s the connection", what);
    return TRANSPORT_FAILED;
}

static size_t
take_fds(struct msghdr *msg, int *ret_fds)
{
    size_t n = 0;
    for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg); cmsg != NULL; cmsg = CMSG_NXTHDR(msg, cmsg)) {
        if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(ret_fds + n, CMSG_DATA(cmsg), count * sizeof(int));
        n += count;
    }
    return n;
}

static TransportStatus
unix_read(Transport *transport, uint8_t *bytes, size_t len, size_t *ret_len, int *ret_fds,
          size_t *ret_n_fds, GError **error)
{
    /* The kernel cuts what does not fit into the control buffer and closes it. */
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(FRAME_FDS_MAX * sizeof(int))];
    struct iovec iov = {bytes, len};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    if (!transport->drops_fds) {
        msg.msg_control = control;
        msg.msg_controllen = sizeof control;
    }
    ssize_t n = recvmsg(transport->read_fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0)
        return status_from_errno(errno, "read from", error);
    *ret_n_fds = take_fds(&msg, ret_fds);
    *ret_len = (size_t)n;
    return n == 0 ? TRANSPORT_EOF : TRANSPORT_OK;
}

static TransportStatus
unix_write(Transport *transport, const uint8_t *bytes, size_t len, int fd, size_t *ret_len,
           GError **error)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec iov = {(void *)bytes, len};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    if (fd >= 0) {
        msg.msg_control = control;
        msg.msg_controllen = sizeof control;
        struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
        cmsg->cmsg_level = SOL_SOCKET;
        cmsg->cmsg_type = SCM_RIGHTS;
        cmsg->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
    }
    ssize_t n = sendmsg(transport->write_fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0)
        return status_from_errno(errno, "write to", error);
    *ret_len = (size_t)n;
    return TRANSPORT_OK;
}

static const TransportOps unix_ops = {"unix", TRUE, TRUE, unix_read, unix_write};

static TransportStatus
pair_read(Transport *transport, uint8_t *bytes, size_t len, size_t *ret_len, int *ret_fds,
          size_t *ret_n_fds, GError **error)
{
    ssize_t n = read(transport->read_fd, bytes, len);
    if (n < 0)
        return status_from_errno(errno, "read from", error);
    *ret_n_fds = 0;
    *ret_len = (size_t)n;
    return n == 0 ? TRANSPORT_EOF : TRANSPORT_OK;
}

static TransportStatus
pair_write(Transport *transport, const uint8_t *bytes, size_t len, int fd, size_t *ret_len,
           GError **error)
{
    g_assert(fd < 0);
    ssize_t n = write(transport->write_fd, bytes, len);
    if (n < 0)
        return status_from_errno(errno, "write to", error);
    *ret_len = (size_t)n;
    return TRANSPORT_OK;
}

static const TransportOps pair_ops = {"pair", FALSE, FALSE, pair_read, pair_write};

static Transport *
transport_new(const TransportOps *ops, int read_fd, int write_fd)
{
    (void)fcntl(read_fd, F_SETFL, fcntl(read_fd, F_GETFL) | O_NONBLOCK);
    if (write_fd != read_fd)
        (void)fcntl(write_fd, F_SETFL, fcntl(write_fd, F_GETFL) | O_NONBLOCK);
    Transport *transport = g_new(Transport, 1);
    *transport = (Transport){ops, read_fd, write_fd, FALSE};
    return transport;
}

Transport *
transport_new_unix(int fd)
{
    return transport_new(&unix_ops, fd, fd);
}

Transport *
transport_new_pair(int read_fd, int write_fd)
{
    return transport_new(&pair_ops, read_fd, write_fd);
}

void
transport_set_drops_fds(Transport *transport, gboolean drops)
{
    transport->drops_fds = drops;
}

void
transport_free(Transport *transport)
{
    if (transport == NULL)
        return;
    close(transport->read_fd);
    if (transport->write_fd != transport->read_fd)
        close(transport->write_fd);
    g_free(transport);
}
