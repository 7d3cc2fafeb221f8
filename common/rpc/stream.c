/*
 * stream — see stream.h. A state machine over packets: which side may still send, and who has said
 * that it is over. Packets that arrive while the taker pauses are held and counted against the
 * connection's limit, so that the connection stops being read instead of memory filling up.
 */
#define LOG_SOURCE "rpc.stream"

#include "common/rpc/stream.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/conn_private.h"

typedef enum { PACKET_DATA, PACKET_HOLE, PACKET_FINISH } PacketKind;

typedef struct {
    PacketKind kind;
    GBytes *bytes;
    int64_t hole;
} Packet;

struct RpcStream {
    RpcConn *conn; /* NULL before the call's reply and after the end */
    FrameHeader header;
    const RpcStreamOps *ops;
    void *data;
    guint pauses;
    GQueue held;        /* of Packet */
    gboolean finishing; /* the client is done: whatever follows but an abort is none of it */
    gboolean over;
    guint pins;
};

RpcStream *
rpc_stream_new(const FrameHeader *header, const RpcStreamOps *ops, void *data)
{
    RpcStream *stream = g_new0(RpcStream, 1);
    stream->header = *header;
    stream->header.type = FRAME_STREAM;
    stream->ops = ops;
    stream->data = data;
    g_queue_init(&stream->held);
    return stream;
}

static gsize
packet_bytes(const Packet *packet)
{
    return packet->bytes != NULL ? g_bytes_get_size(packet->bytes) + FRAME_HEADER_BYTES
                                 : FRAME_HEADER_BYTES;
}

static void
packet_free(Packet *packet)
{
    g_clear_pointer(&packet->bytes, g_bytes_unref);
    g_free(packet);
}

static void
stream_unpin(RpcStream *stream)
{
    if (--stream->pins > 0 || !stream->over)
        return;
    g_free(stream);
}

/* The end, whatever led to it. */
static void
stream_over(RpcStream *stream, gboolean aborted)
{
    if (stream->over)
        return;
    stream->over = TRUE;
    stream->pins++;
    RpcConn *conn = g_steal_pointer(&stream->conn);
    for (Packet *packet; (packet = g_queue_pop_head(&stream->held)) != NULL;) {
        if (conn != NULL)
            rpc_conn_hold_bytes(conn, -(gssize)packet_bytes(packet));
        packet_free(packet);
    }
    if (conn != NULL)
        g_hash_table_remove(conn->streams, GUINT_TO_POINTER(stream->header.serial));
    stream->ops->closed(stream->data, stream, aborted);
    stream_unpin(stream);
}

void
rpc_stream_activate(RpcStream *stream, RpcConn *conn)
{
    if (g_hash_table_contains(conn->streams, GUINT_TO_POINTER(stream->header.serial))) {
        /* A client that uses a serial twice gets no second stream under it. */
        rpc_stream_abandon(stream);
        return;
    }
    stream->conn = conn;
    g_hash_table_insert(conn->streams, GUINT_TO_POINTER(stream->header.serial), stream);
    rpc_stream_wake(stream);
}

void
rpc_stream_abandon(RpcStream *stream)
{
    stream_over(stream, TRUE);
}

void
rpc_stream_wake(RpcStream *stream)
{
    stream->pins++;
    if (!stream->over && stream->ops->writable != NULL && rpc_stream_can_send(stream))
        stream->ops->writable(stream->data, stream);
    stream_unpin(stream);
}

/* --- sending --- */

gboolean
rpc_stream_can_send(const RpcStream *stream)
{
    return stream->conn != NULL && stream->conn->link != NULL &&
           !rpc_link_is_full(stream->conn->link);
}

static void
send_packet(RpcStream *stream, FrameType type, FrameStatus status, const uint8_t *bytes, size_t len)
{
    if (stream->conn == NULL || stream->conn->link == NULL)
        return;
    FrameHeader header = stream->header;
    header.type = type;
    header.status = status;
    GByteArray *out = rpc_link_out(stream->conn->link);
    frame_begin(out, &header, len);
    g_byte_array_append(out, bytes, (guint)len);
}

void
rpc_stream_send(RpcStream *stream, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        size_t n = MIN(len, (size_t)FRAME_STREAM_MAX_BYTES);
        send_packet(stream, FRAME_STREAM, FRAME_CONTINUE, bytes, n);
        bytes += n;
        len -= n;
    }
}

void
rpc_stream_send_hole(RpcStream *stream, int64_t len)
{
    uint8_t payload[12] = {0};
    frame_put_u32(payload, (uint32_t)((uint64_t)len >> 32));
    frame_put_u32(payload + 4, (uint32_t)len);
    send_packet(stream, FRAME_HOLE, FRAME_CONTINUE, payload, sizeof payload);
}

