/*
 * client — a monitor of QEMU on a descriptor, for every thread: a session driven by the io loop.
 *
 * It is created, called back (see QmpHandler) and closed on the io thread. Requests come from any
 * thread; a step of a strand waits for its answer in qmp_call(). Who stops waiting tells so, and
 * whatever QEMU did about a request that was sent is then reported by `left` and `late`: every
 * answer of QEMU reaches either the waiter or `late`, never both, until it is closed. It knows no
 * guest.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/future.h"
#include "common/base/loop.h"
#include "virtqemud/qmp/request.h"
#include "virtqemud/qmp/session.h"

typedef struct QmpClient QmpClient;

/*
 * A monitor on a connected socket, or on a pair of descriptors that can carry no further ones.
 * Io thread. QEMU greets at its own time: see `ready` of the handler and `greeting_ms`.
 *   in_fd, out_fd  taken, also on failure; out_fd -1: in_fd is for both ways
 * Errors: VIRT_ERR_SYSTEM_ERROR.
 */
QmpClient *qmp_client_new(Loop *loop, int in_fd, int out_fd, const QmpOptions *options,
                          const QmpHandler *handler, void *data, GError **error);
QmpClient *qmp_client_ref(QmpClient *client);
/* The last one must come after closing, or after `closed` was called. Takes NULL. Any thread. */
void qmp_client_unref(QmpClient *client);
/* Ends it: what waits is answered with `reason`, the descriptors are closed. `closed` is called
 * unless it was before. Io thread; inside of callbacks too. */
void qmp_client_close(QmpClient *client, const GError *reason);
/* See qmp_session_quiesce(). Io thread. */
gboolean qmp_client_quiesce(QmpClient *client, const GError *reason);
/* The descriptor of a client that is at rest (see qmp_session_rest()), borrowed; -1: it is not, or
 * has two. Io thread. */
int qmp_client_rest(QmpClient *client, QmpRest *ret_rest);
/* Monotonic, 0 while QEMU answers. Io thread. */
int64_t qmp_client_unresponsive_since_us(const QmpClient *client);

/* Sends `request`, of which a reference is kept; its future will hold a QmpAnswer. Any thread. */
void qmp_client_send(QmpClient *client, QmpRequest *request);
/* Says that nobody waits for it any more. Any thread. */
void qmp_client_give_up(QmpClient *client, QmpRequest *request);

/*
 * Sends and waits, in a step of a strand. `args` is taken. `ret_reply` may be NULL; it is the
 * caller's. Errors: QEMU's own (INTERNAL_ERROR, or DEVICE_MISSING, OPERATION_INVALID,
 * OPERATION_UNSUPPORTED by its class); OPERATION_TIMEOUT; OPERATION_FAILED or the reason when the
 * monitor is or was closed; OPERATION_ABORTED when cancelled.
 */
gboolean qmp_call(QmpClient *client, QmpCommandId command, Json *args, Json **ret_reply,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same with all that a request may have; `cancel` may be NULL. */
gboolean qmp_call_request(QmpClient *client, QmpRequest *request, Cancel *cancel, Json **ret_reply,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What moves a client in place of a loop: the seeded scheduler of tests.
 *   post     queues fn(arg) for the io thread
 *   stirred  the session has output or another deadline. Io thread
 */
typedef struct {
    void (*post)(void *data, LoopFn fn, void *arg);
    int64_t (*now_us)(void *data);
    void (*stirred)(void *data, QmpSession *session);
    void (*ended)(void *data); /* the session is closed. Io thread */
    void (*free)(void *data);  /* with the client; any thread */
    int (*fd)(void *data);     /* its only descriptor; -1, or NULL: none. Io thread */
} QmpTransport;

/* `transport` is constant and outlives the client. */
QmpClient *qmp_client_new_on(const QmpTransport *transport, void *transport_data,
                             const QmpOptions *options, const QmpHandler *handler, void *data);
/* For the transport. Io thread. */
QmpSession *qmp_client_session(QmpClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QmpClient, qmp_client_unref)
