/*
 * Calls that wait behind the removal of their object are answered "not found", never lost; so are
 * those that wait behind a rename under the old name.
 */
#include "tests/strand/harness.h"

enum { SEEDS = 200 };

static unsigned
count_code(const Harness *harness, unsigned from, unsigned to, VirtErrorCode code)
{
    unsigned count = 0;
    for (unsigned i = from; i < to; i++)
        count += harness->calls[i].code == (int)code ? 1 : 0;
    return count;
}

/* One of `kind` among eight starts of a slow machine: all are answered, by their place in the
 * queue. */
static void
run_among_starts(uint64_t seed, CallKind kind)
{
    Harness harness;
    harness_open(&harness, seed, NULL, NULL);
    harness_call(&harness, call_make(CALL_DEFINE, "bee", 2));
    harness_run(&harness);
    Call last = call_make(kind, "bee", 2);
    g_strlcpy(last.new_name, "eel", NAME_BYTES);
    harness_call(&harness, last);
    for (int i = 0; i < 8; i++)
        harness_call(&harness, call_make(CALL_START, "bee", 2));
    harness_run(&harness);
    harness_check(&harness);
    unsigned gone = count_code(&harness, 2, 10, VIRT_ERR_NO_DOMAIN);
    unsigned running = count_code(&harness, 2, 10, VIRT_ERR_OPERATION_INVALID);
    unsigned started = count_code(&harness, 2, 10, VIRT_ERR_OK);
    g_assert_cmpuint(gone + running + started, ==, 8);
    if (harness.calls[1].code == VIRT_ERR_OK)
        g_assert_cmpuint(gone, ==, 8); /* it was first */
    else
        g_assert_cmpuint(started, ==, 1);
    harness_close(&harness);
}

static void
test_undefine(void)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        run_among_starts(seed, CALL_UNDEFINE);
}

static void
test_rename(void)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        run_among_starts(seed, CALL_RENAME);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/example/undefine", test_undefine);
    g_test_add_func("/example/rename", test_rename);
    return g_test_run();
}
