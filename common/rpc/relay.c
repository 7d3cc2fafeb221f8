/*
 * relay — see relay.h.
 */
#define LOG_SOURCE "rpc.relay"

#include "common/rpc/relay.h"

#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/feature.h"
#include "common/rpc/relay_private.h"
#include "common/spec/remote.h"

enum { RETRY_FIRST_US = 100000, RETRY_MAX_US = 8 * G_USEC_PER_SEC };

struct RpcRelay {
    RpcIo *io;
    RpcRelayConfig config;
    char *socket_dir;
};

/* A frame that waits for its back connection. */
typedef struct {
    GByteArray *bytes;
    int fds[FRAME_FDS_MAX];
    uint32_t n_fds;
} RelayFrame;

RpcRelay *
rpc_relay_new(RpcIo *io, const RpcRelayConfig *config)
{
    RpcRelay *relay = g_new0(RpcRelay, 1);
    relay->io = io;
    relay->config = *config;
    relay->socket_dir = g_strdup(config->socket_dir);
    return relay;
}

void
rpc_relay_free(RpcRelay *relay)
{
    if (relay == NULL)
        return;
    g_free(relay->socket_dir);
    g_free(relay);
}

char *
relay_socket_path(const RelayBack *back)
{
    return g_strdup_printf("%s/%s-sock", back->owner->relay->socket_dir, back->kind->socket);
}

static void
relay_frame_free(gpointer data)
{
    RelayFrame *frame = data;
    for (uint32_t i = 0; i < frame->n_fds; i++) {
        if (frame->fds[i] >= 0)
            close(frame->fds[i]);
    }
    g_byte_array_unref(frame->bytes);
    g_free(frame);
}

static RelayFrame *
relay_frame_new(Frame *frame)
{
    RelayFrame *copy = g_new0(RelayFrame, 1);
    copy->bytes = g_byte_array_sized_new(frame->len);
    g_byte_array_append(copy->bytes, frame->bytes, frame->len);
    for (uint32_t i = 0; i < frame->n_fds; i++)
        copy->fds[copy->n_fds++] = g_steal_fd(&frame->fds[i]);
    return copy;
}

static void
pending_free(gpointer data)
{
    RelayPending *pending = data;
    g_clear_pointer(&pending->args, g_bytes_unref);
    g_free(pending);
}

/* --- failing --- */

void
relay_end_pending(RelayConn *owner, RelayPending *pending)
{
    g_hash_table_remove(owner->pending, GUINT_TO_POINTER(pending->header.serial));
    rpc_conn_relayed_ended(owner->conn);
}

static void
fail_pending(RelayConn *owner, RelayPending *pending, const GError *error)
{
    rpc_reply_error(owner->conn, &pending->header, error);
    relay_end_pending(owner, pending);
}

static void
fail_stream(RelayConn *owner, RelayPending *stream, const GError *error)
{
    FrameHeader header = stream->header;
    header.type = FRAME_STREAM;
    header.status = FRAME_ERROR;
    if (owner->conn->link != NULL) {
        GByteArray *out = rpc_link_out(owner->conn->link);
        size_t start = frame_begin(out, &header, 0);
        rpc_encode_error(out, error);
        (void)frame_end(out, start);
    }
    g_hash_table_remove(owner->streams, GUINT_TO_POINTER(stream->header.serial));
}

/* Calls and streams that this daemon will not answer any more. */
static void
fail_all(RelayBack *back, const GError *error)
{
    RelayConn *owner = back->owner;
    g_autoptr(GPtrArray) calls = hash_values(owner->pending);
    for (guint i = 0; i < calls->len && !owner->freed; i++) {
        RelayPending *pending = g_ptr_array_index(calls, i);
        if (pending->back == back)
            fail_pending(owner, pending, error);
    }
    if (owner->freed)
        return;
    g_autoptr(GPtrArray) streams = hash_values(owner->streams);
    for (guint i = 0; i < streams->len; i++) {
        RelayPending *stream = g_ptr_array_index(streams, i);
        if (stream->back == back)
            fail_stream(owner, stream, error);
    }
}

void
relay_unpin(RelayConn *owner)
{
    if (--owner->pins > 0 || !owner->freed)
        return;
    g_hash_table_unref(owner->pending);
    g_hash_table_unref(owner->streams);
    g_ptr_array_unref(owner->registrations);
    for (int i = 0; i < RPC_N_FAMILIES; i++)
        g_free(owner->backs[i]);
    g_free(owner);
}

