/*
 * strand_sched — see strand_sched.h.
 *
 * The thread that calls strand_sched_run() and the actors' threads pass a baton: only who has it
 * touches the scheduler's state or runs tested code, and the lock around passing it orders their
 * memory. A blocked step keeps its thread and stack, as with real threads.
 */
#include "common/base/strand_sched.h"

#include "common/base/error.h"
#include "common/base/strand_internal.h"

enum { YIELD_ONE_IN = 4, START_US = G_USEC_PER_SEC, WATCHDOG_US = 120 * G_USEC_PER_SEC };

typedef enum { ACTOR_IDLE, ACTOR_READY, ACTOR_BLOCKED, ACTOR_DONE } ActorState;

typedef struct {
    StrandSched *sched;
    uint64_t number;
    Strand *strand; /* NULL: fn(data) once, or the io thread */
    ThreadRole role;
    StrandSchedFn fn;
    void *data;
    ActorState state;
    bool started; /* it has a thread */
    pthread_t thread;
    pthread_cond_t go;
    const char *what; /* what it is blocked on */
    int64_t deadline_us;
} Actor;

typedef struct IoItem IoItem;
struct IoItem {
    IoItem *next;
    int64_t at_us;
    StrandSchedFn fn;
    void *data;
};

struct StrandSched {
    StrandPool base;
    LeafLock lock; /* of the baton */
    pthread_cond_t back;
    Actor *running; /* who has the baton; NULL: the thread of strand_sched_run() */
    /* The rest belongs to who has the baton. */
    uint64_t random;
    int64_t now_us;
    GPtrArray *actors; /* in the order they were made */
    Actor *io;
    IoItem *io_first;
    IoItem *timers; /* sorted by time, then by the order they were set */
    uint64_t last_number;
    uint64_t turns;
    uint64_t trace;
    size_t strands;
    StrandSchedHook hook;
    void *hook_data;
};

