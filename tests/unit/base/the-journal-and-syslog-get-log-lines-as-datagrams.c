/*
 * The journal's native protocol and syslog's lines, received on sockets at their well-known places
 * in a mount namespace of this process. Skipped where no such namespace can be had.
 */
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LOG_SOURCE "test.journal"
#include "common/base/fd.h"
#include "common/base/log.h"

static gboolean
enter_namespace(void)
{
    if (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return FALSE;
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", "/run", "tmpfs", 0, "mode=755") == 0 &&
           mount("none", "/dev", "tmpfs", 0, "mode=755") == 0 &&
           g_mkdir_with_parents("/run/systemd/journal", 0755) == 0;
}

static int
listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    return fd;
}

static void
test_journal(void)
{
    auto_fd fd = listen_at("/run/systemd/journal/socket");
    g_assert_true(log_configure(LOG_INFO, "", "2:journald", NULL));
    log_error("first\nPRIORITY=0");
    char datagram[4096];
    ssize_t len = recv(fd, datagram, sizeof(datagram) - 1, 0);
    log_close();
    g_assert_cmpint(len, >, 0);
    datagram[len] = '\0';
    /* The message in the form with a length, so that it cannot bring fields of its own. */
    const char head[] = "MESSAGE\n\x11\0\0\0\0\0\0\0first\n\tPRIORITY=0\n";
    g_assert_cmpmem(datagram, MIN((size_t)len, sizeof(head) - 1), head, sizeof(head) - 1);
    const char *fields = datagram + sizeof(head) - 1;
    g_assert_true(g_str_has_prefix(fields, "PRIORITY=3\n"));
    g_assert_nonnull(strstr(fields, "\nLIBVIRT_SOURCE=test.journal\n"));
    g_assert_nonnull(strstr(fields, "\nCODE_FILE="));
    g_autofree char *tid = g_strdup_printf("\nTID=%d\n", (int)gettid());
    g_assert_nonnull(strstr(fields, tid));
}

static void
test_syslog(void)
{
    auto_fd fd = listen_at("/dev/log");
    g_assert_true(log_configure(LOG_INFO, "", "2:syslog:virttestd", NULL));
    log_warning("here we are");
    char datagram[4096];
    ssize_t len = recv(fd, datagram, sizeof(datagram) - 1, 0);
    log_close();
    g_assert_cmpint(len, >, 0);
    datagram[len] = '\0';
    g_autofree char *end = g_strdup_printf(" virttestd[%d]: here we are", (int)getpid());
    g_assert_true(g_str_has_prefix(datagram, "<28>")); /* daemon, warning */
    g_assert_true(g_str_has_suffix(datagram, end));
}

static void
test_default(void)
{
    auto_fd fd = listen_at("/run/systemd/journal/again");
    g_assert_cmpint(rename("/run/systemd/journal/again", "/run/systemd/journal/socket"), ==, 0);
    g_assert_true(log_configure(LOG_INFO, "", "", NULL));
    g_autofree char *outputs = log_get_outputs();
    log_close();
    g_assert_cmpstr(outputs, ==, isatty(STDERR_FILENO) ? "2:stderr" : "2:journald");
    g_assert_cmpint(g_unlink("/run/systemd/journal/socket"), ==, 0);
    g_assert_true(log_configure(LOG_WARNING, "", "", NULL));
    g_autofree char *fallback = log_get_outputs();
    log_close();
    g_assert_cmpstr(fallback, ==, "3:stderr");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!enter_namespace()) {
        g_print("1..0 # SKIP no mount namespace here\n");
        return 0;
    }
    g_test_add_func("/log/datagrams/journal", test_journal);
    g_test_add_func("/log/datagrams/syslog", test_syslog);
    g_test_add_func("/log/datagrams/default", test_default);
    return g_test_run();
}
