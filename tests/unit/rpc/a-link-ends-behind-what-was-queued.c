/*
 * A finished link writes all that is queued, hands out no frame any more, not even one that it has
 * read, and reports its end once. It may be freed in any callback, or twice over in one turn.
 */
#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

#include "tests/unit/rpc/linked.h"

static const FrameHeader call = {1, 1, 1, FRAME_CALL, 5, FRAME_OK};

static void
test_flushes(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    linked_queue(&linked, 3000000);
    rpc_link_finish(linked.link);
    rpc_link_finish(linked.link);
    linked_queue(&linked, 5); /* a last word */
    run_idle(linked.loop);
    g_assert_cmpuint(linked.n_closed, ==, 0);
    g_assert_cmpuint(peer_receive(&linked.peer)->payload_len, ==, 3000000);
    g_assert_cmpuint(peer_receive(&linked.peer)->payload_len, ==, 5);
    run_until(linked.loop, &linked.closed);
    g_assert_false(linked.closed_with_error);
    run_idle(linked.loop);
    g_assert_cmpuint(linked.n_closed, ==, 1);
    linked_teardown(&linked);
}

static void
finish_at_first(void *data, Frame *frame)
{
    rpc_link_finish(((Linked *)data)->link);
}

static void
test_no_more_frames(void)
{
    Linked linked = {.on_frame = finish_at_first};
    linked_setup(&linked);
    g_autoptr(GByteArray) both = g_byte_array_new();
    frame_begin(both, &call, 0);
    frame_begin(both, &call, 0);
    peer_send_bytes(&linked.peer, both->data, both->len);
    run_until(linked.loop, &linked.closed);
    g_assert_cmpuint(linked.n_frames, ==, 1);
    linked_teardown(&linked);
}

static void
free_at_first(void *data, Frame *frame)
{
    Linked *linked = data;
    linked_queue(linked, 10);
    rpc_link_free(g_steal_pointer(&linked->link));
    /* Still borrowed. */
    g_assert_cmpuint(frame_get_u32(frame->bytes), ==, FRAME_HEADER_BYTES);
}

static void
test_freed_by_frame(void)
{
    Linked linked = {.on_frame = free_at_first};
    linked_setup(&linked);
    g_autoptr(GByteArray) both = g_byte_array_new();
    frame_begin(both, &call, 0);
    frame_begin(both, &call, 0);
    peer_send_bytes(&linked.peer, both->data, both->len);
    g_assert_null(peer_receive(&linked.peer));
    g_assert_cmpuint(linked.n_frames, ==, 1);
    g_assert_cmpuint(linked.n_closed, ==, 0);
    linked_teardown(&linked);
}

/* A callback of its own for each end: `closed` and `drained` free the link, too. */
static void
free_closed(void *data, const GError *error)
{
    Linked *linked = data;
    linked->n_closed++;
    linked->closed = TRUE;
    rpc_link_free(g_steal_pointer(&linked->link));
}

static void
free_drained(void *data)
{
    free_closed(data, NULL);
}

static void
never(void *data, Frame *frame)
{
    g_assert_not_reached();
}

static void
test_freed_by_end(void)
{
    static const RpcLinkEvents events[] = {{never, free_closed, NULL},
                                           {never, free_closed, free_drained}};
    for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
        Linked linked = {0};
        linked_setup(&linked);
        rpc_link_free(linked.link);
        peer_leave(&linked.peer);
        int fds[2];
        peer_pair(fds);
        linked.link = rpc_link_new(linked.io, transport_new_unix(fds[0]), &events[i], &linked);
        peer_init(&linked.peer, linked.loop, fds[1]);
        linked_queue(&linked, 2000000);
        if (i == 0) {
            close(linked.peer.fd);
            linked.peer.fd = -1;
        } else {
            (void)peer_receive(&linked.peer); /* ends in the middle */
        }
        run_until(linked.loop, &linked.closed);
        run_idle(linked.loop);
        g_assert_cmpuint(linked.n_closed, ==, 1);
        linked_teardown(&linked);
    }
}

/* Garbage ends it with an error; the peer's end without one. */
static void
test_garbage(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    peer_send_bytes(&linked.peer, "\0\0\0\1more than a header's worth of bytes", 40);
    run_until(linked.loop, &linked.closed);
    g_assert_true(linked.closed_with_error);
    g_assert_cmpuint(linked.n_frames, ==, 0);
    linked_teardown(&linked);
}

/* Over two pipes: the far end of what is written to is closed, and nothing is to be written. */
static void
test_pipes(void)
{
    static const RpcLinkEvents end = {never, free_closed, NULL};
    Linked linked = {0};
    linked_setup(&linked);
    rpc_link_free(linked.link);
    int to_us[2], from_us[2];
    g_assert_true(g_unix_open_pipe(to_us, FD_CLOEXEC, NULL));
    g_assert_true(g_unix_open_pipe(from_us, FD_CLOEXEC, NULL));
    linked.link = rpc_link_new(linked.io, transport_new_pair(to_us[0], from_us[1]), &end, &linked);
    linked_queue(&linked, 10);
    run_idle(linked.loop);
    uint8_t bytes[100];
    g_assert_cmpint(read(from_us[0], bytes, sizeof bytes), ==, FRAME_HEADER_BYTES + 10);
    close(from_us[0]);
    run_until(linked.loop, &linked.closed);
    close(to_us[1]);
    linked_teardown(&linked);
}

/* A peer that does not read and goes away while the link is ending: it ends. */
static void
test_finish_gone(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    linked_queue(&linked, 5000000);
    rpc_link_finish(linked.link);
    run_idle(linked.loop);
    g_assert_cmpuint(linked.n_closed, ==, 0);
    close(linked.peer.fd);
    linked.peer.fd = -1;
    run_until(linked.loop, &linked.closed);
    linked_teardown(&linked);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/end/flushes", test_flushes);
    g_test_add_func("/link/end/no-more-frames", test_no_more_frames);
    g_test_add_func("/link/end/freed-by-frame", test_freed_by_frame);
    g_test_add_func("/link/end/freed-by-end", test_freed_by_end);
    g_test_add_func("/link/end/garbage", test_garbage);
    g_test_add_func("/link/end/finish-gone", test_finish_gone);
    g_test_add_func("/link/end/pipes", test_pipes);
    return g_test_run();
}
