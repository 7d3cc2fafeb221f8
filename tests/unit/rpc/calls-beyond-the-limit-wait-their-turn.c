/*
 * A client has so many calls running; further ones are read and wait, in order, then reading stops;
 * keepalive and control calls do not wait; a call of class `conn` is overtaken by none; draining
 * lets the running ones end and starts no other.
 */
#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "tests/unit/rpc/served.h"

enum { FAKE_PROGRAM = 0x30000001, WAIT = 1, QUICK, CONN, CONTROL, N_PROCS };

typedef struct {
    Served served;
    Peer peer;
    RpcConn *conn;
    GPtrArray *waiting; /* of RpcCall: deferred, in the order in which they started */
    GArray *started;    /* of uint32_t: serials, of all */
    gboolean drained;
} Fixture;

static gboolean
thunk(const void *handlers, RpcCall *call, RpcTarget target, const void *args, void *ret,
      GError **error)
{
    Fixture *f = rpc_call_context(call);
    uint32_t id = (uint32_t)rpc_call_id(call);
    g_array_append_val(f->started, id);
    if (rpc_call_proc(call)->number != WAIT && rpc_call_proc(call)->number != CONN)
        return TRUE;
    rpc_call_defer(call);
    g_ptr_array_add(f->waiting, call);
    return TRUE;
}

#define ROW(n, of_class)                                                                           \
    [n] = {.number = (n),                                                                          \
           .name = "fake",                                                                         \
           .class = (of_class),                                                                    \
           .family = RPC_FAMILY_HYPERVISOR,                                                        \
           .thunk = thunk}
static const RpcProc procs[] = {ROW(WAIT, RPC_CLASS_READ), ROW(QUICK, RPC_CLASS_READ),
                                ROW(CONN, RPC_CLASS_CONN), ROW(CONTROL, RPC_CLASS_CONTROL)};
static const char *const handlers[] = {"there"};
static const RpcProgram program = {FAKE_PROGRAM, 1, "fake", N_PROCS, procs, 8};

static void
setup(Fixture *f)
{
    RpcServerConfig config = {.context = f};
    RpcLimits limits = rpc_limits_default;
    limits.auth_rw = RPC_AUTH_NONE;
    limits.max_client_requests = 2;
    limits.parked_calls = 3;
    memset(f, 0, sizeof *f);
    f->waiting = g_ptr_array_new();
    f->started = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    served_setup(&f->served, &config, &limits);
    rpc_server_add_program(f->served.server, &program, handlers);
    f->conn = served_opened(&f->served, &f->peer, RPC_ACCESS_RW, "qemu");
}

/* Ends the call that has waited longest. */
static void
end_one(Fixture *f)
{
    rpc_call_complete(g_ptr_array_remove_index(f->waiting, 0), NULL);
    run_idle(f->served.loop);
}

static void
teardown(Fixture *f)
{
    while (f->waiting->len > 0)
        end_one(f);
    peer_leave(&f->peer);
    served_teardown(&f->served);
    g_ptr_array_unref(f->waiting);
    g_array_unref(f->started);
}

static void
call(Fixture *f, uint32_t proc, uint32_t serial)
{
    peer_call(&f->peer, &program, proc, serial, NULL);
    run_idle(f->served.loop);
}

static void
test_limit(void)
{
    Fixture f;
    setup(&f);
    for (uint32_t serial = 1; serial <= 5; serial++)
        call(&f, WAIT, serial);
    g_assert_cmpuint(f.waiting->len, ==, 2);
    for (uint32_t serial = 1; serial <= 5; serial++) {
        end_one(&f);
        g_assert_cmpint(peer_reply(&f.peer, serial), ==, 0);
        g_assert_cmpuint(f.waiting->len, ==, MIN(2, 5 - serial));
    }
    teardown(&f);
}

/* A quick call behind parked ones waits too: answers come in the order of the calls. */
static void
test_order(void)
{
    Fixture f;
    setup(&f);
    call(&f, WAIT, 1);
    call(&f, WAIT, 2);
    call(&f, QUICK, 3);
    call(&f, QUICK, 4);
    g_assert_cmpuint(f.started->len, ==, 2);
    g_assert_true(peer_is_quiet(&f.peer));
    end_one(&f);
    g_assert_cmpint(peer_reply(&f.peer, 1), ==, 0);
    g_assert_cmpint(peer_reply(&f.peer, 3), ==, 0);
    g_assert_cmpint(peer_reply(&f.peer, 4), ==, 0);
    teardown(&f);
}

