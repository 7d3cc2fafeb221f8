/*
 * client — the calling side of a connection: dial, calls matched to replies by serial, the opening
 * handshake between daemons. Io thread only; nothing blocks, everything has a deadline.
 */
#pragma once

#include "common/auth/identity.h"
#include "common/base/arena.h"
#include "common/rpc/kind.h"
#include "common/rpc/link.h"

/* --- dialling a unix socket --- */

typedef struct RpcDial RpcDial;
/* `fd` is the taker's; -1 with an error: VIRT_ERR_SYSTEM_ERROR naming the path. Once, never from
 * inside rpc_dial(). */
typedef void (*RpcDialDone)(void *data, int fd, const GError *error);
typedef struct {
    const char *path;
    int64_t deadline_us;
    gboolean
        until_up; /* somebody is about to listen: refusals and a missing socket are tried again */
} RpcDialRequest;
RpcDial *rpc_dial(RpcIo *io, const RpcDialRequest *request, RpcDialDone done, void *data);
/* No callback any more. Not after the callback. */
void rpc_dial_cancel(RpcDial *dial);

/* --- calls --- */

typedef struct RpcClient RpcClient;

typedef struct {
    /* A frame that is no reply to a call made here: events, streams, forwarded replies. */
    void (*frame)(void *data, Frame *frame);
    /* As in RpcLinkEvents. Calls under way have failed before. */
    void (*closed)(void *data, const GError *error);
    void (*drained)(void *data);
} RpcClientEvents;

/* Takes the transport. */
RpcClient *rpc_client_new(RpcIo *io, Transport *transport, const RpcClientEvents *events,
                          void *data);
/* Calls under way are forgotten: their callbacks are not called. Safe in callbacks. */
void rpc_client_free(RpcClient *client);
RpcLink *rpc_client_link(const RpcClient *client);
/* The serial of the next call made here; the program that follows goes on with it. */
uint32_t rpc_client_next_serial(const RpcClient *client);
void rpc_client_set_next_serial(RpcClient *client, uint32_t serial);

/* `ret` is borrowed during the callback; NULL when `error` is set or the call returns nothing. */
typedef void (*RpcClientDone)(void *data, const void *ret, const GError *error);
/* `args` is encoded at once. `deadline_us` is monotonic; after it the call fails with
 * OPERATION_TIMEOUT and a late reply is dropped. Other errors: as sent by the peer, or
 * INTERNAL_ERROR when the connection ends. */
void rpc_client_call(RpcClient *client, const RpcProgram *program, uint32_t number,
                     const void *args, int64_t deadline_us, RpcClientDone done, void *data);

/* --- opening --- */

typedef struct {
    const char *uri;
    gboolean read_only;
    const Identity *identity; /* to speak for; NULL: for itself */
    int64_t deadline_us;
} RpcOpenRequest;

/* Authenticates, turns keepalive on, opens, tells the identity; each is confirmed before the next.
 */
void rpc_client_open(RpcClient *client, const RpcOpenRequest *request, RpcClientDone done,
                     void *data);
