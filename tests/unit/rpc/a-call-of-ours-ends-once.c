/*
 * The calling side: a call ends once, by its reply, its deadline or the end of the connection; a
 * reply that comes too late is dropped; the client may be freed in any callback; opening takes its
 * steps one after the other and stops at the first that fails.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/rpc/client.h"
#include "common/spec/remote.h"
#include "tests/unit/rpc/peer.h"

typedef struct {
    Loop *loop;
    RpcIo *io;
    RpcClient *client;
    Peer peer;
    gboolean done, closed;
    guint n_done, n_frames;
    int code; /* of the last end; 0: ok */
    char *type;
    gboolean frees;
} Fixture;

static void
on_frame(void *data, Frame *frame)
{
    ((Fixture *)data)->n_frames++;
}

static void
on_closed(void *data, const GError *error)
{
    Fixture *f = data;
    f->closed = TRUE;
}

static const RpcClientEvents events = {on_frame, on_closed, NULL};

static void
on_done(void *data, const void *ret, const GError *error)
{
    Fixture *f = data;
    f->done = TRUE;
    f->n_done++;
    f->code = error != NULL ? error->code : 0;
    const RemoteConnectGetTypeRet *type = ret;
    if (type != NULL) {
        g_free(f->type);
        f->type = g_strdup(type->type);
    }
    if (f->frees)
        rpc_client_free(g_steal_pointer(&f->client));
}

static void
setup(Fixture *f)
{
    int fds[2];
    memset(f, 0, sizeof *f);
    peer_pair(fds);
    f->loop = loop_new(NULL);
    f->io = rpc_io_new(f->loop);
    f->client = rpc_client_new(f->io, transport_new_unix(fds[0]), &events, f);
    peer_init(&f->peer, f->loop, fds[1]);
}

static void
teardown(Fixture *f)
{
    rpc_client_free(f->client);
    run_idle(f->loop);
    peer_leave(&f->peer);
    rpc_io_free(f->io);
    loop_free(f->loop);
    g_free(f->type);
}

static void
ask(Fixture *f, int64_t patience_us)
{
    rpc_client_call(f->client, &remote_program, REMOTE_PROC_CONNECT_GET_TYPE, NULL,
                    g_get_monotonic_time() + patience_us, on_done, f);
}

/* The next call must be this one; remembers its serial. */
static uint32_t
expect_call(Fixture *f, uint32_t proc)
{
    const Frame *frame = peer_receive(&f->peer);
    g_assert_cmpuint(frame->header.type, ==, FRAME_CALL);
    g_assert_cmphex(frame->header.prog, ==, remote_program.id);
    g_assert_cmpuint(frame->header.proc, ==, proc);
    return frame->header.serial;
}

static void
answer(Fixture *f, uint32_t proc, uint32_t serial, const void *bytes, size_t len)
{
    FrameHeader header = {remote_program.id, 1, proc, FRAME_REPLY, serial, FRAME_OK};
    peer_send(&f->peer, &header, bytes, len);
}

static void
answer_error(Fixture *f, uint32_t proc, uint32_t serial, VirtErrorCode code)
{
    RemoteError wire = {.code = (int32_t)code, .domain = VIRT_FROM_QEMU, .level = 2};
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_assert_true(xdr_encode(&remote_error_xdr, &wire, bytes, NULL));
    FrameHeader header = {remote_program.id, 1, proc, FRAME_REPLY, serial, FRAME_ERROR};
    peer_send(&f->peer, &header, bytes->data, bytes->len);
}

#define GET_TYPE REMOTE_PROC_CONNECT_GET_TYPE
#define QEMU_TYPE "\0\0\0\4QEMU", 8

