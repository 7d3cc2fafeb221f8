/*
 * polkit — asks the polkit authority on the system bus, without ever waiting for it.
 *
 * Owns a private bus connection, made on the first question and made again after it was lost, and
 * the questions that are open. A question has a deadline that includes connecting; when it ends or
 * the question is cancelled, the authority is told, so that a dialogue on a desktop goes away. No
 * more than POLKIT_MAX_IN_FLIGHT questions are on the bus (a system bus cuts who has more); others
 * queue. Io thread only. D-Bus itself is read and written by GIO's own thread. The interface is
 * org.freedesktop.PolicyKit1.Authority of the polkit reference manual.
 */
#pragma once

#include "common/auth/attribute.h"
#include "common/auth/identity.h"
#include "common/base/loop.h"

/* The two actions of the sockets themselves. */
#define POLKIT_ACTION_MANAGE "org.libvirt.unix.manage"   /* read-write socket */
#define POLKIT_ACTION_MONITOR "org.libvirt.unix.monitor" /* read-only socket */

#define POLKIT_MAX_IN_FLIGHT 64
#define POLKIT_DEADLINE_MS 30000              /* without a user in between */
#define POLKIT_INTERACTIVE_DEADLINE_MS 300000 /* somebody types a password */

typedef struct Polkit Polkit;
typedef struct PolkitCheck PolkitCheck;

typedef enum {
    POLKIT_ALLOWED,
    POLKIT_DENIED,
    POLKIT_CANCELLED, /* the user dismissed the dialogue */
    POLKIT_CHALLENGE, /* a password would be needed, and nobody can be asked for it */
    POLKIT_FAILED     /* no bus, no authority, no answer in time, or a subject that is gone */
} PolkitResult;

/* Called once, never from inside polkit_check(). `error` is NULL for POLKIT_ALLOWED, else what an
 * authentication answers with:
 *   DENIED     VIRT_ERR_AUTH_FAILED        CANCELLED  VIRT_ERR_AUTH_CANCELLED
 *   CHALLENGE  VIRT_ERR_AUTH_UNAVAILABLE
 * of domain POLKIT, and for FAILED:
 *   VIRT_ERR_INTERNAL_ERROR of domain DBUS: there is no bus
 *   VIRT_ERR_DBUS_SERVICE of domain DBUS: the authority answered with an error, or is not there
 *   VIRT_ERR_OPERATION_TIMEOUT of domain POLKIT: the deadline is over
 *   VIRT_ERR_AUTH_FAILED of domain POLKIT: the subject's process is not known. */
typedef void (*PolkitDone)(void *data, PolkitResult result, const GError *error);
typedef void (*PolkitChangedFn)(void *data);

typedef enum { POLKIT_NO_INTERACTION, POLKIT_ALLOW_INTERACTION } PolkitInteraction;

typedef struct {
    const char *action;
    const Identity *subject;     /* needs pid, start time and uid */
    const AclAttribute *details; /* NULL: none */
    PolkitInteraction interaction;
    uint32_t deadline_ms; /* 0: the default of the kind of interaction */
} PolkitRequest;

/* `context` is the GLib context that `loop` drives; NULL makes one and attaches it (a loop has room
 * for one, so whoever else speaks D-Bus must share it). `bus_address` NULL: the system bus. Nothing
 * is connected yet. */
Polkit *polkit_new(Loop *loop, GMainContext *context, const char *bus_address);
/* Open questions are cancelled, their callbacks not called. */
void polkit_free(Polkit *polkit);

/* Asks; everything in `request` is copied. A cancelled question's callback is not called.
 * Never NULL: what is wrong with the request is told by the callback, too. */
PolkitCheck *polkit_check(Polkit *polkit, const PolkitRequest *request, PolkitDone done,
                          void *data);
void polkit_check_cancel(PolkitCheck *check);

/* `fn` is called when answers given before may no longer hold: the authority says that its rules,
 * sessions or authorizations changed, it was restarted, or the bus was lost. One per Polkit. */
void polkit_set_changed(Polkit *polkit, PolkitChangedFn fn, void *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Polkit, polkit_free)
