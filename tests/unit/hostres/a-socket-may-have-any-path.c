/*
 * Listening on unix sockets and connecting to them: paths beyond an address's length, what is at
 * the path from before, modes and owners. The sockets of character devices, and their files.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "scratch.h"
#include "virtqemud/hostres/chardev_files.h"
#include "virtqemud/hostres/sockets.h"

static void
assert_talks(int listening, const char *path)
{
    g_autoptr(GError) error = NULL;
    auto_fd client = sockets_connect(path, &error);
    g_assert_no_error(error);
    auto_fd server = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    g_assert_cmpint(server, >=, 0);
    g_assert_cmpint(write(client, "x", 1), ==, 1);
    char byte;
    g_assert_cmpint(read(server, &byte, 1), ==, 1);
}

static void
test_long_path(void)
{
    char *scratch = scratch_new();
    char part[81] = "";
    memset(part, 'd', sizeof part - 1);
    g_autofree char *folder = g_build_filename(scratch, part, part, NULL);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    /* The longest name that fits behind a descriptor's own. */
    g_autofree char *path = g_build_filename(folder, part, NULL);
    auto_fd fd = sockets_listen(path, NULL, NULL);
    g_assert_cmpint(fd, >=, 0);
    assert_talks(fd, path);
    struct stat st;
    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 07777, ==, 0775);
    sockets_remove(path);
    g_assert_cmpint(access(path, F_OK), ==, -1);
    g_autofree char *impossible = g_strconcat(path, part, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(sockets_listen(impossible, NULL, &error), ==, -1);
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    scratch_free(scratch);
}

static void
test_what_is_there(void)
{
    char *scratch = scratch_new();
    g_autofree char *path = scratch_path(scratch, "sock");
    auto_fd first = sockets_listen(path, NULL, NULL);
    auto_fd second = sockets_listen(path, NULL, NULL);
    g_assert_cmpint(second, >=, 0);
    assert_talks(second, path);
    /* A file is somebody's, and a link leads to somebody's. */
    scratch_write(scratch, "file", "x", 1);
    g_autofree char *file = scratch_path(scratch, "file");
    g_autofree char *link = scratch_path(scratch, "link");
    g_assert_cmpint(symlink(path, link), ==, 0);
    const char *const there[] = {file, link};
    for (size_t i = 0; i < G_N_ELEMENTS(there); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(sockets_listen(there[i], NULL, &error), ==, -1);
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_OPERATION_FAILED);
        sockets_remove(there[i]);
        struct stat st;
        g_assert_cmpint(lstat(there[i], &st), ==, 0);
    }
    g_autoptr(GError) error = NULL;
    g_autofree char *gone = scratch_path(scratch, "gone");
    g_assert_cmpint(sockets_connect(gone, &error), ==, -1);
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    scratch_free(scratch);
}

static void
test_owner(void)
{
    if (geteuid() != 0) {
        g_test_skip("only root gives files away");
        return;
    }
    char *scratch = scratch_new();
    g_autofree char *path = scratch_path(scratch, "sock");
    const Owner owner = {1234, 5678};
    auto_fd fd = sockets_listen(path, &owner, NULL);
    g_assert_cmpint(fd, >=, 0);
    struct stat st;
    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpuint(st.st_uid, ==, 1234);
    g_assert_cmpuint(st.st_gid, ==, 5678);
    scratch_free(scratch);
}

typedef struct {
    Chardev chardev;
    ChardevSource source;
    ChardevSource *sources[1];
} Line;

static Chardev *
make_line(Line *line, ChardevType type, const char *alias, char *path)
{
    *line = (Line){.chardev = {.type = type, .info = {.alias = alias}}, .source = {.path = path}};
    line->sources[0] = &line->source;
    line->chardev.sources.items = line->sources;
    line->chardev.sources.n = 1;
    return &line->chardev;
}

