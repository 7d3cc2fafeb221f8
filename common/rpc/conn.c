/*
 * conn — see conn.h. Frames come from the link; calls go to the dispatcher at once, or wait here
 * while the client has as many running as it may have. A client over its limits is not cut: reading
 * goes on into a bounded queue, so that keepalive, control calls and streams are served, and then
 * pauses.
 */
#define LOG_SOURCE "rpc.conn"

#include "common/rpc/conn.h"

#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/conn_private.h"
#include "common/rpc/relay.h"

/* What authenticating may take: no client needs nearly as much. */
enum { FRAME_ANONYMOUS_MAX_BYTES = 524288, ANONYMOUS_CALLS_MAX = 100 };

/* --- parking --- */

static void
parked_free(Parked *parked)
{
    for (uint32_t i = 0; i < parked->n_fds; i++) {
        if (parked->fds[i] >= 0)
            close(parked->fds[i]);
    }
    g_byte_array_unref(parked->bytes);
    g_free(parked);
}

/* Whether a call may start now, but for what the server holds back. */
static gboolean
has_turn(const RpcConn *conn)
{
    /* Replies pile up for a client that does not read: it gets no new ones to wait for. */
    return !conn->serialized && !conn->full_paused && !conn->finishing &&
           !rpc_server_is_draining(conn->server) &&
           conn->in_flight < rpc_server_limits(conn->server)->max_client_requests;
}

static gboolean
may_start(const RpcConn *conn, uint32_t program, uint32_t number)
{
    RpcHold hold = rpc_server_get_hold(conn->server);
    if (hold == RPC_HOLD_NOTHING)
        return has_turn(conn);
    const RpcProc *proc = rpc_server_find_proc(conn->server, program, number);
    gboolean changes =
        proc != NULL && (proc->class == RPC_CLASS_MUTATE || proc->class == RPC_CLASS_AGENT);
    return hold == RPC_HOLD_CHANGES && !changes && has_turn(conn);
}

static gboolean
first_may_start(const RpcConn *conn)
{
    const Parked *parked = g_queue_peek_head((GQueue *)&conn->parked);
    return may_start(conn, frame_get_u32(parked->bytes->data + 4),
                     frame_get_u32(parked->bytes->data + 12));
}

static void
update_pause(RpcConn *conn)
{
    const RpcLimits *limits = rpc_server_limits(conn->server);
    gboolean over =
        conn->parked.length > limits->parked_calls || conn->parked_bytes > limits->parked_bytes;
    if (conn->link == NULL || over == conn->parked_paused)
        return;
    conn->parked_paused = over;
    if (over)
        rpc_link_pause(conn->link);
    else
        rpc_link_resume(conn->link);
}

static void
park(RpcConn *conn, Frame *frame)
{
    Parked *parked = g_new0(Parked, 1);
    parked->bytes = g_byte_array_sized_new(frame->len);
    g_byte_array_append(parked->bytes, frame->bytes, frame->len);
    for (uint32_t i = 0; i < frame->n_fds; i++)
        parked->fds[parked->n_fds++] = g_steal_fd(&frame->fds[i]);
    g_queue_push_tail(&conn->parked, parked);
    conn->parked_bytes += frame->len;
    update_pause(conn);
}

static void
unpark(RpcConn *conn)
{
    Parked *parked = g_queue_pop_head(&conn->parked);
    conn->parked_bytes -= parked->bytes->len;
    const uint8_t *bytes = parked->bytes->data;
    uint32_t type = frame_get_u32(bytes + 16);
    uint32_t skip = type == FRAME_CALL_FDS ? 4 : 0;
    Frame frame = {
        .header = {frame_get_u32(bytes + 4), frame_get_u32(bytes + 8), frame_get_u32(bytes + 12),
                   type, frame_get_u32(bytes + 20), frame_get_u32(bytes + 24)},
        .bytes = bytes,
        .len = parked->bytes->len,
        .payload = bytes + FRAME_HEADER_BYTES + skip,
        .payload_len = parked->bytes->len - FRAME_HEADER_BYTES - skip,
        .fds = parked->fds,
        .n_fds = parked->n_fds,
        .n_announced = skip > 0 ? frame_get_u32(bytes + FRAME_HEADER_BYTES) : 0,
    };
    rpc_dispatch_call(conn, &frame);
    parked_free(parked);
}

/* A client that does not read its replies is not read either, until it does. */
static void
check_full(RpcConn *conn)
{
    if (conn->link == NULL || conn->full_paused || !rpc_link_is_full(conn->link))
        return;
    conn->full_paused = TRUE;
    rpc_link_pause(conn->link);
}

/* Nested calls (an inline handler ends while we unpark) leave the work to the outermost one, which
 * holds the only pin. */
static void
start_parked(RpcConn *conn)
{
    if (conn->pins > 1)
        return;
    while (conn->link != NULL && conn->parked.length > 0 && first_may_start(conn)) {
        unpark(conn);
        check_full(conn);
    }
    update_pause(conn);
}

/* --- lifetime --- */

