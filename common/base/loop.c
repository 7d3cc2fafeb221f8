/*
 * loop — see loop.h. Level-triggered epoll; a binary heap of timers; a locked list of posted work
 * with an eventfd to wake the thread; one optional GLib context whose descriptors are watched too.
 *
 * Sources removed during a turn are freed at its end, so an event that was already fetched for one
 * finds a dead record instead of freed memory.
 */
#include "common/base/loop.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/error.h"

enum { EVENTS_PER_TURN = 256, CONTEXT_FDS_MAX = 16 };

struct LoopFd {
    Loop *loop;
    int fd;
    uint32_t events;
    LoopFdFn fn; /* NULL: removed */
    void *data;
    LoopFd *next_dead;
};

struct LoopTimer {
    Loop *loop;
    int64_t due_us;
    LoopFn fn;
    void *data;
    size_t heap_index; /* SIZE_MAX: not armed */
};

typedef struct {
    LoopFn fn;
    void *data;
} Work;

struct Loop {
    int epoll_fd;
    int wake_fd;
    int64_t now_us;
    gboolean quit;
    pthread_t thread;
    gboolean has_thread;
    LoopFd *wake_source;
    LoopFd *dead;
    GPtrArray *heap;
    GArray *deferred;
    pthread_mutex_t lock; /* leaf: posted, awake */
    GArray *posted;
    gboolean awake;

    GMainContext *context;
    GPollFD context_fds[CONTEXT_FDS_MAX];
    int n_context_fds;
    LoopFd *context_sources[CONTEXT_FDS_MAX];
    LoopTimer *context_timer;
    gint context_priority;
    gboolean context_ready;
};

static int64_t
clock_us(void)
{
    return g_get_monotonic_time();
}

/* --- timers --- */

static LoopTimer *
heap_at(Loop *loop, size_t i)
{
    return g_ptr_array_index(loop->heap, i);
}

static void
heap_put(Loop *loop, size_t i, LoopTimer *timer)
{
    g_ptr_array_index(loop->heap, i) = timer;
    timer->heap_index = i;
}

static void
heap_up(Loop *loop, size_t i)
{
    LoopTimer *timer = heap_at(loop, i);
    while (i > 0 && heap_at(loop, (i - 1) / 2)->due_us > timer->due_us) {
        heap_put(loop, i, heap_at(loop, (i - 1) / 2));
        i = (i - 1) / 2;
    }
    heap_put(loop, i, timer);
}

static void
heap_down(Loop *loop, size_t i)
{
    LoopTimer *timer = heap_at(loop, i);
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= loop->heap->len)
            break;
        if (child + 1 < loop->heap->len &&
            heap_at(loop, child + 1)->due_us < heap_at(loop, child)->due_us)
            child++;
        if (heap_at(loop, child)->due_us >= timer->due_us)
            break;
        heap_put(loop, i, heap_at(loop, child));
        i = child;
    }
    heap_put(loop, i, timer);
}

static void
heap_remove(LoopTimer *timer)
{
    Loop *loop = timer->loop;
    size_t i = timer->heap_index;
    LoopTimer *last = heap_at(loop, loop->heap->len - 1);
    g_ptr_array_set_size(loop->heap, (gint)loop->heap->len - 1);
    timer->heap_index = SIZE_MAX;
    if (last == timer)
        return;
    heap_put(loop, i, last);
    heap_up(loop, i);
    heap_down(loop, last->heap_index);
}

LoopTimer *
loop_add_timer(Loop *loop, LoopFn fn, void *data)
{
    LoopTimer *timer = g_new(LoopTimer, 1);
    *timer = (LoopTimer){loop, INT64_MAX, fn, data, SIZE_MAX};
    return timer;
}

void
loop_timer_set(LoopTimer *timer, int64_t due_us)
{
    if (timer->heap_index != SIZE_MAX) {
        if (timer->due_us == due_us)
            return;
        heap_remove(timer);
    }
    timer->due_us = due_us;
    if (due_us == INT64_MAX)
        return;
    g_ptr_array_add(timer->loop->heap, timer);
    heap_up(timer->loop, timer->loop->heap->len - 1);
}

void
loop_timer_remove(LoopTimer *timer)
{
    if (timer == NULL)
        return;
    if (timer->heap_index != SIZE_MAX)
        heap_remove(timer);
    g_free(timer);
}