static void
back_reset(RelayBack *back)
{
    g_clear_pointer(&back->dial, rpc_dial_cancel);
    g_clear_pointer(&back->client, rpc_client_free);
    g_queue_clear_full(&back->waiting, relay_frame_free);
    back->state = BACK_IDLE;
    back->paused = FALSE;
    back->launched = FALSE;
    if (back->full && back->owner->conn->link != NULL)
        rpc_link_resume(back->owner->conn->link);
    back->full = FALSE;
}

/* The daemon of the connection's own kind is gone: so is the connection. */
static void
primary_gone(RelayConn *owner)
{
    RpcConn *conn = owner->conn;
    if (conn->link == NULL)
        return;
    if (conn->state.close_callback) {
        RemoteConnectEventConnectionClosedArgs args = {.reason = 1};
        FrameHeader header = {remote_program.id,
                              remote_program.version,
                              REMOTE_PROC_CONNECT_EVENT_CONNECTION_CLOSED,
                              FRAME_EVENT,
                              0,
                              FRAME_OK};
        GByteArray *out = rpc_link_out(conn->link);
        size_t start = frame_begin(out, &header, 0);
        gboolean encoded =
            xdr_encode(&remote_connect_event_connection_closed_args_xdr, &args, out, NULL);
        g_assert(encoded && frame_end(out, start));
    }
    rpc_conn_finish(conn);
}

static gboolean
is_primary(const RelayBack *back)
{
    return back->owner->relay->config.local == RPC_DAEMON_PROXY &&
           back->owner->conn->state.kind == back->kind;
}

void
relay_schedule_retry(RelayBack *back)
{
    Loop *loop = rpc_io_loop(back->owner->relay->io);
    back->retry_us =
        back->retry_us == 0 ? RETRY_FIRST_US : MIN(back->retry_us * 2, (int64_t)RETRY_MAX_US);
    loop_timer_set(back->retry, loop_now_us(loop) + back->retry_us);
}

void
relay_back_failed(RelayBack *back, const GError *error)
{
    RelayConn *owner = back->owner;
    owner->pins++;
    RpcRelayOpened opened = back->opened;
    back->opened = NULL;
    back_reset(back);
    fail_all(back, error);
    if (!owner->freed && opened != NULL)
        opened(back->opened_data, error);
    else if (!owner->freed && is_primary(back))
        primary_gone(owner);
    else if (!owner->freed && relay_has_registrations(back))
        relay_schedule_retry(back);
    relay_unpin(owner);
}

/* --- opening --- */

static void
send_to_back(RelayBack *back, const uint8_t *bytes, uint32_t len, int *fds, uint32_t n_fds)
{
    RpcLink *link = rpc_client_link(back->client);
    g_byte_array_append(rpc_link_out(link), bytes, len);
    if (n_fds > 0) {
        rpc_link_out_fds(link, fds, n_fds);
        for (uint32_t i = 0; i < n_fds; i++)
            fds[i] = -1;
    }
    if (!back->full && rpc_link_is_full(link)) {
        back->full = TRUE;
        rpc_link_pause(back->owner->conn->link);
    }
}

static void
send_frame(RelayBack *back, RelayFrame *frame)
{
    relay_translate_deregister(back, frame->bytes);
    send_to_back(back, frame->bytes->data, frame->bytes->len, frame->fds, frame->n_fds);
}

void
relay_back_ready(RelayBack *back)
{
    RelayConn *owner = back->owner;
    owner->pins++;
    back->state = BACK_OPEN;
    back->retry_us = 0;
    for (RelayFrame *frame; (frame = g_queue_pop_head(&back->waiting)) != NULL;
         relay_frame_free(frame))
        send_frame(back, frame);
    RpcRelayOpened opened = back->opened;
    back->opened = NULL;
    if (opened != NULL)
        opened(back->opened_data, NULL);
    relay_unpin(owner);
}

