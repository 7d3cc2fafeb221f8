/*
 * session — the QMP protocol without I/O: bytes in, bytes and descriptors out, time passed in.
 *
 * It reads the greeting, negotiates, sends requests in order (a few at a time, of those with
 * descriptors one: QEMU keeps the descriptors of one message only), matches answers by id, ends
 * waits at their deadlines. QEMU is not trusted: lines have a size, documents a depth, and whatever
 * is no QMP ends the session. https://www.qemu.org/docs/master/interop/qmp-spec.html
 *
 * One thread (the io thread). Callbacks run inside of the calls below; they may submit, give up and
 * close, but not free. After `closed` nothing more is called.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "virtqemud/qmp/request.h"

typedef struct QmpSession QmpSession;

typedef struct {
    int major;
    int minor;
    int micro;
    const char *package; /* borrowed, "" when there is none */
    gboolean oob;        /* out-of-band commands were offered, and are used */
} QmpGreeting;

typedef struct {
    QmpEventId id;
    const char *name;
    const Json *data; /* an object, or NULL */
    int64_t time_us;  /* of the host's wall clock; -1: QEMU did not know */
} QmpEvent;

/* All may be NULL. */
typedef struct {
    /* Negotiated: requests are being sent from now on. */
    void (*ready)(void *data, const QmpGreeting *greeting);
    void (*event)(void *data, const QmpEvent *event);
    /* Nobody waits for `request` any more, though QEMU has it: it may still happen. */
    void (*left)(void *data, const QmpRequest *request);
    /* The answer to such a request, after all. The object is to be looked at anew when the command
     * changes something: that happened only now, or long ago. */
    void (*late)(void *data, const QmpRequest *request, const QmpAnswer *answer);
    /* A deadline has passed without a word (since when, monotonic), or 0: it talks again. */
    void (*unresponsive)(void *data, int64_t since_us);
    /* QEMU has answered everything, after qmp_session_quiesce(). It may come more than once. */
    void (*drained)(void *data);
    /* Over, for this reason; every request has been answered. */
    void (*closed)(void *data, const GError *reason);
} QmpHandler;

/* A session that another one was before, which left it at rest. */
typedef struct {
    gboolean oob;  /* out-of-band commands are used */
    GBytes *input; /* of a line that came in part */
} QmpRest;

/* 0: the default that stands beside it. */
typedef struct {
    int64_t greeting_ms; /* 30,000: until negotiated */
    JsonLimits limits;   /* of one line; bytes 10 MiB */
    size_t requests_max; /* 256: without an answer */
    const QmpRest *rest; /* goes on with it, without greeting; NULL: a new monitor */
} QmpOptions;

/* `options` may be NULL, `handler` is copied. */
QmpSession *qmp_session_new(const QmpOptions *options, const QmpHandler *handler, void *data,
                            int64_t now_us);
/* Closed or never used. Takes NULL. */
void qmp_session_free(QmpSession *session);

/* Bytes of QEMU. */
void qmp_session_feed(QmpSession *session, const uint8_t *bytes, size_t n, int64_t now_us);
/* What is to be written next; descriptors go with the first byte. FALSE: nothing. Borrowed until
 * the next call. */
gboolean qmp_session_output(QmpSession *session, const uint8_t **ret_bytes, size_t *ret_n,
                            const FdSet **ret_fds);
/* That many bytes of it were written, more than none, and the descriptors with them. */
void qmp_session_sent(QmpSession *session, size_t n, int64_t now_us);

/* Sends `request`, of which a reference is kept. While QEMU does not answer, requests are answered
 * at once with VIRT_ERR_OPERATION_TIMEOUT, except out-of-band ones. */
void qmp_session_submit(QmpSession *session, QmpRequest *request, int64_t now_us);
/* Nobody waits for it any more. What was not sent is dropped; an answer that came meanwhile, or
 * comes, is late. */
void qmp_session_give_up(QmpSession *session, QmpRequest *request);
/* Ends the waits whose time is over. */
void qmp_session_tick(QmpSession *session, int64_t now_us);
/* When qmp_session_tick() is due; INT64_MAX: never. */
int64_t qmp_session_due_us(const QmpSession *session);
/* Sends no further command: those not sent and those that come are answered with `reason`. TRUE:
 * QEMU has none of ours, or does not answer, or was never ready; FALSE: `drained` is called once it
 * has answered what it has. */
gboolean qmp_session_quiesce(QmpSession *session, const GError *reason);
/* Answers everything that waits, and whatever comes later, with `reason`. Nothing happens the
 * second time. */
void qmp_session_close(QmpSession *session, const GError *reason);

/* What a session could go on with that takes its place; `ret_rest->input` is the caller's. FALSE:
 * something is under way, or it is not ready, or does not answer. */
gboolean qmp_session_rest(const QmpSession *session, QmpRest *ret_rest);
gboolean qmp_session_is_closed(const QmpSession *session);
/* Since when it does not answer (monotonic); 0: it does. */
int64_t qmp_session_unresponsive_since_us(const QmpSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QmpSession, qmp_session_free)