static void
test_replies(void)
{
    Fixture f;
    setup(&f);
    ask(&f, 10 * G_USEC_PER_SEC);
    ask(&f, 10 * G_USEC_PER_SEC);
    uint32_t first = expect_call(&f, GET_TYPE), second = expect_call(&f, GET_TYPE);
    g_assert_cmpuint(first, !=, second);
    /* In another order than the calls. */
    answer_error(&f, GET_TYPE, second, VIRT_ERR_NO_DOMAIN);
    run_until(f.loop, &f.done);
    g_assert_cmpint(f.code, ==, VIRT_ERR_NO_DOMAIN);
    f.done = FALSE;
    answer(&f, GET_TYPE, first, QEMU_TYPE);
    run_until(f.loop, &f.done);
    g_assert_cmpstr(f.type, ==, "QEMU");
    /* Twice, or to a call that was never made: no call ends. */
    answer(&f, GET_TYPE, first, QEMU_TYPE);
    answer(&f, GET_TYPE, 12345, QEMU_TYPE);
    run_idle(f.loop);
    g_assert_cmpuint(f.n_done, ==, 2);
    teardown(&f);
}

static void
test_undecodable(void)
{
    Fixture f;
    setup(&f);
    ask(&f, 10 * G_USEC_PER_SEC);
    answer(&f, GET_TYPE, expect_call(&f, GET_TYPE), "\0\0\0\7QEMU", 8);
    run_until(f.loop, &f.done);
    g_assert_cmpint(f.code, ==, VIRT_ERR_RPC);
    teardown(&f);
}

static void
test_deadline(void)
{
    Fixture f;
    setup(&f);
    ask(&f, 10000);
    uint32_t serial = expect_call(&f, GET_TYPE);
    run_until(f.loop, &f.done);
    g_assert_cmpint(f.code, ==, VIRT_ERR_OPERATION_TIMEOUT);
    /* Too late: dropped, not taken for a frame of somebody else. */
    answer(&f, GET_TYPE, serial, QEMU_TYPE);
    run_idle(f.loop);
    g_assert_cmpuint(f.n_done, ==, 1);
    g_assert_cmpuint(f.n_frames, ==, 0);
    g_assert_null(f.type);
    /* The serial is forgotten with it. */
    answer(&f, GET_TYPE, serial, QEMU_TYPE);
    run_idle(f.loop);
    g_assert_cmpuint(f.n_frames, ==, 1);
    teardown(&f);
}

static void
test_closed(void)
{
    Fixture f;
    setup(&f);
    ask(&f, 10 * G_USEC_PER_SEC);
    ask(&f, 1000);
    run_until(f.loop, &f.done);
    peer_leave(&f.peer);
    run_until(f.loop, &f.closed);
    g_assert_cmpuint(f.n_done, ==, 2);
    g_assert_cmpint(f.code, ==, VIRT_ERR_INTERNAL_ERROR);
    teardown(&f);
}

/* Freed in the callback of a reply, of a deadline, and of the end with several calls under way. */
static void
test_freed(void)
{
    for (int how = 0; how < 3; how++) {
        Fixture f;
        setup(&f);
        f.frees = TRUE;
        ask(&f, how == 1 ? 1000 : 10 * G_USEC_PER_SEC);
        ask(&f, 10 * G_USEC_PER_SEC);
        if (how == 0)
            answer(&f, GET_TYPE, expect_call(&f, GET_TYPE), QEMU_TYPE);
        else if (how == 2)
            peer_leave(&f.peer);
        run_until(f.loop, &f.done);
        run_idle(f.loop);
        g_assert_cmpuint(f.n_done, ==, 1);
        g_assert_false(f.closed);
        teardown(&f);
    }
}

static void
open_client(Fixture *f, gboolean read_only, const Identity *identity)
{
    RpcOpenRequest request = {.uri = "qemu:///system",
                              .read_only = read_only,
                              .identity = identity,
                              .deadline_us = g_get_monotonic_time() + 10 * G_USEC_PER_SEC};
    rpc_client_open(f->client, &request, on_done, f);
}

