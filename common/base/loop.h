/*
 * loop — the io thread's event loop: epoll, timers, and work posted from other threads.
 *
 * One loop, one thread: whoever calls loop_run() is the io thread and every callback runs there.
 * Only loop_post() may be called from elsewhere. Callbacks never block. A GLib main context (for
 * GDBus) can be driven as one source. Time is the monotonic clock in microseconds, read once per
 * turn.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct Loop Loop;
typedef struct LoopFd LoopFd;
typedef struct LoopTimer LoopTimer;

typedef void (*LoopFn)(void *data);
/* `events` is a mask of EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR, EPOLLRDHUP. */
typedef void (*LoopFdFn)(void *data, uint32_t events);

/* Errors: VIRT_ERR_SYSTEM_ERROR when the kernel has no descriptor left. */
Loop *loop_new(GError **error);
/* Only after loop_run() returned; everything added must have been removed. */
void loop_free(Loop *loop);
/* Runs callbacks until loop_quit(). */
void loop_run(Loop *loop);
/* One turn; waits at most `timeout_ms` (-1: until something happens). For tests and bootstraps. */
void loop_iterate(Loop *loop, int timeout_ms);
/* Ends loop_run() after the current turn. Io thread. */
void loop_quit(Loop *loop);
/* Monotonic microseconds at the start of this turn. */
int64_t loop_now_us(const Loop *loop);
/* Whether the caller is the io thread of this loop (true before the first run). */
gboolean loop_is_current(const Loop *loop);

/* Watches `fd`, which stays the caller's, until removed. Level-triggered. Removing inside any
 * callback is safe. */
LoopFd *loop_add_fd(Loop *loop, int fd, uint32_t events, LoopFdFn fn, void *data);
void loop_fd_set_events(LoopFd *source, uint32_t events);
void loop_fd_remove(LoopFd *source);

/* A timer that is not armed. It fires once at `due_us` (monotonic; INT64_MAX disarms). */
LoopTimer *loop_add_timer(Loop *loop, LoopFn fn, void *data);
void loop_timer_set(LoopTimer *timer, int64_t due_us);
void loop_timer_remove(LoopTimer *timer);

/* Queues `fn` for the io thread, in order. Any thread; wakes the loop. */
void loop_post(Loop *loop, LoopFn fn, void *data);
/* Queues `fn` for the end of this turn. Io thread. */
void loop_defer(Loop *loop, LoopFn fn, void *data);

/* Drives `context` from this loop. The context must have been made with
 * G_MAIN_CONTEXT_FLAGS_OWNERLESS_POLLING. */
void loop_attach_context(Loop *loop, GMainContext *context);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Loop, loop_free)
