/*
 * session — see session.h.
 */
#include "common/rpc/session.h"

#include <unistd.h>

#include "common/spec/spec.h"

enum { KEEPALIVE_PROC_PING = 1, KEEPALIVE_PROC_PONG = 2, CHUNK_FULL_BYTES = 262144 };

/* Bytes to write; a chunk with a descriptor is exactly one byte long. */
typedef struct {
    GByteArray *bytes;
    size_t done;
    int fd;
} Chunk;

struct RpcSession {
    FrameReader *reader;
    GQueue chunks;
    size_t backlog;    /* of all chunks but the last, which may still grow */
    uint64_t written;  /* bytes, ever */
    uint64_t pong_end; /* what `written` is when the last pong has left */
    Keepalive keepalive;
    gboolean expects_pings;
};

RpcSession *
rpc_session_new(void)
{
    RpcSession *session = g_new0(RpcSession, 1);
    session->reader = frame_reader_new();
    g_queue_init(&session->chunks);
    keepalive_init(&session->keepalive);
    return session;
}

static void
chunk_free(Chunk *chunk)
{
    if (chunk->fd >= 0)
        close(chunk->fd);
    g_byte_array_unref(chunk->bytes);
    g_free(chunk);
}

void
rpc_session_free(RpcSession *session)
{
    if (session == NULL)
        return;
    frame_reader_free(session->reader);
    for (Chunk *chunk; (chunk = g_queue_pop_head(&session->chunks)) != NULL;)
        chunk_free(chunk);
    g_free(session);
}

void
rpc_session_set_max_frame(RpcSession *session, uint32_t max_bytes)
{
    frame_reader_set_max(session->reader, max_bytes);
}

gboolean
rpc_session_input(RpcSession *session, const uint8_t *bytes, size_t len, const int *fds,
                  size_t n_fds, int64_t now_us, GError **error)
{
    keepalive_seen(&session->keepalive, now_us);
    return frame_reader_feed(session->reader, bytes, len, fds, n_fds, error);
}

static void
send_keepalive(RpcSession *session, uint32_t proc)
{
    FrameHeader header = {
        keepalive_program.id, keepalive_program.version, proc, FRAME_EVENT, 0, FRAME_OK};
    frame_begin(rpc_session_out(session), &header, 0);
}

gboolean
rpc_session_next(RpcSession *session, Frame *ret_frame, GError **error)
{
    while (frame_reader_next(session->reader, ret_frame, error)) {
        if (ret_frame->header.prog != keepalive_program.id)
            return TRUE;
        session->expects_pings = TRUE;
        /* One pong on its way answers all pings until it has left: who sends pings and does not
         * read must not make us keep an answer to each. */
        if (ret_frame->header.proc == KEEPALIVE_PROC_PING &&
            session->written >= session->pong_end) {
            send_keepalive(session, KEEPALIVE_PROC_PONG);
            session->pong_end = session->written + rpc_session_backlog(session);
        }
    }
    return FALSE;
}

size_t
rpc_session_wanted(const RpcSession *session)
{
    return frame_reader_wanted(session->reader);
}

static Chunk *
chunk_push(RpcSession *session, int fd)
{
    Chunk *last = g_queue_peek_tail(&session->chunks);
    if (last != NULL)
        session->backlog += last->bytes->len - last->done;
    Chunk *chunk = g_new(Chunk, 1);
    *chunk = (Chunk){g_byte_array_new(), 0, fd};
    g_queue_push_tail(&session->chunks, chunk);
    return chunk;
}

GByteArray *
rpc_session_out(RpcSession *session)
{
    Chunk *last = g_queue_peek_tail(&session->chunks);
    if (last == NULL || last->fd >= 0 || last->bytes->len >= CHUNK_FULL_BYTES)
        last = chunk_push(session, -1);
    return last->bytes;
}

void
rpc_session_out_fds(RpcSession *session, const int *fds, uint32_t n_fds)
{
    static const uint8_t zero = 0;
    for (uint32_t i = 0; i < n_fds; i++) {
        Chunk *last = g_queue_peek_tail(&session->chunks);
        /* A buffer that was asked for and not used would stand in the way. */
        if (last != NULL && last->bytes->len == 0)
            last->fd = fds[i];
        else
            last = chunk_push(session, fds[i]);
        g_byte_array_append(last->bytes, &zero, 1);
    }
}

