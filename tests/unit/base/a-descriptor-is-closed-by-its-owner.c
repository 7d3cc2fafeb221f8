/*
 * Descriptors: closed at the end of their scope unless handed over, close-on-exec from birth.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/base/fd.h"

static gboolean
is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static int
leave_scope(gboolean keep)
{
    auto_fd fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int number = fd;
    if (keep)
        return fd_steal(&fd);
    errno = EPIPE;
    return number;
}

static void
test_scope(void)
{
    g_assert_false(is_open(leave_scope(FALSE)));
    g_assert_cmpint(errno, ==, EBADF);
    int kept = leave_scope(TRUE);
    g_assert_true(is_open(kept));
    errno = EPIPE;
    fd_clear(&kept);
    g_assert_cmpint(errno, ==, EPIPE);
    g_assert_cmpint(kept, ==, -1);
    fd_clear(&kept);
}

static void
test_birth(void)
{
    int pipe_fds[2], socket_fds[2];
    g_assert_true(fd_pipe(pipe_fds, NULL));
    g_assert_true(fd_socket_pair(socket_fds, NULL));
    auto_fd copy = fd_dup(pipe_fds[0], NULL);
    const int all[] = {pipe_fds[0], pipe_fds[1], socket_fds[0], socket_fds[1], copy};
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        g_assert_cmpint(fcntl(all[i], F_GETFD), ==, FD_CLOEXEC);
    g_assert_true(fd_set_cloexec(copy, FALSE, NULL));
    g_assert_cmpint(fcntl(copy, F_GETFD), ==, 0);
    g_assert_true(fd_set_nonblocking(copy, TRUE, NULL));
    char byte;
    g_assert_cmpint(read(copy, &byte, 1), ==, -1);
    g_assert_cmpint(errno, ==, EAGAIN);
    for (int i = 0; i < 2; i++) {
        fd_close(pipe_fds[i]);
        fd_close(socket_fds[i]);
    }
}

static void
test_errors(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(fd_set_nonblocking(-1, TRUE, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_SYSTEM_ERROR));
    g_assert_cmpint(virt_error_get_info(error).int1, ==, EBADF);
}

static void
test_read_all(void)
{
    int fds[2];
    g_assert_true(fd_pipe(fds, NULL));
    g_assert_true(fd_write_all(fds[1], "hello", 5, NULL));
    fd_clear(&fds[1]);
    g_autoptr(GByteArray) all = fd_read_all(fds[0], 5, NULL);
    g_assert_cmpmem(all->data, all->len, "hello", 5);
    fd_clear(&fds[0]);
    g_assert_true(fd_pipe(fds, NULL));
    g_assert_true(fd_write_all(fds[1], "hello!", 6, NULL));
    fd_clear(&fds[1]);
    g_autoptr(GError) error = NULL;
    g_assert_null(fd_read_all(fds[0], 5, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_OVERFLOW));
    fd_clear(&fds[0]);
}

static void
test_set(void)
{
    int fds[2];
    g_assert_true(fd_pipe(fds, NULL));
    FdSet set = {0};
    fd_set_add(&set, fds[0]);
    fd_set_add(&set, fds[1]);
    auto_fd taken = fd_set_take(&set, 1);
    g_assert_cmpint(taken, ==, fds[1]);
    g_assert_cmpint(fd_set_take(&set, 1), ==, -1);
    g_assert_cmpint(fd_set_take(&set, 2), ==, -1);
    fd_set_clear(&set);
    g_assert_false(is_open(fds[0]));
    g_assert_true(is_open(fds[1]));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fd/scope", test_scope);
    g_test_add_func("/fd/birth", test_birth);
    g_test_add_func("/fd/errors", test_errors);
    g_test_add_func("/fd/read-all", test_read_all);
    g_test_add_func("/fd/set", test_set);
    return g_test_run();
}
