/*
 * frames — any bytes from a client, cut anywhere, with descriptors anywhere.
 *
 * The first byte chooses: the frame reader alone, compared with one that got all in one piece; or a
 * connection of a server with virtqemud's calls, read-write or read-only, open or not, or one that
 * has not authenticated. The second byte chooses the cuts. Every answer must be a frame of ours, to
 * a call that was made.
 */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/daemon/connect.h"
#include "common/rpc/conn.h"
#include "common/rpc/frame.h"
#include "common/rpc/server.h"
#include "virtqemud/handlers/handlers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    CHOOSE_SERVER = 1,
    CHOOSE_READ_ONLY = 2,
    CHOOSE_OPENED = 4,
    CHOOSE_FDS = 8,
    CHOOSE_ANONYMOUS = 16
};

/* Pieces of 1 to 64 bytes, now and then long ones. */
typedef struct {
    uint32_t state;
    const uint8_t *at;
    size_t left;
} Pieces;

static size_t
next_piece(Pieces *pieces)
{
    pieces->state = pieces->state * 1664525 + 1013904223;
    uint32_t random = pieces->state >> 16;
    size_t len = random % 7 == 0 ? pieces->left : random % 64 + 1;
    return MIN(len, pieces->left);
}

static int
some_fd(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* --- the reader --- */

typedef struct {
    guint n_frames;
    uint32_t sum; /* of headers and payloads */
    gboolean lost;
} Reading;

static void
drain(FrameReader *reader, Reading *reading, size_t fed)
{
    Frame frame;
    g_autoptr(GError) error = NULL;
    while (frame_reader_next(reader, &frame, &error)) {
        g_assert(frame.len >= FRAME_HEADER_BYTES && frame.len <= fed);
        g_assert(frame.n_fds <= frame.n_announced && frame.n_announced <= FRAME_FDS_MAX);
        reading->n_frames++;
        reading->sum = reading->sum * 31 + frame.header.proc + frame.header.serial;
        for (uint32_t i = 0; i < frame.payload_len; i++)
            reading->sum = reading->sum * 31 + frame.payload[i];
        for (uint32_t i = 0; i < frame.n_fds; i++)
            g_assert(fcntl(frame.fds[i], F_GETFD) != -1);
    }
    reading->lost = error != NULL;
    g_assert(frame_reader_pending(reader) <= fed);
}

static void
fuzz_reader(Pieces *pieces, gboolean with_fds)
{
    Reading whole = {0}, cut = {0};
    FrameReader *reader = frame_reader_new();
    size_t size = pieces->left;
    if (frame_reader_feed(reader, pieces->at, size, NULL, 0, NULL))
        drain(reader, &whole, size);
    frame_reader_free(reader);
    reader = frame_reader_new();
    while (pieces->left > 0 && !cut.lost) {
        size_t len = next_piece(pieces);
        int fd = with_fds ? some_fd() : -1;
        g_autofree uint8_t *copy = g_memdup2(pieces->at, len);
        if (frame_reader_feed(reader, copy, len, &fd, with_fds, NULL))
            drain(reader, &cut, size);
        else
            cut.lost = TRUE;
        pieces->at += len;
        pieces->left -= len;
    }
    frame_reader_free(reader);
    /* Too many descriptors end the cut one early. */
    if (!with_fds)
        g_assert(whole.lost == cut.lost && whole.n_frames == cut.n_frames && whole.sum == cut.sum);
}

/* --- the server --- */

static const RemoteHandlers remote_handlers = {
    CONNECT_HANDLERS,
    EVENT_HANDLERS_DOMAIN,
    .connect_num_of_domains = handle_connect_num_of_domains,
    .connect_num_of_defined_domains = handle_connect_num_of_defined_domains,
    .connect_list_domains = handle_connect_list_domains,
    .connect_list_defined_domains = handle_connect_list_defined_domains,
    .connect_list_all_domains = handle_connect_list_all_domains,
    .domain_lookup_by_id = handle_domain_lookup_by_id,
    .domain_lookup_by_name = handle_domain_lookup_by_name,
    .domain_lookup_by_uuid = handle_domain_lookup_by_uuid,
};
static const QemuHandlers qemu_handlers = {
    .connect_domain_monitor_event_register = events_monitor_register,
    .connect_domain_monitor_event_deregister = events_monitor_deregister,
};

typedef struct {
    Loop *loop;
    RpcServer *server;
    uint8_t bytes[65536]; /* of answers */
} Fixture;

static const ObjViewOps no_views = {.domain = VIRT_FROM_DOMAIN, .noun = "domain"};

static void
no_attributes(const void *view, const RpcProc *proc, const void *args, AclAttribute *ret_attributes)
{
    ret_attributes[0] = (AclAttribute){NULL, NULL};
}

static Fixture *
fixture_new(void)
{
    static RpcObjects domains = {.object = ACL_DOMAIN,
                                 .domain = VIRT_FROM_DOMAIN,
                                 .missing = VIRT_ERR_NO_DOMAIN,
                                 .noun = "domain",
                                 .attributes = no_attributes};
    RpcServerConfig config = {
        .name = "virtqemud", .daemon = RPC_DAEMON_QEMU, .privileged = TRUE, .own_uid = getuid()};
    config.serves_kind[RPC_FAMILY_HYPERVISOR] = TRUE;
    Fixture *fixture = g_new0(Fixture, 1);
    log_configure(LOG_ERROR, NULL, NULL, NULL);
    fixture->loop = loop_new(NULL);
    fixture->server = rpc_server_new(rpc_io_new(fixture->loop), &config, &rpc_limits_default);
    rpc_server_add_program(fixture->server, &remote_program, &remote_handlers);
    rpc_server_add_program(fixture->server, &qemu_program, &qemu_handlers);
    domains.table = obj_table_new(NULL, &no_views);
    domains.view_ops = &no_views.view;
    rpc_server_add_objects(fixture->server, &domains);
    return fixture;
}

static void
check_answer(const Frame *frame)
{
    g_assert(frame->n_announced == 0);
    switch (frame->header.type) {
    case FRAME_REPLY:
        g_assert(frame->header.status == FRAME_OK || frame->header.status == FRAME_ERROR);
        break;
    case FRAME_EVENT: /* a pong: there is nothing else to tell */
        g_assert(frame->header.prog == keepalive_program.id && frame->len == FRAME_HEADER_BYTES);
        break;
    default:
        g_assert_not_reached();
    }
}

/* Reads what has come. FALSE: the connection is closed. */
static gboolean
read_answers(Fixture *fixture, int fd, FrameReader *reader, size_t *answers)
{
    ssize_t n;
    while ((n = recv(fd, fixture->bytes, sizeof fixture->bytes, MSG_DONTWAIT)) > 0) {
        Frame frame;
        gboolean fed = frame_reader_feed(reader, fixture->bytes, (size_t)n, NULL, 0, NULL);
        g_assert(fed);
        for (GError *error = NULL; frame_reader_next(reader, &frame, &error); (*answers)++)
            check_answer(&frame);
    }
    return n != 0;
}

static gboolean
send_piece(int fd, const uint8_t *bytes, size_t len, gboolean with_fd)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec iov = {(void *)bytes, len};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    int sent_fd = with_fd ? some_fd() : -1;
    if (with_fd) {
        msg.msg_control = control;
        msg.msg_controllen = sizeof control;
        struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
        cmsg->cmsg_level = SOL_SOCKET;
        cmsg->cmsg_type = SCM_RIGHTS;
        cmsg->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(cmsg), &sent_fd, sizeof(int));
    }
    ssize_t n = sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent_fd >= 0)
        close(sent_fd);
    return n == (ssize_t)len;
}