static void
on_opened(void *data, const void *ret, const GError *error)
{
    RelayBack *back = data;
    if (error == NULL) {
        relay_register_again(back);
        return;
    }
    g_autoptr(GError) named = NULL;
    VirtErrorInfo info = virt_error_get_info(error);
    g_autofree char *path = relay_socket_path(back);
    virt_error_set(&named, info.domain, virt_error_get_code(error), "%s (%s): %s",
                   rpc_daemon_name(back->kind->daemon), path,
                   info.str2 != NULL ? info.str2 : error->message);
    relay_back_failed(back, named);
}

static void back_dial(RelayBack *back);

static void
on_dialled(void *data, int fd, const GError *error)
{
    RelayBack *back = data;
    RpcRelay *relay = back->owner->relay;
    back->dial = NULL;
    if (fd < 0) {
        if (!back->launched && relay->config.launch != NULL &&
            relay->config.launch(relay->config.launch_data, back->kind)) {
            back->launched = TRUE;
            back_dial(back);
            return;
        }
        relay_back_failed(back, error);
        return;
    }
    back->client = rpc_client_new(relay->io, transport_new_unix(fd), &relay_back_events, back);
    back->state = BACK_OPENING;
    RpcConn *conn = back->owner->conn;
    g_autofree char *uri =
        g_strdup_printf("%s:///%s", back->kind->scheme,
                        rpc_server_config(conn->server)->privileged ? "system" : "session");
    RpcOpenRequest request = {
        .uri = uri,
        .read_only = back->owner->read_only,
        .identity = conn->identity,
        .deadline_us = loop_now_us(rpc_io_loop(relay->io)) + relay->config.open_timeout_us,
    };
    rpc_client_open(back->client, &request, on_opened, back);
}

static void
back_dial(RelayBack *back)
{
    RpcRelay *relay = back->owner->relay;
    g_autofree char *path = relay_socket_path(back);
    int64_t deadline_us = loop_now_us(rpc_io_loop(relay->io)) + relay->config.open_timeout_us;
    back->state = BACK_DIALLING;
    RpcDialRequest request = {path, deadline_us, back->launched};
    back->dial = rpc_dial(relay->io, &request, on_dialled, back);
}

static void
on_retry(void *data)
{
    RelayBack *back = data;
    if (back->state == BACK_IDLE)
        back_dial(back);
}

RelayConn *
relay_conn_for(RpcConn *conn)
{
    if (conn->relay == NULL) {
        RelayConn *owner = g_new0(RelayConn, 1);
        owner->conn = conn;
        owner->relay = rpc_server_relay(conn->server);
        owner->read_only = conn->state.read_only;
        owner->pending = g_hash_table_new_full(NULL, NULL, NULL, pending_free);
        owner->streams = g_hash_table_new_full(NULL, NULL, NULL, pending_free);
        owner->registrations = g_ptr_array_new_with_free_func(relay_registration_free);
        conn->relay = owner;
    }
    return conn->relay;
}

RelayBack *
relay_back_for(RelayConn *owner, const RpcConnKind *kind)
{
    RelayBack *back = owner->backs[kind->family];
    if (back == NULL) {
        back = g_new0(RelayBack, 1);
        back->owner = owner;
        back->kind = kind;
        g_queue_init(&back->waiting);
        back->retry = loop_add_timer(rpc_io_loop(owner->relay->io), on_retry, back);
        owner->backs[kind->family] = back;
    }
    return back;
}

void
rpc_relay_open_primary(RpcConn *conn, const RpcConnKind *kind, gboolean read_only,
                       RpcRelayOpened done, void *data)
{
    RelayConn *owner = relay_conn_for(conn);
    owner->read_only = conn->state.read_only || read_only;
    RelayBack *back = relay_back_for(owner, kind);
    back_reset(back);
    back->opened = done;
    back->opened_data = data;
    back_dial(back);
}

/* --- frames from the client --- */

static const RpcConnKind *
target_kind(const RpcConn *conn, RpcRoute route, const RpcProc *proc)
{
    return route == ROUTE_PRIMARY ? conn->state.kind : rpc_kind_of_family(proc->family);
}

