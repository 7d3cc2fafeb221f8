/*
 * What a failing seed showed can be seen again, and other seeds show something else.
 */
#include "tests/strand/harness.h"

enum { SEEDS = 200 };

static uint64_t
trace_of(uint64_t seed)
{
    Harness harness;
    harness_open(&harness, seed, NULL, NULL);
    harness_call_at_random(&harness, 12);
    harness_run(&harness);
    uint64_t trace = strand_sched_trace(harness.sched) ^ harness.events << 8 ^ harness.replies;
    harness_close(&harness);
    return trace;
}

static void
test_same(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        uint64_t trace = trace_of(seed);
        g_assert_cmpuint(trace_of(seed), ==, trace);
        g_hash_table_add(seen, g_memdup2(&trace, sizeof(trace)));
    }
    g_assert_cmpuint(g_hash_table_size(seen), ==, SEEDS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sched/same-seed", test_same);
    return g_test_run();
}
