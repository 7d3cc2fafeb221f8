/*
 * strand_pool — the threads that run strands.
 *
 * As many steps run at once as the options say (`active`); a step in strand_wait() does not count,
 * so a thread more is started when strands are ready. A step that blocks where nobody sees it (a
 * dead file system) is found by the monitor thread: a strand that stays ready too long gets a
 * thread more. There is never need for more threads than strands, so their number plus a constant
 * is the limit.
 */
#include <signal.h>

#define LOG_SOURCE "base.strand"
#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strand_internal.h"

enum { ACTIVE_MIN = 4, SPARE = 8, IDLE_MS = 5000, STALL_MS = 20 };

typedef struct {
    StrandPool base;
    StrandPoolOptions options;
    LeafLock lock;          /* guards everything below */
    pthread_cond_t work;    /* a strand is ready, or the pool ends */
    pthread_cond_t backlog; /* for the monitor: nobody is idle and a strand is ready */
    pthread_cond_t ended;   /* a thread has ended */
    Strand *first;
    Strand *last;
    StrandPoolStats stats;
    size_t starting; /* threads that were claimed and have not come yet */
    bool refused;    /* the last thread could not be started, and that was logged */
    bool stopping;
    bool monitored; /* the monitor thread exists */
    pthread_t monitor;
    bool has_ended; /* a thread that is to be joined */
    pthread_t last_ended;
} ThreadPool;

static ThreadPool *
thread_pool(StrandPool *pool)
{
    return (ThreadPool *)pool;
}

/* Threads of ours take no signals: those are the io thread's. */
static bool
start_thread(pthread_t *ret_thread, void *(*fn)(void *), void *data)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int result = pthread_create(ret_thread, NULL, fn, data);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return result == 0;
}

static void
push_ready(ThreadPool *pool, Strand *strand)
{
    strand->next_ready = NULL;
    strand->ready_since_us = thread_now_us();
    if (pool->last != NULL)
        pool->last->next_ready = strand;
    else
        pool->first = strand;
    pool->last = strand;
    pool->stats.ready++;
}

static Strand *
pop_ready(ThreadPool *pool)
{
    Strand *strand = pool->first;
    if (strand == NULL)
        return NULL;
    pool->first = strand->next_ready;
    if (pool->first == NULL)
        pool->last = NULL;
    pool->stats.ready--;
    return strand;
}

static size_t
thread_limit(const ThreadPool *pool)
{
    return pool->stats.strands + pool->options.spare;
}

/* Whether a thread more is wanted and allowed; counts it at once. */
static bool
claim_thread(ThreadPool *pool, size_t running_max)
{
    StrandPoolStats *stats = &pool->stats;
    if (stats->ready <= stats->idle + pool->starting ||
        stats->threads - stats->blocked >= running_max || stats->threads >= thread_limit(pool))
        return false;
    stats->threads++;
    pool->starting++;
    stats->peak = MAX(stats->peak, stats->threads);
    return true;
}

/* The next strand for this thread; NULL when it shall end. Called and left with the lock. */
static Strand *
next_strand(ThreadPool *pool)
{
    int64_t leave_us = thread_now_us() + pool->options.idle_ms * 1000;
    while (pool->first == NULL) {
        if (pool->stopping)
            return NULL;
        pool->stats.idle++;
        gboolean signalled = leaf_cond_wait(&pool->work, &pool->lock, leave_us);
        pool->stats.idle--;
        if (!signalled && pool->first == NULL)
            return NULL;
    }
    return pop_ready(pool);
}

/* Each ending thread joins the one that ended before it; the pool's end joins the last one. */
static void
leave_pool(ThreadPool *pool)
{
    bool join = pool->has_ended;
    pthread_t other = pool->last_ended;
    pool->has_ended = true;
    pool->last_ended = pthread_self();
    pool->stats.threads--;
    pthread_cond_signal(&pool->ended);
    leaf_unlock(&pool->lock);
    if (join)
        pthread_join(other, NULL);
}

static void *
pool_thread(void *data)
{
    ThreadPool *pool = data;
    thread_set_role(THREAD_STRAND);
    pthread_setname_np(pthread_self(), "strand");
    leaf_lock(&pool->lock);
    pool->starting--;
    pool->refused = false;
    for (;;) {
        Strand *strand = next_strand(pool);
        if (strand == NULL)
            break;
        leaf_unlock(&pool->lock);
        bool more = strand_run_next(strand);
        if (!more)
            strand_unref(strand);
        leaf_lock(&pool->lock);
        if (more)
            push_ready(pool, strand); /* behind the others: one busy strand starves nobody */
    }
    leave_pool(pool);
    return NULL;
}

/* Starts a thread that was claimed. When the kernel has none left, the monitor tries again. */
static void
start_claimed(ThreadPool *pool)
{
    pthread_t thread;
    if (start_thread(&thread, pool_thread, pool))
        return;
    leaf_lock(&pool->lock);
    pool->starting--;
    size_t threads = --pool->stats.threads;
    bool again = pool->refused;
    pool->refused = true;
    leaf_unlock(&pool->lock);
    if (!again)
        log_warning("the kernel gives no thread for strands beside %zu; trying again", threads);
}

/* Waits, with the lock, until the first ready strand is ready for too long; FALSE when the pool
 * ends. */
