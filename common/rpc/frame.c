/*
 * frame — see frame.h. Frames that arrive whole are handed out in place; only the tail of a read
 * that ends inside a frame is copied, so an idle connection holds no buffer.
 */
#include "common/rpc/frame.h"

#include <string.h>
#include <unistd.h>

#include "common/base/error.h"

struct FrameReader {
    GByteArray *partial;  /* start of the frame that is being received; NULL when none */
    const uint8_t *bytes; /* what was fed and not looked at yet */
    size_t len;
    uint32_t max_bytes;
    int fds[FRAME_FDS_MAX];
    uint32_t n_fds;
    gboolean partial_done; /* `partial` was handed out as a frame: drop it on the next call */
    uint32_t frame_fds;    /* descriptors at the front of `fds` that went out with the last frame */
};

FrameReader *
frame_reader_new(void)
{
    FrameReader *reader = g_new0(FrameReader, 1);
    reader->max_bytes = FRAME_MAX_BYTES;
    return reader;
}

void
frame_reader_set_max(FrameReader *reader, uint32_t max_bytes)
{
    reader->max_bytes = max_bytes;
}

static void
drop_fds(FrameReader *reader, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (reader->fds[i] >= 0)
            close(reader->fds[i]);
    }
    reader->n_fds -= n;
    memmove(reader->fds, reader->fds + n, reader->n_fds * sizeof(int));
}

void
frame_reader_free(FrameReader *reader)
{
    if (reader == NULL)
        return;
    drop_fds(reader, reader->n_fds);
    if (reader->partial != NULL)
        g_byte_array_unref(reader->partial);
    g_free(reader);
}

uint32_t
frame_get_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void
frame_put_u32(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 24);
    bytes[1] = (uint8_t)(value >> 16);
    bytes[2] = (uint8_t)(value >> 8);
    bytes[3] = (uint8_t)value;
}

void
frame_append_u32(GByteArray *out, uint32_t value)
{
    uint8_t bytes[4];
    frame_put_u32(bytes, value);
    g_byte_array_append(out, bytes, sizeof bytes);
}

gboolean
frame_reader_feed(FrameReader *reader, const uint8_t *bytes, size_t len, const int *fds,
                  size_t n_fds, GError **error)
{
    g_assert(reader->len == 0);
    reader->bytes = bytes;
    reader->len = len;
    gboolean fits = n_fds <= FRAME_FDS_MAX - reader->n_fds;
    for (size_t i = 0; i < n_fds; i++) {
        if (fits)
            reader->fds[reader->n_fds++] = fds[i];
        else
            close(fds[i]);
    }
    if (!fits)
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_RPC,
                       "more than %d descriptors are waiting for a frame", FRAME_FDS_MAX);
    return fits;
}

/* Bytes from the start of a frame to its end, descriptor bytes included, as far as `have` bytes
 * tell: 0 when more are needed to know, and `ret_fds` its number of descriptors. */
static gboolean
frame_extent(const FrameReader *reader, const uint8_t *bytes, size_t have, size_t *ret_extent,
             uint32_t *ret_fds, GError **error)
{
    *ret_extent = 0;
    *ret_fds = 0;
    if (have < 4)
        return TRUE;
    uint32_t len = frame_get_u32(bytes);
    if (len < FRAME_HEADER_BYTES || len > reader->max_bytes) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_RPC,
                       "packet length %u is not between %d and %u", len, FRAME_HEADER_BYTES,
                       reader->max_bytes);
        return FALSE;
    }
    if (have < FRAME_HEADER_BYTES)
        return TRUE;
    uint32_t type = frame_get_u32(bytes + 16);
    if (type == FRAME_CALL_FDS || type == FRAME_REPLY_FDS) {
        if (len < FRAME_HEADER_BYTES + 4) {
            virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_RPC,
                           "packet with descriptors lacks their number");
            return FALSE;
        }
        if (have < FRAME_HEADER_BYTES + 4)
            return TRUE;
        *ret_fds = frame_get_u32(bytes + FRAME_HEADER_BYTES);
        if (*ret_fds > FRAME_FDS_MAX) {
            virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_RPC,
                           "packet announces %u descriptors, %d are allowed", *ret_fds,
                           FRAME_FDS_MAX);
            return FALSE;
        }
    }
    *ret_extent = (size_t)len + *ret_fds;
    return TRUE;
}

static void
frame_fill(FrameReader *reader, const uint8_t *bytes, uint32_t n_fds, Frame *ret_frame)
{
    uint32_t len = frame_get_u32(bytes);
    uint32_t type = frame_get_u32(bytes + 16);
    uint32_t skip = type == FRAME_CALL_FDS || type == FRAME_REPLY_FDS ? 4 : 0;
    /* A peer may announce a descriptor and send a bare byte: the call then lacks it. */
    reader->frame_fds = MIN(n_fds, reader->n_fds);
    *ret_frame = (Frame){
        .header = {frame_get_u32(bytes + 4), frame_get_u32(bytes + 8), frame_get_u32(bytes + 12),
                   type, frame_get_u32(bytes + 20), frame_get_u32(bytes + 24)},
        .bytes = bytes,
        .len = len,
        .payload = bytes + FRAME_HEADER_BYTES + skip,
        .payload_len = len - FRAME_HEADER_BYTES - skip,
        .fds = reader->fds,
        .n_fds = reader->frame_fds,
        .n_announced = n_fds,
    };
}

