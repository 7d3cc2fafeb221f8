/*
 * A server has so many clients and no more; so many that have not authenticated are served, further
 * ones wait unread without standing in the way of those that need not authenticate; who does
 * nothing is cut in the end.
 * Shows RPC-10.
 */
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/error.h"
#include "tests/unit/rpc/served.h"

static const RemoteHandlers handlers = {0};

typedef struct {
    Served served;
    struct sockaddr_un address;
    GArray *fds;
} Fixture;

static RpcLimits
limits(RpcAuth auth, uint32_t max_clients, uint32_t max_anonymous)
{
    RpcLimits made = rpc_limits_default;
    made.auth_rw = made.auth_ro = auth;
    made.max_clients = max_clients;
    made.max_anonymous_clients = max_anonymous;
    return made;
}

static void
setup(Fixture *f, const RpcLimits *with)
{
    served_setup(&f->served, NULL, with);
    rpc_server_add_program(f->served.server, &remote_program, &handlers);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* Any free name of the abstract namespace. */
    f->address = (struct sockaddr_un){.sun_family = AF_UNIX};
    socklen_t len = sizeof f->address;
    g_assert_cmpint(bind(fd, (struct sockaddr *)&f->address, sizeof(sa_family_t)), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&f->address, &len), ==, 0);
    g_assert_cmpint(listen(fd, 100), ==, 0);
    f->fds = g_array_new(FALSE, FALSE, sizeof(int));
    rpc_server_listen(f->served.server, fd, RPC_ACCESS_RW);
}

static void
teardown(Fixture *f)
{
    for (guint i = 0; i < f->fds->len; i++)
        close(g_array_index(f->fds, int, i));
    g_array_unref(f->fds);
    served_teardown(&f->served);
}

static int
dial(Fixture *f)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t len = sizeof(sa_family_t) + 6; /* an automatic name: a zero and five digits */
    g_assert_cmpint(connect(fd, (struct sockaddr *)&f->address, len), ==, 0);
    g_array_append_val(f->fds, fd);
    return fd;
}

static void
hang_up(Fixture *f, guint index)
{
    close(g_array_index(f->fds, int, index));
    g_array_remove_index(f->fds, index);
    run_idle(f->served.loop);
}

static size_t
n_clients(Fixture *f)
{
    run_idle(f->served.loop);
    return rpc_server_n_clients(f->served.server);
}

static void
test_max_clients(void)
{
    Fixture f;
    RpcLimits with = limits(RPC_AUTH_NONE, 5, 0);
    setup(&f, &with);
    for (int i = 0; i < 8; i++)
        dial(&f);
    g_assert_cmpuint(n_clients(&f), ==, 5);
    hang_up(&f, 0);
    g_assert_cmpuint(n_clients(&f), ==, 5);
    rpc_server_limits(f.served.server)->max_clients = 6;
    g_assert_cmpuint(n_clients(&f), ==, 5);
    rpc_server_limits_changed(f.served.server);
    g_assert_cmpuint(n_clients(&f), ==, 6);
    /* Existing ones stay when the limit is lowered. */
    rpc_server_limits(f.served.server)->max_clients = 1;
    rpc_server_limits_changed(f.served.server);
    g_assert_cmpuint(n_clients(&f), ==, 6);
    teardown(&f);
}

/* Whether a client's call is answered. */
static gboolean
is_heard(Fixture *f, int fd)
{
    uint8_t bytes[256];
    g_autoptr(GByteArray) out = g_byte_array_new();
    FrameHeader header = {remote_program.id, 1, REMOTE_PROC_AUTH_LIST, FRAME_CALL, 0, FRAME_OK};
    frame_begin(out, &header, 0);
    g_assert_cmpint(send(fd, out->data, out->len, MSG_NOSIGNAL), ==, (int)out->len);
    run_idle(f->served.loop);
    return recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0;
}

static void
test_anonymous(void)
{
    Fixture f;
    RpcLimits with = limits(RPC_AUTH_SASL, 100, 3);
    setup(&f, &with);
    int fds[6];
    for (int i = 0; i < 6; i++)
        fds[i] = dial(&f);
    g_assert_cmpuint(n_clients(&f), ==, 6);
    for (int i = 0; i < 6; i++)
        g_assert_cmpint(is_heard(&f, fds[i]), ==, i < 3);
    /* What the fourth sent meanwhile is answered when a place is free. */
    uint8_t bytes[256];
    rpc_conn_set_authenticated(rpc_server_find_client(f.served.server, 1));
    run_idle(f.served.loop);
    g_assert_cmpint(recv(fds[3], bytes, sizeof bytes, MSG_DONTWAIT), >, 0);
    g_assert_false(is_heard(&f, fds[4]));
    /* A waiting one that leaves is forgotten, a served one makes room. */
    hang_up(&f, 5);
    g_assert_cmpuint(rpc_server_n_unauthenticated(f.served.server), ==, 4);
    hang_up(&f, 1);
    g_assert_cmpint(recv(fds[4], bytes, sizeof bytes, MSG_DONTWAIT), >, 0);
    g_assert_cmpuint(n_clients(&f), ==, 4);
    teardown(&f);
}