static void
run_timers(Loop *loop)
{
    /* The budget keeps a timer that sets itself to "now" from starving the descriptors. */
    for (guint budget = loop->heap->len; budget > 0 && loop->heap->len > 0; budget--) {
        LoopTimer *timer = heap_at(loop, 0);
        if (timer->due_us > loop->now_us)
            break;
        heap_remove(timer);
        timer->due_us = INT64_MAX;
        timer->fn(timer->data);
    }
}

/* --- descriptors --- */

LoopFd *
loop_add_fd(Loop *loop, int fd, uint32_t events, LoopFdFn fn, void *data)
{
    LoopFd *source = g_new(LoopFd, 1);
    *source = (LoopFd){loop, fd, events, fn, data, NULL};
    struct epoll_event event = {.events = events, .data.ptr = source};
    g_assert(epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0);
    return source;
}

void
loop_fd_set_events(LoopFd *source, uint32_t events)
{
    if (source->events == events)
        return;
    source->events = events;
    struct epoll_event event = {.events = events, .data.ptr = source};
    g_assert(epoll_ctl(source->loop->epoll_fd, EPOLL_CTL_MOD, source->fd, &event) == 0);
}

void
loop_fd_remove(LoopFd *source)
{
    if (source == NULL)
        return;
    g_assert(source->fn != NULL);
    (void)epoll_ctl(source->loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
    source->fn = NULL;
    source->next_dead = source->loop->dead;
    source->loop->dead = source;
}

static void
bury(Loop *loop)
{
    while (loop->dead != NULL) {
        LoopFd *source = loop->dead;
        loop->dead = source->next_dead;
        g_free(source);
    }
}

/* --- posted and deferred work --- */

static void
on_wake(void *data, uint32_t events)
{
    Loop *loop = data;
    uint64_t count;
    ssize_t n = read(loop->wake_fd, &count, sizeof count);
    (void)n; /* EAGAIN: another turn took it */
}

void
loop_post(Loop *loop, LoopFn fn, void *data)
{
    Work work = {fn, data};
    pthread_mutex_lock(&loop->lock);
    g_array_append_val(loop->posted, work);
    gboolean wake = !loop->awake;
    loop->awake = TRUE;
    pthread_mutex_unlock(&loop->lock);
    if (wake) {
        uint64_t one = 1;
        ssize_t n = write(loop->wake_fd, &one, sizeof one);
        (void)n; /* EAGAIN: the counter is full, so the loop is awake */
    }
}

void
loop_defer(Loop *loop, LoopFn fn, void *data)
{
    Work work = {fn, data};
    g_array_append_val(loop->deferred, work);
}

static void
run_posted(Loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    loop->awake = FALSE;
    if (loop->posted->len == 0) {
        pthread_mutex_unlock(&loop->lock);
        return;
    }
    GArray *batch = loop->posted;
    loop->posted = g_array_new(FALSE, FALSE, sizeof(Work));
    pthread_mutex_unlock(&loop->lock);
    for (guint i = 0; i < batch->len; i++) {
        Work work = g_array_index(batch, Work, i);
        work.fn(work.data);
    }
    g_array_unref(batch);
}

static void
run_deferred(Loop *loop)
{
    for (guint i = 0; i < loop->deferred->len; i++) {
        Work work = g_array_index(loop->deferred, Work, i);
        work.fn(work.data);
    }
    g_array_set_size(loop->deferred, 0);
}

/* --- the GLib context --- */

static void
on_context_fd(void *data, uint32_t events)
{
    ((Loop *)data)->context_ready = TRUE;
}

static void
on_context_timer(void *data)
{
    ((Loop *)data)->context_ready = TRUE;
}

/* Asks the context what it waits for now and watches that. */
static void
context_arm(Loop *loop)
{
    gint timeout_ms;
    (void)g_main_context_prepare(loop->context, &loop->context_priority);
    GPollFD fds[CONTEXT_FDS_MAX];
    int n = g_main_context_query(loop->context, loop->context_priority, &timeout_ms, fds,
                                 CONTEXT_FDS_MAX);
    g_assert(n <= CONTEXT_FDS_MAX);
    gboolean same = n == loop->n_context_fds;
    for (int i = 0; same && i < n; i++)
        same = fds[i].fd == loop->context_fds[i].fd && fds[i].events == loop->context_fds[i].events;
    if (!same) {
        for (int i = 0; i < loop->n_context_fds; i++)
            loop_fd_remove(loop->context_sources[i]);
        for (int i = 0; i < n; i++)
            loop->context_sources[i] = loop_add_fd(
                loop, fds[i].fd, fds[i].events & (EPOLLIN | EPOLLOUT), on_context_fd, loop);
    }
    for (int i = 0; i < n; i++)
        loop->context_fds[i] = fds[i];
    loop->n_context_fds = n;
    loop_timer_set(loop->context_timer,
                   timeout_ms < 0 ? INT64_MAX : clock_us() + (int64_t)timeout_ms * 1000);
}

static void
context_run(Loop *loop)
{
    loop->context_ready = FALSE;
    while (g_main_context_iteration(loop->context, FALSE))
        ;
    context_arm(loop);
}

void
loop_attach_context(Loop *loop, GMainContext *context)
{
    g_assert(loop->context == NULL);
    loop->context = g_main_context_ref(context);
    loop->context_timer = loop_add_timer(loop, on_context_timer, loop);
    context_arm(loop);
}

/* --- the loop itself --- */

Loop *
loop_new(GError **error)
{
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (epoll_fd < 0 || wake_fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot create the event loop");
        if (epoll_fd >= 0)
            close(epoll_fd);
        if (wake_fd >= 0)
            close(wake_fd);
        return NULL;
    }
    Loop *loop = g_new0(Loop, 1);
    loop->epoll_fd = epoll_fd;
    loop->wake_fd = wake_fd;
    loop->now_us = clock_us();
    loop->heap = g_ptr_array_new();
    loop->deferred = g_array_new(FALSE, FALSE, sizeof(Work));
    loop->posted = g_array_new(FALSE, FALSE, sizeof(Work));
    pthread_mutex_init(&loop->lock, NULL);
    loop->wake_source = loop_add_fd(loop, wake_fd, EPOLLIN, on_wake, loop);
    return loop;
}

void
loop_free(Loop *loop)
{
    if (loop == NULL)
        return;
    run_posted(loop);
    run_deferred(loop);
    for (int i = 0; i < loop->n_context_fds; i++)
        loop_fd_remove(loop->context_sources[i]);
    if (loop->context != NULL)
        g_main_context_unref(loop->context);
    loop_timer_remove(loop->context_timer);
    loop_fd_remove(loop->wake_source);
    bury(loop);
    close(loop->epoll_fd);
    close(loop->wake_fd);
    g_ptr_array_unref(loop->heap);
    g_array_unref(loop->deferred);
    g_array_unref(loop->posted);
    pthread_mutex_destroy(&loop->lock);
    g_free(loop);
}

static int
wait_ms(Loop *loop, int timeout_ms)
{
    if (loop->heap->len == 0)
        return timeout_ms;
    int64_t left_us = heap_at(loop, 0)->due_us - clock_us();
    int64_t left_ms = left_us <= 0 ? 0 : MIN((left_us + 999) / 1000, (int64_t)G_MAXINT);
    return timeout_ms < 0 ? (int)left_ms : (int)MIN(left_ms, (int64_t)timeout_ms);
}

void
loop_iterate(Loop *loop, int timeout_ms)
{
    struct epoll_event events[EVENTS_PER_TURN];
    loop->thread = pthread_self();
    loop->has_thread = TRUE;
    int n = epoll_wait(loop->epoll_fd, events, EVENTS_PER_TURN, wait_ms(loop, timeout_ms));
    g_assert(n >= 0 || errno == EINTR);
    loop->now_us = clock_us();
    for (int i = 0; i < n; i++) {
        LoopFd *source = events[i].data.ptr;
        if (source->fn != NULL)
            source->fn(source->data, events[i].events);
    }
    run_timers(loop);
    run_posted(loop);
    if (loop->context_ready)
        context_run(loop);
    run_deferred(loop);
    bury(loop);
}

void
loop_run(Loop *loop)
{
    loop->quit = FALSE;
    while (!loop->quit)
        loop_iterate(loop, -1);
}

void
loop_quit(Loop *loop)
{
    loop->quit = TRUE;
}

int64_t
loop_now_us(const Loop *loop)
{
    return loop->now_us;
}

gboolean
loop_is_current(const Loop *loop)
{
    return !loop->has_thread || pthread_equal(loop->thread, pthread_self());
}