void
rpc_stream_end(RpcStream *stream)
{
    send_packet(stream, FRAME_STREAM, FRAME_CONTINUE, NULL, 0);
}

void
rpc_stream_finish(RpcStream *stream)
{
    send_packet(stream, FRAME_STREAM, FRAME_OK, NULL, 0);
    stream_over(stream, FALSE);
}

void
rpc_stream_fail(RpcStream *stream, GError *error)
{
    if (stream->conn != NULL && stream->conn->link != NULL) {
        FrameHeader header = stream->header;
        header.status = FRAME_ERROR;
        GByteArray *out = rpc_link_out(stream->conn->link);
        size_t start = frame_begin(out, &header, 0);
        rpc_encode_error(out, error);
        (void)frame_end(out, start);
    }
    g_error_free(error);
    stream_over(stream, FALSE);
}

/* --- receiving --- */

static void
deliver(RpcStream *stream, PacketKind kind, const uint8_t *bytes, size_t len, int64_t hole)
{
    switch (kind) {
    case PACKET_DATA:
        if (stream->ops->data != NULL)
            stream->ops->data(stream->data, stream, bytes, len);
        break;
    case PACKET_HOLE:
        if (stream->ops->hole != NULL)
            stream->ops->hole(stream->data, stream, hole);
        break;
    case PACKET_FINISH:
        if (stream->ops->finish != NULL)
            stream->ops->finish(stream->data, stream);
        else
            rpc_stream_finish(stream);
        break;
    }
}

static void
hold(RpcStream *stream, PacketKind kind, const uint8_t *bytes, size_t len, int64_t hole)
{
    Packet *packet = g_new(Packet, 1);
    *packet = (Packet){kind, kind == PACKET_DATA ? g_bytes_new(bytes, len) : NULL, hole};
    g_queue_push_tail(&stream->held, packet);
    rpc_conn_hold_bytes(stream->conn, (gssize)packet_bytes(packet));
}

static void
bad_packet(RpcStream *stream, const char *what)
{
    GError *error = NULL;
    virt_error_set(&error, VIRT_FROM_STREAMS, VIRT_ERR_RPC, "%s", what);
    rpc_stream_fail(stream, error);
}

static gboolean
read_hole(const Frame *frame, int64_t *ret_len)
{
    if (frame->payload_len < 12)
        return FALSE;
    *ret_len = (int64_t)((uint64_t)frame_get_u32(frame->payload) << 32 |
                         frame_get_u32(frame->payload + 4));
    return *ret_len >= 0 && frame_get_u32(frame->payload + 8) == 0;
}

/* Whether the packet is one of this stream's, and the stream still hears it. */
static gboolean
is_heard(const RpcStream *stream, const FrameHeader *header)
{
    if (stream->over || header->prog != stream->header.prog || header->proc != stream->header.proc)
        return FALSE;
    return !stream->finishing || (header->type == FRAME_STREAM && header->status == FRAME_ERROR);
}

void
rpc_stream_packet(RpcStream *stream, const Frame *frame)
{
    PacketKind kind = PACKET_DATA;
    int64_t hole = 0;
    if (!is_heard(stream, &frame->header))
        return;
    stream->pins++;
    if (frame->header.type == FRAME_HOLE) {
        kind = PACKET_HOLE;
        if (!read_hole(frame, &hole)) {
            bad_packet(stream,
                       "a hole in a stream needs a length that is not negative, and no flags");
            stream_unpin(stream);
            return;
        }
    } else if (frame->header.status == FRAME_OK) {
        kind = PACKET_FINISH;
        stream->finishing = TRUE;
    } else if (frame->header.status == FRAME_ERROR) {
        /* Abort overtakes what is held; it is confirmed by an ok packet. */
        send_packet(stream, FRAME_STREAM, FRAME_OK, NULL, 0);
        stream_over(stream, TRUE);
        stream_unpin(stream);
        return;
    }
    if (stream->pauses > 0 || stream->held.length > 0)
        hold(stream, kind, frame->payload, frame->payload_len, hole);
    else
        deliver(stream, kind, frame->payload, frame->payload_len, hole);
    stream_unpin(stream);
}

void
rpc_stream_pause(RpcStream *stream)
{
    stream->pauses++;
}

void
rpc_stream_resume(RpcStream *stream)
{
    g_assert(stream->pauses > 0);
    stream->pauses--;
    stream->pins++;
    while (stream->pauses == 0 && !stream->over && stream->held.length > 0) {
        Packet *packet = g_queue_pop_head(&stream->held);
        rpc_conn_hold_bytes(stream->conn, -(gssize)packet_bytes(packet));
        gsize len = 0;
        const uint8_t *bytes = packet->bytes != NULL ? g_bytes_get_data(packet->bytes, &len) : NULL;
        deliver(stream, packet->kind, bytes, len, packet->hole);
        packet_free(packet);
    }
    stream_unpin(stream);
}
