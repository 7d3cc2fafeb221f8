/*
 * strand — see strand.h. The queue and the wait; which thread runs what is the pool's business.
 */
#include "common/base/strand.h"

#include "common/base/error.h"
#include "common/base/strand_internal.h"

static _Thread_local Strand *current;

Strand *
strand_new(StrandPool *pool, const char *name)
{
    Strand *strand = g_new0(Strand, 1);
    atomic_init(&strand->refs, 1);
    strand->pool = pool;
    strand->name = g_strdup(name);
    leaf_init(&strand->lock);
    leaf_cond_init(&strand->wake);
    pool->ops->added(pool, strand);
    return strand;
}

Strand *
strand_ref(Strand *strand)
{
    atomic_fetch_add_explicit(&strand->refs, 1, memory_order_relaxed);
    return strand;
}

void
strand_unref(Strand *strand)
{
    if (strand == NULL || atomic_fetch_sub_explicit(&strand->refs, 1, memory_order_acq_rel) != 1)
        return;
    g_assert(strand->first == NULL && !strand->scheduled);
    strand->pool->ops->removed(strand->pool, strand);
    pthread_cond_destroy(&strand->wake);
    leaf_clear(&strand->lock);
    g_free(strand->name);
    g_free(strand);
}

static StrandStep *
step_new(StrandFn fn, void *data, GDestroyNotify free)
{
    StrandStep *step = g_new(StrandStep, 1);
    *step = (StrandStep){.fn = fn, .data = data, .free = free};
    return step;
}

/* With the lock: TRUE when the pool is to be told; a reference for it is taken then. */
static bool
claim_start(Strand *strand)
{
    if (strand->held || strand->scheduled || strand->first == NULL)
        return false;
    strand->scheduled = true;
    strand_ref(strand);
    return true;
}

void
strand_post(Strand *strand, StrandFn fn, void *data, GDestroyNotify free)
{
    StrandStep *step = step_new(fn, data, free);
    thread_yield_point();
    leaf_lock(&strand->lock);
    if (strand->last != NULL)
        strand->last->next = step;
    else
        strand->first = step;
    strand->last = step;
    strand->queued++;
    bool start = claim_start(strand);
    leaf_unlock(&strand->lock);
    if (start)
        strand->pool->ops->ready(strand->pool, strand);
}

Strand *
strand_new_held(StrandPool *pool, const char *name)
{
    Strand *strand = strand_new(pool, name);
    strand->held = true; /* nobody else knows it yet */
    return strand;
}

void
strand_start(Strand *strand, StrandFn fn, void *data, GDestroyNotify free)
{
    StrandStep *step = fn != NULL ? step_new(fn, data, free) : NULL;
    thread_yield_point();
    leaf_lock(&strand->lock);
    g_assert(strand->held || step == NULL);
    if (step != NULL) {
        step->next = strand->first;
        strand->first = step;
        if (strand->last == NULL)
            strand->last = step;
        strand->queued++;
    }
    strand->held = false;
    bool start = claim_start(strand);
    leaf_unlock(&strand->lock);
    if (start)
        strand->pool->ops->ready(strand->pool, strand);
}

void
strand_close(Strand *strand)
{
    thread_yield_point();
    leaf_lock(&strand->lock);
    strand->closed = true;
    leaf_unlock(&strand->lock);
}

gboolean
strand_is_closed(Strand *strand)
{
    leaf_lock(&strand->lock);
    gboolean closed = strand->closed;
    leaf_unlock(&strand->lock);
    return closed;
}

size_t
strand_queue_length(Strand *strand)
{
    leaf_lock(&strand->lock);
    size_t queued = strand->queued;
    leaf_unlock(&strand->lock);
    return queued;
}

const char *
strand_name(const Strand *strand)
{
    return strand->name;
}

void
strand_set_doing(Strand *strand, const char *what)
{
    atomic_store(&strand->doing, what);
}

const char *
strand_doing(Strand *strand)
{
    return atomic_load(&strand->doing);
}

StrandPool *
strand_pool(const Strand *strand)
{
    return strand->pool;
}

Strand *
strand_current(void)
{
    return current;
}

gboolean
strand_is_current(const Strand *strand)
{
    return current == strand;
}

int64_t
strand_now_us(const Strand *strand)
{
    return strand->pool->ops->now_us(strand->pool);
}

int64_t
strand_deadline_in_ms(int64_t ms)
{
    g_assert(current != NULL);
    return strand_now_us(current) + ms * 1000;
}

