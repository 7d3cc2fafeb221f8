/*
 * A length below the header or above the limit is refused by the length word alone, before anything
 * is held for it; the bounds themselves are taken. What is held is what came.
 */
#include <malloc.h>
#include <string.h>

#include "common/base/error.h"
#include "common/rpc/frame.h"

static gboolean
feed(FrameReader *reader, const uint8_t *bytes, size_t len, Frame *ret_frame, GError **error)
{
    g_assert_true(frame_reader_feed(reader, bytes, len, NULL, 0, error));
    return frame_reader_next(reader, ret_frame, error);
}

static void
put_header(uint8_t bytes[FRAME_HEADER_BYTES + 4], uint32_t len, uint32_t type, uint32_t n_fds)
{
    memset(bytes, 0, FRAME_HEADER_BYTES + 4);
    frame_put_u32(bytes, len);
    frame_put_u32(bytes + 16, type);
    frame_put_u32(bytes + FRAME_HEADER_BYTES, n_fds);
}

static void
test_refused_lengths(void)
{
    static const uint32_t lengths[] = {0, 1, 4, 27, 33554437, 0x7fffffff, 0x80000000, 0xffffffff};
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        for (size_t split = 0; split < 4; split++) {
            g_autoptr(FrameReader) reader = frame_reader_new();
            g_autoptr(GError) error = NULL;
            Frame frame;
            uint8_t bytes[FRAME_HEADER_BYTES + 4];
            put_header(bytes, lengths[i], FRAME_CALL, 0);
            if (split > 0)
                g_assert_false(feed(reader, bytes, split, &frame, &error));
            g_assert_no_error(error);
            /* The word is enough: the header need not be there. */
            g_assert_false(feed(reader, bytes + split, 4 - split, &frame, &error));
            g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
        }
    }
}

static void
test_smallest(void)
{
    g_autoptr(FrameReader) reader = frame_reader_new();
    g_autoptr(GError) error = NULL;
    Frame frame;
    uint8_t bytes[FRAME_HEADER_BYTES + 4];
    put_header(bytes, FRAME_HEADER_BYTES, FRAME_CALL, 0);
    g_assert_true(feed(reader, bytes, FRAME_HEADER_BYTES, &frame, &error));
    g_assert_cmpuint(frame.payload_len, ==, 0);
}

static void
test_largest(void)
{
    g_autoptr(FrameReader) reader = frame_reader_new();
    g_autoptr(GError) error = NULL;
    Frame frame;
    g_autofree uint8_t *bytes = g_malloc0(33554436);
    frame_put_u32(bytes, 33554436);
    g_assert_false(feed(reader, bytes, 33554435, &frame, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(frame_reader_pending(reader), ==, 33554435);
    g_assert_true(feed(reader, bytes + 33554435, 1, &frame, &error));
    g_assert_cmpuint(frame.payload_len, ==, 33554436 - FRAME_HEADER_BYTES);
}

static void
test_narrowed(void)
{
    g_autoptr(FrameReader) reader = frame_reader_new();
    g_autoptr(GError) error = NULL;
    Frame frame;
    uint8_t bytes[FRAME_HEADER_BYTES + 4];
    frame_reader_set_max(reader, 28);
    put_header(bytes, 28, FRAME_CALL, 0);
    g_assert_true(feed(reader, bytes, 28, &frame, &error));
    put_header(bytes, 29, FRAME_CALL, 0);
    g_assert_false(frame_reader_next(reader, &frame, &error));
    g_assert_no_error(error);
    g_assert_false(feed(reader, bytes, 4, &frame, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
}

static void
test_descriptor_count(void)
{
    static const struct {
        uint32_t len, n_fds;
        gboolean good;
    } cases[] = {
        {FRAME_HEADER_BYTES + 4, 0, TRUE},
        {FRAME_HEADER_BYTES + 4, 33, FALSE},
        {FRAME_HEADER_BYTES + 4, 0xffffffff, FALSE},
        {FRAME_HEADER_BYTES + 3, 0, FALSE}, /* no room for the number */
        {FRAME_HEADER_BYTES, 0, FALSE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (uint32_t type = FRAME_CALL_FDS; type <= FRAME_REPLY_FDS; type++) {
            g_autoptr(FrameReader) reader = frame_reader_new();
            g_autoptr(GError) error = NULL;
            Frame frame;
            uint8_t bytes[FRAME_HEADER_BYTES + 4];
            put_header(bytes, cases[i].len, type, cases[i].n_fds);
            g_assert_cmpint(feed(reader, bytes, cases[i].len, &frame, &error), ==, cases[i].good);
            g_assert_cmpint(error == NULL, ==, cases[i].good);
        }
    }
}

/* An announced size allocates nothing; what came is held, not much more. */
static void
test_memory(void)
{
    g_autoptr(FrameReader) reader = frame_reader_new();
    g_autoptr(GError) error = NULL;
    Frame frame;
    uint8_t bytes[1000] = {0};
    frame_put_u32(bytes, 33554436);
    struct mallinfo2 before = mallinfo2();
    for (size_t fed = 0; fed < 100000; fed += sizeof bytes) {
        g_assert_false(feed(reader, bytes, sizeof bytes, &frame, &error));
        struct mallinfo2 now = mallinfo2();
        size_t held = now.uordblks + now.hblkhd - before.uordblks - before.hblkhd;
        g_assert_cmpuint(held, <, 4 * fed + 8192);
        memset(bytes, 0, 4);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/refused-lengths", test_refused_lengths);
    g_test_add_func("/frame/smallest", test_smallest);
    g_test_add_func("/frame/largest", test_largest);
    g_test_add_func("/frame/narrowed", test_narrowed);
    g_test_add_func("/frame/descriptor-count", test_descriptor_count);
    g_test_add_func("/frame/memory", test_memory);
    return g_test_run();
}
