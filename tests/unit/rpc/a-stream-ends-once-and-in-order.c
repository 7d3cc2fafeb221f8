/*
 * A stream opened by a call: packets in order and under the call's serial, every way to its end
 * with exactly one `closed`, holding back within the connection's limits, abort before what is
 * held, holes that are none, and a receiver that is slow.
 */
#include <string.h>

#include "common/base/error.h"
#include "tests/unit/rpc/served.h"

enum { FAKE_PROGRAM = 0x30000001, OPEN = 1, FAIL = 2, SERIAL = 77 };

/* What the server's side of the stream saw, and what it is to do. */
typedef struct {
    Served served;
    Peer peer;
    RpcConn *conn;
    RpcStream *stream;
    GString *log; /* "d:bytes " "h:5 " "f " "w " "c " (closed) "a " (closed, aborted) */
    gboolean answers_finish;
    gboolean pauses_at_data;
} Fixture;

static void
on_data(void *data, RpcStream *stream, const uint8_t *bytes, size_t len)
{
    Fixture *f = data;
    g_string_append_printf(f->log, "d:%.*s ", (int)MIN(len, 20), (const char *)bytes);
    if (f->pauses_at_data) {
        f->pauses_at_data = FALSE;
        rpc_stream_pause(stream);
    }
}

static void
on_hole(void *data, RpcStream *stream, int64_t len)
{
    g_string_append_printf(((Fixture *)data)->log, "h:%" G_GINT64_FORMAT " ", len);
}

static void
on_finish(void *data, RpcStream *stream)
{
    Fixture *f = data;
    g_string_append(f->log, "f ");
    if (f->answers_finish)
        rpc_stream_finish(stream);
}

static void
on_writable(void *data, RpcStream *stream)
{
    g_string_append(((Fixture *)data)->log, "w ");
}

static void
on_closed(void *data, RpcStream *stream, gboolean aborted)
{
    Fixture *f = data;
    g_string_append(f->log, aborted ? "a " : "c ");
    g_assert_true(stream == f->stream);
    f->stream = NULL;
}

static const RpcStreamOps ops = {on_data, on_hole, on_finish, on_writable, on_closed};

static gboolean
thunk(const void *handlers, RpcCall *call, RpcTarget target, const void *args, void *ret,
      GError **error)
{
    Fixture *f = rpc_call_context(call);
    f->stream = rpc_call_open_stream(call, &ops, f);
    g_assert_false(rpc_stream_can_send(f->stream));
    if (rpc_call_proc(call)->number == OPEN)
        return TRUE;
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_FAILED, "not today");
    return FALSE;
}

#define ROW(n)                                                                                     \
    [n] = {.number = (n),                                                                          \
           .name = "fake",                                                                         \
           .kind = RPC_KIND_CALL_WITH_STREAM,                                                      \
           .class = RPC_CLASS_READ,                                                                \
           .stream = RPC_STREAM_BOTH,                                                              \
           .family = RPC_FAMILY_HYPERVISOR,                                                        \
           .thunk = thunk}
static const RpcProc procs[] = {ROW(OPEN), ROW(FAIL)};
static const char *const handlers[] = {"there"};
static const RpcProgram program = {FAKE_PROGRAM, 1, "fake", G_N_ELEMENTS(procs), procs, 8};

static void
setup(Fixture *f, const RpcLimits *limits)
{
    RpcServerConfig config = {.context = f};
    memset(f, 0, sizeof *f);
    f->log = g_string_new(NULL);
    f->answers_finish = TRUE;
    served_setup(&f->served, &config, limits);
    rpc_server_add_program(f->served.server, &program, handlers);
    f->conn = served_opened(&f->served, &f->peer, RPC_ACCESS_RW, "qemu");
}

static void
teardown(Fixture *f)
{
    peer_leave(&f->peer);
    served_teardown(&f->served);
    g_assert_null(f->stream);
    g_string_free(f->log, TRUE);
}

static void
open_stream(Fixture *f, uint32_t serial)
{
    g_assert_cmpint(peer_ask(&f->peer, &program, OPEN, serial, NULL), ==, 0);
    g_assert_cmpstr(f->log->str, ==, "w ");
    g_string_truncate(f->log, 0);
}