static void
forward_call(RelayBack *back, const RpcProgram *program, const RpcProc *proc, Frame *frame)
{
    RelayConn *owner = back->owner;
    RelayPending *pending = g_new0(RelayPending, 1);
    *pending = (RelayPending){frame->header, program, proc, back, NULL, 0};
    if (relay_registers(proc))
        pending->args = g_bytes_new(frame->payload, frame->payload_len);
    else if (relay_deregisters(proc) && frame->payload_len >= 4)
        pending->client_id = (int32_t)frame_get_u32(frame->payload);
    g_hash_table_insert(owner->pending, GUINT_TO_POINTER(frame->header.serial), pending);
    rpc_conn_relayed_began(owner->conn);
    if (back->state == BACK_OPEN && !relay_deregisters(proc)) {
        send_to_back(back, frame->bytes, frame->len, frame->fds, frame->n_fds);
        return;
    }
    RelayFrame *copy = relay_frame_new(frame);
    if (back->state == BACK_OPEN) {
        send_frame(back, copy);
        relay_frame_free(copy);
        return;
    }
    g_queue_push_tail(&back->waiting, copy);
    if (back->state == BACK_IDLE)
        back_dial(back);
}

/* A question about the driver, not about the transport that ends here. */
static gboolean
is_driver_feature(const RpcConn *conn, const RpcProc *proc, const Frame *frame)
{
    return proc == rpc_program_find(&remote_program, REMOTE_PROC_CONNECT_SUPPORTS_FEATURE) &&
           conn->state.opened && frame->payload_len >= 4 &&
           !feature_is_of_transport((int32_t)frame_get_u32(frame->payload));
}

/* NULL: it may be forwarded. */
static GError *
check_call(const RelayBack *back, const RpcProc *proc, const Frame *frame)
{
    GError *error = NULL;
    uint32_t serial = frame->header.serial;
    if (g_hash_table_contains(back->owner->pending, GUINT_TO_POINTER(serial)))
        virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_RPC,
                       "serial %u is still in use by another call", serial);
    /* The daemon may know somebody else's id by this number. */
    else if (relay_deregisters(proc) && frame->payload_len >= 4 &&
             !relay_is_registered(back, (int32_t)frame_get_u32(frame->payload)))
        virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                       "no event callback %d is registered",
                       (int32_t)frame_get_u32(frame->payload));
    return error;
}

gboolean
rpc_relay_takes(RpcConn *conn, RpcRoute route, const RpcProgram *program, const RpcProc *proc,
                Frame *frame)
{
    RpcRelay *relay = rpc_server_relay(conn->server);
    if (relay != NULL && route == ROUTE_LOCAL && is_driver_feature(conn, proc, frame))
        route = ROUTE_PRIMARY;
    if (relay == NULL || route == ROUTE_LOCAL)
        return FALSE;
    const RpcConnKind *kind = target_kind(conn, route, proc);
    if (kind->daemon == relay->config.local)
        return FALSE;
    RelayBack *back = relay_back_for(relay_conn_for(conn), kind);
    g_autoptr(GError) error = check_call(back, proc, frame);
    if (error != NULL)
        rpc_reply_error(conn, &frame->header, error);
    else
        forward_call(back, program, proc, frame);
    return TRUE;
}

gboolean
rpc_relay_has_stream(const void *relay_conn, uint32_t serial)
{
    const RelayConn *owner = relay_conn;
    return owner != NULL && g_hash_table_contains(owner->streams, GUINT_TO_POINTER(serial));
}

void
rpc_relay_stream(void *relay_conn, Frame *frame)
{
    RelayConn *owner = relay_conn;
    RelayPending *stream =
        g_hash_table_lookup(owner->streams, GUINT_TO_POINTER(frame->header.serial));
    if (stream != NULL && stream->back->state == BACK_OPEN)
        send_to_back(stream->back, frame->bytes, frame->len, NULL, 0);
}

void
rpc_relay_drained(void *relay_conn)
{
    RelayConn *owner = relay_conn;
    for (int i = 0; i < RPC_N_FAMILIES; i++) {
        RelayBack *back = owner->backs[i];
        if (back != NULL && back->paused && back->client != NULL) {
            back->paused = FALSE;
            rpc_link_resume(rpc_client_link(back->client));
        }
    }
}

void
rpc_relay_conn_free(void *relay_conn)
{
    RelayConn *owner = relay_conn;
    owner->freed = TRUE;
    owner->pins++;
    for (int i = 0; i < RPC_N_FAMILIES; i++) {
        RelayBack *back = owner->backs[i];
        if (back == NULL)
            continue;
        back_reset(back);
        g_clear_pointer(&back->retry, loop_timer_remove);
    }
    relay_unpin(owner);
}
