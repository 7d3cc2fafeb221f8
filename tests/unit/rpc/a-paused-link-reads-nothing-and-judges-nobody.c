/*
 * Pauses nest. A paused link takes no frame, does not spin when its peer vanishes or has written,
 * and does not hold silence against a peer whose answers it does not read.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/rpc/linked.h"

static const FrameHeader call = {1, 1, 1, FRAME_CALL, 5, FRAME_OK};

static void
test_nesting(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    rpc_link_pause(linked.link);
    rpc_link_pause(linked.link);
    peer_send(&linked.peer, &call, NULL, 0);
    run_idle(linked.loop);
    rpc_link_resume(linked.link);
    run_idle(linked.loop);
    g_assert_cmpuint(linked.n_frames, ==, 0);
    rpc_link_resume(linked.link);
    run_idle(linked.loop);
    g_assert_cmpuint(linked.n_frames, ==, 1);
    linked_teardown(&linked);
}

/* Writing goes on while reading is paused. */
static void
test_writes(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    rpc_link_pause(linked.link);
    linked_queue(&linked, 400000);
    g_assert_cmpuint(peer_receive(&linked.peer)->payload_len, ==, 400000);
    linked_teardown(&linked);
}

/* A turn of the loop with nothing to do waits as long as it may; a spinning one returns at once. */
static void
check_waits(Loop *loop)
{
    int64_t start = g_get_monotonic_time();
    for (int i = 0; i < 3; i++)
        loop_iterate(loop, 20);
    g_assert_cmpint(g_get_monotonic_time() - start, >=, 50000);
}

static void
test_unread(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    rpc_link_pause(linked.link);
    peer_send(&linked.peer, &call, NULL, 0);
    run_idle(linked.loop);
    check_waits(linked.loop);
    /* Half closed: shows when reading resumes, after what was sent before. */
    shutdown(linked.peer.fd, SHUT_WR);
    run_idle(linked.loop);
    check_waits(linked.loop);
    g_assert_cmpuint(linked.n_closed, ==, 0);
    rpc_link_resume(linked.link);
    run_until(linked.loop, &linked.closed);
    g_assert_cmpuint(linked.n_frames, ==, 1);
    g_assert_false(linked.closed_with_error);
    linked_teardown(&linked);
}

static void
test_vanished(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    rpc_link_pause(linked.link);
    peer_send(&linked.peer, &call, NULL, 0);
    close(linked.peer.fd);
    linked.peer.fd = -1;
    run_until(linked.loop, &linked.closed);
    g_assert_cmpuint(linked.n_frames, ==, 0);
    check_waits(linked.loop);
    g_assert_cmpuint(linked.n_closed, ==, 1);
    linked_teardown(&linked);
}

static void
test_keepalive(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    rpc_link_set_keepalive(linked.link, 20000, 1);
    rpc_link_pause(linked.link);
    int64_t end = g_get_monotonic_time() + 120000;
    while (g_get_monotonic_time() < end)
        loop_iterate(linked.loop, 20);
    g_assert_cmpuint(linked.n_closed, ==, 0);
    /* From here on it is judged again. */
    rpc_link_resume(linked.link);
    g_assert_cmpuint(linked.n_closed, ==, 0);
    run_until(linked.loop, &linked.closed);
    g_assert_true(linked.closed_with_error);
    const Frame *frame = peer_receive(&linked.peer);
    g_assert_cmphex(frame->header.prog, ==, 0x6b656570);
    linked_teardown(&linked);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/pause/nesting", test_nesting);
    g_test_add_func("/link/pause/writes", test_writes);
    g_test_add_func("/link/pause/unread", test_unread);
    g_test_add_func("/link/pause/vanished", test_vanished);
    g_test_add_func("/link/pause/keepalive", test_keepalive);
    return g_test_run();
}