/* More than may wait: no more is read, nothing is lost. */
static void
test_reading_stops(void)
{
    Fixture f;
    setup(&f);
    for (uint32_t serial = 1; serial <= 40; serial++)
        call(&f, WAIT, serial);
    FrameHeader ping = {0x6b656570, 1, 1, FRAME_EVENT, 0, FRAME_OK};
    peer_send(&f.peer, &ping, NULL, 0);
    g_assert_true(peer_is_quiet(&f.peer)); /* it is not read: behind calls that are not */
    for (uint32_t serial = 1; serial <= 40; serial++) {
        end_one(&f);
        const Frame *frame = peer_receive(&f.peer);
        if (frame->header.prog == ping.prog)
            frame = peer_receive(&f.peer);
        g_assert_cmpuint(frame->header.serial, ==, serial);
    }
    teardown(&f);
}

static void
test_urgent(void)
{
    Fixture f;
    setup(&f);
    for (uint32_t serial = 1; serial <= 4; serial++)
        call(&f, WAIT, serial);
    FrameHeader ping = {0x6b656570, 1, 1, FRAME_EVENT, 0, FRAME_OK};
    peer_send(&f.peer, &ping, NULL, 0);
    g_assert_cmphex(peer_receive(&f.peer)->header.prog, ==, ping.prog);
    call(&f, CONTROL, 9);
    g_assert_cmpint(peer_reply(&f.peer, 9), ==, 0);
    teardown(&f);
}

static void
test_serialized(void)
{
    Fixture f;
    setup(&f);
    call(&f, CONN, 1);
    call(&f, QUICK, 2);
    call(&f, CONN, 3);
    g_assert_cmpuint(f.started->len, ==, 1);
    end_one(&f);
    g_assert_cmpint(peer_reply(&f.peer, 1), ==, 0);
    g_assert_cmpint(peer_reply(&f.peer, 2), ==, 0);
    g_assert_cmpuint(f.waiting->len, ==, 1);
    end_one(&f);
    g_assert_cmpint(peer_reply(&f.peer, 3), ==, 0);
    teardown(&f);
}

/* Another client is not held up. */
static void
test_others(void)
{
    Fixture f;
    Peer other;
    setup(&f);
    for (uint32_t serial = 1; serial <= 9; serial++)
        call(&f, WAIT, serial);
    served_opened(&f.served, &other, RPC_ACCESS_RW, "qemu");
    g_assert_cmpint(peer_ask(&other, &program, QUICK, 1, NULL), ==, 0);
    peer_leave(&other);
    teardown(&f);
}

static void
on_drained(void *data)
{
    ((Fixture *)data)->drained = TRUE;
}

static void
test_drain(void)
{
    Fixture f;
    Peer idle;
    setup(&f);
    served_opened(&f.served, &idle, RPC_ACCESS_RW, "qemu");
    for (uint32_t serial = 1; serial <= 4; serial++)
        call(&f, WAIT, serial);
    rpc_server_drain(f.served.server, on_drained, &f);
    g_assert_null(peer_receive(&idle));
    call(&f, QUICK, 5);
    end_one(&f);
    g_assert_cmpint(peer_reply(&f.peer, 1), ==, 0);
    g_assert_false(f.drained);
    end_one(&f);
    g_assert_cmpint(peer_reply(&f.peer, 2), ==, 0);
    /* What had not begun never does. */
    g_assert_null(peer_receive(&f.peer));
    run_until(f.served.loop, &f.drained);
    g_assert_cmpuint(f.started->len, ==, 2);
    peer_leave(&idle);
    teardown(&f);
}

/* The client goes while calls run and wait: the running ones end, the waiting ones never begin. */
static void
test_gone(void)
{
    Fixture f;
    setup(&f);
    for (uint32_t serial = 1; serial <= 5; serial++)
        call(&f, WAIT, serial);
    peer_leave(&f.peer);
    run_idle(f.served.loop);
    g_assert_cmpuint(rpc_server_n_clients(f.served.server), ==, 0);
    g_assert_cmpuint(f.waiting->len, ==, 2);
    g_assert_null(rpc_call_conn(g_ptr_array_index(f.waiting, 0)));
    rpc_server_drain(f.served.server, on_drained, &f);
    run_idle(f.served.loop);
    g_assert_false(f.drained);
    end_one(&f);
    end_one(&f);
    run_until(f.served.loop, &f.drained);
    g_assert_cmpuint(f.started->len, ==, 2);
    teardown(&f);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/turns/limit", test_limit);
    g_test_add_func("/turns/order", test_order);
    g_test_add_func("/turns/reading-stops", test_reading_stops);
    g_test_add_func("/turns/urgent", test_urgent);
    g_test_add_func("/turns/serialized", test_serialized);
    g_test_add_func("/turns/others", test_others);
    g_test_add_func("/turns/drain", test_drain);
    g_test_add_func("/turns/gone", test_gone);
    return g_test_run();
}