/* Each step waits for the one before. */
static void
test_open(void)
{
    Fixture f;
    setup(&f);
    IdentityParam uid = {"unix-user-id", IDENTITY_ULLONG, {.ullong = 1000}};
    g_autoptr(Identity) identity =
        identity_new_from_params(&uid, 1, IDENTITY_SCOPE_SYSTEM, 0, NULL);
    open_client(&f, TRUE, identity);
    uint32_t serial = expect_call(&f, REMOTE_PROC_AUTH_LIST);
    g_assert_true(peer_is_quiet(&f.peer));
    answer(&f, REMOTE_PROC_AUTH_LIST, serial, "\0\0\0\1\0\0\0\2", 8);
    serial = expect_call(&f, REMOTE_PROC_AUTH_POLKIT);
    g_assert_true(peer_is_quiet(&f.peer));
    answer(&f, REMOTE_PROC_AUTH_POLKIT, serial, "\0\0\0\1", 4);
    serial = expect_call(&f, REMOTE_PROC_CONNECT_SUPPORTS_FEATURE);
    g_assert_true(peer_is_quiet(&f.peer));
    answer(&f, REMOTE_PROC_CONNECT_SUPPORTS_FEATURE, serial, "\0\0\0\1", 4);
    serial = expect_call(&f, REMOTE_PROC_CONNECT_OPEN);
    /* Behind the URI: the flag. */
    g_assert_cmpuint(frame_get_u32(f.peer.frame.payload + f.peer.frame.payload_len - 4), ==, 1);
    g_assert_true(peer_is_quiet(&f.peer));
    answer(&f, REMOTE_PROC_CONNECT_OPEN, serial, NULL, 0);
    serial = expect_call(&f, REMOTE_PROC_CONNECT_SET_IDENTITY);
    g_assert_cmpuint(f.n_done, ==, 0);
    answer(&f, REMOTE_PROC_CONNECT_SET_IDENTITY, serial, NULL, 0);
    run_until(f.loop, &f.done);
    g_assert_cmpint(f.code, ==, 0);
    g_assert_cmpuint(f.n_done, ==, 1);
    teardown(&f);
}

/* It fails at each step, with the peer's code; nothing more is asked. The client may go then. */
static void
test_open_fails(void)
{
    static const uint32_t steps[] = {REMOTE_PROC_AUTH_LIST, REMOTE_PROC_CONNECT_SUPPORTS_FEATURE,
                                     REMOTE_PROC_CONNECT_OPEN};
    static const struct {
        const char *bytes;
        size_t len;
    } good[] = {{"\0\0\0\1\0\0\0\0", 8}, {"\0\0\0\1", 4}, {"", 0}};
    for (size_t failing = 0; failing < G_N_ELEMENTS(steps); failing++) {
        Fixture f;
        setup(&f);
        f.frees = TRUE;
        open_client(&f, FALSE, NULL);
        for (size_t i = 0; i < failing; i++)
            answer(&f, steps[i], expect_call(&f, steps[i]), good[i].bytes, good[i].len);
        answer_error(&f, steps[failing], expect_call(&f, steps[failing]), VIRT_ERR_NO_CONNECT);
        run_until(f.loop, &f.done);
        g_assert_cmpint(f.code, ==, VIRT_ERR_NO_CONNECT);
        g_assert_null(peer_receive(&f.peer));
        g_assert_cmpuint(f.n_done, ==, 1);
        teardown(&f);
    }
}

/* Only an authentication that daemons cannot do is offered. */
static void
test_open_unknown_auth(void)
{
    static const struct {
        const char *bytes;
        size_t len;
    } lists[] = {{"\0\0\0\1\0\0\0\1", 8}, {"\0\0\0\0", 4}};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        Fixture f;
        setup(&f);
        open_client(&f, FALSE, NULL);
        uint32_t serial = expect_call(&f, REMOTE_PROC_AUTH_LIST);
        answer(&f, REMOTE_PROC_AUTH_LIST, serial, lists[i].bytes, lists[i].len);
        run_until(f.loop, &f.done);
        g_assert_cmpint(f.code, ==, VIRT_ERR_AUTH_FAILED);
        teardown(&f);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/client/replies", test_replies);
    g_test_add_func("/client/undecodable", test_undecodable);
    g_test_add_func("/client/deadline", test_deadline);
    g_test_add_func("/client/closed", test_closed);
    g_test_add_func("/client/freed", test_freed);
    g_test_add_func("/client/open", test_open);
    g_test_add_func("/client/open-fails", test_open_fails);
    g_test_add_func("/client/open-unknown-auth", test_open_unknown_auth);
    return g_test_run();
}
