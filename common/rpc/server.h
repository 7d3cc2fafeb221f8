/*
 * server — listeners, their clients, limits, and what the server serves. A daemon has two: its own
 * and "admin". Io thread only, unless said otherwise.
 */
#pragma once

#include <glib.h>

#include "common/auth/acl.h"
#include "common/auth/identity.h"
#include "common/auth/polkit.h"
#include "common/base/loop.h"
#include "common/base/objtable.h"
#include "common/base/worker.h"
#include "common/rpc/call.h"
#include "common/rpc/kind.h"
#include "common/rpc/link.h"
#include "common/spec/spec.h"

typedef struct RpcServer RpcServer;
typedef struct RpcConn RpcConn;
typedef struct RpcEvents RpcEvents;
typedef struct RpcRelay RpcRelay;

typedef enum { RPC_AUTH_NONE = 0, RPC_AUTH_SASL = 1, RPC_AUTH_POLKIT = 2 } RpcAuth;

/* Which calls wait, for a hot restart. */
typedef enum {
    RPC_HOLD_NOTHING,
    RPC_HOLD_CHANGES, /* those that change something: reads go on */
    RPC_HOLD_EVERYTHING
} RpcHold;

typedef enum {
    RPC_ACCESS_RW,
    RPC_ACCESS_RO,
} RpcAccess;

/* Limits of one server. Those that admins may change live are read at every use. */
typedef struct {
    uint32_t max_clients;
    uint32_t max_anonymous_clients; /* not yet authenticated; further ones wait. 0: any number */
    uint32_t max_client_requests;   /* calls of one client that run at once */
    uint32_t parked_calls;          /* further calls of one client that are read and wait */
    size_t parked_bytes;
    uint32_t min_workers; /* thread-pool figures of the admin API: mapped to the strand pool */
    uint32_t max_workers;
    uint32_t prio_workers;
    int32_t keepalive_interval_s;
    uint32_t keepalive_count;
    gboolean keepalive_required;
    int64_t auth_deadline_us;   /* for a client that does nothing to authenticate */
    int64_t turn_timeout_us;    /* that a call waits for an object that is busy */
    size_t event_backlog_bytes; /* a client that lets more pile up is cut */
    RpcAuth auth_rw;
    RpcAuth auth_ro;
} RpcLimits;

/* The defaults of the shipped configuration. */
extern const RpcLimits rpc_limits_default;

enum { RPC_ATTRIBUTES_MAX = 8 }; /* connect_driver among them */

/* One kind of object that the daemon serves: how the dispatcher finds and describes it. */
typedef struct {
    AclObject object;
    ObjTable *table;
    const ViewOps *view_ops;
    VirtErrorDomain domain;
    VirtErrorCode missing; /* NO_DOMAIN, … */
    const char *noun;      /* "domain" */
    const char *name_key;  /* "domain_name": attributes of an object that is not born yet */
    const char *uuid_key;
    /* Fills at most RPC_ATTRIBUTES_MAX - 1 attributes, NULL-terminated; borrowed from view and
     * args. */
    void (*attributes)(const void *view, const RpcProc *proc, const void *args,
                       AclAttribute *ret_attributes);
    /* What class `control` may touch; borrowed from the reference. NULL where no call needs it. */
    const void *(*control)(ObjRef *ref);
    /* Kinds that live inside another (volumes, ports): the views of all children; the array owns
     * them. */
    GPtrArray *(*children)(const void *parent_view);
    /* Finds objects by other keys than name, uuid and id; NULL where there are none. */
    ObjRef *(*find_key)(ObjTable *table, const RpcProc *proc, const void *args);
} RpcObjects;

typedef struct {
    const char *name; /* "virtqemud", "admin" */
    RpcDaemon daemon;
    gboolean privileged;
    /* Whether a connect_open of this kind is served here. */
    gboolean serves_kind[RPC_N_FAMILIES];
    gboolean is_admin; /* no auth, no routes: the ADMIN program only */
    void *context;     /* for handlers: the daemon */
    StrandPool *strands;
    WorkerPool *workers; /* NULL: heavy reads run on the io thread */
    AclManager *acl;     /* NULL: everything is allowed */
    Polkit *polkit;      /* for clients that have to authenticate by it; NULL: none */
    uint32_t own_uid;
} RpcServerConfig;

RpcServer *rpc_server_new(RpcIo *io, const RpcServerConfig *config, const RpcLimits *limits);
/* Cuts every client. */
void rpc_server_free(RpcServer *server);

/* `handlers` is the program's generated structure; constant, outlives the server. */
void rpc_server_add_program(RpcServer *server, const RpcProgram *program, const void *handlers);
/* What calls leave to be done when their client goes: a hot restart finds it by name. `kind`
 * outlives the server. */
void rpc_server_add_leaver_kind(RpcServer *server, const RpcLeaverKind *kind);
/* `objects` outlives the server. */
void rpc_server_add_objects(RpcServer *server, const RpcObjects *objects);
/* Takes a listening socket. */
void rpc_server_listen(RpcServer *server, int fd, RpcAccess access);
/* Takes a connected socket, as if a listener had accepted it; for tests and hot restart. */
RpcConn *rpc_server_adopt(RpcServer *server, int fd, RpcAccess access);
/* No new clients. Existing ones go on. */
void rpc_server_stop_listening(RpcServer *server);
/* No new calls; clients are closed as their running calls end. `done` is called when none is left.
 */
void rpc_server_drain(RpcServer *server, LoopFn done, void *data);

/* Calls that are held wait, within the limits of their clients, until less is held. */
void rpc_server_hold(RpcServer *server, RpcHold hold);
/* Calls that have not ended; relayed ones are not counted. */
size_t rpc_server_n_calls(const RpcServer *server);
/* Its listeners, in no order; `fn` gets each. */
void rpc_server_each_listener(const RpcServer *server,
                              void (*fn)(void *data, int fd, RpcAccess access), void *data);
size_t rpc_server_n_clients(const RpcServer *server);
size_t rpc_server_n_unauthenticated(const RpcServer *server);
const char *rpc_server_name(const RpcServer *server);
const RpcServerConfig *rpc_server_config(const RpcServer *server);
RpcLimits *rpc_server_limits(RpcServer *server);
/* After limits were changed: accepting may go on or has to stop. */
void rpc_server_limits_changed(RpcServer *server);
RpcEvents *rpc_server_events(RpcServer *server);
void rpc_server_set_relay(RpcServer *server, RpcRelay *relay);
/* Called whenever the number of clients changes. */
void rpc_server_set_watch(RpcServer *server, LoopFn fn, void *data);
/* The clients in the order of their ids, borrowed. */
GPtrArray *rpc_server_clients(RpcServer *server);
RpcConn *rpc_server_find_client(RpcServer *server, uint64_t id);
/* The objects of a kind; NULL when not served. */
const RpcObjects *rpc_server_objects(const RpcServer *server, AclObject object);
