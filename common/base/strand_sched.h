/*
 * strand_sched — the seeded scheduler of tests: strands without chance.
 *
 * Its pool is given to strand_new() in place of a real one; the tested code is the same. Strands, a
 * pretended io thread, workers and further actors each have a thread, but one runs at a time: which
 * one goes on, at the end of a step, in a wait and at every thread_yield_point(), is drawn from the
 * seed. Time is virtual: it moves when nobody can run, to the next deadline or timer. The same seed
 * gives the same interleaving. A daemon never makes one.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/strand.h"
#include "common/base/worker.h"

typedef struct StrandSched StrandSched;

typedef void (*StrandSchedFn)(void *data);
/* After each turn of an actor; `turn` counts from 1. For injected crashes and checks. */
typedef void (*StrandSchedHook)(void *data, StrandSched *sched, uint64_t turn);

StrandSched *strand_sched_new(uint64_t seed);
/* All strands must be unreferenced and idle (run it to its end first). Takes NULL. */
void strand_sched_free(StrandSched *sched);
/* For strand_new(); owned by the scheduler. */
StrandPool *strand_sched_pool(StrandSched *sched);
/* A worker pool whose work runs as actors of the scheduler; the caller frees it. */
WorkerPool *strand_sched_worker_pool(StrandSched *sched);
/* Queues fn(data) for the pretended io thread, in order: completes futures, posts. Any actor. */
void strand_sched_io(StrandSched *sched, StrandSchedFn fn, void *data);
/* The same, when the virtual clock has reached `at_us`. */
void strand_sched_at(StrandSched *sched, int64_t at_us, StrandSchedFn fn, void *data);
/* A further actor that runs fn(data) once: a reader, a client, a worker. */
void strand_sched_spawn(StrandSched *sched, ThreadRole role, StrandSchedFn fn, void *data);
void strand_sched_set_hook(StrandSched *sched, StrandSchedHook hook, void *data);
/*
 * Runs until nothing is queued, waiting or due.
 * Errors: VIRT_ERR_INTERNAL_ERROR on a deadlock, naming each strand and what it waits for; the
 * scheduler stays where it is and may be run again after the test completed or cancelled something.
 */
gboolean strand_sched_run(StrandSched *sched, GError **error);
/* The virtual clock in microseconds; starts at one second. */
int64_t strand_sched_now_us(const StrandSched *sched);
/* Turns taken, and a hash of who took them: equal for equal seeds and code. */
uint64_t strand_sched_turns(const StrandSched *sched);
uint64_t strand_sched_trace(const StrandSched *sched);
/* A number below `limit`, drawn from the same seed: for faults and delays of a test. */
uint32_t strand_sched_random(StrandSched *sched, uint32_t limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StrandSched, strand_sched_free)
