/*
 * request — one command on its way to QEMU: made on any thread, then the io thread's; and the
 * answer.
 *
 * The answer is delivered to the request's future, once, always as a value: whoever waits sees an
 * error of strand_wait() only when it gave up itself.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/fd.h"
#include "common/base/future.h"
#include "virtqemud/qmp/commands.h"
#include "virtqemud/qmp/json.h"

typedef struct QmpRequest QmpRequest;

/* What came of a request: a reply (JSON's null is NULL) or an error. */
typedef struct {
    Json *reply;
    GError *error;
    gboolean from_qemu; /* it said so itself; else nobody did: refused, overdue or cut off */
} QmpAnswer;

void qmp_answer_free(QmpAnswer *answer);

typedef enum {
    QMP_REQUEST_QUEUED, /* QEMU saw nothing of it */
    QMP_REQUEST_SENT,   /* in part or whole */
    QMP_REQUEST_LEFT,   /* sent, nobody waits any more; an answer would be late */
    QMP_REQUEST_DONE,
} QmpRequestState;

struct QmpRequest {
    gint refs;             /* atomic */
    const QmpCommand *row; /* NULL: not one of ours */
    char *name;
    char *arguments; /* printed; NULL: none */
    GError *refused; /* why it cannot be sent at all */
    FdSet fds;
    int64_t deadline_ms;
    Future *future; /* a QmpAnswer */
    /* Io thread. */
    QmpRequestState state;
    uint64_t id;
    int64_t due_us;
    int64_t sent_us;
    gboolean is_handshake;
};

enum { QMP_REQUEST_BYTES_MAX = 10 * 1024 * 1024, QMP_REQUEST_FDS_MAX = 16 };

/* `args` is taken; NULL: none. The deadline is the row's. */
QmpRequest *qmp_request_new(QmpCommandId id, Json *args);
/* A command that may have no row, as a user gave it. `args` is taken. */
QmpRequest *qmp_request_new_raw(const char *name, Json *args, int64_t deadline_ms);
/* A descriptor that travels with the command (add-fd, getfd); taken, closed once it is sent. */
void qmp_request_add_fd(QmpRequest *request, int fd);
/* Instead of the row's; positive. */
void qmp_request_set_deadline(QmpRequest *request, int64_t deadline_ms);
QmpRequest *qmp_request_ref(QmpRequest *request);
/* Takes NULL. */
void qmp_request_unref(QmpRequest *request);
/* Ends it: `reply` or `error` (taken) is what its future holds, unless it does already; a reference
 * goes. Io thread. */
void qmp_request_answer(QmpRequest *request, Json *reply, GError *error, gboolean from_qemu);
/* The error of one whose time is over. */
GError *qmp_request_overdue(const QmpRequest *request);
/* Ends all; those that nobody waits for are let go of. The list is empty then. Io thread. */
void qmp_requests_fail(GPtrArray *requests, const GError *reason);
/* When the first of them is over; INT64_MAX: never. Io thread. */
int64_t qmp_requests_due_us(const GPtrArray *requests);
/* Borrowed; completed with a QmpAnswer. */
Future *qmp_request_future(QmpRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QmpAnswer, qmp_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QmpRequest, qmp_request_unref)
