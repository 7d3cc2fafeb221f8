/*
 * relay — moves frames between a client and the daemon that serves them. virtproxyd relays
 * everything but the connection itself; virtqemud relays what other daemons serve on a hypervisor
 * connection.
 *
 * One back connection per client and kind, opened on first need: authenticated, keepalive on,
 * opened with the client's read-only flag, the client's identity told, all confirmed before the
 * first frame is forwarded. From then on frames pass through whole, with their descriptors; serials
 * are the client's. The callback id of events is the one payload field that is ever touched, and
 * only after a back daemon was restarted. Io thread only.
 */
#pragma once

#include "common/rpc/server.h"

/* Starts the daemon of `kind` when nobody listens; may be NULL. Returns whether it is worth to dial
 * again. Must not block. */
typedef gboolean (*RpcLaunchFn)(void *data, const RpcConnKind *kind);

typedef struct {
    const char *socket_dir; /* "/run/libvirt", or the session's */
    RpcDaemon local;        /* whose objects are served here: PROXY for none */
    RpcLaunchFn launch;
    void *launch_data;
    int64_t open_timeout_us;
} RpcRelayConfig;

RpcRelay *rpc_relay_new(RpcIo *io, const RpcRelayConfig *config);
void rpc_relay_free(RpcRelay *relay);

/*
 * Forwards a call, or refuses it with a reply. FALSE: it is to be answered here. Descriptors of the
 * frame are taken.
 */
gboolean rpc_relay_takes(RpcConn *conn, RpcRoute route, const RpcProgram *program,
                         const RpcProc *proc, Frame *frame);
/* Opens the back connection of the kind that `conn` is about to open; one that is open already is
 * closed and opened anew, with the identity of now. `done` comes once, later,
 * unless the client goes first. */
typedef void (*RpcRelayOpened)(void *data, const GError *error);
void rpc_relay_open_primary(RpcConn *conn, const RpcConnKind *kind, gboolean read_only,
                            RpcRelayOpened done, void *data);

/* --- for conn.c and dispatch.c --- */
/* Takes NULL. */
gboolean rpc_relay_has_stream(const void *relay_conn, uint32_t serial);
void rpc_relay_stream(void *relay_conn, Frame *frame);
void rpc_relay_drained(void *relay_conn);
void rpc_relay_conn_free(void *relay_conn);

/* --- for conn_handover.c; in relay_handover.c --- */
#define RPC_RELAY_SAVED "(ba(su" RPC_LINK_SAVED ")a(uuuuuusayib)a(suuiiay))"
/* No connection to a daemon is being opened. Takes NULL. */
gboolean rpc_relay_is_at_rest(const void *relay_conn);
/* Connections to daemons, calls and streams under way, registrations. Takes NULL. */
GVariant *rpc_relay_save(const void *relay_conn, Handover *handover);
void rpc_relay_restore(RpcConn *conn, GVariant *saved, Handover *handover);
