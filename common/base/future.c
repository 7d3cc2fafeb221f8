/*
 * future — see future.h. Waiters are strands, woken after the lock is let go, so that no lock is
 * taken under another; a woken strand looks again for itself, so a wake too many does no harm.
 */
#include "common/base/future.h"

#include "common/base/error.h"
#include "common/base/strand_internal.h"

struct Future {
    atomic_uint refs;
    char *what;
    LeafLock lock;
    bool done;
    void *value;
    GDestroyNotify free_value;
    GError *error;
    FutureFn notify;
    void *notify_data;
    WaitList waiters;
    Strand *owner;              /* whose step will complete it */
    const Strand *completed_by; /* compared only; NULL: not by a step */
};

struct Cancel {
    atomic_uint refs;
    LeafLock lock;
    char *reason; /* set: cancelled */
    WaitList waiters;
};

static void
wait_list_add(WaitList *list, Strand *strand)
{
    list->strands = g_renew(Strand *, list->strands, list->n + 1);
    list->strands[list->n++] = strand_ref(strand);
}

/* TRUE when it was there: the caller drops the reference, outside of its lock. */
static bool
wait_list_remove(WaitList *list, const Strand *strand)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->strands[i] == strand) {
            list->strands[i] = list->strands[--list->n];
            return true;
        }
    }
    return false;
}

static WaitList
wait_list_steal(WaitList *list)
{
    WaitList all = *list;
    *list = (WaitList){0};
    return all;
}

static void
wait_list_wake(WaitList list)
{
    for (size_t i = 0; i < list.n; i++) {
        strand_wake(list.strands[i]);
        strand_unref(list.strands[i]);
    }
    g_free(list.strands);
}

Future *
future_new(const char *what)
{
    Future *future = g_new0(Future, 1);
    atomic_init(&future->refs, 1);
    future->what = g_strdup(what);
    leaf_init(&future->lock);
    return future;
}

Future *
future_ref(Future *future)
{
    atomic_fetch_add_explicit(&future->refs, 1, memory_order_relaxed);
    return future;
}

