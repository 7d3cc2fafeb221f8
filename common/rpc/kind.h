/*
 * kind — what a connection is about, from the URI it opened, and where each call of it goes.
 *
 * route() is the one place that knows which daemon serves what: daemons and proxy apply the same
 * function. Pure; any thread.
 */
#pragma once

#include <glib.h>

#include "common/spec/spec.h"

/* The daemons; the number also marks the event callback ids of a daemon (bits 24 to 30). */
typedef enum {
    RPC_DAEMON_NONE = 0,
    RPC_DAEMON_QEMU = 1,
    RPC_DAEMON_NETWORK = 2,
    RPC_DAEMON_STORAGE = 3,
    RPC_DAEMON_NODEDEV = 4,
    RPC_DAEMON_PROXY = 5
} RpcDaemon;
#define RPC_N_DAEMONS (RPC_DAEMON_PROXY + 1)

typedef struct {
    const char *scheme; /* of the URI */
    const char *type;   /* what connect_get_type answers */
    const char *driver; /* the value of connect_driver for access rules */
    RpcFamily family;
    RpcDaemon daemon;   /* who serves it */
    const char *socket; /* base name of its socket, without "-sock" */
} RpcConnKind;

extern const RpcConnKind rpc_kinds[];
extern const size_t rpc_n_kinds;

/* The kind of a family; NULL for RPC and ADMIN. */
const RpcConnKind *rpc_kind_of_family(RpcFamily family);
const char *rpc_daemon_name(RpcDaemon daemon);

/*
 * The kind that a connect_open name asks for, and the URI that the connection reports. An empty
 * name means the hypervisor. `privileged`: the daemon runs as root (…:///system), else
 * …:///session. Errors: NO_CONNECT when no driver takes it, INTERNAL_ERROR for a wrong path.
 */
const RpcConnKind *rpc_kind_parse(const char *name, gboolean privileged, char **ret_uri,
                                  GError **error);

typedef enum {
    ROUTE_LOCAL,     /* answered by whoever holds the client's connection */
    ROUTE_PRIMARY,   /* answered by the daemon that serves the connection's kind */
    ROUTE_OTHER,     /* answered by the daemon that serves the call's family */
    ROUTE_NO_SUPPORT /* the connection's kind does not have this call */
} RpcRoute;

RpcRoute rpc_route(const RpcConnKind *kind, const RpcProgram *program, const RpcProc *proc);