/* The first step, taken off the queue; NULL and `ret_closed` say how to treat it. */
static StrandStep *
strand_pop(Strand *strand, bool *ret_closed)
{
    leaf_lock(&strand->lock);
    StrandStep *step = strand->first;
    strand->first = step->next;
    if (strand->first == NULL)
        strand->last = NULL;
    strand->queued--;
    *ret_closed = strand->closed;
    leaf_unlock(&strand->lock);
    return step;
}

bool
strand_run_next(Strand *strand)
{
    bool closed;
    StrandStep *step = strand_pop(strand, &closed);
    current = strand;
    strand->dirty = strand->replied = false;
    if (!closed)
        step->fn(step->data);
    atomic_store_explicit(&strand->doing, NULL, memory_order_relaxed);
    INVARIANT(!strand->dirty, "a step that changed its object published it");
    if (step->free != NULL)
        step->free(step->data);
    g_free(step);
    current = NULL;

    leaf_lock(&strand->lock);
    bool more = strand->first != NULL;
    strand->scheduled = more;
    leaf_unlock(&strand->lock);
    return more;
}

void
strand_wake(Strand *strand)
{
    leaf_lock(&strand->lock);
    strand->woken = true;
    pthread_cond_signal(&strand->wake);
    leaf_unlock(&strand->lock);
}

bool
strand_take_wake(Strand *strand)
{
    leaf_lock(&strand->lock);
    bool woken = strand->woken;
    strand->woken = false;
    leaf_unlock(&strand->lock);
    return woken;
}

/* Blocks until one of the three reasons to go on is there. */
static void
strand_await(Future *future, int64_t deadline_us, Cancel *cancel)
{
    Strand *strand = current;
    if (!future_add_waiter(future, strand))
        return;
    if (cancel_add_waiter(cancel, strand)) {
        while (!future_is_done(future) && !cancel_is_set(cancel) &&
               strand_now_us(strand) < deadline_us)
            strand->pool->ops->block(strand->pool, strand, future_what(future), deadline_us);
        cancel_remove_waiter(cancel, strand);
    }
    future_remove_waiter(future, strand);
}

gboolean
strand_wait(Future *future, int64_t deadline_us, Cancel *cancel, GError **error)
{
    g_assert(current != NULL); /* only a step may block */
    g_assert(deadline_us != INT64_MAX || cancel != NULL);
    INVARIANT(future_may_be_awaited(future, current), "no strand waits for a strand");
    strand_await(future, deadline_us, cancel);
    INVARIANT(future_may_be_awaited(future, current), "no strand waits for a strand");
    if (future_is_done(future)) {
        const GError *failure = future_error(future);
        if (failure == NULL)
            return TRUE;
        g_propagate_error(error, g_error_copy(failure));
        return FALSE;
    }
    if (cancel_is_set(cancel))
        cancel_set_error(cancel, future_what(future), error);
    else
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_TIMEOUT, "no answer to %s in time",
                       future_what(future));
    return FALSE;
}

static void
strand_check_mark(const Strand *strand, StrandMark mark)
{
    if (mark == STRAND_PUBLISHED)
        INVARIANT(!strand->replied || strand->dirty, "publish before reply");
    if (mark == STRAND_EVENT) {
        INVARIANT(!strand->dirty, "publish before event");
        INVARIANT(!strand->replied, "event before reply");
    }
    if (mark == STRAND_REPLIED)
        INVARIANT(!strand->dirty, "publish before reply");
}

void
strand_mark(StrandMark mark)
{
    Strand *strand = current;
    if (strand == NULL)
        return;
    strand_check_mark(strand, mark);
    if (mark == STRAND_CHANGED) {
        strand->dirty = true;
        strand->replied = false; /* a new change, with a publication and a reply of its own */
    } else if (mark == STRAND_PUBLISHED) {
        strand->dirty = false;
    } else if (mark == STRAND_REPLIED) {
        strand->replied = true;
    }
    if (strand->pool->recorder != NULL)
        strand->pool->recorder(strand->pool->recorder_data, strand, mark);
}

void
strand_pool_free(StrandPool *pool)
{
    if (pool != NULL)
        pool->ops->free(pool);
}

StrandPoolStats
strand_pool_get_stats(StrandPool *pool)
{
    return pool->ops->stats(pool);
}

void
strand_pool_set_recorder(StrandPool *pool, StrandRecorderFn fn, void *data)
{
    pool->recorder = fn;
    pool->recorder_data = data;
}
