/*
 * When nothing can ever go on, the seeded scheduler names who waits for what.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/base/strand_sched.h"

typedef struct {
    Future *future;
    Cancel *cancel;
    gboolean ended;
} Stuck;

static void
wait_for_ever(void *data)
{
    Stuck *stuck = data;
    g_assert_false(strand_wait(stuck->future, INT64_MAX, stuck->cancel, NULL));
    stuck->ended = TRUE;
}

static void
test_deadlock(void)
{
    StrandSched *sched = strand_sched_new(1);
    Strand *strand = strand_new(strand_sched_pool(sched), "bee");
    Stuck stuck = {future_new("a reply that nobody sends"), cancel_new(), FALSE};
    strand_post(strand, wait_for_ever, &stuck, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_false(strand_sched_run(sched, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_INTERNAL_ERROR));
    g_assert_nonnull(strstr(error->message, "'bee' waits for a reply that nobody sends"));
    cancel_trigger(stuck.cancel, "enough");
    g_assert_true(strand_sched_run(sched, NULL));
    g_assert_true(stuck.ended);
    strand_unref(strand);
    future_unref(stuck.future);
    cancel_unref(stuck.cancel);
    strand_sched_free(sched);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sched/deadlock", test_deadlock);
    return g_test_run();
}
