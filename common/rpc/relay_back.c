/*
 * relay_back — what comes from a daemon on behalf of one client: replies, stream packets and events
 * on their way to it, and the end of the connection. Frames pass whole; what the client does not
 * read makes the daemon wait. Io thread only.
 */
#define LOG_SOURCE "rpc.relay"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/relay_private.h"
#include "common/spec/remote.h"

static void
forward_to_client(RelayBack *back, Frame *frame)
{
    RpcConn *conn = back->owner->conn;
    if (frame->n_fds > 0 && !rpc_link_transport(conn->link)->ops->carries_fds) {
        g_autoptr(GError) error = NULL;
        virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_NO_SUPPORT,
                       "this connection cannot carry file descriptors");
        rpc_reply_error(conn, &frame->header, error);
        return;
    }
    GByteArray *out = rpc_link_out(conn->link);
    g_byte_array_append(out, frame->bytes, frame->len);
    if (frame->n_fds > 0) {
        rpc_link_out_fds(conn->link, frame->fds, frame->n_fds);
        for (uint32_t i = 0; i < frame->n_fds; i++)
            frame->fds[i] = -1;
    }
}

/* As forward_to_client(), of a frame that was changed. */
static void
forward_copy(RelayBack *back, const GByteArray *frame)
{
    g_byte_array_append(rpc_link_out(back->owner->conn->link), frame->data, frame->len);
}

static void
on_reply(RelayBack *back, Frame *frame)
{
    RelayConn *owner = back->owner;
    RelayPending *pending =
        g_hash_table_lookup(owner->pending, GUINT_TO_POINTER(frame->header.serial));
    if (pending == NULL || pending->back != back)
        return;
    gboolean ok = frame->header.status == FRAME_OK;
    if (ok && pending->args != NULL) {
        g_autoptr(GByteArray) copy = g_byte_array_sized_new(frame->len);
        g_byte_array_append(copy, frame->bytes, frame->len);
        relay_note_registered(back, pending, copy);
        forward_copy(back, copy);
    } else {
        if (ok && relay_deregisters(pending->proc))
            relay_note_deregistered(owner, pending->client_id);
        forward_to_client(back, frame);
    }
    if (ok && pending->proc->stream != RPC_STREAM_NONE) {
        RelayPending *stream = g_new(RelayPending, 1);
        *stream = *pending;
        stream->args = NULL;
        g_hash_table_replace(owner->streams, GUINT_TO_POINTER(pending->header.serial), stream);
    }
    relay_end_pending(owner, pending);
}

static void
on_stream(RelayBack *back, Frame *frame)
{
    RelayConn *owner = back->owner;
    RelayPending *stream =
        g_hash_table_lookup(owner->streams, GUINT_TO_POINTER(frame->header.serial));
    if (stream == NULL || stream->back != back)
        return;
    forward_to_client(back, frame);
    if (frame->header.type == FRAME_STREAM && frame->header.status != FRAME_CONTINUE)
        g_hash_table_remove(owner->streams, GUINT_TO_POINTER(frame->header.serial));
}

static void
on_event(RelayBack *back, Frame *frame)
{
    /* The end of a back connection is ours to tell. */
    if (frame->header.prog == remote_program.id &&
        frame->header.proc == REMOTE_PROC_CONNECT_EVENT_CONNECTION_CLOSED)
        return;
    if (!relay_needs_translation(back)) {
        forward_to_client(back, frame);
        return;
    }
    g_autoptr(GByteArray) copy = g_byte_array_sized_new(frame->len);
    g_byte_array_append(copy, frame->bytes, frame->len);
    relay_translate_event(back, copy);
    forward_copy(back, copy);
}

static void
on_back_frame(void *data, Frame *frame)
{
    RelayBack *back = data;
    RelayConn *owner = back->owner;
    if (owner->conn->link == NULL)
        return;
    owner->pins++;
    switch (frame->header.type) {
    case FRAME_REPLY:
    case FRAME_REPLY_FDS:
        on_reply(back, frame);
        break;
    case FRAME_STREAM:
    case FRAME_HOLE:
        on_stream(back, frame);
        break;
    case FRAME_EVENT:
        on_event(back, frame);
        break;
    default:
        break;
    }
    if (!owner->freed && back->client != NULL && !back->paused && owner->conn->link != NULL &&
        rpc_link_is_full(owner->conn->link)) {
        back->paused = TRUE;
        rpc_link_pause(rpc_client_link(back->client));
    }
    relay_unpin(owner);
}

static GError *
gone_error(const RelayBack *back, const GError *cause)
{
    g_autofree char *path = relay_socket_path(back);
    GError *error = NULL;
    virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR, "%s (%s) %s",
                   rpc_daemon_name(back->kind->daemon), path,
                   cause != NULL ? cause->message : "closed the connection");
    return error;
}

static void
on_back_closed(void *data, const GError *cause)
{
    RelayBack *back = data;
    g_autoptr(GError) error = gone_error(back, cause);
    log_info("%s", error->message);
    relay_back_failed(back, error);
}

static void
on_back_drained(void *data)
{
    RelayBack *back = data;
    if (!back->full)
        return;
    back->full = FALSE;
    if (back->owner->conn->link != NULL)
        rpc_link_resume(back->owner->conn->link);
}

const RpcClientEvents relay_back_events = {on_back_frame, on_back_closed, on_back_drained};
