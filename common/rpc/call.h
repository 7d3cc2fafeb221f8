/*
 * call — one call of one client from decoding to reply. It lives until it is replied, even when the
 * client has gone: work that began completes or undoes itself.
 *
 * A handler returns TRUE with `ret` filled, or FALSE with an error, and the dispatcher replies. One
 * that cannot answer yet calls rpc_call_defer(), returns TRUE, and someone calls
 * rpc_call_complete() later. Everything a reply points to lives in the call's arena.
 */
#pragma once

#include <glib.h>

#include "common/auth/identity.h"
#include "common/base/arena.h"
#include "common/base/handover.h"
#include "common/base/objtable.h"
#include "common/rpc/stream.h"
#include "common/spec/spec.h"

typedef struct RpcConn RpcConn;
typedef struct RpcServer RpcServer;

/* Views that the caller may see. */
typedef struct ViewSet {
    const void *const *views;
    size_t n;
} ViewSet;

/* --- for handlers; any thread that runs the handler, unless said otherwise --- */

Arena *rpc_call_arena(RpcCall *call);
/* RpcServerConfig.context. */
void *rpc_call_context(const RpcCall *call);
const RpcProc *rpc_call_proc(const RpcCall *call);
/* Whose rights count. Borrowed. */
Identity *rpc_call_identity(const RpcCall *call);
gboolean rpc_call_is_read_only(const RpcCall *call);
/* Unique in this process: for logs and events. */
uint64_t rpc_call_id(const RpcCall *call);
/* The object's entry when the target is a view, object or control; else NULL. Borrowed. */
ObjRef *rpc_call_ref_object(const RpcCall *call);
/* The connection; NULL once the client has gone. Io thread. */
RpcConn *rpc_call_conn(const RpcCall *call);
/* The connection it came by: unique in the server, also when the client has gone. */
uint64_t rpc_call_client_id(const RpcCall *call);
/* A descriptor that came with the call, now the caller's; -1 when there is none of that index. */
int rpc_call_take_fd(RpcCall *call, uint32_t index);
uint32_t rpc_call_n_fds(const RpcCall *call);
/* Sends `fd` with the reply; takes it. */
void rpc_call_reply_fd(RpcCall *call, int fd);
/* The reply comes later, by rpc_call_complete(). */
void rpc_call_defer(RpcCall *call);
/* Ends a deferred call: `error` NULL means `ret` is filled; takes the error. Any thread, once. */
void rpc_call_complete(RpcCall *call, GError *error);
/* `cancel` is called when the client goes while the call is deferred; it must see to it that the
 * call is completed. Without one the work goes on to its end. Io thread. */
typedef void (*RpcCallCancel)(RpcCall *call, void *data);
void rpc_call_set_cancel(RpcCall *call, RpcCallCancel cancel, void *data);
/* What is done when a client has gone. Io thread. */
typedef struct {
    const char *name; /* by which the program that follows a hot restart finds it */
    void (*gone)(void *data);
    GVariant *(*save)(const void *data, Handover *handover);
    /* In that program; NULL: it is over. `context` as of a call. */
    void *(*restore)(void *context, GVariant *saved, Handover *handover);
} RpcLeaverKind;

/* After a successful call: `kind->gone` is called once, on the io thread, when the client has gone
 * (at once when it went meanwhile), and in the place of that when the call fails: what lives only
 * as long as its client ends there. The thread of the handler, before it returns or completes. */
void rpc_call_on_client_gone(RpcCall *call, const RpcLeaverKind *kind, void *data);
/* The structure to fill for a deferred reply. */
void *rpc_call_ret(RpcCall *call);
/* Opens a stream that becomes live with an ok reply. Io thread. See stream.h. */
RpcStream *rpc_call_open_stream(RpcCall *call, const RpcStreamOps *ops, void *data);

RpcCall *rpc_call_ref(RpcCall *call);
void rpc_call_unref(RpcCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RpcCall, rpc_call_unref)