void
future_unref(Future *future)
{
    if (future == NULL || atomic_fetch_sub_explicit(&future->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (future->free_value != NULL && future->value != NULL)
        future->free_value(future->value);
    g_clear_error(&future->error);
    strand_unref(future->owner);
    g_free(future->waiters.strands);
    leaf_clear(&future->lock);
    g_free(future->what);
    g_free(future);
}

/* Marks it done with what `result` holds; FALSE when it was done before. */
static gboolean
future_finish(Future *future, void *value, GDestroyNotify free_value, GError *error)
{
    thread_yield_point();
    leaf_lock(&future->lock);
    if (future->done) {
        leaf_unlock(&future->lock);
        if (free_value != NULL && value != NULL)
            free_value(value);
        g_clear_error(&error);
        return FALSE;
    }
    future->done = true;
    future->value = value;
    future->free_value = free_value;
    future->error = error;
    future->completed_by = strand_current();
    FutureFn notify = future->notify;
    void *notify_data = future->notify_data;
    WaitList waiters = wait_list_steal(&future->waiters);
    leaf_unlock(&future->lock);
    INVARIANT(waiters.n == 0 || strand_current() == NULL, "no strand waits for a strand");
    wait_list_wake(waiters);
    if (notify != NULL)
        notify(future, notify_data);
    return TRUE;
}

gboolean
future_complete(Future *future, void *value, GDestroyNotify free_value)
{
    return future_finish(future, value, free_value, NULL);
}

gboolean
future_fail(Future *future, GError *error)
{
    g_assert(error != NULL);
    return future_finish(future, NULL, NULL, error);
}

gboolean
future_is_done(Future *future)
{
    leaf_lock(&future->lock);
    gboolean done = future->done;
    leaf_unlock(&future->lock);
    return done;
}

const char *
future_what(const Future *future)
{
    return future->what;
}

void *
future_value(Future *future)
{
    leaf_lock(&future->lock);
    void *value = future->value;
    leaf_unlock(&future->lock);
    return value;
}

void *
future_take_value(Future *future)
{
    leaf_lock(&future->lock);
    void *value = g_steal_pointer(&future->value);
    leaf_unlock(&future->lock);
    return value;
}

const GError *
future_error(Future *future)
{
    leaf_lock(&future->lock);
    const GError *error = future->error;
    leaf_unlock(&future->lock);
    return error;
}

void
future_notify(Future *future, FutureFn fn, void *data)
{
    leaf_lock(&future->lock);
    bool taken = future->notify != NULL;
    bool done = future->done;
    if (!taken) {
        future->notify = fn;
        future->notify_data = data;
    }
    leaf_unlock(&future->lock);
    g_assert(!taken);
    if (done)
        fn(future, data);
}

void
future_set_owner(Future *future, Strand *strand)
{
    leaf_lock(&future->lock);
    Strand *old = future->owner;
    future->owner = strand_ref(strand);
    leaf_unlock(&future->lock);
    strand_unref(old);
}

bool
future_may_be_awaited(Future *future, const Strand *strand)
{
    leaf_lock(&future->lock);
    bool by_other = future->completed_by != NULL && future->completed_by != strand;
    bool owned = future->owner != NULL;
    leaf_unlock(&future->lock);
    return !by_other && !owned;
}

bool
future_add_waiter(Future *future, Strand *strand)
{
    leaf_lock(&future->lock);
    bool wait = !future->done;
    if (wait)
        wait_list_add(&future->waiters, strand);
    leaf_unlock(&future->lock);
    return wait;
}

void
future_remove_waiter(Future *future, Strand *strand)
{
    leaf_lock(&future->lock);
    bool found = wait_list_remove(&future->waiters, strand);
    leaf_unlock(&future->lock);
    if (found)
        strand_unref(strand);
}

Cancel *
cancel_new(void)
{
    Cancel *cancel = g_new0(Cancel, 1);
    atomic_init(&cancel->refs, 1);
    leaf_init(&cancel->lock);
    return cancel;
}

Cancel *
cancel_ref(Cancel *cancel)
{
    atomic_fetch_add_explicit(&cancel->refs, 1, memory_order_relaxed);
    return cancel;
}

void
cancel_unref(Cancel *cancel)
{
    if (cancel == NULL || atomic_fetch_sub_explicit(&cancel->refs, 1, memory_order_acq_rel) != 1)
        return;
    g_free(cancel->waiters.strands);
    leaf_clear(&cancel->lock);
    g_free(cancel->reason);
    g_free(cancel);
}

void
cancel_trigger(Cancel *cancel, const char *reason)
{
    thread_yield_point();
    leaf_lock(&cancel->lock);
    if (cancel->reason == NULL)
        cancel->reason = g_strdup(reason);
    WaitList waiters = wait_list_steal(&cancel->waiters);
    leaf_unlock(&cancel->lock);
    wait_list_wake(waiters);
}

gboolean
cancel_is_set(Cancel *cancel)
{
    if (cancel == NULL)
        return FALSE;
    leaf_lock(&cancel->lock);
    gboolean set = cancel->reason != NULL;
    leaf_unlock(&cancel->lock);
    return set;
}

bool
cancel_add_waiter(Cancel *cancel, Strand *strand)
{
    if (cancel == NULL)
        return true;
    leaf_lock(&cancel->lock);
    bool wait = cancel->reason == NULL;
    if (wait)
        wait_list_add(&cancel->waiters, strand);
    leaf_unlock(&cancel->lock);
    return wait;
}

void
cancel_remove_waiter(Cancel *cancel, Strand *strand)
{
    if (cancel == NULL)
        return;
    leaf_lock(&cancel->lock);
    bool found = wait_list_remove(&cancel->waiters, strand);
    leaf_unlock(&cancel->lock);
    if (found)
        strand_unref(strand);
}

void
cancel_set_error(Cancel *cancel, const char *what, GError **error)
{
    leaf_lock(&cancel->lock);
    const char *reason = cancel->reason; /* never changes once it is set */
    leaf_unlock(&cancel->lock);
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_ABORTED, "%s, while waiting for %s",
                   reason, what);
}