size_t
rpc_session_output(RpcSession *session, const uint8_t **ret_bytes, int *ret_fd)
{
    Chunk *chunk = g_queue_peek_head(&session->chunks);
    if (chunk == NULL)
        return 0;
    *ret_bytes = chunk->bytes->data + chunk->done;
    *ret_fd = chunk->fd;
    return chunk->bytes->len - chunk->done;
}

void
rpc_session_written(RpcSession *session, size_t n)
{
    Chunk *chunk = g_queue_peek_head(&session->chunks);
    gboolean is_last = session->chunks.length == 1;
    chunk->done += n;
    session->written += n;
    if (!is_last)
        session->backlog -= n;
    if (chunk->done < chunk->bytes->len)
        return;
    (void)g_queue_pop_head(&session->chunks);
    chunk_free(chunk);
    /* The chunk that is the last one now is counted by its own length. */
    if (session->chunks.length == 1) {
        Chunk *last = g_queue_peek_tail(&session->chunks);
        g_assert(last->done == 0);
        session->backlog = 0;
    }
}

size_t
rpc_session_backlog(const RpcSession *session)
{
    const Chunk *last = g_queue_peek_tail((GQueue *)&session->chunks);
    return last == NULL ? 0 : session->backlog + last->bytes->len - last->done;
}

void
rpc_session_set_keepalive(RpcSession *session, int64_t interval_us, uint32_t count, int64_t now_us)
{
    session->expects_pings = TRUE;
    keepalive_start(&session->keepalive, interval_us, count, now_us);
}

void
rpc_session_expect_pings(RpcSession *session)
{
    session->expects_pings = TRUE;
}

gboolean
rpc_session_expects_pings(const RpcSession *session)
{
    return session->expects_pings;
}

void
rpc_session_show_life(RpcSession *session)
{
    send_keepalive(session, KEEPALIVE_PROC_PONG);
}

void
rpc_session_resumed(RpcSession *session, int64_t now_us)
{
    keepalive_seen(&session->keepalive, now_us);
}

int64_t
rpc_session_due_us(const RpcSession *session)
{
    return session->keepalive.due_us;
}

gboolean
rpc_session_tick(RpcSession *session, int64_t now_us)
{
    KeepaliveVerdict verdict = keepalive_tick(&session->keepalive, now_us);
    if (verdict == KEEPALIVE_PING)
        send_keepalive(session, KEEPALIVE_PROC_PING);
    return verdict != KEEPALIVE_DEAD;
}

/* --- hot restart --- */

GVariant *
rpc_session_save(const RpcSession *session, Handover *handover)
{
    GVariantBuilder chunks;
    g_variant_builder_init(&chunks, G_VARIANT_TYPE("a(ayi)"));
    for (const GList *at = session->chunks.head; at != NULL; at = at->next) {
        const Chunk *chunk = at->data;
        size_t n = chunk->bytes->len - chunk->done;
        gint32 fd = chunk->fd >= 0 ? handover_add_fd(handover, chunk->fd) : -1;
        if (n > 0)
            g_variant_builder_add(&chunks, "(@ayi)",
                                  handover_bytes(chunk->bytes->data + chunk->done, n), fd);
    }
    const Keepalive *keepalive = &session->keepalive;
    return g_variant_new("(@" FRAME_READER_SAVED "a(ayi)xub)",
                         frame_reader_save(session->reader, handover), &chunks,
                         keepalive->interval_us, keepalive->count, session->expects_pings);
}

void
rpc_session_restore(RpcSession *session, GVariant *saved, Handover *handover, int64_t now_us)
{
    g_autoptr(GVariant) reader = NULL;
    g_autoptr(GVariantIter) chunks = NULL;
    GVariant *bytes;
    gint64 interval_us;
    guint32 count;
    gint32 fd;
    g_variant_get(saved, "(@" FRAME_READER_SAVED "a(ayi)xub)", &reader, &chunks, &interval_us,
                  &count, &session->expects_pings);
    frame_reader_restore(session->reader, reader, handover);
    while (g_variant_iter_next(chunks, "(@ayi)", &bytes, &fd)) {
        gsize n;
        const void *data = g_variant_get_fixed_array(bytes, &n, 1);
        Chunk *chunk = chunk_push(session, fd >= 0 ? handover_take_fd(handover, fd) : -1);
        g_byte_array_append(chunk->bytes, data, (guint)n);
        g_variant_unref(bytes);
    }
    keepalive_start(&session->keepalive, interval_us, count, now_us);
}