static void
test_devices(void)
{
    char *scratch = scratch_new();
    g_autofree char *socket = scratch_path(scratch, "sock");
    g_autofree char *file = scratch_path(scratch, "file");
    g_autofree char *log = scratch_path(scratch, "log");
    scratch_write(scratch, "file", "old", 3);
    scratch_write(scratch, "log", "old", 3);
    g_autoptr(OpenSets) sets = open_sets_new(7);
    ChardevFiles *files = chardev_files_new(sets, NULL);
    Line unix_line, file_line, pty_line;
    Chardev *bound = make_line(&unix_line, CHARDEV_UNIX, "channel0", socket);
    unix_line.source.mode = CHARDEV_BIND;
    Chardev *serial = make_line(&file_line, CHARDEV_FILE, "serial0", file);
    Chardev *pty = make_line(&pty_line, CHARDEV_PTY, "serial1", NULL);
    serial->log = log;
    serial->log_append = SWITCH_ON;
    g_assert_true(chardev_files_open(files, bound, NULL));
    g_assert_true(chardev_files_open(files, serial, NULL));
    g_assert_true(chardev_files_open(files, pty, NULL));
    g_autoptr(ExecPlan) plan = exec_plan_new();
    size_t n;
    const BuildChardev *passed = chardev_files_pass(files, plan, &n);
    g_assert_cmpuint(n, ==, 2);
    g_assert_cmpstr(passed[0].alias, ==, "channel0");
    g_assert_cmpint(passed[0].socket, >, 2);
    g_assert_cmpuint(passed[0].set, ==, 0);
    g_assert_cmpint(passed[1].socket, ==, -1);
    g_assert_cmpuint(passed[1].set, ==, 7);
    g_assert_cmpuint(passed[1].log_set, ==, 8);
    const OpenSetFd *fds = open_sets_get(sets, &n);
    g_assert_cmpuint(n, ==, 2);
    g_assert_cmpstr(fds[0].opaque, ==, "serial0-source");
    g_assert_cmpint(fcntl(fds[0].fd, F_GETFL) & (O_ACCMODE | O_APPEND), ==, O_WRONLY | O_APPEND);
    g_autofree char *emptied = scratch_read(scratch, "file");
    g_autofree char *kept = scratch_read(scratch, "log");
    g_assert_cmpstr(emptied, ==, "");
    g_assert_cmpstr(kept, ==, "old");
    Chardev *channels[] = {bound};
    DomainDef def = {.devices = {.channels = {.items = channels, .n = 1}}};
    chardev_files_remove(&def);
    g_assert_cmpint(access(socket, F_OK), ==, -1);
    chardev_files_free(files);
    scratch_free(scratch);
}

static void
test_devices_that_are_none(void)
{
    char *scratch = scratch_new();
    g_autofree char *fifo = scratch_path(scratch, "fifo");
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    auto_fd reader = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    g_autoptr(OpenSets) sets = open_sets_new(1);
    g_autoptr(ChardevFiles) files = chardev_files_new(sets, NULL);
    Line line;
    g_autoptr(GError) error = NULL;
    g_assert_false(chardev_files_open(files, make_line(&line, CHARDEV_FILE, "s", fifo), &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_CONFIG_UNSUPPORTED);
    g_clear_error(&error);
    g_assert_false(chardev_files_open(files, make_line(&line, CHARDEV_FILE, "s", scratch), &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    scratch_free(scratch);
}

/* Runs a test and sees that no descriptor is left. */
static void
run_test(gconstpointer data)
{
    size_t before = scratch_count_fds();
    ((void (*)(void))data)();
    g_assert_cmpuint(scratch_count_fds(), ==, before);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/socket/long-path", (gconstpointer)test_long_path, run_test);
    g_test_add_data_func("/socket/what-is-there", (gconstpointer)test_what_is_there, run_test);
    g_test_add_data_func("/socket/owner", (gconstpointer)test_owner, run_test);
    g_test_add_data_func("/socket/devices", (gconstpointer)test_devices, run_test);
    g_test_add_data_func("/socket/devices-that-are-none", (gconstpointer)test_devices_that_are_none,
                         run_test);
    return g_test_run();
}
