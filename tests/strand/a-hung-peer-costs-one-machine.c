/*
 * One machine's peer does not answer: its calls time out, then fail at once; it can be read and the
 * others work meanwhile; a late answer ends it.
 */
#include "tests/strand/harness.h"

enum { SEEDS = 200 };

static void
release(void *data)
{
    world_release_peer(data);
}

static void
look_while_hung(void *data)
{
    Harness *harness = data;
    const MachineView *bee = world_view(harness->world, "bee");
    g_assert_cmpint(bee->state, ==, MACHINE_OFF);
    g_assert_true(bee->unresponsive);
    view_unref(bee);
    const MachineView *cat = world_view(harness->world, "cat");
    g_assert_cmpint(cat->state, ==, MACHINE_RUNNING);
    view_unref(cat);
}

static void
define(Harness *harness)
{
    harness_call(harness, call_make(CALL_DEFINE, "bee", 2));
    harness_call(harness, call_make(CALL_DEFINE, "cat", 3));
    harness_run(harness);
}

static void
run_hung(uint64_t seed)
{
    Harness harness;
    harness_open(&harness, seed, NULL, NULL);
    define(&harness);
    harness.hung = "bee";
    int64_t start_us = strand_sched_now_us(harness.sched);
    for (int i = 0; i < 4; i++)
        harness_call(&harness, call_make(CALL_START, "bee", 2));
    harness_call(&harness, call_make(CALL_START, "cat", 3));
    strand_sched_at(harness.sched, start_us + 5 * G_USEC_PER_SEC, look_while_hung, &harness);
    strand_sched_at(harness.sched, start_us + 9 * G_USEC_PER_SEC, release, harness.world);
    harness_run(&harness);
    unsigned timeouts = 0, fast = 0;
    for (unsigned i = 2; i < 6; i++) {
        timeouts += harness.calls[i].code == VIRT_ERR_OPERATION_TIMEOUT ? 1 : 0;
        fast += harness.calls[i].code == VIRT_ERR_OPERATION_FAILED ? 1 : 0;
    }
    g_assert_cmpuint(timeouts, ==, 1);
    g_assert_cmpuint(fast, ==, 3);
    g_assert_cmpint(harness.calls[6].code, ==, VIRT_ERR_OK);
    harness.hung = NULL;
    harness_call(&harness, call_make(CALL_START, "bee", 2)); /* it answers again */
    harness_run(&harness);
    g_assert_cmpint(harness.calls[7].code, ==, VIRT_ERR_OK);
    harness_check(&harness);
    harness_close(&harness);
}

static void
test_hung(void)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        run_hung(seed);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/example/hung", test_hung);
    return g_test_run();
}
