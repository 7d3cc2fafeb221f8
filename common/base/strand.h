/*
 * strand — a queue of steps of which at most one runs; one per object, and all that writes to it.
 *
 * Steps run in the order they were posted, on threads of a StrandPool. A step is straight-line code
 * and may block in strand_wait() only, always with a deadline; other strands go on meanwhile. No
 * strand waits for a strand: it posts.
 *
 * Closing: after strand_close() no further step runs. The `free` function of every step that is
 * queued, or posted later, is called in its place, in order, as a turn of the strand: a call that
 * is freed without having been answered answers there that its object is gone.
 *
 * Order of a change: change -> publish -> event -> reply. strand_mark() records it, debug builds
 * assert it (slot_publish() marks by itself).
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/future.h"
#include "common/base/thread.h"

typedef struct Strand Strand;
typedef struct StrandPool StrandPool;

typedef void (*StrandFn)(void *data);

/* A strand without steps. `name` is for logs and reports. The pool outlives it. */
Strand *strand_new(StrandPool *pool, const char *name);
/* The same, but posted steps wait until strand_start() has put the very first one before them. */
Strand *strand_new_held(StrandPool *pool, const char *name);
/* Posts the first step of a held strand, which others may have posted to already, and lets it run.
 * `fn` NULL: no first step. Nothing happens when it was started before and `fn` is NULL. */
void strand_start(Strand *strand, StrandFn fn, void *data, GDestroyNotify free);
Strand *strand_ref(Strand *strand);
/* Takes NULL. Queued steps hold references, so they still run. */
void strand_unref(Strand *strand);
/* Queues fn(data). `free` (may be NULL) is called once with `data`: after fn ran, or instead of it
 * when the strand is closed; it runs on the strand as well. Any thread. */
void strand_post(Strand *strand, StrandFn fn, void *data, GDestroyNotify free);
/* No further steps; a step that runs now ends normally. Any thread, harmless twice. */
void strand_close(Strand *strand);
gboolean strand_is_closed(Strand *strand);
/* Steps that wait for their turn. Any thread. */
size_t strand_queue_length(Strand *strand);
const char *strand_name(const Strand *strand);
StrandPool *strand_pool(const Strand *strand);

/* What the strand is at, for messages: a constant text, until the step ends. On the strand. */
void strand_set_doing(Strand *strand, const char *what);
/* NULL: nothing that has a name. Any thread. */
const char *strand_doing(Strand *strand);

/* The strand whose step the caller is in, borrowed; NULL outside of steps. */
Strand *strand_current(void);
gboolean strand_is_current(const Strand *strand);
/* The pool's clock: monotonic, or virtual under the seeded scheduler. Steps take deadlines from
 * here. */
int64_t strand_now_us(const Strand *strand);
/* The clock of the current strand plus `ms`: the usual deadline of a wait. */
int64_t strand_deadline_in_ms(int64_t ms);

/*
 * Waits until `future` is complete; the one place where a step may block. The value is then at
 * future_value() or future_take_value().
 *   deadline_us  of strand_now_us(); INT64_MAX only together with a `cancel`
 *   cancel       may be NULL
 * Errors: that of the future; VIRT_ERR_OPERATION_TIMEOUT at the deadline;
 * VIRT_ERR_OPERATION_ABORTED when cancelled. A result that is there wins over cancel, cancel over
 * the deadline.
 */
gboolean strand_wait(Future *future, int64_t deadline_us, Cancel *cancel, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* What a step does to its object and tells the world about it, in the order that is allowed. */
typedef enum {
    STRAND_CHANGED,   /* the object's state was written, its view is stale */
    STRAND_PUBLISHED, /* the new view is in its slot */
    STRAND_EVENT,     /* an event was handed to the event queue */
    STRAND_REPLIED,   /* the reply was handed to the connection */
} StrandMark;

/* Records `mark` for the step that runs; nothing outside of steps. */
void strand_mark(StrandMark mark);

/* A pool of threads, more of them while steps block. */
typedef struct {
    size_t
        active;   /* steps that run at once without blocking; 0: twice the processors, at least 4 */
    size_t spare; /* threads beyond one for each strand; 0: 8 */
    int64_t idle_ms;  /* an idle thread leaves after this; 0: 5,000 */
    int64_t stall_ms; /* a ready strand waits this long for steps that block elsewhere than in
                         strand_wait(), then gets a thread more; 0: 20 */
} StrandPoolOptions;

typedef struct {
    size_t strands; /* that exist */
    size_t threads;
    size_t idle;    /* threads without a step */
    size_t blocked; /* threads in strand_wait() */
    size_t ready;   /* strands that wait for a thread */
    size_t limit;   /* of threads, now */
    size_t peak;    /* threads at the worst time */
} StrandPoolStats;

/* `options` may be NULL. Threads are started when they are needed. */
StrandPool *strand_pool_new(const StrandPoolOptions *options);
/* Runs what is queued, ends the threads. All strands must be unreferenced by then (asserted). Takes
 * NULL. */
void strand_pool_free(StrandPool *pool);
StrandPoolStats strand_pool_get_stats(StrandPool *pool);
/* Calls `fn` at each mark of each step, on its thread; for tests. Set before strands are made. */
typedef void (*StrandRecorderFn)(void *data, Strand *strand, StrandMark mark);
void strand_pool_set_recorder(StrandPool *pool, StrandRecorderFn fn, void *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Strand, strand_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StrandPool, strand_pool_free)
