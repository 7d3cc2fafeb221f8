/*
 * A link that said it was full says when it no longer is, once, however the bytes left: in the same
 * turn, or slowly. Who waits for that would otherwise wait for ever.
 */
#include "tests/unit/rpc/linked.h"

/* Over the high mark before the flush, under it behind: the kernel took the difference. */
static void
test_just_over(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    linked_queue(&linked, RPC_LINK_HIGH_BYTES + 1000);
    g_assert_true(rpc_link_is_full(linked.link));
    loop_iterate(linked.loop, 0);
    g_assert_cmpuint(rpc_link_backlog(linked.link), <=, RPC_LINK_HIGH_BYTES);
    g_assert_true(rpc_link_is_full(linked.link));
    g_assert_cmpuint(linked.n_drained, ==, 0);
    const Frame *frame = peer_receive(&linked.peer);
    g_assert_cmpuint(frame->payload_len, ==, RPC_LINK_HIGH_BYTES + 1000);
    run_until(linked.loop, &linked.drained);
    g_assert_false(rpc_link_is_full(linked.link));
    g_assert_cmpuint(linked.n_drained, ==, 1);
    linked_teardown(&linked);
}

/* Between the marks nothing is told. */
static void
test_between(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    linked_queue(&linked, RPC_LINK_HIGH_BYTES - 1000);
    g_assert_false(rpc_link_is_full(linked.link));
    g_assert_nonnull(peer_receive(&linked.peer));
    run_idle(linked.loop);
    g_assert_cmpuint(linked.n_drained, ==, 0);
    linked_teardown(&linked);
}

static void
test_again(void)
{
    Linked linked = {0};
    linked_setup(&linked);
    for (guint round = 1; round <= 3; round++) {
        linked.drained = FALSE;
        for (int i = 0; i < 8; i++)
            linked_queue(&linked, RPC_LINK_HIGH_BYTES / 4);
        run_idle(linked.loop);
        g_assert_true(rpc_link_is_full(linked.link));
        for (int i = 0; i < 8; i++)
            g_assert_cmpuint(peer_receive(&linked.peer)->payload_len, ==, RPC_LINK_HIGH_BYTES / 4);
        run_until(linked.loop, &linked.drained);
        g_assert_cmpuint(linked.n_drained, ==, round);
        g_assert_cmpuint(rpc_link_backlog(linked.link), <, RPC_LINK_LOW_BYTES);
    }
    linked_teardown(&linked);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/full/just-over", test_just_over);
    g_test_add_func("/link/full/between", test_between);
    g_test_add_func("/link/full/again", test_again);
    return g_test_run();
}
