/*
 * The outcomes of strand_wait(), in virtual time, and who wins when they meet.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/base/strand_sched.h"

enum { SEEDS = 100 };

typedef struct {
    StrandSched *sched;
    Strand *strand;
    Future *future;
    Cancel *cancel;
    int64_t deadline_ms;
    gboolean ok;
    GError *error;
    int64_t waited_us;
} Wait;

static void
wait_step(void *data)
{
    Wait *wait = data;
    int64_t start_us = strand_now_us(wait->strand);
    int64_t deadline_us =
        wait->deadline_ms < 0 ? INT64_MAX : strand_deadline_in_ms(wait->deadline_ms);
    wait->ok = strand_wait(wait->future, deadline_us, wait->cancel, &wait->error);
    wait->waited_us = strand_now_us(wait->strand) - start_us;
}

static void
answer(void *data)
{
    future_complete(((Wait *)data)->future, g_strdup("pong"), g_free);
}

static void
fail(void *data)
{
    GError *error = NULL;
    virt_error_set(&error, VIRT_FROM_QEMU, VIRT_ERR_CALL_FAILED, "it said no");
    future_fail(((Wait *)data)->future, error);
}

static void
cancel(void *data)
{
    cancel_trigger(((Wait *)data)->cancel, "the machine is being destroyed");
}

static Wait
wait_open(uint64_t seed, int64_t deadline_ms)
{
    Wait wait = {.sched = strand_sched_new(seed), .deadline_ms = deadline_ms};
    wait.strand = strand_new(strand_sched_pool(wait.sched), "waiter");
    wait.future = future_new("the ping");
    wait.cancel = cancel_new();
    return wait;
}

static void
wait_run(Wait *wait)
{
    strand_post(wait->strand, wait_step, wait, NULL);
    g_assert_true(strand_sched_run(wait->sched, NULL));
}

static void
wait_close(Wait *wait)
{
    strand_unref(wait->strand);
    future_unref(wait->future);
    cancel_unref(wait->cancel);
    g_clear_error(&wait->error);
    strand_sched_free(wait->sched);
}

static int64_t
in_ms(const Wait *wait, int64_t ms)
{
    return strand_sched_now_us(wait->sched) + ms * 1000;
}

static void
test_result(void)
{
    Wait wait = wait_open(1, 1000);
    strand_sched_at(wait.sched, in_ms(&wait, 300), answer, &wait);
    wait_run(&wait);
    g_assert_true(wait.ok);
    g_assert_cmpint(wait.waited_us, ==, 300 * 1000);
    g_assert_cmpstr(future_value(wait.future), ==, "pong");
    g_autofree char *taken = future_take_value(wait.future);
    g_assert_cmpstr(taken, ==, "pong");
    g_assert_null(future_take_value(wait.future));
    g_assert_false(future_complete(wait.future, g_strdup("again"), g_free));
    wait_close(&wait);
}

static void
test_error(void)
{
    Wait wait = wait_open(1, 1000);
    strand_sched_at(wait.sched, in_ms(&wait, 300), fail, &wait);
    wait_run(&wait);
    g_assert_false(wait.ok);
    g_assert_true(virt_error_matches(wait.error, VIRT_ERR_CALL_FAILED));
    g_assert_cmpint(virt_error_get_info(wait.error).domain, ==, VIRT_FROM_QEMU);
    wait_close(&wait);
}

static void
test_deadline(void)
{
    Wait wait = wait_open(1, 1000);
    strand_sched_at(wait.sched, in_ms(&wait, 1001), answer, &wait);
    wait_run(&wait);
    g_assert_false(wait.ok);
    g_assert_true(virt_error_matches(wait.error, VIRT_ERR_OPERATION_TIMEOUT));
    g_assert_nonnull(strstr(wait.error->message, "the ping"));
    g_assert_cmpint(wait.waited_us, ==, 1000 * 1000);
    g_assert_true(future_is_done(wait.future)); /* late, and nobody was hurt */
    wait_close(&wait);
}

static void
test_cancel(void)
{
    Wait wait = wait_open(1, -1); /* no deadline: allowed with a cancel */
    strand_sched_at(wait.sched, in_ms(&wait, 200), cancel, &wait);
    wait_run(&wait);
    g_assert_false(wait.ok);
    g_assert_true(virt_error_matches(wait.error, VIRT_ERR_OPERATION_ABORTED));
    g_assert_nonnull(strstr(wait.error->message, "being destroyed"));
    g_assert_cmpint(wait.waited_us, ==, 200 * 1000);
    g_clear_error(&wait.error);
    wait_run(&wait); /* it stays cancelled: no second wait */
    g_assert_true(virt_error_matches(wait.error, VIRT_ERR_OPERATION_ABORTED));
    g_assert_cmpint(wait.waited_us, ==, 0);
    wait_close(&wait);
}

/* All three at the same moment, under many interleavings: the result is never lost. */
static void
test_meet(void)
{
    unsigned results = 0, cancels = 0, deadlines = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        Wait wait = wait_open(seed, 500);
        int64_t at_us = in_ms(&wait, 500);
        strand_sched_at(wait.sched, at_us, cancel, &wait);
        strand_sched_at(wait.sched, at_us, answer, &wait);
        wait_run(&wait);
        results += wait.ok ? 1 : 0;
        cancels += virt_error_matches(wait.error, VIRT_ERR_OPERATION_ABORTED) ? 1 : 0;
        deadlines += virt_error_matches(wait.error, VIRT_ERR_OPERATION_TIMEOUT) ? 1 : 0;
        wait_close(&wait);
    }
    g_assert_cmpuint(results + cancels + deadlines, ==, SEEDS);
    g_assert_cmpuint(results, >, 0);
    g_assert_cmpuint(cancels, >, 0);
    g_assert_cmpuint(deadlines, >, 0);
}

static void
count_notice(Future *future, void *data)
{
    (*(unsigned *)data)++;
}

static void
test_notify(void)
{
    unsigned notices = 0;
    g_autoptr(Future) early = future_new("x");
    future_notify(early, count_notice, &notices);
    g_assert_cmpuint(notices, ==, 0);
    future_complete(early, NULL, NULL);
    g_assert_cmpuint(notices, ==, 1);
    g_autoptr(Future) late = future_new("y");
    future_complete(late, NULL, NULL);
    future_notify(late, count_notice, &notices);
    g_assert_cmpuint(notices, ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wait/result", test_result);
    g_test_add_func("/wait/error", test_error);
    g_test_add_func("/wait/deadline", test_deadline);
    g_test_add_func("/wait/cancel", test_cancel);
    g_test_add_func("/wait/meet", test_meet);
    g_test_add_func("/wait/notify", test_notify);
    return g_test_run();
}