static void
reader_retire(FrameReader *reader)
{
    drop_fds(reader, reader->frame_fds);
    reader->frame_fds = 0;
    if (reader->partial_done) {
        g_clear_pointer(&reader->partial, g_byte_array_unref);
        reader->partial_done = FALSE;
    }
}

/* Moves up to `n` bytes from what was fed to the partial frame. */
static void
reader_take(FrameReader *reader, size_t n)
{
    n = MIN(n, reader->len);
    g_byte_array_append(reader->partial, reader->bytes, (guint)n);
    reader->bytes += n;
    reader->len -= n;
}

/* The most that may be appended before looking at the extent again. */
static size_t
reader_want(const FrameReader *reader, size_t extent)
{
    size_t have = reader->partial->len;
    if (extent != 0)
        return extent - have;
    if (have < 4)
        return 4 - have;
    return (have < FRAME_HEADER_BYTES ? FRAME_HEADER_BYTES : FRAME_HEADER_BYTES + 4) - have;
}

static gboolean
reader_next_partial(FrameReader *reader, Frame *ret_frame, GError **error)
{
    size_t extent;
    uint32_t n_fds;
    for (;;) {
        if (!frame_extent(reader, reader->partial->data, reader->partial->len, &extent, &n_fds,
                          error))
            return FALSE;
        if (extent != 0 && reader->partial->len == extent)
            break;
        if (reader->len == 0)
            return FALSE;
        reader_take(reader, reader_want(reader, extent));
    }
    frame_fill(reader, reader->partial->data, n_fds, ret_frame);
    reader->partial_done = TRUE;
    return TRUE;
}

gboolean
frame_reader_next(FrameReader *reader, Frame *ret_frame, GError **error)
{
    reader_retire(reader);
    if (reader->partial != NULL)
        return reader_next_partial(reader, ret_frame, error);
    if (reader->len == 0) {
        /* Between two frames: what is left came with bytes that announced none. */
        drop_fds(reader, reader->n_fds);
        return FALSE;
    }
    size_t extent;
    uint32_t n_fds;
    if (!frame_extent(reader, reader->bytes, reader->len, &extent, &n_fds, error))
        return FALSE;
    if (extent == 0 || extent > reader->len) {
        reader->partial = g_byte_array_new();
        reader_take(reader, reader->len);
        return FALSE;
    }
    frame_fill(reader, reader->bytes, n_fds, ret_frame);
    reader->bytes += extent;
    reader->len -= extent;
    return TRUE;
}

size_t
frame_reader_pending(const FrameReader *reader)
{
    return reader->partial != NULL && !reader->partial_done ? reader->partial->len : 0;
}

size_t
frame_reader_wanted(const FrameReader *reader)
{
    size_t have = frame_reader_pending(reader);
    /* The length word was checked when it came. */
    size_t len = have >= 4 ? frame_get_u32(reader->partial->data) : 0;
    return len > have ? len - have : 0;
}

size_t
frame_begin(GByteArray *out, const FrameHeader *header, size_t payload_len)
{
    size_t start = out->len;
    uint8_t bytes[FRAME_HEADER_BYTES];
    frame_put_u32(bytes, (uint32_t)(FRAME_HEADER_BYTES + payload_len));
    frame_put_u32(bytes + 4, header->prog);
    frame_put_u32(bytes + 8, header->vers);
    frame_put_u32(bytes + 12, header->proc);
    frame_put_u32(bytes + 16, header->type);
    frame_put_u32(bytes + 20, header->serial);
    frame_put_u32(bytes + 24, header->status);
    g_byte_array_append(out, bytes, sizeof bytes);
    return start;
}

gboolean
frame_end(GByteArray *out, size_t start)
{
    size_t len = out->len - start;
    if (len > FRAME_MAX_BYTES)
        return FALSE;
    frame_put_u32(out->data + start, (uint32_t)len);
    return TRUE;
}

/* ---- hot restart ---- */

GVariant *
frame_reader_save(const FrameReader *reader, Handover *handover)
{
    GVariantBuilder fds;
    g_assert(reader->len == 0);
    gboolean has_partial = reader->partial != NULL && !reader->partial_done;
    GVariant *bytes = handover_bytes(has_partial ? reader->partial->data : NULL,
                                     has_partial ? reader->partial->len : 0);
    g_variant_builder_init(&fds, G_VARIANT_TYPE("ai"));
    for (uint32_t i = reader->frame_fds; i < reader->n_fds; i++)
        g_variant_builder_add(&fds, "i", handover_add_fd(handover, reader->fds[i]));
    return g_variant_new("(@ayai)", bytes, &fds);
}

void
frame_reader_restore(FrameReader *reader, GVariant *saved, Handover *handover)
{
    g_autoptr(GVariant) bytes = g_variant_get_child_value(saved, 0);
    g_autoptr(GVariant) fds = g_variant_get_child_value(saved, 1);
    gsize n, n_fds;
    const void *data = g_variant_get_fixed_array(bytes, &n, 1);
    const gint32 *indexes = g_variant_get_fixed_array(fds, &n_fds, sizeof(gint32));
    if (n > 0) {
        reader->partial = g_byte_array_sized_new((guint)n);
        g_byte_array_append(reader->partial, data, (guint)n);
    }
    for (gsize i = 0; i < n_fds && reader->n_fds < FRAME_FDS_MAX; i++)
        reader->fds[reader->n_fds++] = handover_take_fd(handover, indexes[i]);
}