static void
packet(Fixture *f, FrameType type, FrameStatus status, const void *bytes, size_t len)
{
    FrameHeader header = {FAKE_PROGRAM, 1, OPEN, type, SERIAL, status};
    peer_send(&f->peer, &header, bytes, len);
    run_idle(f->served.loop);
}

static void
send_data(Fixture *f, const char *text)
{
    packet(f, FRAME_STREAM, FRAME_CONTINUE, text, strlen(text));
}

static void
expect_log(Fixture *f, const char *text)
{
    run_idle(f->served.loop);
    g_assert_cmpstr(f->log->str, ==, text);
    g_string_truncate(f->log, 0);
}

/* The next frame is a stream packet of ours; returns its payload's length. */
static size_t
expect_packet(Fixture *f, FrameType type, FrameStatus status)
{
    const Frame *frame = peer_receive(&f->peer);
    g_assert_cmphex(frame->header.prog, ==, FAKE_PROGRAM);
    g_assert_cmpuint(frame->header.proc, ==, OPEN);
    g_assert_cmpuint(frame->header.serial, ==, SERIAL);
    g_assert_cmpuint(frame->header.type, ==, type);
    g_assert_cmpuint(frame->header.status, ==, status);
    return frame->payload_len;
}

static void
test_upload(void)
{
    Fixture f;
    setup(&f, NULL);
    open_stream(&f, SERIAL);
    send_data(&f, "one");
    packet(&f, FRAME_HOLE, FRAME_CONTINUE, "\0\0\0\1\0\0\0\5\0\0\0\0", 12);
    send_data(&f, "two");
    expect_log(&f, "d:one h:4294967301 d:two ");
    packet(&f, FRAME_STREAM, FRAME_OK, NULL, 0);
    expect_log(&f, "f c ");
    g_assert_cmpuint(expect_packet(&f, FRAME_STREAM, FRAME_OK), ==, 0);
    /* Behind the end nothing is heard, and nothing answered. */
    send_data(&f, "late");
    packet(&f, FRAME_STREAM, FRAME_OK, NULL, 0);
    packet(&f, FRAME_STREAM, FRAME_ERROR, NULL, 0);
    expect_log(&f, "");
    g_assert_true(peer_is_quiet(&f.peer));
    teardown(&f);
}

static void
test_download(void)
{
    Fixture f;
    setup(&f, NULL);
    open_stream(&f, SERIAL);
    g_autofree uint8_t *bytes = g_malloc0(FRAME_STREAM_MAX_BYTES + 24);
    rpc_stream_send(f.stream, bytes, FRAME_STREAM_MAX_BYTES + 24);
    rpc_stream_send_hole(f.stream, 0x500000007);
    rpc_stream_end(f.stream);
    g_assert_cmpuint(expect_packet(&f, FRAME_STREAM, FRAME_CONTINUE), ==, FRAME_STREAM_MAX_BYTES);
    g_assert_cmpuint(expect_packet(&f, FRAME_STREAM, FRAME_CONTINUE), ==, 24);
    g_assert_cmpuint(expect_packet(&f, FRAME_HOLE, FRAME_CONTINUE), ==, 12);
    g_assert_cmpmem(f.peer.frame.payload, 12, "\0\0\0\5\0\0\0\7\0\0\0\0", 12);
    g_assert_cmpuint(expect_packet(&f, FRAME_STREAM, FRAME_CONTINUE), ==, 0);
    packet(&f, FRAME_STREAM, FRAME_OK, NULL, 0);
    expect_log(&f, "f c ");
    g_assert_cmpuint(expect_packet(&f, FRAME_STREAM, FRAME_OK), ==, 0);
    teardown(&f);
}

/* The other ends: aborted by the client, failed by the server, client gone, call failed. */
static void
test_abort(void)
{
    Fixture f;
    setup(&f, NULL);
    open_stream(&f, SERIAL);
    packet(&f, FRAME_STREAM, FRAME_ERROR, NULL, 0);
    expect_log(&f, "a ");
    g_assert_cmpuint(expect_packet(&f, FRAME_STREAM, FRAME_OK), ==, 0);
    /* The serial is free again. */
    open_stream(&f, SERIAL);
    teardown(&f);
}