static bool
await_stall(ThreadPool *pool)
{
    while (!pool->stopping) {
        if (pool->stats.ready <= pool->stats.idle) {
            leaf_cond_wait(&pool->backlog, &pool->lock, INT64_MAX);
            continue;
        }
        int64_t due_us = pool->first->ready_since_us + pool->options.stall_ms * 1000;
        if (thread_now_us() >= due_us)
            return true;
        leaf_cond_wait(&pool->backlog, &pool->lock, due_us);
    }
    return false;
}

static void *
monitor_thread(void *data)
{
    ThreadPool *pool = data;
    pthread_setname_np(pthread_self(), "strand-monitor");
    leaf_lock(&pool->lock);
    while (await_stall(pool)) {
        size_t wanted = 1 + pool->stats.threads / 4; /* a thousand stuck steps are no long matter */
        size_t claimed = 0;
        while (claimed < wanted && claim_thread(pool, SIZE_MAX))
            claimed++;
        leaf_unlock(&pool->lock);
        for (size_t i = 0; i < claimed; i++)
            start_claimed(pool);
        leaf_lock(&pool->lock);
        if (!pool->stopping)
            leaf_cond_wait(&pool->backlog, &pool->lock,
                           thread_now_us() + pool->options.stall_ms * 1000);
    }
    leaf_unlock(&pool->lock);
    return NULL;
}

static void
pool_added(StrandPool *base, Strand *strand)
{
    ThreadPool *pool = thread_pool(base);
    leaf_lock(&pool->lock);
    pool->stats.strands++;
    leaf_unlock(&pool->lock);
}

static void
pool_removed(StrandPool *base, Strand *strand)
{
    ThreadPool *pool = thread_pool(base);
    leaf_lock(&pool->lock);
    pool->stats.strands--;
    leaf_unlock(&pool->lock);
}

static void
pool_ready(StrandPool *base, Strand *strand)
{
    ThreadPool *pool = thread_pool(base);
    leaf_lock(&pool->lock);
    push_ready(pool, strand);
    bool claimed = claim_thread(pool, pool->options.active);
    if (!claimed)
        pthread_cond_signal(&pool->work);
    if (!claimed && pool->stats.ready > pool->stats.idle)
        pthread_cond_signal(&pool->backlog);
    leaf_unlock(&pool->lock);
    if (claimed)
        start_claimed(pool);
}

static void
pool_block(StrandPool *base, Strand *strand, const char *what, int64_t deadline_us)
{
    ThreadPool *pool = thread_pool(base);
    leaf_lock(&pool->lock);
    pool->stats.blocked++;
    bool claimed = claim_thread(pool, pool->options.active);
    leaf_unlock(&pool->lock);
    if (claimed)
        start_claimed(pool);

    leaf_lock(&strand->lock);
    while (!strand->woken && leaf_cond_wait(&strand->wake, &strand->lock, deadline_us)) {
    }
    strand->woken = false;
    leaf_unlock(&strand->lock);

    leaf_lock(&pool->lock);
    pool->stats.blocked--;
    leaf_unlock(&pool->lock);
}

static int64_t
pool_now_us(StrandPool *base)
{
    return thread_now_us();
}

static StrandPoolStats
pool_stats(StrandPool *base)
{
    ThreadPool *pool = thread_pool(base);
    leaf_lock(&pool->lock);
    StrandPoolStats stats = pool->stats;
    stats.limit = thread_limit(pool);
    leaf_unlock(&pool->lock);
    return stats;
}

static void
pool_free(StrandPool *base)
{
    ThreadPool *pool = thread_pool(base);
    leaf_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->work);
    while (pool->stats.threads > 0)
        leaf_cond_wait(&pool->ended, &pool->lock, INT64_MAX);
    pthread_cond_signal(&pool->backlog);
    leaf_unlock(&pool->lock);
    if (pool->has_ended)
        pthread_join(pool->last_ended, NULL);
    if (pool->monitored)
        pthread_join(pool->monitor, NULL);
    INVARIANT(pool->stats.strands == 0, "strands do not outlive their pool");
    pthread_cond_destroy(&pool->work);
    pthread_cond_destroy(&pool->backlog);
    pthread_cond_destroy(&pool->ended);
    leaf_clear(&pool->lock);
    g_free(pool);
}

static const StrandPoolOps thread_pool_ops = {
    .added = pool_added,
    .removed = pool_removed,
    .ready = pool_ready,
    .block = pool_block,
    .now_us = pool_now_us,
    .stats = pool_stats,
    .free = pool_free,
};

StrandPool *
strand_pool_new(const StrandPoolOptions *options)
{
    (void)virt_error_quark(); /* GLib registers it without a lock: before there are threads */
    ThreadPool *pool = g_new0(ThreadPool, 1);
    pool->base.ops = &thread_pool_ops;
    if (options != NULL)
        pool->options = *options;
    StrandPoolOptions *set = &pool->options;
    set->active = set->active != 0 ? set->active : MAX(2 * g_get_num_processors(), ACTIVE_MIN);
    set->spare = set->spare != 0 ? set->spare : SPARE;
    set->idle_ms = set->idle_ms != 0 ? set->idle_ms : IDLE_MS;
    set->stall_ms = set->stall_ms != 0 ? set->stall_ms : STALL_MS;
    leaf_init(&pool->lock);
    leaf_cond_init(&pool->work);
    leaf_cond_init(&pool->backlog);
    leaf_cond_init(&pool->ended);
    pool->monitored = start_thread(&pool->monitor, monitor_thread, pool);
    return &pool->base;
}
