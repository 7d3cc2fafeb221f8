/*
 * conn — one client's connection to a server: who it is, what it opened, what it has in flight. Io
 * thread only. Handlers of class `conn` get it from their call.
 */
#pragma once

#include "common/base/arena.h"
#include "common/rpc/server.h"
#include "common/rpc/stream.h"

/* What a hot restart hands over; plain data. */
typedef struct {
    uint64_t id;
    int64_t connected_at_s; /* seconds since 1970 */
    RpcAccess access;       /* of the socket */
    gboolean read_only;     /* socket or open flag; never lifted */
    RpcAuth auth;           /* what it has to do */
    gboolean authenticated;
    gboolean authenticating; /* an authority is being asked: the client is not the one to hurry */
    gboolean opened;
    gboolean called; /* made a call behind connect_open other than set_identity */
    gboolean close_callback;
    gboolean keepalive;
    const RpcConnKind *kind; /* NULL before connect_open */
} RpcConnState;

RpcServer *rpc_conn_server(const RpcConn *conn);
RpcConnState *rpc_conn_state(RpcConn *conn);
const char *rpc_conn_uri(const RpcConn *conn);
/* Who sits at the other end of the socket. */
Identity *rpc_conn_peer(const RpcConn *conn);
/* Whose rights count: the peer, or whom it speaks for. */
Identity *rpc_conn_identity(const RpcConn *conn);
void rpc_conn_set_identity(RpcConn *conn, Identity *identity);
RpcLink *rpc_conn_link(const RpcConn *conn);
/* The socket's auth is complete. */
void rpc_conn_set_authenticated(RpcConn *conn);
/* connect_open succeeded. */
void rpc_conn_set_opened(RpcConn *conn, const RpcConnKind *kind, const char *uri,
                         gboolean read_only);
/* Ends the connection once what is queued has been written. */
void rpc_conn_finish(RpcConn *conn);
/* Ends it now. */
void rpc_conn_cut(RpcConn *conn);
gboolean rpc_conn_is_secure(const RpcConn *conn);