static void
test_fail(void)
{
    Fixture f;
    setup(&f, NULL);
    open_stream(&f, SERIAL);
    GError *error = NULL;
    virt_error_set(&error, VIRT_FROM_STORAGE, VIRT_ERR_NO_STORAGE_VOL, "gone");
    rpc_stream_fail(f.stream, error);
    expect_log(&f, "c ");
    expect_packet(&f, FRAME_STREAM, FRAME_ERROR);
    g_assert_cmpint(peer_error(&f.peer, NULL, NULL), ==, VIRT_ERR_NO_STORAGE_VOL);
    /* The abort that crossed it is not answered. */
    packet(&f, FRAME_STREAM, FRAME_ERROR, NULL, 0);
    g_assert_true(peer_is_quiet(&f.peer));
    teardown(&f);
}

static void
test_gone(void)
{
    Fixture f;
    setup(&f, NULL);
    open_stream(&f, SERIAL);
    rpc_stream_pause(f.stream);
    send_data(&f, "held");
    peer_leave(&f.peer);
    expect_log(&f, "a ");
    teardown(&f);
}

static void
test_failed_call(void)
{
    Fixture f;
    setup(&f, NULL);
    g_assert_cmpint(peer_ask(&f.peer, &program, FAIL, SERIAL, NULL), ==, VIRT_ERR_OPERATION_FAILED);
    expect_log(&f, "a ");
    teardown(&f);
}

/* The handler answers a finish when it is ready; whoever finishes again, or goes on, tells it
 * nothing. */
static void
test_late_finish(void)
{
    Fixture f;
    setup(&f, NULL);
    f.answers_finish = FALSE;
    open_stream(&f, SERIAL);
    packet(&f, FRAME_STREAM, FRAME_OK, NULL, 0);
    expect_log(&f, "f ");
    packet(&f, FRAME_STREAM, FRAME_OK, NULL, 0);
    send_data(&f, "late");
    packet(&f, FRAME_HOLE, FRAME_CONTINUE, "\0\0\0\1\0\0\0\5\0\0\0\0", 12);
    expect_log(&f, "");
    g_assert_true(peer_is_quiet(&f.peer));
    rpc_stream_finish(f.stream);
    expect_log(&f, "c ");
    expect_packet(&f, FRAME_STREAM, FRAME_OK);
    teardown(&f);
}

static void
test_hold(void)
{
    Fixture f;
    setup(&f, NULL);
    open_stream(&f, SERIAL);
    rpc_stream_pause(f.stream);
    rpc_stream_pause(f.stream);
    send_data(&f, "one");
    send_data(&f, "two");
    packet(&f, FRAME_STREAM, FRAME_OK, NULL, 0);
    rpc_stream_resume(f.stream);
    expect_log(&f, "");
    f.pauses_at_data = TRUE;
    rpc_stream_resume(f.stream);
    expect_log(&f, "d:one ");
    rpc_stream_resume(f.stream);
    expect_log(&f, "d:two f c ");
    teardown(&f);
}

/* What is held counts: reading stops, and goes on when it is taken. Nothing is lost. */
static void
test_hold_much(void)
{
    Fixture f;
    RpcLimits limits = rpc_limits_default;
    limits.auth_rw = RPC_AUTH_NONE;
    limits.parked_bytes = 100000;
    setup(&f, &limits);
    open_stream(&f, SERIAL);
    rpc_stream_pause(f.stream);
    g_autofree char *text = g_strnfill(60000, 'x');
    for (int i = 0; i < 3; i++)
        send_data(&f, text);
    peer_call(&f.peer, &program, FAIL, SERIAL + 1, NULL);
    run_idle(f.served.loop);
    g_assert_true(peer_is_quiet(&f.peer));
    RpcStream *held = f.stream;
    rpc_stream_resume(held);
    expect_log(&f, "d:xxxxxxxxxxxxxxxxxxxx d:xxxxxxxxxxxxxxxxxxxx d:xxxxxxxxxxxxxxxxxxxx a ");
    g_assert_cmpint(peer_reply(&f.peer, SERIAL + 1), ==, VIRT_ERR_OPERATION_FAILED);
    f.stream = held; /* the second one is over */
    packet(&f, FRAME_STREAM, FRAME_OK, NULL, 0);
    expect_log(&f, "f c ");
    teardown(&f);
}

