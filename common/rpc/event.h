/*
 * event — who wants to hear of what, and telling them: in order, filtered by the access rules,
 * never silently dropped. A client that lets its backlog grow over the limit is cut.
 *
 * Three generations of registration share one table. Ids are unique over all daemons: bits 24 to 30
 * name the daemon. Io thread, except where said.
 */
#pragma once

#include "common/rpc/server.h"

typedef struct RpcEventClient RpcEventClient;

typedef enum {
    RPC_EVENTS_CALLBACK, /* own id for each registration, messages carry it */
    RPC_EVENTS_LEGACY,   /* one registration per event id and connection, old messages */
    RPC_EVENTS_QEMU_MONITOR
} RpcEventGeneration;

typedef struct {
    AclObject object;
    int32_t event_id;
    RpcEventGeneration generation;
    const uint8_t *uuid; /* only of this object; NULL: of all. */
    const char *name;    /* the same for kinds without uuid */
    const char *pattern; /* QEMU monitor events: the event's name, NULL: all */
    gboolean pattern_is_regex;
    gboolean pattern_ignores_case;
} RpcEventWish;

/* Errors: INTERNAL_ERROR for an unknown event id, INVALID_ARG for a second legacy registration. */
gboolean rpc_event_register(RpcConn *conn, const RpcEventWish *wish, int32_t *ret_id,
                            GError **error);
/* Errors: INTERNAL_ERROR when there is no such registration. */
gboolean rpc_event_deregister(RpcConn *conn, AclObject object, int32_t id, GError **error);
gboolean rpc_event_deregister_legacy(RpcConn *conn, int32_t event_id, GError **error);

/* One event, encoded once for all clients. Owns copies of everything. */
typedef struct RpcEventMessage RpcEventMessage;

typedef struct {
    const RpcProgram *program;
    const RpcProc *proc; /* the message of the callback generation; args begin with callback_id */
    const void *args;    /* its decoded form, callback_id is filled in for each client */
    const RpcProc *legacy_proc; /* NULL: none */
    const void *legacy_args;
    AclObject object;
    int32_t event_id;
    const char *name;
    const uint8_t *uuid;       /* NULL for kinds without */
    const char *monitor_event; /* QEMU monitor events: the name */
    const AclAttribute *attributes;
    AclPermission permission; /* that a client needs to hear of it */
} RpcEventSource;

/* Any thread. The order of calls from one strand is the order of delivery. */
void rpc_event_emit(RpcServer *server, const RpcEventSource *source);

/* --- for the rest of common/rpc --- */
/* Registrations of a client, for the program that follows; their ids stay. `client` may be NULL. */
#define RPC_EVENTS_SAVED "a(iuiuaymaymayb)"
GVariant *rpc_event_save(const RpcEventClient *client);
void rpc_event_restore(RpcConn *conn, GVariant *saved);
/* Whether an event waits for the access rules to say who may hear of it. */
gboolean rpc_events_wait(const RpcEvents *events);
RpcEvents *rpc_events_new(RpcServer *server);
void rpc_events_free(RpcEvents *events);
/* Drops all registrations of a client. Takes NULL. */
void rpc_event_client_free(RpcEventClient *client);
/* Registrations of all clients: they keep a daemon from idling out. */
size_t rpc_events_count(const RpcEvents *events);
