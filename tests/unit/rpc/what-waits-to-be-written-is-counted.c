/*
 * The backlog of a session is at every moment the number of bytes that it will still give out,
 * whatever was appended, with descriptors in between, and however little is written at once.
 */
#include <fcntl.h>
#include <unistd.h>

#include "common/rpc/session.h"

/* What the session should hold, in order: bytes of a rising pattern, and which carry descriptors.
 */
typedef struct {
    RpcSession *session;
    size_t appended, written;
    GArray *fd_at; /* of size_t: positions of bytes with a descriptor */
    guint fds_seen;
} Model;

static uint8_t
pattern(size_t at)
{
    return (uint8_t)(at * 7 + at / 251);
}

static void
append_bytes(Model *model, size_t len)
{
    GByteArray *out = rpc_session_out(model->session);
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = pattern(model->appended++);
        g_byte_array_append(out, &byte, 1);
    }
}

static void
append_fds(Model *model, uint32_t n)
{
    int fds[FRAME_FDS_MAX];
    for (uint32_t i = 0; i < n; i++) {
        fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        g_array_append_val(model->fd_at, model->appended);
        model->appended++;
    }
    rpc_session_out_fds(model->session, fds, n);
}

static void
write_some(Model *model, size_t at_most)
{
    const uint8_t *bytes;
    int fd = -2;
    size_t len = rpc_session_output(model->session, &bytes, &fd);
    if (len == 0) {
        g_assert_cmpuint(model->written, ==, model->appended);
        return;
    }
    size_t n = MIN(len, at_most);
    gboolean has_fd = model->fds_seen < model->fd_at->len &&
                      g_array_index(model->fd_at, size_t, model->fds_seen) == model->written;
    g_assert_cmpint(fd >= 0, ==, has_fd);
    if (has_fd) {
        g_assert_cmpuint(len, ==, 1);
        g_assert_cmpint(fcntl(fd, F_GETFD), !=, -1);
        model->fds_seen++;
    } else {
        for (size_t i = 0; i < n; i++)
            g_assert_cmpuint(bytes[i], ==, pattern(model->written + i));
    }
    rpc_session_written(model->session, n);
    model->written += n;
}

static void
check(const Model *model)
{
    g_assert_cmpuint(rpc_session_backlog(model->session), ==, model->appended - model->written);
}

static void
test_random(void)
{
    for (int round = 0; round < 30; round++) {
        Model model = {rpc_session_new(), 0, 0, g_array_new(FALSE, FALSE, sizeof(size_t)), 0};
        for (int step = 0; step < 200; step++) {
            int what = g_test_rand_int_range(0, 10);
            if (what < 4)
                append_bytes(&model, (size_t)g_test_rand_int_range(1, what == 0 ? 300000 : 200));
            if (what == 0 || what == 4)
                append_fds(&model, (uint32_t)g_test_rand_int_range(1, 4));
            check(&model);
            if (what > 4)
                write_some(&model, (size_t)g_test_rand_int_range(1, what > 8 ? 400000 : 90));
            check(&model);
        }
        /* One round in two ends with bytes and descriptors left. */
        while (round % 2 == 0 && model.written < model.appended) {
            write_some(&model, SIZE_MAX);
            check(&model);
        }
        rpc_session_free(model.session);
        g_array_unref(model.fd_at);
    }
}

/* A buffer that was asked for and not used stops nothing behind it. */
static void
test_unused(void)
{
    Model model = {rpc_session_new(), 0, 0, g_array_new(FALSE, FALSE, sizeof(size_t)), 0};
    (void)rpc_session_out(model.session);
    append_fds(&model, 1);
    append_bytes(&model, 5);
    while (model.written < model.appended) {
        size_t before = model.written;
        write_some(&model, SIZE_MAX);
        g_assert_cmpuint(model.written, >, before);
        check(&model);
    }
    rpc_session_free(model.session);
    g_array_unref(model.fd_at);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session/random", test_random);
    g_test_add_func("/session/unused", test_unused);
    return g_test_run();
}
