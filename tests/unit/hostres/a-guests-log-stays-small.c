/*
 * A guest's log: its first lines, its tail, rotation at a start and while the guest runs. Shows
 * QEMU-04.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "scratch.h"
#include "virtqemud/hostres/guest_log.h"

static void
say(int fd, const char *text)
{
    g_assert_true(fd_write_all(fd, text, strlen(text), NULL));
}

static void
test_start_and_tail(void)
{
    char *scratch = scratch_new();
    g_autofree char *folder = g_build_filename(scratch, "not", "yet", NULL);
    const GuestLogSpec spec = {.folder = folder, .guest = "t"};
    auto_fd fd = guest_log_open(&spec, NULL);
    g_assert_cmpint(fd, >=, 0);
    static const char *const env[] = {"LC_ALL=C", "EMPTY=", "HOME=/a b", NULL};
    static const char *const argv[] = {
        "/usr/bin/qemu",     "-name", "guest=t,debug-threads=on", "-S", "-object",
        "{\"id\":\"it's\"}", NULL};
    const GuestLogStart start = {"7.2", env, argv};
    int64_t begin = 0;
    g_assert_true(guest_log_start(fd, &start, &begin, NULL));
    g_autofree char *head = scratch_read(folder, "t.log");
    g_assert_cmpint((gint64)strlen(head), ==, begin);
    g_assert_true(
        g_regex_match_simple("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+0000: "
                             "starting up libvirt version: 9\\.0\\.0, package: vireo "
                             "[^,]+, qemu version: 7\\.2, kernel: .+, hostname: .+\n",
                             head, 0, 0));
    g_assert_nonnull(strstr(head, "\nLC_ALL=C \\\nEMPTY= \\\nHOME='/a b' \\\n/usr/bin/qemu \\\n"
                                  "-name guest=t,debug-threads=on \\\n-S \\\n"
                                  "-object '{\"id\":\"it'\\''s\"}'\n"));
    g_autofree char *nothing = guest_log_tail(fd, begin, 5);
    g_assert_cmpstr(nothing, ==, "");
    say(fd, "one\ntwo\nthree\xff\n");
    g_autofree char *two = guest_log_tail(fd, begin, 2);
    g_assert_cmpstr(two, ==, "two\nthree\xef\xbf\xbd");
    g_autofree char *all = guest_log_tail(fd, begin, 9);
    g_assert_true(g_str_has_prefix(all, "one\n"));
    guest_log_stop(fd, "destroyed");
    g_autofree char *end = guest_log_tail(fd, begin, 1);
    g_assert_true(g_str_has_suffix(end, "+0000: shutting down, reason=destroyed"));
    struct stat st;
    g_assert_cmpint(fstat(fd, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 0777, ==, 0600);
    scratch_free(scratch);
}

static void
test_tail_of_much(void)
{
    char *scratch = scratch_new();
    const GuestLogSpec spec = {.folder = scratch, .guest = "t"};
    auto_fd fd = guest_log_open(&spec, NULL);
    g_autofree char *line = g_strnfill(100000, 'x');
    say(fd, line);
    say(fd, "\nlast\n");
    g_autofree char *tail = guest_log_tail(fd, 0, 1);
    g_assert_cmpstr(tail, ==, "last");
    g_autofree char *more = guest_log_tail(fd, 0, 3);
    g_assert_cmpuint(strlen(more), <=, 16384);
    scratch_free(scratch);
}

static void
assert_content(const char *folder, const char *name, const char *content)
{
    g_autofree char *text = scratch_read(folder, name);
    g_assert_cmpstr(text, ==, content);
}

static void
test_rotation(void)
{
    char *scratch = scratch_new();
    const GuestLogSpec spec = {.folder = scratch, .guest = "t", .max_bytes = 4};
    for (int i = 0; i < 5; i++) {
        auto_fd fd = guest_log_open(&spec, NULL);
        g_autofree char *text = g_strdup_printf("run %d", i);
        say(fd, text);
    }
    assert_content(scratch, "t.log", "run 4");
    assert_content(scratch, "t.log.0", "run 3");
    assert_content(scratch, "t.log.1", "run 2");
    assert_content(scratch, "t.log.2", "run 1");
    assert_content(scratch, "t.log.3", NULL);
    scratch_free(scratch);
}

static void
test_cap_while_it_is_written(void)
{
    char *scratch = scratch_new();
    const GuestLogSpec spec = {.folder = scratch, .guest = "t", .max_bytes = 4};
    auto_fd fd = guest_log_open(&spec, NULL);
    auto_fd qemu = fd_dup(fd, NULL);
    int64_t begin = 2;
    say(qemu, "abcd");
    guest_log_cap(&spec, fd, &begin);
    g_assert_cmpint(begin, ==, 2);
    say(qemu, "e");
    guest_log_cap(&spec, fd, &begin);
    g_assert_cmpint(begin, ==, 0);
    say(qemu, "f");
    assert_content(scratch, "t.log", "f");
    assert_content(scratch, "t.log.0", "abcde");
    say(qemu, "ghij");
    guest_log_cap(&spec, fd, &begin);
    assert_content(scratch, "t.log", "");
    assert_content(scratch, "t.log.0", "fghij");
    assert_content(scratch, "t.log.1", "abcde");
    scratch_free(scratch);
}

static void
test_not_a_log(void)
{
    char *scratch = scratch_new();
    const GuestLogSpec spec = {.folder = scratch, .guest = "t"};
    scratch_write(scratch, "victim", "x", 1);
    g_autofree char *path = scratch_path(scratch, "t.log");
    g_assert_cmpint(symlink("victim", path), ==, 0);
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(guest_log_open(&spec, &error), ==, -1);
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    scratch_free(scratch);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/start-and-tail", test_start_and_tail);
    g_test_add_func("/log/tail-of-much", test_tail_of_much);
    g_test_add_func("/log/rotation", test_rotation);
    g_test_add_func("/log/cap-while-it-is-written", test_cap_while_it_is_written);
    g_test_add_func("/log/not-a-log", test_not_a_log);
    return g_test_run();
}
