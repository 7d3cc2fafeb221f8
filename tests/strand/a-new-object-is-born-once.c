/*
 * Many define the same machine, or contend for its name or uuid: one is made, the others change it
 * or are refused, and a failed birth leaves nothing claimed.
 */
#include "tests/strand/harness.h"

enum { SEEDS = 200 };

static void
run_same(uint64_t seed)
{
    Harness harness;
    harness_open(&harness, seed, NULL, NULL);
    for (int i = 0; i < 6; i++)
        harness_call(&harness, call_make(CALL_DEFINE, "bee", 2));
    harness_run(&harness);
    for (int i = 0; i < 6; i++)
        g_assert_cmpint(harness.calls[i].code, ==, VIRT_ERR_OK); /* one new, five changes */
    const MachineView *view = world_view(harness.world, "bee");
    g_assert_cmpuint(view->serial, ==, 6);
    view_unref(view);
    harness_check(&harness);
    harness_close(&harness);
}

static void
run_contended(uint64_t seed)
{
    Harness harness;
    harness_open(&harness, seed, NULL, NULL);
    harness_call(&harness, call_make(CALL_DEFINE, "bee", 1));
    harness_call(&harness, call_make(CALL_DEFINE, "bee", 2));
    harness_call(&harness, call_make(CALL_DEFINE, "bee", 3));
    harness_run(&harness);
    unsigned made = 0;
    for (int i = 0; i < 3; i++) {
        made += harness.calls[i].code == VIRT_ERR_OK ? 1 : 0;
        g_assert_true(harness.calls[i].code == VIRT_ERR_OK ||
                      harness.calls[i].code == VIRT_ERR_OPERATION_FAILED);
    }
    g_assert_cmpuint(made, ==, 1);
    harness_check(&harness);
    harness_close(&harness);
}

/* A rename to a name that somebody defines at the same time. */
static void
run_rename_race(uint64_t seed)
{
    Harness harness;
    harness_open(&harness, seed, NULL, NULL);
    harness_call(&harness, call_make(CALL_DEFINE, "bee", 1));
    harness_run(&harness);
    Call rename = call_make(CALL_RENAME, "bee", 1);
    g_strlcpy(rename.new_name, "cat", NAME_BYTES);
    harness_call(&harness, rename);
    harness_call(&harness, call_make(CALL_DEFINE, "cat", 2));
    harness_run(&harness);
    gboolean renamed = harness.calls[1].code == VIRT_ERR_OK;
    gboolean defined = harness.calls[2].code == VIRT_ERR_OK;
    g_assert_cmpint(renamed + defined, ==, 1);
    const MachineView *cat = world_view(harness.world, "cat");
    g_assert_cmpuint(cat->uuid[0], ==, renamed ? 1 : 2);
    view_unref(cat);
    harness_check(&harness);
    harness_close(&harness);
}

static void
run_failed_birth(uint64_t seed)
{
    Harness harness;
    harness_open(&harness, seed, NULL, NULL);
    Call bad = call_make(CALL_DEFINE, "bee", 1);
    bad.memory = -1;
    harness_call(&harness, bad);
    harness_run(&harness);
    g_assert_cmpint(harness.calls[0].code, ==, VIRT_ERR_INVALID_ARG);
    harness_call(&harness, call_make(CALL_DEFINE, "bee", 2)); /* the name is free again */
    harness_call(&harness, call_make(CALL_DEFINE, "cat", 1)); /* and the uuid */
    harness_run(&harness);
    g_assert_cmpint(harness.calls[1].code, ==, VIRT_ERR_OK);
    g_assert_cmpint(harness.calls[2].code, ==, VIRT_ERR_OK);
    harness_check(&harness);
    harness_close(&harness);
}

static void
test_seeds(gconstpointer run)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        ((void (*)(uint64_t))run)(seed);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/example/same", run_same, test_seeds);
    g_test_add_data_func("/example/contended", run_contended, test_seeds);
    g_test_add_data_func("/example/rename-race", run_rename_race, test_seeds);
    g_test_add_data_func("/example/failed-birth", run_failed_birth, test_seeds);
    return g_test_run();
}