/* Calls go on without their client, unless they have a reason to end early. */
static void
detach_calls(RpcConn *conn)
{
    g_autoptr(GPtrArray) calls = hash_values(conn->calls);
    g_hash_table_remove_all(conn->calls);
    for (guint i = 0; i < calls->len; i++) {
        RpcCall *call = g_ptr_array_index(calls, i);
        call->conn = NULL;
        call->counted = FALSE;
    }
    for (guint i = 0; i < calls->len; i++) {
        RpcCall *call = g_ptr_array_index(calls, i);
        if (call->cancel != NULL)
            call->cancel(call, call->cancel_data);
    }
}

void
rpc_conn_add_leaver(RpcConn *conn, const Leaver *leaver)
{
    if (conn->leavers == NULL)
        conn->leavers = g_array_new(FALSE, FALSE, sizeof(Leaver));
    g_array_append_val(conn->leavers, *leaver);
}

static void
run_leavers(RpcConn *conn)
{
    g_autoptr(GArray) leavers = g_steal_pointer(&conn->leavers);
    for (guint i = 0; leavers != NULL && i < leavers->len; i++) {
        const Leaver *leaver = &g_array_index(leavers, Leaver, i);
        leaver->kind->gone(leaver->data);
    }
}

static void
conn_close(RpcConn *conn)
{
    if (conn->link == NULL)
        return;
    g_clear_pointer(&conn->link, rpc_link_free);
    g_clear_pointer(&conn->auth_timer, loop_timer_remove);
    g_clear_pointer(&conn->events, rpc_event_client_free);
    if (conn->relay != NULL)
        rpc_relay_conn_free(g_steal_pointer(&conn->relay));
    detach_calls(conn);
    g_autoptr(GPtrArray) streams = hash_values(conn->streams);
    for (guint i = 0; i < streams->len; i++)
        rpc_stream_abandon(g_ptr_array_index(streams, i));
    g_queue_clear_full(&conn->parked, (GDestroyNotify)parked_free);
    run_leavers(conn);
    rpc_server_forget(conn->server, conn);
}

static void
conn_unpin(RpcConn *conn)
{
    if (--conn->pins > 0 || conn->link != NULL)
        return;
    g_hash_table_unref(conn->streams);
    g_hash_table_unref(conn->calls);
    identity_unref(conn->peer);
    identity_unref(conn->identity);
    g_free(conn->uri);
    g_free(conn);
}

void
rpc_conn_free(RpcConn *conn)
{
    conn->pins++;
    conn_close(conn);
    conn_unpin(conn);
}

void
rpc_conn_cut(RpcConn *conn)
{
    rpc_conn_free(conn);
}

void
rpc_conn_finish(RpcConn *conn)
{
    conn->finishing = TRUE;
    if (conn->link != NULL)
        rpc_link_finish(conn->link);
}

static void
call_ended(RpcConn *conn)
{
    conn->in_flight--;
    conn->pins++;
    start_parked(conn);
    if (rpc_server_is_draining(conn->server) && conn->in_flight == 0)
        rpc_conn_finish(conn);
    conn_unpin(conn);
}

void
rpc_conn_call_ended(RpcConn *conn, RpcCall *call)
{
    g_hash_table_remove(conn->calls, call);
    call->counted = FALSE;
    if (call->proc->class == RPC_CLASS_CONN)
        conn->serialized = FALSE;
    call_ended(conn);
}

void
rpc_conn_relayed_began(RpcConn *conn)
{
    conn->in_flight++;
}

void
rpc_conn_relayed_ended(RpcConn *conn)
{
    call_ended(conn);
}

void
rpc_conn_hold_changed(RpcConn *conn)
{
    conn->pins++;
    start_parked(conn);
    conn_unpin(conn);
}

void
rpc_conn_park_again(RpcConn *conn, GByteArray *bytes, const int *fds, uint32_t n_fds)
{
    Parked *parked = g_new0(Parked, 1);
    parked->bytes = bytes;
    memcpy(parked->fds, fds, n_fds * sizeof(int));
    parked->n_fds = n_fds;
    g_queue_push_tail(&conn->parked, parked);
    conn->parked_bytes += bytes->len;
    update_pause(conn);
}

void
rpc_conn_hold_bytes(RpcConn *conn, gssize bytes)
{
    conn->parked_bytes = (size_t)((gssize)conn->parked_bytes + bytes);
    update_pause(conn);
}

/* --- the link's events --- */

static void
on_call_frame(RpcConn *conn, Frame *frame)
{
    if (!conn->state.authenticated && conn->anonymous_calls++ == ANONYMOUS_CALLS_MAX) {
        log_warning("client %" G_GUINT64_FORMAT
                    " made %d calls and did not authenticate: it is cut",
                    conn->state.id, ANONYMOUS_CALLS_MAX);
        conn_close(conn);
        return;
    }
    const FrameHeader *header = &frame->header;
    gboolean is_urgent = rpc_dispatch_is_urgent(conn, frame) &&
                         rpc_server_get_hold(conn->server) != RPC_HOLD_EVERYTHING;
    if (is_urgent || (conn->parked.length == 0 && may_start(conn, header->prog, header->proc)))
        rpc_dispatch_call(conn, frame);
    else
        park(conn, frame);
}

