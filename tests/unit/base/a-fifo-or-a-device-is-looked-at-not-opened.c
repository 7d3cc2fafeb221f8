/*
 * fd_open_data(): files are opened with the access that was asked for; of a FIFO, a device, a
 * socket or a folder there is a descriptor that fstat() takes and nothing else does, and nobody at
 * the other end of a FIFO notices.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"

static mode_t
kind_of(int fd)
{
    struct stat st;
    g_assert_cmpint(fstat(fd, &st), ==, 0);
    return st.st_mode & S_IFMT;
}

static gboolean
is_for_looking(int fd)
{
    char byte;
    return (fcntl(fd, F_GETFL) & O_PATH) != 0 && read(fd, &byte, 1) == -1 && errno == EBADF;
}

static void
test_file(const char *folder)
{
    char byte;
    g_autofree char *path = g_build_filename(folder, "file", NULL);
    g_autofree char *link = g_build_filename(folder, "link", NULL);
    g_assert_true(g_file_set_contents(path, "x", 1, NULL));
    g_assert_cmpint(symlink(path, link), ==, 0);
    auto_fd reading = fd_open_data(link, O_RDONLY);
    g_assert_cmpint(read(reading, &byte, 1), ==, 1);
    g_assert_cmpint(write(reading, "y", 1), ==, -1);
    g_assert_cmpint(fcntl(reading, F_GETFD), ==, FD_CLOEXEC);
    auto_fd both = fd_open_data(path, O_RDWR);
    g_assert_cmpint(write(both, "y", 1), ==, 1);
    auto_fd not_followed = fd_open_data(link, O_RDONLY | O_NOFOLLOW);
    g_assert_true(is_for_looking(not_followed));
    g_unlink(link);
    g_unlink(path);
    g_assert_cmpint(fd_open_data(path, O_RDONLY), ==, -1);
    g_assert_cmpint(errno, ==, ENOENT);
}

static void
test_fifo(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "fifo", NULL);
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    auto_fd fd = fd_open_data(path, O_RDONLY);
    g_assert_cmpuint(kind_of(fd), ==, S_IFIFO);
    g_assert_true(is_for_looking(fd));
    /* Nobody reads: to the kernel it was not opened. */
    auto_fd writer = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    g_assert_cmpint(writer, ==, -1);
    g_assert_cmpint(errno, ==, ENXIO);
    g_unlink(path);
}

static void
test_others(const char *folder)
{
    auto_fd device = fd_open_data("/dev/null", O_RDWR);
    g_assert_cmpuint(kind_of(device), ==, S_IFCHR);
    g_assert_true(is_for_looking(device));
    auto_fd below = fd_open_data(folder, O_RDONLY);
    g_assert_cmpuint(kind_of(below), ==, S_IFDIR);
    g_assert_true(is_for_looking(below));
}

static void
test_all(void)
{
    g_autofree char *folder = g_dir_make_tmp("fd-XXXXXX", NULL);
    test_file(folder);
    test_fifo(folder);
    test_others(folder);
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fd/open-data", test_all);
    return g_test_run();
}