/* An abort does not wait behind what is held. */
static void
test_abort_overtakes(void)
{
    Fixture f;
    setup(&f, NULL);
    open_stream(&f, SERIAL);
    rpc_stream_pause(f.stream);
    send_data(&f, "one");
    packet(&f, FRAME_STREAM, FRAME_OK, NULL, 0);
    packet(&f, FRAME_STREAM, FRAME_ERROR, NULL, 0);
    expect_log(&f, "a ");
    expect_packet(&f, FRAME_STREAM, FRAME_OK);
    teardown(&f);
}

static void
test_bad_holes(void)
{
    static const struct {
        const char *bytes;
        size_t len;
    } cases[] = {
        {"\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 12}, /* negative */
        {"\0\0\0\0\0\0\0\5\0\0\0\1", 12},                 /* flags */
        {"\0\0\0\0\0\0\0\5", 8},                          /* short */
        {"", 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture f;
        setup(&f, NULL);
        open_stream(&f, SERIAL);
        packet(&f, FRAME_HOLE, FRAME_CONTINUE, cases[i].bytes, cases[i].len);
        expect_log(&f, "c ");
        expect_packet(&f, FRAME_STREAM, FRAME_ERROR);
        g_assert_cmpint(peer_error(&f.peer, NULL, NULL), ==, VIRT_ERR_RPC);
        teardown(&f);
    }
}

/* A packet of another procedure under that serial is none of this stream's. */
static void
test_other_procedure(void)
{
    Fixture f;
    setup(&f, NULL);
    open_stream(&f, SERIAL);
    FrameHeader header = {FAKE_PROGRAM, 1, FAIL, FRAME_STREAM, SERIAL, FRAME_ERROR};
    peer_send(&f.peer, &header, NULL, 0);
    expect_log(&f, "");
    teardown(&f);
    g_assert_null(f.stream);
}

/* A receiver that does not read stops the sender, and says when it goes on. */
static void
test_slow_receiver(void)
{
    Fixture f;
    setup(&f, NULL);
    open_stream(&f, SERIAL);
    g_autofree uint8_t *bytes = g_malloc0(FRAME_STREAM_MAX_BYTES);
    guint sent = 0;
    while (rpc_stream_can_send(f.stream)) {
        rpc_stream_send(f.stream, bytes, FRAME_STREAM_MAX_BYTES);
        g_assert_cmpuint(++sent, <, 100);
        loop_iterate(f.served.loop, 0);
    }
    expect_log(&f, "");
    for (guint i = 0; i < sent; i++)
        g_assert_cmpuint(expect_packet(&f, FRAME_STREAM, FRAME_CONTINUE), ==,
                         FRAME_STREAM_MAX_BYTES);
    expect_log(&f, "w ");
    teardown(&f);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream/upload", test_upload);
    g_test_add_func("/stream/download", test_download);
    g_test_add_func("/stream/abort", test_abort);
    g_test_add_func("/stream/fail", test_fail);
    g_test_add_func("/stream/gone", test_gone);
    g_test_add_func("/stream/failed-call", test_failed_call);
    g_test_add_func("/stream/late-finish", test_late_finish);
    g_test_add_func("/stream/hold", test_hold);
    g_test_add_func("/stream/hold-much", test_hold_much);
    g_test_add_func("/stream/abort-overtakes", test_abort_overtakes);
    g_test_add_func("/stream/bad-holes", test_bad_holes);
    g_test_add_func("/stream/other-procedure", test_other_procedure);
    g_test_add_func("/stream/slow-receiver", test_slow_receiver);
    return g_test_run();
}
