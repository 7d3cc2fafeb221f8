/*
 * Each invariant is broken on purpose, in a process of its own, which has to die saying which one.
 */
#include "common/base/strand_sched.h"
#include "tests/strand/example.h"

#if INVARIANTS_CHECKED

typedef struct {
    Strand *strand;
    Slot slot;
    Future *future;
    StrandSched *sched;
} Object;

/* Runs `step` on the strand of an object, under a seed. */
static void
run_step(StrandFn step)
{
    Object object = {.sched = strand_sched_new(1)};
    object.strand = strand_new(strand_sched_pool(object.sched), "object");
    object.future = future_new("an answer");
    slot_init(&object.slot, &view_ops);
    strand_post(object.strand, step, &object, NULL);
    strand_unref(object.strand);
    strand_sched_run(object.sched, NULL);
    slot_clear(&object.slot);
    future_unref(object.future);
    strand_sched_free(object.sched);
}

static void
publish(Object *object)
{
    slot_publish(&object->slot, view_seal(view_new(8, NULL)));
}

static void
good_order(void *data)
{
    Object *object = data;
    ON_STRAND(object);
    strand_mark(STRAND_CHANGED);
    publish(object);
    strand_mark(STRAND_EVENT);
    strand_mark(STRAND_REPLIED);
    strand_mark(STRAND_CHANGED); /* a second change has a second publication */
    publish(object);
}

static void
event_before_publish(void *data)
{
    strand_mark(STRAND_CHANGED);
    strand_mark(STRAND_EVENT);
}

static void
reply_before_publish(void *data)
{
    strand_mark(STRAND_CHANGED);
    strand_mark(STRAND_REPLIED);
}

static void
event_after_reply(void *data)
{
    strand_mark(STRAND_CHANGED);
    publish(data);
    strand_mark(STRAND_REPLIED);
    strand_mark(STRAND_EVENT);
}

static void
never_published(void *data)
{
    strand_mark(STRAND_CHANGED);
}

static void
wait_without_end(void *data)
{
    g_assert_false(strand_wait(((Object *)data)->future, INT64_MAX, NULL, NULL));
}

static void
wait_for_owned(void *data)
{
    Object *object = data;
    future_set_owner(object->future, object->strand);
    g_assert_false(strand_wait(object->future, strand_deadline_in_ms(1), NULL, NULL));
}

static void
complete_it(void *data)
{
    future_complete(((Object *)data)->future, NULL, NULL);
}

static void
wait_for_other_strand(void *data)
{
    Object *object = data;
    g_autoptr(Strand) other = strand_new(strand_sched_pool(object->sched), "other");
    strand_post(other, complete_it, object, NULL);
    g_assert_false(strand_wait(object->future, strand_deadline_in_ms(1), NULL, NULL));
}

static void
lock_under_lock(void *data)
{
    Object *object = data;
    LeafLock lock;
    leaf_init(&lock);
    leaf_lock(&lock);
    slot_load(&object->slot);
    leaf_unlock(&lock);
}

static void
on_io(void *data)
{
    ON_IO;
}

static void
case_good(void)
{
    run_step(good_order);
}

static void
case_event_before_publish(void)
{
    run_step(event_before_publish);
}

static void
case_reply_before_publish(void)
{
    run_step(reply_before_publish);
}

static void
case_event_after_reply(void)
{
    run_step(event_after_reply);
}

static void
case_never_published(void)
{
    run_step(never_published);
}

static void
case_wait_without_end(void)
{
    run_step(wait_without_end);
}

static void
case_wait_for_owned(void)
{
    run_step(wait_for_owned);
}

static void
case_wait_for_other_strand(void)
{
    run_step(wait_for_other_strand);
}

static void
case_lock_under_lock(void)
{
    run_step(lock_under_lock);
}

static void
case_io_on_strand(void)
{
    run_step(on_io);
}

static void
case_wrong_strand(void)
{
    Object object = {.strand = NULL};
    g_autoptr(StrandPool) pool = strand_pool_new(NULL);
    g_autoptr(Strand) strand = strand_new(pool, "owner");
    object.strand = strand;
    ON_STRAND(&object);
}

static void
case_wait_outside(void)
{
    g_autoptr(Future) future = future_new("an answer");
    g_assert_false(strand_wait(future, 0, NULL, NULL));
}

/* Read-only pages are not there under the address sanitizer. */
#ifndef __SANITIZE_ADDRESS__
static void
case_write_to_published(void)
{
    int *view = view_new(sizeof(*view), NULL);
    *view = 1;
    view_seal(view);
    *(volatile int *)view = 2;
}
#endif

typedef struct {
    const char *name;
    void (*run)(void);
    const char *says; /* NULL: lives */
} Case;

static const Case cases[] = {
    {"good-order", case_good, NULL},
    {"event-before-publish", case_event_before_publish, "*publish before event*"},
    {"reply-before-publish", case_reply_before_publish, "*publish before reply*"},
    {"event-after-reply", case_event_after_reply, "*event before reply*"},
    {"never-published", case_never_published, "*changed its object published it*"},
    {"wait-without-end", case_wait_without_end, "*deadline_us != INT64_MAX*"},
    {"wait-for-owned", case_wait_for_owned, "*no strand waits for a strand*"},
    {"wait-for-other-strand", case_wait_for_other_strand, "*no strand waits for a strand*"},
    {"lock-under-lock", case_lock_under_lock, "*under a leaf lock*"},
    {"io-on-strand", case_io_on_strand, "*io thread only*"},
    {"wrong-strand", case_wrong_strand, "*only the owner strand*"},
    {"wait-outside", case_wait_outside, "*current != NULL*"},
};

static void
test_case(gconstpointer data)
{
    const Case *broken = data;
    if (g_test_subprocess()) {
        broken->run();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    if (broken->says == NULL) {
        g_test_trap_assert_passed();
        return;
    }
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr(broken->says);
}

static void
test_write_to_published(void)
{
#ifdef __SANITIZE_ADDRESS__
    g_test_skip("views are on the heap under the address sanitizer");
#else
    if (g_test_subprocess()) {
        case_write_to_published();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
#endif
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/invariant/", cases[i].name, NULL);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/invariant/write-to-published", test_write_to_published);
    return g_test_run();
}

#else

int
main(int argc, char **argv)
{
    g_print("1..0 # SKIP invariants are not compiled in\n");
    return 0;
}

#endif
