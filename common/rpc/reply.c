/*
 * reply — encodes replies and errors, sends them, and ends calls. A reply is encoded on the thread
 * that ran the handler; the io thread only appends it.
 */
#define LOG_SOURCE "rpc.reply"

#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/conn_private.h"
#include "common/spec/remote.h"

enum { TEXT_MAX_BYTES = 65536 };

/* Texts may quote what a client sent, whatever that was: a message over the string limit would not
 * encode, and who reads it takes it for UTF-8. */
static char *
to_text(const char *quoted)
{
    g_autofree char *cut = g_strndup(quoted, TEXT_MAX_BYTES);
    return cut == NULL || g_utf8_validate(cut, -1, NULL) ? g_steal_pointer(&cut)
                                                         : g_utf8_make_valid(cut, -1);
}

void
rpc_encode_error(GByteArray *out, const GError *error)
{
    VirtErrorInfo info = virt_error_get_info(error);
    g_autofree char *message = to_text(error->message);
    g_autofree char *str1 = to_text(info.str1);
    g_autofree char *str2 = to_text(info.str2);
    g_autofree char *str3 = to_text(info.str3);
    RemoteError wire = {
        .code = (int32_t)virt_error_get_code(error),
        .domain = (int32_t)info.domain,
        .message = message,
        .level = (int32_t)info.level,
        .str1 = str1,
        .str2 = str2,
        .str3 = str3,
        .int1 = info.int1,
        .int2 = info.int2,
    };
    gboolean encoded = xdr_encode(&remote_error_xdr, &wire, out, NULL);
    g_assert(encoded);
}

static FrameHeader
reply_header(const FrameHeader *call, FrameStatus status)
{
    FrameHeader header = *call;
    header.type = FRAME_REPLY;
    header.status = status;
    return header;
}

void
rpc_reply_error(RpcConn *conn, const FrameHeader *call, const GError *error)
{
    if (conn->link == NULL)
        return;
    log_debug("client %" G_GUINT64_FORMAT " serial %u: %s", conn->state.id, call->serial,
              error->message);
    FrameHeader header = reply_header(call, FRAME_ERROR);
    GByteArray *out = rpc_link_out(conn->link);
    size_t start = frame_begin(out, &header, 0);
    rpc_encode_error(out, error);
    (void)frame_end(out, start);
}

static gboolean
encode_ok(RpcCall *call, GByteArray *out, GError **error)
{
    FrameHeader header = reply_header(&call->header, FRAME_OK);
    size_t start = out->len;
    if (call->n_reply_fds > 0) {
        header.type = FRAME_REPLY_FDS;
        frame_begin(out, &header, 0);
        frame_append_u32(out, call->n_reply_fds);
    } else {
        frame_begin(out, &header, 0);
    }
    if (call->proc->ret != NULL && !xdr_encode(call->proc->ret, call->ret, out, error))
        return FALSE;
    if (frame_end(out, start))
        return TRUE;
    virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_RPC,
                   "the reply of %s is larger than a packet may be", call->proc->name);
    return FALSE;
}

void
rpc_call_encode(RpcCall *call)
{
    GByteArray *out = g_byte_array_new();
    call->reply = out;
    if (call->error == NULL && encode_ok(call, out, &call->error))
        return;
    g_byte_array_set_size(out, 0);
    virt_error_set_domain(call->error, rpc_proc_error_domain(call->program, call->proc));
    FrameHeader header = reply_header(&call->header, FRAME_ERROR);
    size_t start = frame_begin(out, &header, 0);
    rpc_encode_error(out, call->error);
    (void)frame_end(out, start);
}

static void
send_reply(RpcCall *call, RpcConn *conn)
{
    /* A lone reply is the usual case: copying it beats another chunk and another system call. */
    g_byte_array_append(rpc_link_out(conn->link), call->reply->data, call->reply->len);
    if (call->error == NULL && call->n_reply_fds > 0) {
        rpc_link_out_fds(conn->link, call->reply_fds, call->n_reply_fds);
        call->n_reply_fds = 0;
    }
}

void
rpc_call_finish(RpcCall *call)
{
    RpcConn *conn = call->conn;
    g_clear_pointer(&call->turn_timer, loop_timer_remove);
    if (call->error == NULL && call->n_reply_fds > 0 && conn != NULL && conn->link != NULL &&
        !rpc_link_transport(conn->link)->ops->carries_fds) {
        virt_error_set(&call->error, VIRT_FROM_RPC, VIRT_ERR_NO_SUPPORT,
                       "%s: this connection cannot carry file descriptors", call->proc->name);
        g_clear_pointer(&call->reply, g_byte_array_unref);
    }
    if (call->reply == NULL)
        rpc_call_encode(call);
    if (call->error != NULL)
        log_debug("call %" G_GUINT64_FORMAT " %s: %s", call->id, call->proc->name,
                  call->error->message);
    if (conn != NULL && conn->link != NULL)
        send_reply(call, conn);
    if (call->stream != NULL) {
        RpcStream *stream = g_steal_pointer(&call->stream);
        if (call->error == NULL && conn != NULL && conn->link != NULL)
            rpc_stream_activate(stream, conn);
        else
            rpc_stream_abandon(stream);
    }
    if (call->leaver.kind != NULL && call->error == NULL && conn != NULL && conn->link != NULL)
        rpc_conn_add_leaver(conn, &call->leaver);
    else if (call->leaver.kind != NULL)
        call->leaver.kind->gone(call->leaver.data);
    if (conn != NULL && call->counted)
        rpc_conn_call_ended(conn, call);
    rpc_server_call_ended(call->server);
    rpc_call_unref(call);
}
