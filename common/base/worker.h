/*
 * worker — a small fixed pool of threads for heavy reads: whole lists, XML, large decodes.
 *
 * What runs here works on const views and its own memory; it never waits for a strand or another
 * worker, so that the pool cannot be exhausted by a stuck object. First come, first served.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

typedef struct WorkerPool WorkerPool;

typedef void (*WorkerFn)(void *data);
/* Runs fn(work) some time later, in a thread of role THREAD_WORKER. */
typedef void (*WorkerPostFn)(void *data, WorkerFn fn, void *work);

/* `threads` 0: the number of processors, at least 2. They start with the first work. */
WorkerPool *worker_pool_new(size_t threads);
/* Without threads: work is handed to post(data, ...). The seeded scheduler of the tests is one
 * such. */
WorkerPool *worker_pool_new_with(WorkerPostFn post, void *data);
/* Does what is queued, ends the threads. Takes NULL. */
void worker_pool_free(WorkerPool *pool);
/* Queues fn(data). Any thread. */
void worker_post(WorkerPool *pool, WorkerFn fn, void *data);

typedef struct {
    size_t threads;
    size_t idle;
    size_t queued;
} WorkerPoolStats;

WorkerPoolStats worker_pool_get_stats(WorkerPool *pool);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WorkerPool, worker_pool_free)
