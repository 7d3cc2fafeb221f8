/*
 * call — see call.h.
 */
#include "common/rpc/call.h"

#include <unistd.h>

#include "common/base/error.h"
#include "common/rpc/conn_private.h"

RpcCall *
rpc_call_new(RpcConn *conn, const ServedProgram *served, const RpcProc *proc,
             const FrameHeader *header)
{
    RpcCall *call = g_new0(RpcCall, 1);
    call->refs = 1;
    call->id = rpc_server_call_began(conn->server);
    call->server = conn->server;
    call->conn = conn;
    call->client_id = conn->state.id;
    call->program = served->program;
    call->handlers = served->handlers;
    call->proc = proc;
    call->header = *header;
    call->identity = identity_ref(conn->identity);
    call->read_only = conn->state.read_only;
    call->arena = arena_new();
    if (proc->args != NULL)
        call->args = arena_alloc(call->arena, proc->args->size);
    if (proc->ret != NULL)
        call->ret = arena_alloc(call->arena, proc->ret->size);
    return call;
}

RpcCall *
rpc_call_ref(RpcCall *call)
{
    g_atomic_int_inc(&call->refs);
    return call;
}

static void
close_all(int *fds, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
}

void
rpc_call_unref(RpcCall *call)
{
    if (call == NULL || !g_atomic_int_dec_and_test(&call->refs))
        return;
    close_all(call->fds, call->n_fds);
    close_all(call->reply_fds, call->n_reply_fds);
    if (call->view != NULL)
        call->view_ops->unref(call->view);
    g_clear_pointer(&call->candidates, g_ptr_array_unref);
    g_clear_pointer(&call->reservation, reservation_abort);
    obj_ref_unref(call->ref);
    g_free(call->allowed);
    identity_unref(call->identity);
    g_clear_pointer(&call->reply, g_byte_array_unref);
    g_clear_error(&call->error);
    arena_free(call->arena);
    g_free(call);
}

void
rpc_call_count(RpcCall *call)
{
    if (call->counted || call->conn == NULL)
        return;
    if (call->conn->link == NULL) {
        /* Its own handler closed the connection. */
        call->conn = NULL;
        return;
    }
    call->counted = TRUE;
    call->conn->in_flight++;
    g_hash_table_add(call->conn->calls, call);
}

Arena *
rpc_call_arena(RpcCall *call)
{
    return call->arena;
}

void *
rpc_call_context(const RpcCall *call)
{
    return rpc_server_config(call->server)->context;
}

const RpcProc *
rpc_call_proc(const RpcCall *call)
{
    return call->proc;
}

Identity *
rpc_call_identity(const RpcCall *call)
{
    return call->identity;
}

gboolean
rpc_call_is_read_only(const RpcCall *call)
{
    return call->read_only;
}

uint64_t
rpc_call_id(const RpcCall *call)
{
    return call->id;
}

uint64_t
rpc_call_client_id(const RpcCall *call)
{
    return call->client_id;
}

ObjRef *
rpc_call_ref_object(const RpcCall *call)
{
    return call->ref;
}

RpcConn *
rpc_call_conn(const RpcCall *call)
{
    return call->conn;
}

int
rpc_call_take_fd(RpcCall *call, uint32_t index)
{
    return index < call->n_fds ? g_steal_fd(&call->fds[index]) : -1;
}

uint32_t
rpc_call_n_fds(const RpcCall *call)
{
    return call->n_fds;
}

void
rpc_call_reply_fd(RpcCall *call, int fd)
{
    g_assert(call->n_reply_fds < FRAME_FDS_MAX);
    call->reply_fds[call->n_reply_fds++] = fd;
}

void
rpc_call_defer(RpcCall *call)
{
    call->deferred = TRUE;
}

void
rpc_call_set_cancel(RpcCall *call, RpcCallCancel cancel, void *data)
{
    call->cancel = cancel;
    call->cancel_data = data;
}

void
rpc_call_on_client_gone(RpcCall *call, const RpcLeaverKind *kind, void *data)
{
    g_assert(call->leaver.kind == NULL);
    call->leaver = (Leaver){kind, data};
}

static void
on_complete(void *data)
{
    rpc_call_finish(data);
}

void
rpc_call_complete(RpcCall *call, GError *error)
{
    /* Only calls of the io thread have one; the others must not write beside its reading. */
    if (call->cancel != NULL)
        call->cancel = NULL;
    call->error = error;
    rpc_call_encode(call);
    loop_post(rpc_server_loop(call->server), on_complete, call);
}

void *
rpc_call_ret(RpcCall *call)
{
    return call->ret;
}

RpcStream *
rpc_call_open_stream(RpcCall *call, const RpcStreamOps *ops, void *data)
{
    g_assert(call->stream == NULL);
    call->stream = rpc_stream_new(&call->header, ops, data);
    return call->stream;
}