/* All places taken by those that wait: who comes next is taken all the same. */
static void
test_full_of_waiting(void)
{
    Fixture f;
    RpcLimits with = limits(RPC_AUTH_SASL, 10, 2);
    setup(&f, &with);
    for (int i = 0; i < 30; i++)
        dial(&f);
    g_assert_cmpuint(n_clients(&f), ==, 10);
    rpc_server_limits(f.served.server)->auth_rw = RPC_AUTH_NONE;
    int fd = dial(&f);
    run_idle(f.served.loop);
    g_assert_true(is_heard(&f, fd));
    g_assert_cmpuint(n_clients(&f), ==, 10);
    teardown(&f);
}

static void
test_deadline(void)
{
    Fixture f;
    RpcLimits with = limits(RPC_AUTH_SASL, 100, 1);
    with.auth_deadline_us = 30000;
    setup(&f, &with);
    dial(&f);
    dial(&f);
    g_assert_cmpuint(n_clients(&f), ==, 2);
    int64_t end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    while (rpc_server_n_clients(f.served.server) > 0 && g_get_monotonic_time() < end)
        loop_iterate(f.served.loop, 20);
    g_assert_cmpuint(n_clients(&f), ==, 0);
    g_assert_cmpuint(rpc_server_n_unauthenticated(f.served.server), ==, 0);
    teardown(&f);
}

/* No descriptor is left for the next client: the listener rests, does not spin, and goes on. */
static void
test_descriptors(void)
{
    Fixture f;
    RpcLimits with = limits(RPC_AUTH_NONE, 100, 0);
    struct rlimit before;
    setup(&f, &with);
    for (int i = 0; i < 5; i++)
        dial(&f);
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
    int next = dup(0);
    close(next);
    struct rlimit low = {(rlim_t)next + 2, before.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &low), ==, 0);
    g_assert_cmpuint(n_clients(&f), ==, 2);
    int64_t start = g_get_monotonic_time();
    loop_iterate(f.served.loop, 50);
    g_assert_cmpint(g_get_monotonic_time() - start, >=, 40000);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
    int64_t end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    while (rpc_server_n_clients(f.served.server) < 5 && g_get_monotonic_time() < end)
        loop_iterate(f.served.loop, 20);
    g_assert_cmpuint(n_clients(&f), ==, 5);
    teardown(&f);
}

/* More than is allowed before authentication is refused by its length word. */
static void
test_long_frame(void)
{
    Served served;
    Peer peer;
    RpcLimits with = limits(RPC_AUTH_SASL, 100, 1);
    served_setup(&served, NULL, &with);
    served_client(&served, &peer, RPC_ACCESS_RW);
    uint8_t word[4];
    frame_put_u32(word, 600000);
    peer_send_bytes(&peer, word, sizeof word);
    g_assert_null(peer_receive(&peer));
    peer_leave(&peer);
    RpcConn *conn = served_client(&served, &peer, RPC_ACCESS_RW);
    rpc_conn_set_authenticated(conn);
    peer_send_bytes(&peer, word, sizeof word);
    g_assert_true(peer_is_quiet(&peer));
    g_assert_cmpuint(rpc_server_n_clients(served.server), ==, 1);
    peer_leave(&peer);
    served_teardown(&served);
}

/* So many calls suffice to authenticate; who makes more is cut. */
static void
test_many_calls(void)
{
    Served served;
    Peer peer;
    RpcLimits with = limits(RPC_AUTH_SASL, 100, 1);
    served_setup(&served, NULL, &with);
    rpc_server_add_program(served.server, &remote_program, &handlers);
    served_client(&served, &peer, RPC_ACCESS_RW);
    for (uint32_t serial = 0; serial < 20; serial++)
        g_assert_cmpint(peer_ask(&peer, &remote_program, REMOTE_PROC_AUTH_LIST, serial, NULL), ==,
                        VIRT_ERR_NO_SUPPORT);
    g_autoptr(GByteArray) many = g_byte_array_new();
    FrameHeader header = {remote_program.id, 1, REMOTE_PROC_AUTH_LIST, FRAME_CALL, 20, FRAME_OK};
    for (int i = 0; i < 500; i++)
        frame_begin(many, &header, 0);
    peer_send_bytes(&peer, many->data, many->len);
    while (peer_receive(&peer) != NULL)
        continue;
    g_assert_cmpuint(rpc_server_n_clients(served.server), ==, 0);
    peer_leave(&peer);
    served_teardown(&served);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/limits/max-clients", test_max_clients);
    g_test_add_func("/limits/anonymous", test_anonymous);
    g_test_add_func("/limits/full-of-waiting", test_full_of_waiting);
    g_test_add_func("/limits/deadline", test_deadline);
    g_test_add_func("/limits/long-frame", test_long_frame);
    g_test_add_func("/limits/many-calls", test_many_calls);
    g_test_add_func("/limits/descriptors", test_descriptors);
    return g_test_run();
}
