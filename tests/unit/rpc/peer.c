/*
 * peer — see peer.h.
 */
#include "tests/unit/rpc/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/spec/remote.h"

enum { PATIENCE_US = 60 * G_USEC_PER_SEC, IDLE_TURNS = 20 };

void
run_until(Loop *loop, const gboolean *flag)
{
    int64_t end = g_get_monotonic_time() + PATIENCE_US;
    while (!*flag) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
        loop_iterate(loop, 50);
    }
}

void
run_idle(Loop *loop)
{
    for (int i = 0; i < IDLE_TURNS; i++)
        loop_iterate(loop, 0);
}

void
peer_pair(int ret_fds[2])
{
    int made = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ret_fds);
    g_assert_cmpint(made, ==, 0);
}

void
peer_init(Peer *peer, Loop *loop, int fd)
{
    *peer = (Peer){.loop = loop, .fd = fd, .reader = frame_reader_new()};
}

void
peer_leave(Peer *peer)
{
    g_clear_pointer(&peer->reader, frame_reader_free);
    if (peer->fd >= 0)
        close(peer->fd);
    peer->fd = -1;
}

void
peer_send_bytes(Peer *peer, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    while (len > 0) {
        ssize_t n = send(peer->fd, at, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            loop_iterate(peer->loop, 10);
            continue;
        }
        g_assert_cmpint(n, >, 0);
        at += n;
        len -= (size_t)n;
    }
}

void
peer_send(Peer *peer, const FrameHeader *header, const void *payload, size_t len)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    frame_begin(out, header, len);
    if (len > 0)
        g_byte_array_append(out, payload, (guint)len);
    peer_send_bytes(peer, out->data, out->len);
}

void
peer_send_fds(Peer *peer, const FrameHeader *header, const int *fds, uint32_t n_fds)
{
    uint8_t count[4];
    frame_put_u32(count, n_fds);
    peer_send(peer, header, count, sizeof count);
    for (uint32_t i = 0; i < n_fds; i++) {
        _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
        char zero = 0;
        struct iovec iov = {&zero, 1};
        struct msghdr msg = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
        struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
        cmsg->cmsg_level = SOL_SOCKET;
        cmsg->cmsg_type = SCM_RIGHTS;
        cmsg->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(cmsg), &fds[i], sizeof(int));
        g_assert_cmpint(sendmsg(peer->fd, &msg, MSG_NOSIGNAL), ==, 1);
    }
}

void
peer_call(Peer *peer, const RpcProgram *program, uint32_t proc, uint32_t serial, const void *args)
{
    const RpcProc *row = rpc_program_find(program, proc);
    g_autoptr(GByteArray) payload = g_byte_array_new();
    if (row->args != NULL)
        g_assert_true(xdr_encode(row->args, args, payload, NULL));
    FrameHeader header = {program->id, program->version, proc, FRAME_CALL, serial, FRAME_OK};
    peer_send(peer, &header, payload->data, payload->len);
}

/* Feeds what is there; FALSE when nothing is. */
static gboolean
read_some(Peer *peer)
{
    static uint8_t bytes[65536];
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(FRAME_FDS_MAX * sizeof(int))];
    struct iovec iov = {bytes, sizeof bytes};
    struct msghdr msg = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(peer->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == EAGAIN)
        return FALSE;
    if (n <= 0) {
        peer->closed = TRUE;
        return FALSE;
    }
    int fds[FRAME_FDS_MAX];
    size_t n_fds = 0;
    for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg); cmsg != NULL; cmsg = CMSG_NXTHDR(&msg, cmsg)) {
        n_fds = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(fds, CMSG_DATA(cmsg), n_fds * sizeof(int));
    }
    g_assert_true(frame_reader_feed(peer->reader, bytes, (size_t)n, fds, n_fds, NULL));
    return TRUE;
}

const Frame *
peer_receive(Peer *peer)
{
    int64_t end = g_get_monotonic_time() + PATIENCE_US;
    GError *error = NULL;
    for (;;) {
        if (frame_reader_next(peer->reader, &peer->frame, &error))
            return &peer->frame;
        g_assert_no_error(error);
        if (peer->closed)
            return NULL;
        if (!read_some(peer))
            loop_iterate(peer->loop, 5);
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
}

int
peer_error(const Peer *peer, int *ret_domain, char **ret_text)
{
    g_autoptr(Arena) arena = arena_new();
    RemoteError wire = {0};
    size_t used;
    GError *error = NULL;
    xdr_decode(&remote_error_xdr, peer->frame.payload, peer->frame.payload_len, arena, &wire, &used,
               &error);
    g_assert_no_error(error);
    if (ret_domain != NULL)
        *ret_domain = wire.domain;
    if (ret_text != NULL)
        *ret_text = g_strdup(wire.message);
    return wire.code;
}

int
peer_reply(Peer *peer, uint32_t serial)
{
    const Frame *frame = peer_receive(peer);
    g_assert_nonnull(frame);
    g_assert_true(frame->header.type == FRAME_REPLY || frame->header.type == FRAME_REPLY_FDS);
    g_assert_cmpuint(frame->header.serial, ==, serial);
    return frame->header.status == FRAME_OK ? 0 : peer_error(peer, NULL, NULL);
}

int
peer_ask(Peer *peer, const RpcProgram *program, uint32_t proc, uint32_t serial, const void *args)
{
    peer_call(peer, program, proc, serial, args);
    return peer_reply(peer, serial);
}

gboolean
peer_is_quiet(Peer *peer)
{
    run_idle(peer->loop);
    struct pollfd poll_fd = {peer->fd, POLLIN, 0};
    return frame_reader_pending(peer->reader) == 0 && poll(&poll_fd, 1, 0) == 0;
}
