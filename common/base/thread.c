/*
 * thread — see thread.h. What is kept here is thread-local; the threads share nothing.
 */
#include "common/base/thread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static _Thread_local ThreadRole current_role;
static _Thread_local unsigned leaf_depth;
static _Thread_local ThreadYieldFn yield_fn;
static _Thread_local void *yield_data;

void
thread_set_role(ThreadRole role)
{
    current_role = role;
}

ThreadRole
thread_get_role(void)
{
    return current_role;
}

void
invariant_failed(const char *rule, const char *expr, const char *file, int line)
{
    fprintf(stderr, "%s:%d: broken invariant: %s (%s)\n", file, line, rule, expr);
    fflush(stderr);
    abort();
}

/* What pthread functions return for our own bugs only. */
static void
must(int result, const char *what)
{
    if (G_UNLIKELY(result != 0))
        g_error("%s: %s", what, g_strerror(result));
}

void
leaf_init(LeafLock *lock)
{
    must(pthread_mutex_init(&lock->mutex, NULL), "pthread_mutex_init");
}

void
leaf_clear(LeafLock *lock)
{
    must(pthread_mutex_destroy(&lock->mutex), "pthread_mutex_destroy");
}

void
leaf_lock(LeafLock *lock)
{
    INVARIANT(leaf_depth == 0, "no lock is taken under a leaf lock");
    must(pthread_mutex_lock(&lock->mutex), "pthread_mutex_lock");
    leaf_depth++;
}

void
leaf_unlock(LeafLock *lock)
{
    leaf_depth--;
    must(pthread_mutex_unlock(&lock->mutex), "pthread_mutex_unlock");
}

void
leaf_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;
    must(pthread_condattr_init(&attr), "pthread_condattr_init");
    must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), "pthread_condattr_setclock");
    must(pthread_cond_init(cond, &attr), "pthread_cond_init");
    pthread_condattr_destroy(&attr);
}

gboolean
leaf_cond_wait(pthread_cond_t *cond, LeafLock *lock, int64_t deadline_us)
{
    if (deadline_us == INT64_MAX) {
        must(pthread_cond_wait(cond, &lock->mutex), "pthread_cond_wait");
        return TRUE;
    }
    struct timespec until = {
        .tv_sec = (time_t)(deadline_us / G_USEC_PER_SEC),
        .tv_nsec = (long)(deadline_us % G_USEC_PER_SEC) * 1000,
    };
    int result = pthread_cond_timedwait(cond, &lock->mutex, &until);
    if (result == ETIMEDOUT)
        return FALSE;
    must(result, "pthread_cond_timedwait");
    return TRUE;
}

int64_t
thread_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

void
thread_set_yield(ThreadYieldFn fn, void *data)
{
    yield_fn = fn;
    yield_data = data;
}

#if INVARIANTS_CHECKED
void
thread_yield_point(void)
{
    INVARIANT(leaf_depth == 0, "nobody yields under a leaf lock");
    if (yield_fn != NULL)
        yield_fn(yield_data);
}
#endif
