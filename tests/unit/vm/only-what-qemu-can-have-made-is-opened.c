/*
 * QEMU tells where a console or channel is on the host; what is opened is a terminal of the user
 * that QEMU runs as, or a socket, whatever else the path leads to. Shows DEV-19.
 */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "virtqemud/vm/console_device.h"

static VirtErrorCode
refusal(const ConsoleWish *wish)
{
    g_autoptr(GError) error = NULL;
    int fd = console_device_open(wish, &error);
    g_assert_cmpint(fd, ==, -1);
    g_assert_nonnull(error);
    return virt_error_get_code(error);
}

static void
test_terminal(void)
{
    auto_fd master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    g_assert_cmpint(master, >=, 0);
    g_assert_true(grantpt(master) == 0 && unlockpt(master) == 0);
    ConsoleWish wish = {.kind = CONSOLE_PTY, .path = ptsname(master)};
    struct stat st;
    g_assert_cmpint(stat(wish.path, &st), ==, 0);
    wish.owner = st.st_uid;
    auto_fd slave = console_device_open(&wish, NULL);
    g_assert_cmpint(slave, >=, 0);
    g_assert_true(isatty(slave));
    g_assert_true((fcntl(slave, F_GETFL) & O_NONBLOCK) != 0);
    g_assert_true((fcntl(slave, F_GETFD) & FD_CLOEXEC) != 0);
    wish.owner = st.st_uid + 1;
    g_assert_cmpint(refusal(&wish), ==, VIRT_ERR_OPERATION_INVALID);
}

static void
test_no_terminal(void)
{
    static const char *const paths[] = {
        "/dev/null",     "/etc/passwd",     "/dev/pts",    "/dev/pts/", "/dev/pts/../null",
        "/dev/pts/ptmx", "/dev/pts/1/../2", "/dev/pts/-1", "pts/1",     "",
        "/tmp/dev/pts/1"};
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        ConsoleWish wish = {.kind = CONSOLE_PTY, .path = paths[i], .owner = geteuid()};
        g_assert_cmpint(refusal(&wish), ==, VIRT_ERR_OPERATION_INVALID);
    }
    ConsoleWish gone = {.kind = CONSOLE_PTY, .path = "/dev/pts/999999", .owner = geteuid()};
    g_assert_cmpint(refusal(&gone), ==, VIRT_ERR_SYSTEM_ERROR);
}

static int
listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    g_assert_cmpint(bind(fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    return fd;
}

static void
test_socket(void)
{
    g_autofree char *folder = g_dir_make_tmp("sockets-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "channel", NULL);
    g_autofree char *link = g_build_filename(folder, "link", NULL);
    auto_fd listener = listen_at(path);
    g_assert_cmpint(symlink(path, link), ==, 0);
    ConsoleWish wish = {.kind = CONSOLE_SOCKET, .path = path};
    auto_fd fd = console_device_open(&wish, NULL);
    g_assert_cmpint(fd, >=, 0);
    auto_fd peer = accept(listener, NULL, NULL);
    g_assert_cmpint(write(fd, "x", 1), ==, 1);
    char byte = 0;
    g_assert_cmpint(read(peer, &byte, 1), ==, 1);
    wish.path = link;
    g_assert_cmpint(refusal(&wish), ==, VIRT_ERR_OPERATION_INVALID);
    wish.path = folder;
    g_assert_cmpint(refusal(&wish), ==, VIRT_ERR_OPERATION_INVALID);
    fd_clear(&listener);
    wish.path = path;
    g_assert_cmpint(refusal(&wish), ==, VIRT_ERR_SYSTEM_ERROR);
    g_assert_true(g_unlink(link) == 0 && g_unlink(path) == 0 && g_rmdir(folder) == 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/console-device/terminal", test_terminal);
    g_test_add_func("/console-device/no-terminal", test_no_terminal);
    g_test_add_func("/console-device/socket", test_socket);
    return g_test_run();
}