static void
on_frame(void *data, Frame *frame)
{
    RpcConn *conn = data;
    conn->pins++;
    if (frame->header.type == FRAME_CALL || frame->header.type == FRAME_CALL_FDS) {
        on_call_frame(conn, frame);
    } else if (frame->header.type == FRAME_STREAM || frame->header.type == FRAME_HOLE) {
        RpcStream *stream =
            g_hash_table_lookup(conn->streams, GUINT_TO_POINTER(frame->header.serial));
        if (stream != NULL)
            rpc_stream_packet(stream, frame);
        else if (conn->relay != NULL)
            rpc_relay_stream(conn->relay, frame);
    }
    /* Replies and events have no meaning in this direction. */
    check_full(conn);
    if (conn->parked.length > 0)
        start_parked(conn);
    conn_unpin(conn);
}

static void
on_closed(void *data, const GError *error)
{
    RpcConn *conn = data;
    if (error != NULL)
        log_info("client %" G_GUINT64_FORMAT ": %s", conn->state.id, error->message);
    rpc_conn_free(conn);
}

static void
on_drained(void *data)
{
    RpcConn *conn = data;
    conn->pins++;
    if (conn->full_paused) {
        conn->full_paused = FALSE;
        rpc_link_resume(conn->link);
        start_parked(conn);
    }
    g_autoptr(GPtrArray) streams = hash_values(conn->streams);
    for (guint i = 0; i < streams->len && conn->link != NULL; i++)
        rpc_stream_wake(g_ptr_array_index(streams, i));
    if (conn->relay != NULL)
        rpc_relay_drained(conn->relay);
    conn_unpin(conn);
}

static const RpcLinkEvents link_events = {on_frame, on_closed, on_drained};

static void
on_auth_deadline(void *data)
{
    RpcConn *conn = data;
    if (conn->state.authenticating) {
        loop_timer_set(conn->auth_timer, loop_now_us(rpc_server_loop(conn->server)) +
                                             rpc_server_limits(conn->server)->auth_deadline_us);
        return;
    }
    log_warning("client %" G_GUINT64_FORMAT " did not authenticate in time", conn->state.id);
    rpc_conn_free(conn);
}

/* No call takes descriptors before a connection is open, or when it may only read. */
static void
let_fds_in(const RpcConn *conn)
{
    if (conn->link != NULL)
        rpc_link_set_drops_fds(conn->link, !conn->state.opened || conn->state.read_only);
}

RpcConn *
rpc_conn_new(RpcServer *server, Transport *transport, Identity *peer, const RpcConnState *state)
{
    RpcConn *conn = g_new0(RpcConn, 1);
    conn->server = server;
    conn->state = *state;
    conn->peer = peer;
    conn->identity = identity_ref(peer);
    g_queue_init(&conn->parked);
    conn->streams = g_hash_table_new(NULL, NULL);
    conn->calls = g_hash_table_new(NULL, NULL);
    conn->link = rpc_link_new(rpc_server_io(server), transport, &link_events, conn);
    let_fds_in(conn);
    if (!state->authenticated) {
        Loop *loop = rpc_server_loop(server);
        rpc_link_set_max_frame(conn->link, FRAME_ANONYMOUS_MAX_BYTES);
        conn->auth_timer = loop_add_timer(loop, on_auth_deadline, conn);
        loop_timer_set(conn->auth_timer,
                       loop_now_us(loop) + rpc_server_limits(server)->auth_deadline_us);
    }
    return conn;
}

/* --- for handlers --- */

RpcServer *
rpc_conn_server(const RpcConn *conn)
{
    return conn->server;
}

RpcConnState *
rpc_conn_state(RpcConn *conn)
{
    return &conn->state;
}

const char *
rpc_conn_uri(const RpcConn *conn)
{
    return conn->uri;
}

Identity *
rpc_conn_peer(const RpcConn *conn)
{
    return conn->peer;
}

Identity *
rpc_conn_identity(const RpcConn *conn)
{
    return conn->identity;
}

void
rpc_conn_set_identity(RpcConn *conn, Identity *identity)
{
    identity_unref(conn->identity);
    conn->identity = identity_ref(identity);
}

RpcLink *
rpc_conn_link(const RpcConn *conn)
{
    return conn->link;
}

void
rpc_conn_set_authenticated(RpcConn *conn)
{
    if (conn->state.authenticated)
        return;
    conn->state.authenticated = TRUE;
    g_clear_pointer(&conn->auth_timer, loop_timer_remove);
    rpc_link_set_max_frame(conn->link, FRAME_MAX_BYTES);
    rpc_server_authenticated(conn->server, conn);
}

void
rpc_conn_set_opened(RpcConn *conn, const RpcConnKind *kind, const char *uri, gboolean read_only)
{
    conn->state.opened = TRUE;
    conn->state.kind = kind;
    conn->state.read_only = conn->state.read_only || read_only;
    g_free(conn->uri);
    conn->uri = g_strdup(uri);
    let_fds_in(conn);
}

gboolean
rpc_conn_is_secure(const RpcConn *conn)
{
    return rpc_link_transport(conn->link)->ops->local;
}
