/*
 * A descriptor belongs to the frame that announced it. One that no frame announced is closed; a
 * frame that announced more than came says so; nothing leaks.
 */
#include <fcntl.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/rpc/frame.h"

static int
some_fd(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static gboolean
is_open(int fd)
{
    return fcntl(fd, F_GETFD) != -1;
}

/* A frame with `announced` descriptors and a byte for each of them. */
static void
append(GByteArray *out, uint32_t type, uint32_t announced)
{
    static const uint8_t zeros[FRAME_FDS_MAX] = {0};
    FrameHeader header = {1, 1, 1, type, 0, FRAME_OK};
    gboolean counted = type == FRAME_CALL_FDS || type == FRAME_REPLY_FDS;
    frame_begin(out, &header, counted ? 4 : 0);
    if (counted)
        frame_append_u32(out, announced);
    g_byte_array_append(out, zeros, announced);
}

static void
test_too_few(void)
{
    g_autoptr(FrameReader) reader = frame_reader_new();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Frame frame;
    int fd = some_fd();
    append(bytes, FRAME_CALL_FDS, 3);
    g_assert_true(frame_reader_feed(reader, bytes->data, bytes->len, &fd, 1, NULL));
    g_assert_true(frame_reader_next(reader, &frame, NULL));
    g_assert_cmpuint(frame.n_fds, ==, 1);
    g_assert_cmpuint(frame.n_announced, ==, 3);
    g_assert_cmpint(frame.fds[0], ==, fd);
    g_assert_false(frame_reader_next(reader, &frame, NULL));
    g_assert_false(is_open(fd));
}

static void
test_taken(void)
{
    g_autoptr(FrameReader) reader = frame_reader_new();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Frame frame;
    int fds[2] = {some_fd(), some_fd()};
    append(bytes, FRAME_CALL_FDS, 2);
    g_assert_true(frame_reader_feed(reader, bytes->data, bytes->len, fds, 2, NULL));
    g_assert_true(frame_reader_next(reader, &frame, NULL));
    frame.fds[1] = -1;
    g_assert_false(frame_reader_next(reader, &frame, NULL));
    g_assert_false(is_open(fds[0]));
    g_assert_true(is_open(fds[1]));
    close(fds[1]);
}

/* Two came where one was announced: the second must not become the next frame's first. */
static void
test_too_many(void)
{
    g_autoptr(FrameReader) reader = frame_reader_new();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Frame frame;
    int fds[2] = {some_fd(), some_fd()}, next = some_fd();
    append(bytes, FRAME_CALL_FDS, 1);
    g_assert_true(frame_reader_feed(reader, bytes->data, bytes->len, fds, 2, NULL));
    g_assert_true(frame_reader_next(reader, &frame, NULL));
    g_assert_cmpuint(frame.n_fds, ==, 1);
    g_assert_false(frame_reader_next(reader, &frame, NULL));
    g_assert_false(is_open(fds[1]));
    g_assert_true(frame_reader_feed(reader, bytes->data, bytes->len, &next, 1, NULL));
    g_assert_true(frame_reader_next(reader, &frame, NULL));
    g_assert_cmpint(frame.fds[0], ==, next);
    g_assert_false(frame_reader_next(reader, &frame, NULL));
}

/* With a frame that has none, whole or in parts: closed, so that nobody makes us hold them. */
static void
test_unannounced(void)
{
    g_autoptr(FrameReader) reader = frame_reader_new();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Frame frame;
    append(bytes, FRAME_CALL, 0);
    for (int i = 0; i < 100; i++) {
        int fd = some_fd();
        size_t split = (size_t)i % bytes->len;
        g_assert_true(frame_reader_feed(reader, bytes->data, split, NULL, 0, NULL));
        g_assert_false(frame_reader_next(reader, &frame, NULL));
        g_assert_true(
            frame_reader_feed(reader, bytes->data + split, bytes->len - split, &fd, 1, NULL));
        g_assert_true(frame_reader_next(reader, &frame, NULL));
        g_assert_cmpuint(frame.n_fds, ==, 0);
        g_assert_false(frame_reader_next(reader, &frame, NULL));
        g_assert_false(is_open(fd));
    }
}

/* More than a frame may carry wait while it is not complete: an error, and none is left open. */
static void
test_flood(void)
{
    g_autoptr(GError) error = NULL;
    FrameReader *reader = frame_reader_new();
    Frame frame;
    int fds[FRAME_FDS_MAX + 1];
    uint8_t bytes[2] = {0};
    for (int i = 0; i < FRAME_FDS_MAX + 1; i++)
        fds[i] = some_fd();
    g_assert_true(frame_reader_feed(reader, bytes, 1, fds, FRAME_FDS_MAX, NULL));
    g_assert_false(frame_reader_next(reader, &frame, NULL));
    g_assert_false(frame_reader_feed(reader, bytes, 1, fds + FRAME_FDS_MAX, 1, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
    frame_reader_free(reader);
    for (int i = 0; i < FRAME_FDS_MAX + 1; i++)
        g_assert_false(is_open(fds[i]));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/descriptors/too-few", test_too_few);
    g_test_add_func("/descriptors/taken", test_taken);
    g_test_add_func("/descriptors/too-many", test_too_many);
    g_test_add_func("/descriptors/unannounced", test_unannounced);
    g_test_add_func("/descriptors/flood", test_flood);
    return g_test_run();
}