/* splitmix64, by Sebastiano Vigna, public domain. */
static uint64_t
draw(StrandSched *sched)
{
    uint64_t z = sched->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint32_t
strand_sched_random(StrandSched *sched, uint32_t limit)
{
    return (uint32_t)(draw(sched) % limit);
}

/* Gives the baton back and waits until it comes again. On the actor's thread. */
static void
actor_pause(Actor *actor)
{
    StrandSched *sched = actor->sched;
    leaf_lock(&sched->lock);
    sched->running = NULL;
    pthread_cond_signal(&sched->back);
    while (sched->running != actor)
        leaf_cond_wait(&actor->go, &sched->lock, INT64_MAX);
    leaf_unlock(&sched->lock);
}

static void
actor_yield(void *data)
{
    Actor *actor = data;
    if (draw(actor->sched) % YIELD_ONE_IN == 0)
        actor_pause(actor);
}

static IoItem *
io_pop(StrandSched *sched)
{
    IoItem *item = sched->io_first;
    sched->io_first = item->next;
    return item;
}

static void
actor_turn(Actor *actor)
{
    Strand *strand = actor->strand;
    if (strand != NULL) {
        if (strand_run_next(strand))
            return;
        actor->state = ACTOR_IDLE;
        strand_unref(strand); /* the last one makes the actor DONE, see sched_removed() */
    } else if (actor == actor->sched->io) {
        g_autofree IoItem *item = io_pop(actor->sched);
        item->fn(item->data);
        if (actor->sched->io_first == NULL)
            actor->state = ACTOR_IDLE;
    } else {
        actor->fn(actor->data);
        actor->state = ACTOR_DONE;
    }
}

static void *
actor_thread(void *data)
{
    Actor *actor = data;
    StrandSched *sched = actor->sched;
    thread_set_role(actor->role);
    thread_set_yield(actor_yield, actor);
    leaf_lock(&sched->lock);
    while (sched->running != actor)
        leaf_cond_wait(&actor->go, &sched->lock, INT64_MAX);
    leaf_unlock(&sched->lock);
    while (actor->state != ACTOR_DONE) {
        actor_turn(actor);
        actor_pause(actor);
    }
    leaf_lock(&sched->lock);
    sched->running = NULL;
    pthread_cond_signal(&sched->back);
    leaf_unlock(&sched->lock);
    return NULL;
}

/* Passes the baton to the actor and waits for it. On the thread of strand_sched_run(). */
static void
actor_go(Actor *actor)
{
    StrandSched *sched = actor->sched;
    if (!actor->started) {
        if (pthread_create(&actor->thread, NULL, actor_thread, actor) != 0)
            g_error("the seeded scheduler got no thread");
        actor->started = true;
    }
    int64_t watchdog_us = thread_now_us() + WATCHDOG_US;
    leaf_lock(&sched->lock);
    sched->running = actor;
    pthread_cond_signal(&actor->go);
    while (sched->running != NULL) {
        if (!leaf_cond_wait(&sched->back, &sched->lock, watchdog_us))
            g_error("seeded scheduler: %s blocks elsewhere than in strand_wait()",
                    actor->strand != NULL ? strand_name(actor->strand) : "an actor");
    }
    leaf_unlock(&sched->lock);
}

static Actor *
actor_new(StrandSched *sched, ThreadRole role)
{
    Actor *actor = g_new0(Actor, 1);
    actor->sched = sched;
    actor->number = ++sched->last_number;
    actor->role = role;
    leaf_cond_init(&actor->go);
    g_ptr_array_add(sched->actors, actor);
    return actor;
}

/* Ends the thread of an actor that is done. */
static void
actor_free(Actor *actor)
{
    if (actor->started) {
        actor_go(actor);
        pthread_join(actor->thread, NULL);
    }
    pthread_cond_destroy(&actor->go);
    g_free(actor);
}

static StrandSched *
sched_of(StrandPool *pool)
{
    return (StrandSched *)pool;
}

static void
sched_added(StrandPool *pool, Strand *strand)
{
    Actor *actor = actor_new(sched_of(pool), THREAD_STRAND);
    actor->strand = strand;
    strand->actor = actor;
    sched_of(pool)->strands++;
}

static void
sched_removed(StrandPool *pool, Strand *strand)
{
    Actor *actor = strand->actor;
    actor->strand = NULL;
    actor->state = ACTOR_DONE;
    sched_of(pool)->strands--;
}

static void
sched_ready(StrandPool *pool, Strand *strand)
{
    ((Actor *)strand->actor)->state = ACTOR_READY;
}

static void
sched_block(StrandPool *pool, Strand *strand, const char *what, int64_t deadline_us)
{
    Actor *actor = strand->actor;
    actor->state = ACTOR_BLOCKED;
    actor->what = what;
    actor->deadline_us = deadline_us;
    actor_pause(actor);
}

static int64_t
sched_now_us(StrandPool *pool)
{
    return sched_of(pool)->now_us;
}

static StrandPoolStats
sched_stats(StrandPool *pool)
{
    return (StrandPoolStats){.strands = sched_of(pool)->strands};
}

static void
sched_free(StrandPool *pool)
{
    strand_sched_free(sched_of(pool));
}

static const StrandPoolOps sched_ops = {
    .added = sched_added,
    .removed = sched_removed,
    .ready = sched_ready,
    .block = sched_block,
    .now_us = sched_now_us,
    .stats = sched_stats,
    .free = sched_free,
};

StrandSched *
strand_sched_new(uint64_t seed)
{
    StrandSched *sched = g_new0(StrandSched, 1);
    sched->base.ops = &sched_ops;
    sched->random = seed;
    sched->now_us = START_US;
    sched->trace = UINT64_C(0xcbf29ce484222325);
    sched->actors = g_ptr_array_new();
    leaf_init(&sched->lock);
    leaf_cond_init(&sched->back);
    sched->io = actor_new(sched, THREAD_IO);
    return sched;
}

void
strand_sched_free(StrandSched *sched)
{
    if (sched == NULL)
        return;
    g_assert(sched->strands == 0 && sched->io_first == NULL && sched->timers == NULL);
    sched->io->state = ACTOR_DONE;
    for (guint i = 0; i < sched->actors->len; i++)
        actor_free(g_ptr_array_index(sched->actors, i));
    g_ptr_array_free(sched->actors, TRUE);
    pthread_cond_destroy(&sched->back);
    leaf_clear(&sched->lock);
    g_free(sched);
}

StrandPool *
strand_sched_pool(StrandSched *sched)
{
    return &sched->base;
}

/* Queues behind the items that are due no later. */
static void
io_insert(IoItem **list, int64_t at_us, StrandSchedFn fn, void *data)
{
    IoItem *item = g_new(IoItem, 1);
    while (*list != NULL && (*list)->at_us <= at_us)
        list = &(*list)->next;
    *item = (IoItem){*list, at_us, fn, data};
    *list = item;
}

void
strand_sched_io(StrandSched *sched, StrandSchedFn fn, void *data)
{
    io_insert(&sched->io_first, INT64_MAX, fn, data);
    if (sched->io->state == ACTOR_IDLE)
        sched->io->state = ACTOR_READY;
}

void
strand_sched_at(StrandSched *sched, int64_t at_us, StrandSchedFn fn, void *data)
{
    io_insert(&sched->timers, at_us, fn, data);
}

void
strand_sched_spawn(StrandSched *sched, ThreadRole role, StrandSchedFn fn, void *data)
{
    Actor *actor = actor_new(sched, role);
    actor->fn = fn;
    actor->data = data;
    actor->state = ACTOR_READY;
}

static void
spawn_worker(void *data, WorkerFn fn, void *work)
{
    strand_sched_spawn(data, THREAD_WORKER, fn, work);
}

WorkerPool *
strand_sched_worker_pool(StrandSched *sched)
{
    return worker_pool_new_with(spawn_worker, sched);
}

void
strand_sched_set_hook(StrandSched *sched, StrandSchedHook hook, void *data)
{
    sched->hook = hook;
    sched->hook_data = data;
}

/* Makes ready what was woken or is due. */
static void
wake_actors(StrandSched *sched)
{
    while (sched->timers != NULL && sched->timers->at_us <= sched->now_us) {
        IoItem *item = sched->timers;
        sched->timers = item->next;
        strand_sched_io(sched, item->fn, item->data);
        g_free(item);
    }
    for (guint i = 0; i < sched->actors->len; i++) {
        Actor *actor = g_ptr_array_index(sched->actors, i);
        if (actor->state == ACTOR_BLOCKED &&
            (strand_take_wake(actor->strand) || sched->now_us >= actor->deadline_us))
            actor->state = ACTOR_READY;
    }
}

static void
reap_actors(StrandSched *sched)
{
    for (guint i = sched->actors->len; i-- > 0;) {
        Actor *actor = g_ptr_array_index(sched->actors, i);
        if (actor->state == ACTOR_DONE)
            actor_free(g_ptr_array_remove_index(sched->actors, i));
    }
}

/* One of those that can go on; NULL: none. */
static Actor *
draw_actor(StrandSched *sched)
{
    uint32_t ready = 0;
    for (guint i = 0; i < sched->actors->len; i++)
        ready += ((Actor *)g_ptr_array_index(sched->actors, i))->state == ACTOR_READY ? 1 : 0;
    if (ready == 0)
        return NULL;
    uint32_t chosen = strand_sched_random(sched, ready);
    for (guint i = 0;; i++) {
        Actor *actor = g_ptr_array_index(sched->actors, i);
        if (actor->state == ACTOR_READY && chosen-- == 0)
            return actor;
    }
}

/* Moves the clock to what is due first; FALSE when nothing ever will be. */
static bool
advance_clock(StrandSched *sched)
{
    int64_t due_us = sched->timers != NULL ? sched->timers->at_us : INT64_MAX;
    for (guint i = 0; i < sched->actors->len; i++) {
        const Actor *actor = g_ptr_array_index(sched->actors, i);
        if (actor->state == ACTOR_BLOCKED)
            due_us = MIN(due_us, actor->deadline_us);
    }
    if (due_us == INT64_MAX)
        return false;
    sched->now_us = MAX(sched->now_us, due_us);
    return true;
}

static gboolean
check_deadlock(StrandSched *sched, GError **error)
{
    g_autoptr(GString) stuck = g_string_new(NULL);
    for (guint i = 0; i < sched->actors->len; i++) {
        const Actor *actor = g_ptr_array_index(sched->actors, i);
        if (actor->state == ACTOR_BLOCKED)
            g_string_append_printf(stuck, "%s'%s' waits for %s", stuck->len > 0 ? "; " : "",
                                   strand_name(actor->strand), actor->what);
    }
    if (stuck->len == 0)
        return TRUE;
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INTERNAL_ERROR,
                   "deadlock after %" G_GUINT64_FORMAT " turns: %s", sched->turns, stuck->str);
    return FALSE;
}

static void
take_turn(StrandSched *sched, Actor *actor)
{
    sched->turns++;
    sched->trace = (sched->trace ^ actor->number ^ (uint64_t)sched->now_us << 20) *
                   UINT64_C(0x100000001b3); /* FNV-1a */
    actor_go(actor);
    if (sched->hook != NULL)
        sched->hook(sched->hook_data, sched, sched->turns);
}

gboolean
strand_sched_run(StrandSched *sched, GError **error)
{
    for (;;) {
        wake_actors(sched);
        Actor *actor = draw_actor(sched);
        if (actor != NULL) {
            take_turn(sched, actor);
            reap_actors(sched);
        } else if (!advance_clock(sched)) {
            return check_deadlock(sched, error);
        }
    }
}

int64_t
strand_sched_now_us(const StrandSched *sched)
{
    return sched->now_us;
}

uint64_t
strand_sched_turns(const StrandSched *sched)
{
    return sched->turns;
}

uint64_t
strand_sched_trace(const StrandSched *sched)
{
    return sched->trace;
}
