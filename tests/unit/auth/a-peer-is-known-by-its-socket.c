/*
 * A peer is known by its socket: uid, pid and start time are the kernel's, and a process that is
 * gone has no start time.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/auth/identity.h"
#include "common/auth/peer.h"

/* What /proc says, read the plain way: field 22 of a program name without brackets. */
static uint64_t
own_start_time(void)
{
    char text[4096];
    FILE *file = fopen("/proc/self/stat", "re");
    g_assert_nonnull(file);
    g_assert_nonnull(fgets(text, sizeof text, file));
    fclose(file);
    g_auto(GStrv) fields = g_strsplit(strrchr(text, ')') + 2, " ", -1);
    return g_ascii_strtoull(fields[22 - 3], NULL, 10);
}

static void
test_living(void)
{
    int pair[2];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(Identity) identity = identity_new_from_socket(pair[0], &error);
    g_assert_no_error(error);
    g_assert_cmpuint(identity->uid, ==, getuid());
    g_assert_cmpuint(identity->gid, ==, getgid());
    g_assert_cmpint(identity->pid, ==, getpid());
    g_assert_cmpuint(identity->start_time, ==, own_start_time());
    g_assert_true(identity->from_kernel);
    g_assert_false(identity->system);
    g_assert_null(identity->user_name);
    gid_t groups[1024];
    int n_groups = getgroups(G_N_ELEMENTS(groups), groups);
    g_assert_cmpint((int)identity->n_groups, ==, n_groups);
    close(pair[0]);
    close(pair[1]);
}

/* A socket that a child connected, who has ended since. */
static int
accept_from_dead(pid_t *ret_pid)
{
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    /* Only the family: the kernel chooses an abstract name. */
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_assert_cmpint(bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t)), ==, 0);
    socklen_t len = sizeof address;
    g_assert_cmpint(getsockname(listener, (struct sockaddr *)&address, &len), ==, 0);
    g_assert_cmpint(listen(listener, 1), ==, 0);
    *ret_pid = fork();
    if (*ret_pid == 0) {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        _exit(connect(fd, (struct sockaddr *)&address, len) == 0 ? 0 : 1);
    }
    int status;
    g_assert_cmpint(waitpid(*ret_pid, &status, 0), ==, *ret_pid);
    g_assert_cmpint(status, ==, 0);
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    g_assert_cmpint(fd, >=, 0);
    close(listener);
    return fd;
}

static void
test_dead(void)
{
    pid_t pid;
    int fd = accept_from_dead(&pid);
    g_autoptr(GError) error = NULL;
    g_autoptr(Identity) identity = identity_new_from_socket(fd, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(identity->uid, ==, getuid());
    g_assert_cmpint(identity->pid, ==, pid);
    g_assert_cmpuint(identity->start_time, ==, 0);
    close(fd);
}

static void
test_other_families(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(Identity) identity = identity_new_from_socket(fd, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(identity->uid, ==, IDENTITY_NO_ID);
    g_assert_cmpint(identity->pid, ==, 0);
    g_assert_false(identity->from_kernel);
    close(fd);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    g_assert_null(identity_new_from_socket(null, &error));
    g_assert_nonnull(error);
    close(null);
}

static void
test_stat(void)
{
    static const char head[] = "7 (a) ) (b 1 2) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 ";
    g_autofree char *good = g_strconcat(head, "12345 99\n", NULL);
    g_autofree char *last = g_strconcat(head, "12345", NULL);
    g_autofree char *bad = g_strconcat(head, "x 99\n", NULL);
    g_assert_cmpuint(peer_parse_start_time(good), ==, 12345);
    g_assert_cmpuint(peer_parse_start_time(last), ==, 12345);
    g_assert_cmpuint(peer_parse_start_time(bad), ==, 0);
    g_assert_cmpuint(peer_parse_start_time(head), ==, 0);
    g_assert_cmpuint(peer_parse_start_time("7 (a) S 1"), ==, 0);
    g_assert_cmpuint(peer_parse_start_time(""), ==, 0);
}

static void
test_system(void)
{
    g_autoptr(Identity) system = identity_new_system();
    g_assert_true(system->system);
    g_assert_cmpuint(system->uid, ==, getuid());
    g_assert_cmpuint(system->start_time, ==, own_start_time());
    g_autoptr(Identity) named = identity_new_with_names(system);
    g_assert_cmpuint(named->uid, ==, system->uid);
    g_assert_null(system->user_name);
}

static void
test_equality(void)
{
    g_autoptr(Identity) system = identity_new_system();
    g_autoptr(Identity) same = identity_new_with_x509_dn(system, NULL);
    g_autoptr(Identity) sasl = identity_new_with_sasl_user(system, "bob");
    g_autoptr(Identity) x509 = identity_new_with_x509_dn(system, "CN=bob");
    g_assert_true(identity_equal_for_acl(system, same));
    g_assert_cmpuint(identity_hash_for_acl(system), ==, identity_hash_for_acl(same));
    g_assert_false(identity_equal_for_acl(system, sasl));
    g_assert_false(identity_equal_for_acl(sasl, x509));
    Identity later = *system;
    later.start_time++;
    g_assert_false(identity_equal_for_acl(system, &later));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/peer/living", test_living);
    g_test_add_func("/peer/dead", test_dead);
    g_test_add_func("/peer/other-families", test_other_families);
    g_test_add_func("/peer/stat", test_stat);
    g_test_add_func("/peer/system", test_system);
    g_test_add_func("/peer/equality", test_equality);
    return g_test_run();
}
