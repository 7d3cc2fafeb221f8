/*
 * A program that is replaced by exec leaves values and descriptors; its successor, which keeps the
 * pid, finds those that it asks for by name and type, and no child of it does. A program that
 * cannot be run changes nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/handover.h"

static gboolean
is_inherited(int fd)
{
    int flags = fcntl(fd, F_GETFD);
    g_assert_cmpint(flags, >=, 0);
    return (flags & FD_CLOEXEC) == 0;
}

/* The program that could not be run leaves the descriptor as it was. */
static void
leave_in_vain(void)
{
    g_autoptr(Handover) handover = handover_new();
    g_autoptr(GError) error = NULL;
    char *argv[] = {"none", NULL};
    int fds[2];
    g_assert_true(fd_pipe(fds, NULL));
    (void)handover_add_fd(handover, fds[0]);
    handover_set(handover, "a", g_variant_new_uint32(1));
    handover_exec(handover, "/nonexistent/program", argv, &error);
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    g_assert_false(is_inherited(fds[0]));
    g_assert_null(g_getenv("VIREO_HANDOVER"));
    fd_close(fds[0]);
    fd_close(fds[1]);
}

static void
leave(char **argv)
{
    g_autoptr(Handover) handover = handover_new();
    g_autoptr(GError) error = NULL;
    int fds[2], unused[2];
    g_assert_true(fd_pipe(fds, NULL) && fd_pipe(unused, NULL));
    g_assert_true(fd_write_all(fds[1], "left", 4, NULL));
    handover_set(handover, "pid", g_variant_new_int32((gint32)getpid()));
    handover_set(handover, "fd", g_variant_new_int32(handover_add_fd(handover, fds[0])));
    handover_set(handover, "unused", g_variant_new_int32(unused[0]));
    (void)handover_add_fd(handover, unused[0]);
    handover_exec(handover, "/proc/self/exe", argv, &error);
    g_error("%s", error->message);
}

static gint32
int_of(const Handover *handover, const char *name)
{
    g_autoptr(GVariant) value = handover_get(handover, name, G_VARIANT_TYPE_INT32);
    g_assert_nonnull(value);
    return g_variant_get_int32(value);
}

static void
find(Handover *handover)
{
    char bytes[4];
    g_assert_cmpint(int_of(handover, "pid"), ==, getpid());
    g_assert_null(handover_get(handover, "pid", G_VARIANT_TYPE_STRING));
    g_assert_null(handover_get(handover, "absent", G_VARIANT_TYPE_INT32));
    gint32 index = int_of(handover, "fd");
    auto_fd fd = handover_take_fd(handover, index);
    g_assert_false(is_inherited(fd));
    g_assert_cmpint(read(fd, bytes, sizeof bytes), ==, sizeof bytes);
    g_assert_cmpint(memcmp(bytes, "left", sizeof bytes), ==, 0);
    g_assert_cmpint(handover_take_fd(handover, index), ==, -1);
    g_assert_cmpint(handover_take_fd(handover, 99), ==, -1);
    g_assert_null(handover_receive());
    int unused = int_of(handover, "unused");
    handover_free(handover);
    g_assert_cmpint(fcntl(unused, F_GETFD), ==, -1);
    g_assert_cmpint(errno, ==, EBADF);
}

int
main(int argc, char **argv)
{
    Handover *handover = handover_receive();
    if (handover == NULL) {
        leave_in_vain();
        leave(argv);
    }
    find(handover);
    return 0;
}
