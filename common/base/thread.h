/*
 * thread — which thread may run what: annotations that are assertions in debug builds.
 *
 * A function says at its head where it runs: `ON_IO;`, `ON_STRAND(object);` or `ANY_THREAD;`. With
 * NDEBUG undefined these are checked, as is every INVARIANT(); in a release build they cost
 * nothing. A leaf lock is the only kind of lock that shared state has: held for pointer work, never
 * while another lock is taken (asserted), never while a callback runs. It is a pthread mutex,
 * because ThreadSanitizer sees those and not GLib's.
 */
#pragma once

#include <glib.h>
#include <pthread.h>
#include <stdint.h>

/* What the calling thread was made for. A thread that no pool made counts as the io thread. */
typedef enum { THREAD_IO = 0, THREAD_STRAND, THREAD_WORKER } ThreadRole;

/* For pools: says what this thread is. */
void thread_set_role(ThreadRole role);
ThreadRole thread_get_role(void);

/* Prints rule and place, then aborts. */
_Noreturn void invariant_failed(const char *rule, const char *expr, const char *file, int line);

#ifndef NDEBUG
#define INVARIANTS_CHECKED 1
#define INVARIANT(expr, rule)                                                                      \
    do {                                                                                           \
        if (G_UNLIKELY(!(expr)))                                                                   \
            invariant_failed((rule), #expr, __FILE__, __LINE__);                                   \
    } while (0)
#else
#define INVARIANTS_CHECKED 0
#define INVARIANT(expr, rule) ((void)sizeof(!(expr)))
#endif

/* The function runs on the io thread: never blocks, never touches the inside of an object. */
#define ON_IO INVARIANT(thread_get_role() == THREAD_IO, "runs on the io thread only")
/* The function runs in a step of the object's own strand (needs common/base/strand.h). */
#define ON_STRAND(object)                                                                          \
    INVARIANT(strand_is_current((object)->strand), "only the owner strand touches its object")
/* The function may be called from every thread. */
#define ANY_THREAD ((void)0)

/* A lock under which no other lock is taken. */
typedef struct {
    pthread_mutex_t mutex;
} LeafLock;

void leaf_init(LeafLock *lock);
void leaf_clear(LeafLock *lock);
void leaf_lock(LeafLock *lock);
void leaf_unlock(LeafLock *lock);
/* A condition whose timed wait counts in monotonic time. */
void leaf_cond_init(pthread_cond_t *cond);
/* Waits under `lock` for a signal, until `deadline_us` of the monotonic clock (INT64_MAX: forever).
 * FALSE when the time has come. Spurious returns happen: check the condition again. */
gboolean leaf_cond_wait(pthread_cond_t *cond, LeafLock *lock, int64_t deadline_us);
/* Monotonic microseconds. */
int64_t thread_now_us(void);

/*
 * A place where the seeded scheduler of the tests may let another actor run first. Shared state
 * calls it before it is changed or read. Costs one thread-local load in debug builds, nothing in
 * others.
 */
typedef void (*ThreadYieldFn)(void *data);
void thread_set_yield(ThreadYieldFn fn, void *data);
#if INVARIANTS_CHECKED
void thread_yield_point(void);
#else
#define thread_yield_point() ((void)0)
#endif
