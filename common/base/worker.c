/*
 * worker — see worker.h.
 */
#include "common/base/worker.h"

#include <signal.h>
#include <stdbool.h>

#include "common/base/error.h"
#include "common/base/thread.h"

typedef struct WorkItem WorkItem;
struct WorkItem {
    WorkItem *next;
    WorkerFn fn;
    void *data;
};

struct WorkerPool {
    WorkerPostFn post; /* set: everything below is unused */
    void *post_data;
    size_t wanted;
    LeafLock lock; /* guards everything below */
    pthread_cond_t work;
    WorkItem *first;
    WorkItem *last;
    WorkerPoolStats stats;
    pthread_t *threads;
    bool stopping;
};

/* The next item; NULL when the pool ends and nothing is left. With the lock. */
static WorkItem *
worker_next(WorkerPool *pool)
{
    while (pool->first == NULL) {
        if (pool->stopping)
            return NULL;
        pool->stats.idle++;
        leaf_cond_wait(&pool->work, &pool->lock, INT64_MAX);
        pool->stats.idle--;
    }
    WorkItem *item = pool->first;
    pool->first = item->next;
    if (pool->first == NULL)
        pool->last = NULL;
    pool->stats.queued--;
    return item;
}

static void *
worker_thread(void *data)
{
    WorkerPool *pool = data;
    thread_set_role(THREAD_WORKER);
    pthread_setname_np(pthread_self(), "worker");
    leaf_lock(&pool->lock);
    for (;;) {
        WorkItem *item = worker_next(pool);
        leaf_unlock(&pool->lock);
        if (item == NULL)
            return NULL;
        item->fn(item->data);
        g_free(item);
        leaf_lock(&pool->lock);
    }
}

WorkerPool *
worker_pool_new(size_t threads)
{
    (void)virt_error_quark(); /* GLib registers it without a lock: before there are threads */
    WorkerPool *pool = g_new0(WorkerPool, 1);
    pool->wanted = threads != 0 ? threads : MAX(g_get_num_processors(), 2);
    leaf_init(&pool->lock);
    leaf_cond_init(&pool->work);
    pool->threads = g_new0(pthread_t, pool->wanted);
    return pool;
}

WorkerPool *
worker_pool_new_with(WorkerPostFn post, void *data)
{
    WorkerPool *pool = worker_pool_new(1);
    pool->post = post;
    pool->post_data = data;
    return pool;
}

void
worker_pool_free(WorkerPool *pool)
{
    if (pool == NULL)
        return;
    leaf_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->work);
    leaf_unlock(&pool->lock);
    for (size_t i = 0; i < pool->stats.threads; i++)
        pthread_join(pool->threads[i], NULL);
    g_free(pool->threads);
    pthread_cond_destroy(&pool->work);
    leaf_clear(&pool->lock);
    g_free(pool);
}

/* With the lock, because the list of threads is under it; only the first few posts come here. */
static void
worker_start(WorkerPool *pool)
{
    sigset_t all, old; /* signals are the io thread's */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int result = pthread_create(&pool->threads[pool->stats.threads], NULL, worker_thread, pool);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (result == 0)
        pool->stats.threads++;
    else if (pool->stats.threads == 0)
        g_error("pthread_create: %s", g_strerror(result));
}

void
worker_post(WorkerPool *pool, WorkerFn fn, void *data)
{
    if (pool->post != NULL) {
        pool->post(pool->post_data, fn, data);
        return;
    }
    WorkItem *item = g_new0(WorkItem, 1);
    *item = (WorkItem){.fn = fn, .data = data};
    leaf_lock(&pool->lock);
    if (pool->last != NULL)
        pool->last->next = item;
    else
        pool->first = item;
    pool->last = item;
    pool->stats.queued++;
    if (pool->stats.queued > pool->stats.idle && pool->stats.threads < pool->wanted)
        worker_start(pool);
    pthread_cond_signal(&pool->work);
    leaf_unlock(&pool->lock);
}

WorkerPoolStats
worker_pool_get_stats(WorkerPool *pool)
{
    leaf_lock(&pool->lock);
    WorkerPoolStats stats = pool->stats;
    leaf_unlock(&pool->lock);
    return stats;
}
