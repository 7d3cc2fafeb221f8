/*
 * strand_internal — what strand.c, future.c and the two pools share. Nobody else includes it.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "common/base/strand.h"

typedef struct StrandStep StrandStep;
struct StrandStep {
    StrandStep *next;
    StrandFn fn;
    void *data;
    GDestroyNotify free;
};

struct Strand {
    atomic_uint refs;
    StrandPool *pool;
    char *name;
    _Atomic(const char *) doing;
    LeafLock lock; /* guards the seven below */
    StrandStep *first;
    StrandStep *last;
    size_t queued;
    bool scheduled; /* in the pool's hands: ready or running */
    bool held;      /* not started yet */
    bool closed;
    bool woken;
    pthread_cond_t wake;
    /* Of the step that runs, so of its thread. */
    bool dirty;   /* changed and not yet published */
    bool replied; /* nothing about the change may follow */
    /* The pool's, under its lock. */
    Strand *next_ready;
    int64_t ready_since_us;
    void *actor;
};

/* What a pool is. The real one is strand_pool.c, the seeded one strand_sched.c. */
typedef struct {
    void (*added)(StrandPool *pool, Strand *strand);
    void (*removed)(StrandPool *pool, Strand *strand);
    /* The strand has steps; a reference comes with it. */
    void (*ready)(StrandPool *pool, Strand *strand);
    /* The strand's step waits: returns after strand_wake() or at the deadline, or earlier. */
    void (*block)(StrandPool *pool, Strand *strand, const char *what, int64_t deadline_us);
    int64_t (*now_us)(StrandPool *pool);
    StrandPoolStats (*stats)(StrandPool *pool);
    void (*free)(StrandPool *pool);
} StrandPoolOps;

struct StrandPool {
    const StrandPoolOps *ops;
    StrandRecorderFn recorder;
    void *recorder_data;
};

/* Runs the first step as the strand; TRUE when more are queued, else the strand is no longer
 * scheduled. */
bool strand_run_next(Strand *strand);
/* Ends the strand's strand_wait() early, so that it looks again. */
void strand_wake(Strand *strand);
/* Takes and resets the wake flag. */
bool strand_take_wake(Strand *strand);

/* Strands to be woken by a future or a cancel. Guarded by its owner's lock; holds references. */
typedef struct {
    Strand **strands;
    size_t n;
} WaitList;

/* FALSE when there is nothing to wait for any more; the strand is not kept then. */
bool future_add_waiter(Future *future, Strand *strand);
void future_remove_waiter(Future *future, Strand *strand);
bool cancel_add_waiter(Cancel *cancel, Strand *strand);
void cancel_remove_waiter(Cancel *cancel, Strand *strand);
/* Sets the error that a wait ends with; the caller knows that it is cancelled. */
void cancel_set_error(Cancel *cancel, const char *what, GError **error);
/* Whether a step of `strand` may wait for it, see invariant "no strand waits for a strand". */
bool future_may_be_awaited(Future *future, const Strand *strand);