static void
turns(Fixture *fixture)
{
    for (int i = 0; i < 3; i++)
        loop_iterate(fixture->loop, 0);
}

static void
fuzz_server(Pieces *pieces, uint8_t choice)
{
    static Fixture *fixture;
    int fds[2];
    if (fixture == NULL)
        fixture = fixture_new();
    RpcLimits *limits = rpc_server_limits(fixture->server);
    limits->auth_rw = limits->auth_ro =
        (choice & CHOOSE_ANONYMOUS) != 0 ? RPC_AUTH_SASL : RPC_AUTH_NONE;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
        return;
    RpcConn *conn = rpc_server_adopt(
        fixture->server, fds[0], (choice & CHOOSE_READ_ONLY) != 0 ? RPC_ACCESS_RO : RPC_ACCESS_RW);
    if ((choice & CHOOSE_OPENED) != 0)
        rpc_conn_set_opened(conn, rpc_kind_of_family(RPC_FAMILY_HYPERVISOR), "qemu:///system",
                            FALSE);
    g_autoptr(FrameReader) reader = frame_reader_new();
    /* No frame is shorter than a header: more answers than that would be invented. */
    size_t most = pieces->left / FRAME_HEADER_BYTES, answers = 0;
    gboolean open = TRUE;
    while (pieces->left > 0 && open) {
        size_t len = next_piece(pieces);
        open = send_piece(fds[1], pieces->at, len, (choice & CHOOSE_FDS) != 0);
        pieces->at += len;
        pieces->left -= len;
        turns(fixture);
        open = open && read_answers(fixture, fds[1], reader, &answers);
    }
    g_assert(answers <= most);
    g_assert(frame_reader_pending(reader) == 0 || !open);
    close(fds[1]);
    for (int i = 0; i < 50 && rpc_server_n_clients(fixture->server) > 0; i++)
        turns(fixture);
    g_assert(rpc_server_n_clients(fixture->server) == 0);
    g_assert(rpc_server_n_unauthenticated(fixture->server) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    Pieces pieces = {data[1], data + 2, size - 2};
    if ((data[0] & CHOOSE_SERVER) != 0)
        fuzz_server(&pieces, data[0]);
    else
        fuzz_reader(&pieces, (data[0] & CHOOSE_FDS) != 0);
    return 0;
}
