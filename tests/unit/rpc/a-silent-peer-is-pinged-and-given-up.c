/*
 * Keepalive with interval 2 s and count 3: pings at 2, 4 and 6 s, given up at 8 s; any packet
 * starts it anew. The session sends the pings and answers those of the peer.
 */
#include "common/rpc/session.h"
#include "common/spec/spec.h"

enum { S = G_USEC_PER_SEC, PING = 1, PONG = 2 };

static void
test_timing(void)
{
    Keepalive keepalive;
    keepalive_init(&keepalive);
    g_assert_cmpint(keepalive.due_us, ==, INT64_MAX);
    g_assert_cmpint(keepalive_tick(&keepalive, 1000 * (int64_t)S), ==, KEEPALIVE_WAIT);
    keepalive_start(&keepalive, 2 * S, 3, 0);
    for (int64_t s = 2; s <= 6; s += 2) {
        g_assert_cmpint(keepalive_tick(&keepalive, s * S - 1), ==, KEEPALIVE_WAIT);
        g_assert_cmpint(keepalive.due_us, ==, s * S);
        g_assert_cmpint(keepalive_tick(&keepalive, s * S), ==, KEEPALIVE_PING);
    }
    g_assert_cmpint(keepalive_tick(&keepalive, 8 * S - 1), ==, KEEPALIVE_WAIT);
    g_assert_cmpint(keepalive_tick(&keepalive, 8 * S), ==, KEEPALIVE_DEAD);
}

static void
test_seen(void)
{
    Keepalive keepalive;
    keepalive_start(&keepalive, 2 * S, 1, 0);
    g_assert_cmpint(keepalive_tick(&keepalive, 2 * S), ==, KEEPALIVE_PING);
    keepalive_seen(&keepalive, 3 * S);
    g_assert_cmpint(keepalive.due_us, ==, 5 * S);
    g_assert_cmpint(keepalive_tick(&keepalive, 5 * S), ==, KEEPALIVE_PING);
    g_assert_cmpint(keepalive_tick(&keepalive, 7 * S), ==, KEEPALIVE_DEAD);
}

/* Without pings allowed, silence alone ends it; switched off, nothing does. */
static void
test_extremes(void)
{
    Keepalive keepalive;
    keepalive_start(&keepalive, 2 * S, 0, 0);
    g_assert_cmpint(keepalive_tick(&keepalive, 2 * S), ==, KEEPALIVE_DEAD);
    keepalive_start(&keepalive, -1, 5, 0);
    g_assert_cmpint(keepalive.due_us, ==, INT64_MAX);
    keepalive_seen(&keepalive, 5);
    g_assert_cmpint(keepalive.due_us, ==, INT64_MAX);
}

static void
put_keepalive(uint8_t bytes[FRAME_HEADER_BYTES], uint32_t proc)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    FrameHeader header = {0x6b656570, 1, proc, FRAME_EVENT, 0, FRAME_OK};
    frame_begin(out, &header, 0);
    for (guint i = 0; i < out->len; i++)
        bytes[i] = out->data[i];
}

/* The one keepalive frame that waits to be written. */
static uint32_t
sent(RpcSession *session)
{
    const uint8_t *bytes;
    int fd;
    size_t len = rpc_session_output(session, &bytes, &fd);
    g_assert_cmpuint(len, ==, FRAME_HEADER_BYTES);
    g_assert_cmpint(fd, ==, -1);
    g_assert_cmphex(frame_get_u32(bytes), ==, FRAME_HEADER_BYTES);
    g_assert_cmphex(frame_get_u32(bytes + 4), ==, 0x6b656570);
    g_assert_cmpuint(frame_get_u32(bytes + 8), ==, 1);
    g_assert_cmpuint(frame_get_u32(bytes + 16), ==, FRAME_EVENT);
    g_assert_cmpuint(frame_get_u32(bytes + 20), ==, 0);
    g_assert_cmpuint(frame_get_u32(bytes + 24), ==, FRAME_OK);
    uint32_t proc = frame_get_u32(bytes + 12);
    rpc_session_written(session, len);
    return proc;
}

static gboolean
input(RpcSession *session, const uint8_t *bytes, size_t len, int64_t now_us)
{
    Frame frame;
    GError *error = NULL;
    g_assert_true(rpc_session_input(session, bytes, len, NULL, 0, now_us, &error));
    gboolean came = rpc_session_next(session, &frame, &error);
    g_assert_no_error(error);
    return came;
}

static void
test_session(void)
{
    RpcSession *session = rpc_session_new();
    uint8_t ping[FRAME_HEADER_BYTES], pong[FRAME_HEADER_BYTES];
    put_keepalive(ping, PING);
    put_keepalive(pong, PONG);
    /* Answered before keepalive was ever turned on here, and never handed out. */
    g_assert_false(input(session, ping, sizeof ping, 0));
    g_assert_cmpuint(sent(session), ==, PONG);
    g_assert_false(input(session, pong, sizeof pong, 0));
    g_assert_cmpuint(rpc_session_backlog(session), ==, 0);

    rpc_session_set_keepalive(session, 2 * S, 1, 0);
    g_assert_cmpint(rpc_session_due_us(session), ==, 2 * S);
    g_assert_true(rpc_session_tick(session, 2 * S));
    g_assert_cmpuint(sent(session), ==, PING);
    g_assert_false(input(session, pong, sizeof pong, 3 * S));
    g_assert_true(rpc_session_tick(session, 5 * S));
    g_assert_cmpuint(sent(session), ==, PING);
    g_assert_false(rpc_session_tick(session, 7 * S));
    g_assert_cmpuint(rpc_session_backlog(session), ==, 0);

    /* What we did not read is not the peer's silence. */
    rpc_session_set_keepalive(session, 2 * S, 1, 10 * S);
    g_assert_true(rpc_session_tick(session, 12 * S));
    rpc_session_resumed(session, 60 * (int64_t)S);
    g_assert_true(rpc_session_tick(session, 62 * (int64_t)S));
    rpc_session_free(session);
}

/* Pings without end from a peer that reads nothing: one answer waits, not one for each. */
static void
test_ping_flood(void)
{
    RpcSession *session = rpc_session_new();
    uint8_t ping[FRAME_HEADER_BYTES];
    put_keepalive(ping, PING);
    for (int i = 0; i < 1000; i++)
        g_assert_false(input(session, ping, sizeof ping, 0));
    g_assert_cmpuint(rpc_session_backlog(session), ==, FRAME_HEADER_BYTES);
    g_assert_cmpuint(sent(session), ==, PONG);
    g_assert_false(input(session, ping, sizeof ping, 0));
    g_assert_cmpuint(sent(session), ==, PONG);
    rpc_session_free(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keepalive/timing", test_timing);
    g_test_add_func("/keepalive/seen", test_seen);
    g_test_add_func("/keepalive/extremes", test_extremes);
    g_test_add_func("/keepalive/session", test_session);
    g_test_add_func("/keepalive/ping-flood", test_ping_flood);
    return g_test_run();
}
