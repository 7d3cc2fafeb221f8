/*
 * Wherever a stream of bytes breaks, the same frames with the same descriptors come out of it.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/rpc/frame.h"

/* Three frames: plain with an odd payload, one with two descriptors, an empty one. */
typedef struct {
    GByteArray *bytes;
    size_t fd_at[2]; /* the bytes that carry the descriptors */
} Stream;

static void
append(GByteArray *out, uint32_t type, uint32_t serial, const char *payload, size_t len)
{
    FrameHeader header = {0x20008086, 1, serial * 10, type, serial, FRAME_OK};
    frame_begin(out, &header, len);
    g_byte_array_append(out, (const uint8_t *)payload, (guint)len);
}

static Stream
stream_new(void)
{
    Stream stream = {g_byte_array_new(), {0}};
    append(stream.bytes, FRAME_CALL, 1, "abcdefg", 7);
    append(stream.bytes, FRAME_CALL_FDS, 2, "\0\0\0\2wxyz", 8);
    for (int i = 0; i < 2; i++) {
        stream.fd_at[i] = stream.bytes->len;
        g_byte_array_append(stream.bytes, (const uint8_t *)"", 1);
    }
    append(stream.bytes, FRAME_CALL, 3, "", 0);
    return stream;
}

static void
check(const Frame *frame, int nth)
{
    static const struct {
        uint32_t type;
        const char *payload;
        uint32_t n_fds;
    } expected[] = {{FRAME_CALL, "abcdefg", 0}, {FRAME_CALL_FDS, "wxyz", 2}, {FRAME_CALL, "", 0}};
    g_assert_cmpint(nth, <, (int)G_N_ELEMENTS(expected));
    g_assert_cmphex(frame->header.prog, ==, 0x20008086);
    g_assert_cmpuint(frame->header.vers, ==, 1);
    g_assert_cmpuint(frame->header.proc, ==, (uint32_t)(nth + 1) * 10);
    g_assert_cmpuint(frame->header.type, ==, expected[nth].type);
    g_assert_cmpuint(frame->header.serial, ==, (uint32_t)nth + 1);
    g_assert_cmpuint(frame->len, ==, frame_get_u32(frame->bytes));
    g_assert_cmpmem(frame->payload, frame->payload_len, expected[nth].payload,
                    strlen(expected[nth].payload));
    g_assert_cmpuint(frame->n_fds, ==, expected[nth].n_fds);
    g_assert_cmpuint(frame->n_announced, ==, expected[nth].n_fds);
}

/* Feeds [from, to) with the descriptors whose bytes are in it; returns the frames seen so far. */
static int
feed(FrameReader *reader, const Stream *stream, size_t from, size_t to, int seen)
{
    int fds[2];
    size_t n_fds = 0;
    Frame frame;
    GError *error = NULL;
    for (int i = 0; i < 2; i++) {
        if (stream->fd_at[i] >= from && stream->fd_at[i] < to)
            fds[n_fds++] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
    /* A copy of its own size: reading behind it shows under a sanitizer. */
    g_autofree uint8_t *copy = g_memdup2(stream->bytes->data + from, to - from);
    g_assert_true(frame_reader_feed(reader, copy, to - from, fds, n_fds, &error));
    while (frame_reader_next(reader, &frame, &error)) {
        check(&frame, seen++);
        for (uint32_t i = 0; i < frame.n_fds; i++)
            g_assert_cmpint(fcntl(frame.fds[i], F_GETFD), !=, -1);
    }
    g_assert_no_error(error);
    return seen;
}

static void
test_two_cuts(void)
{
    Stream stream = stream_new();
    size_t len = stream.bytes->len;
    for (size_t first = 1; first < len; first++) {
        for (size_t second = first; second < len; second++) {
            g_autoptr(FrameReader) reader = frame_reader_new();
            int seen = feed(reader, &stream, 0, first, 0);
            if (second > first)
                seen = feed(reader, &stream, first, second, seen);
            g_assert_cmpint(feed(reader, &stream, second, len, seen), ==, 3);
            g_assert_cmpuint(frame_reader_pending(reader), ==, 0);
        }
    }
    g_byte_array_unref(stream.bytes);
}

static void
test_byte_by_byte(void)
{
    Stream stream = stream_new();
    g_autoptr(FrameReader) reader = frame_reader_new();
    int seen = 0;
    for (int round = 0; round < 3; round++) {
        seen = 0;
        for (size_t i = 0; i < stream.bytes->len; i++)
            seen = feed(reader, &stream, i, i + 1, seen);
        g_assert_cmpint(seen, ==, 3);
    }
    g_byte_array_unref(stream.bytes);
}

static void
test_many_in_one(void)
{
    Stream stream = stream_new();
    g_autoptr(FrameReader) reader = frame_reader_new();
    for (int round = 0; round < 3; round++)
        g_assert_cmpint(feed(reader, &stream, 0, stream.bytes->len, 0), ==, 3);
    g_byte_array_unref(stream.bytes);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/two-cuts", test_two_cuts);
    g_test_add_func("/frame/byte-by-byte", test_byte_by_byte);
    g_test_add_func("/frame/many-in-one", test_many_in_one);
    return g_test_run();
}
