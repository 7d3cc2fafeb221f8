/*
 * future — a result that another thread will deliver, once; and cancel, a request to stop waiting.
 *
 * A strand's step makes a future, hands a reference to whoever will complete it (as a rule the io
 * thread: a QMP reply, a child's exit, an RPC reply) and waits in strand_wait(). Completing wakes
 * the waiter directly, it is never posted behind the waiter's own queue. The first completion
 * counts. All functions: any thread.
 */
#pragma once

#include <glib.h>

typedef struct Future Future;
typedef struct Cancel Cancel;
typedef struct Strand Strand;

typedef void (*FutureFn)(Future *future, void *data);

/* `what` is waited for, as in "no answer to WHAT in time"; a copy is kept. */
Future *future_new(const char *what);
Future *future_ref(Future *future);
/* Takes NULL. */
void future_unref(Future *future);
/* Delivers `value`, which the future owns from here and frees with `free_value` (may be NULL).
 * FALSE when it was complete before: the value is freed then. */
gboolean future_complete(Future *future, void *value, GDestroyNotify free_value);
/* Delivers an error, which is taken. FALSE as above. */
gboolean future_fail(Future *future, GError *error);
gboolean future_is_done(Future *future);
const char *future_what(const Future *future);
/* The value, borrowed, when complete without error; else NULL. */
void *future_value(Future *future);
/* The value, now the caller's to free; NULL the second time. */
void *future_take_value(Future *future);
/* The error it was completed with, borrowed; NULL when there is none or it is not complete. */
const GError *future_error(Future *future);
/* Calls `fn` once when complete: on the completing thread, or here and now when it is complete
 * already. One per future. For code on the io thread, and for late replies after a timeout. */
void future_notify(Future *future, FutureFn fn, void *data);
/* Says that a step of `strand` will complete it: no strand may wait for it then (asserted). */
void future_set_owner(Future *future, Strand *strand);

/* Cancel: ends the waits that were given it, now and later. */
Cancel *cancel_new(void);
Cancel *cancel_ref(Cancel *cancel);
/* Takes NULL. */
void cancel_unref(Cancel *cancel);
/* Wakes the waiters; `reason` is copied into their errors. The first reason stays. */
void cancel_trigger(Cancel *cancel, const char *reason);
/* FALSE for NULL. */
gboolean cancel_is_set(Cancel *cancel);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Future, future_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cancel, cancel_unref)
