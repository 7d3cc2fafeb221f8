/*
 * Descriptors that clients lend to a guest: which are taken, how many, in whose place, and that all
 * are closed when their client goes, or the guest. Shows LC-07.
 */
#include <fcntl.h>
#include <unistd.h>

#include "scratch.h"
#include "virtqemud/hostres/fd_groups.h"

enum { MOST = 4 };

typedef struct {
    char *folder;
    FdBudget budget;
    FdGroups *groups;
    size_t n_fds; /* before */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->folder = scratch_new();
    scratch_write(fixture->folder, "a", "a", 1);
    scratch_write(fixture->folder, "b", "b", 1);
    fixture->n_fds = scratch_count_fds();
    fixture->budget.most = MOST;
    fixture->groups = fd_groups_new(&fixture->budget);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    fd_groups_unref(fixture->groups);
    g_assert_cmpuint(atomic_load(&fixture->budget.n), ==, 0);
    g_assert_cmpuint(scratch_count_fds(), ==, fixture->n_fds);
    scratch_free(fixture->folder);
}

static int
open_in(const Fixture *fixture, const char *name, int how)
{
    g_autofree char *path = scratch_path(fixture->folder, name);
    int fd = open(path, how | O_CLOEXEC);
    g_assert_cmpint(fd, >=, 0);
    return fd;
}

/* Lends so many descriptors of the file "a"; the code of the error, or 0. */
static int
lend(Fixture *fixture, const char *name, uint64_t client, guint n)
{
    g_autoptr(GError) error = NULL;
    g_auto(FdSet) set = {NULL, 0};
    for (guint i = 0; i < n; i++)
        fd_set_add(&set, open_in(fixture, "a", i % 2 == 0 ? O_RDONLY : O_RDWR));
    gboolean good = fd_groups_lend(fixture->groups, name, client, &set, &error);
    g_assert_cmpint(good, ==, error == NULL);
    g_assert_cmpuint(set.n, ==, good ? 0 : n);
    return good ? 0 : error->code;
}

static void
test_clients(Fixture *fixture, gconstpointer data)
{
    g_assert_true(fd_groups_is_new_client(fixture->groups, 1));
    g_assert_cmpint(lend(fixture, "x", 1, 2), ==, 0);
    g_assert_false(fd_groups_is_new_client(fixture->groups, 1));
    g_assert_cmpint(lend(fixture, "y", 2, 1), ==, 0);
    g_assert_cmpint(lend(fixture, "z", 1, 1), ==, 0);
    g_assert_cmpint(fd_groups_find(fixture->groups, "y", O_RDWR), ==, -1);
    g_assert_cmpint(fd_groups_find(fixture->groups, "y", O_RDONLY), >=, 0);
    g_assert_cmpint(fd_groups_find(fixture->groups, "x", O_RDWR), >=, 0);
    /* the other's in its place: it goes with the other */
    g_assert_cmpint(lend(fixture, "x", 2, 1), ==, 0);
    g_assert_cmpint(fd_groups_find(fixture->groups, "x", O_RDWR), ==, -1);
    fd_groups_drop(fixture->groups, 1);
    g_assert_true(fd_groups_has(fixture->groups, "x"));
    g_assert_false(fd_groups_has(fixture->groups, "z"));
    g_assert_true(fd_groups_is_new_client(fixture->groups, 1));
    g_assert_false(fd_groups_is_new_client(fixture->groups, 2));
    fd_groups_drop(fixture->groups, 2);
    g_assert_false(fd_groups_has(fixture->groups, "x"));
    g_assert_cmpuint(scratch_count_fds(), ==, fixture->n_fds);
    g_assert_false(fd_groups_has(NULL, "x"));
    g_assert_cmpint(fd_groups_find(NULL, "x", O_RDONLY), ==, -1);
}

static void
test_budget(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(lend(fixture, "x", 1, MOST + 1), ==, VIRT_ERR_RESOURCE_BUSY);
    g_assert_cmpint(lend(fixture, "x", 1, MOST), ==, 0);
    g_assert_cmpint(lend(fixture, "y", 1, 1), ==, VIRT_ERR_RESOURCE_BUSY);
    g_assert_cmpint(lend(fixture, "x", 1, MOST), ==, 0); /* in its own place */
    g_assert_cmpuint(scratch_count_fds(), ==, fixture->n_fds + MOST);
    fd_groups_close(fixture->groups);
    g_assert_cmpuint(scratch_count_fds(), ==, fixture->n_fds);
    g_assert_cmpint(lend(fixture, "y", 1, MOST), ==, 0);
}

/* Takes `fd`, and perhaps another. */
static void
assert_refused(Fixture *fixture, const char *name, int fd, int other)
{
    g_autoptr(GError) error = NULL;
    g_auto(FdSet) set = {NULL, 0};
    fd_set_add(&set, fd);
    if (other >= 0)
        fd_set_add(&set, other);
    g_assert_false(fd_groups_lend(fixture->groups, name, 1, &set, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
    g_assert_false(fd_groups_has(fixture->groups, name));
}

static void
test_kinds(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(FdSet) none = {NULL, 0};
    int ends[2];
    g_assert_true(fd_socket_pair(ends, NULL));
    assert_refused(fixture, "x", ends[0], -1);
    close(ends[1]);
    assert_refused(fixture, "x", open("/dev/null", O_RDWR | O_CLOEXEC), -1);
    assert_refused(fixture, "x", open_in(fixture, ".", O_RDONLY), -1);
    assert_refused(fixture, "x", open_in(fixture, "a", O_WRONLY), -1);
    assert_refused(fixture, "x", open_in(fixture, "a", O_PATH), -1);
    assert_refused(fixture, "x", open_in(fixture, "a", O_RDONLY), open_in(fixture, "b", O_RDWR));
    assert_refused(fixture, "", open_in(fixture, "a", O_RDONLY), -1);
    g_autofree char *name = g_strnfill(1025, 'x');
    assert_refused(fixture, name, open_in(fixture, "a", O_RDONLY), -1);
    g_assert_false(fd_groups_lend(fixture->groups, "x", 1, &none, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/fd-groups/clients", Fixture, NULL, set_up, test_clients, tear_down);
    g_test_add("/fd-groups/budget", Fixture, NULL, set_up, test_budget, tear_down);
    g_test_add("/fd-groups/kinds", Fixture, NULL, set_up, test_kinds, tear_down);
    return g_test_run();
}
