/*
 * client_fd — the transport of a client on descriptors: reads and writes without blocking, as the
 * loop says, a bounded piece a turn so that one guest that talks much holds up no other. Io thread,
 * except post().
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/thread.h"
#include "virtqemud/qmp/client.h"

enum { READ_BYTES = 65536, READS_PER_TURN = 8 };

typedef struct {
    Loop *loop;
    QmpClient *client; /* who owns this */
    int in_fd;
    int out_fd; /* may be in_fd */
    gboolean is_socket;
    LoopFd *in_source;
    LoopFd *out_source; /* NULL with one descriptor */
    LoopTimer *timer;
} FdTransport;

static void
transport_post(void *data, LoopFn fn, void *arg)
{
    loop_post(((FdTransport *)data)->loop, fn, arg);
}

static int64_t
transport_now_us(void *data)
{
    return thread_now_us();
}

static void
close_errno(FdTransport *transport, int saved_errno, const char *what)
{
    g_autoptr(GError) reason = NULL;
    virt_error_set_errno(&reason, VIRT_FROM_QEMU, saved_errno, "cannot %s QEMU's monitor", what);
    qmp_client_close(transport->client, reason);
}

static void
close_text(FdTransport *transport, const char *text)
{
    g_autoptr(GError) reason = NULL;
    virt_error_set(&reason, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED, "%s", text);
    qmp_client_close(transport->client, reason);
}

static ssize_t
write_with_fds(FdTransport *transport, const uint8_t *bytes, size_t n, const FdSet *fds)
{
    if (!transport->is_socket)
        return write(transport->out_fd, bytes, n);
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(QMP_REQUEST_FDS_MAX * sizeof(int))];
    } control = {0};
    struct iovec iov = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = n};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
    if (fds->n > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(fds->n * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(fds->n * sizeof(int));
        memcpy(CMSG_DATA(header), fds->fds, fds->n * sizeof(int));
    }
    return sendmsg(transport->out_fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Writes what fits. TRUE: more waits for room. */
static gboolean
write_some(FdTransport *transport)
{
    QmpSession *session = qmp_client_session(transport->client);
    const uint8_t *bytes;
    const FdSet *fds;
    size_t n;
    while (qmp_session_output(session, &bytes, &n, &fds)) {
        if (fds->n > 0 && !transport->is_socket) {
            close_text(transport, "QEMU's monitor is no socket and takes no descriptors");
            return FALSE;
        }
        ssize_t written = write_with_fds(transport, bytes, n, fds);
        if (written > 0)
            qmp_session_sent(session, (size_t)written, thread_now_us());
        else if (written < 0 && errno == EAGAIN)
            return TRUE;
        else if (written == 0 || errno != EINTR) {
            /* What QEMU said at its end may still be there to read, and says more than this. */
            if (written < 0 && (errno == EPIPE || errno == ECONNRESET))
                return FALSE;
            close_errno(transport, errno, "write to");
            return FALSE;
        }
    }
    return FALSE;
}

static void
transport_stirred(void *data, QmpSession *session)
{
    FdTransport *transport = data;
    uint32_t out = write_some(transport) ? EPOLLOUT : 0;
    if (qmp_session_is_closed(session))
        return;
    if (transport->out_source != NULL)
        loop_fd_set_events(transport->out_source, out);
    else
        loop_fd_set_events(transport->in_source, EPOLLIN | out);
    loop_timer_set(transport->timer, qmp_session_due_us(session));
}

static int
transport_fd(void *data)
{
    const FdTransport *transport = data;
    return transport->out_fd == transport->in_fd ? transport->in_fd : -1;
}

static void
transport_ended(void *data)
{
    FdTransport *transport = data;
    loop_fd_remove(g_steal_pointer(&transport->in_source));
    loop_fd_remove(g_steal_pointer(&transport->out_source));
    loop_timer_remove(g_steal_pointer(&transport->timer));
    if (transport->out_fd != transport->in_fd)
        fd_close(transport->out_fd);
    fd_close(transport->in_fd);
    transport->out_fd = transport->in_fd = -1;
}

static const QmpTransport fd_transport = {
    .post = transport_post,
    .now_us = transport_now_us,
    .stirred = transport_stirred,
    .fd = transport_fd,
    .ended = transport_ended,
    .free = g_free,
};

static void
read_some(FdTransport *transport)
{
    QmpSession *session = qmp_client_session(transport->client);
    static const char ended[] = "QEMU closed its monitor";
    uint8_t block[READ_BYTES];
    for (int i = 0; i < READS_PER_TURN && !qmp_session_is_closed(session); i++) {
        ssize_t n = read(transport->in_fd, block, sizeof(block));
        if (n > 0) {
            qmp_session_feed(session, block, (size_t)n, thread_now_us());
            continue;
        }
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n == 0 || errno == ECONNRESET)
            close_text(transport, ended);
        else
            close_errno(transport, errno, "read from");
    }
}

static void
on_in(void *data, uint32_t events)
{
    FdTransport *transport = data;
    g_autoptr(QmpClient) keep G_GNUC_UNUSED = qmp_client_ref(transport->client);
    QmpSession *session = qmp_client_session(transport->client);
    if (events & ~(uint32_t)EPOLLOUT)
        read_some(transport);
    if (!qmp_session_is_closed(session))
        transport_stirred(transport, session);
}

static void
on_out(void *data, uint32_t events)
{
    FdTransport *transport = data;
    g_autoptr(QmpClient) keep G_GNUC_UNUSED = qmp_client_ref(transport->client);
    if (events & EPOLLERR) {
        close_text(transport, "QEMU does not read its monitor any more");
        return;
    }
    transport_stirred(transport, qmp_client_session(transport->client));
}

static void
on_timer(void *data)
{
    FdTransport *transport = data;
    g_autoptr(QmpClient) keep G_GNUC_UNUSED = qmp_client_ref(transport->client);
    QmpSession *session = qmp_client_session(transport->client);
    qmp_session_tick(session, thread_now_us());
    if (!qmp_session_is_closed(session))
        transport_stirred(transport, session);
}

QmpClient *
qmp_client_new(Loop *loop, int in_fd, int out_fd, const QmpOptions *options,
               const QmpHandler *handler, void *data, GError **error)
{
    ON_IO;
    auto_fd in = in_fd;
    auto_fd out = out_fd;
    struct stat status;
    if (!fd_set_nonblocking(in, TRUE, error) || (out >= 0 && !fd_set_nonblocking(out, TRUE, error)))
        return NULL;
    FdTransport *transport = g_new0(FdTransport, 1);
    transport->loop = loop;
    transport->in_fd = fd_steal(&in);
    transport->out_fd = out >= 0 ? fd_steal(&out) : transport->in_fd;
    transport->is_socket = fstat(transport->out_fd, &status) == 0 && S_ISSOCK(status.st_mode);
    transport->client = qmp_client_new_on(&fd_transport, transport, options, handler, data);
    transport->in_source = loop_add_fd(loop, transport->in_fd, EPOLLIN, on_in, transport);
    if (transport->out_fd != transport->in_fd)
        transport->out_source = loop_add_fd(loop, transport->out_fd, 0, on_out, transport);
    transport->timer = loop_add_timer(loop, on_timer, transport);
    loop_timer_set(transport->timer, qmp_session_due_us(qmp_client_session(transport->client)));
    return transport->client;
}
