/*
 * A disk whose source names a group of descriptors: what QEMU's set gets of the group, and that the
 * path is a name only. Shows LC-07.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "scratch.h"
#include "virtqemud/hostres/disk.h"

static const char nowhere[] = "/nowhere/image";

typedef struct {
    char *folder;
    FdBudget budget;
    FdGroups *groups;
    OpenSets *sets;
    HostDisks *disks;
    size_t n_fds; /* before */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->n_fds = scratch_count_fds();
    fixture->folder = scratch_new();
    fixture->budget.most = 16;
    fixture->groups = fd_groups_new(&fixture->budget);
    fixture->sets = open_sets_new(1);
    fixture->disks = host_disks_new(fixture->sets, 1);
    host_disks_set_groups(fixture->disks, fixture->groups);
    scratch_write(fixture->folder, "raw", "rawrawraw", 9);
    scratch_write_qcow(fixture->folder, "top",
                       (ScratchQcow){.backing = "elsewhere", .format = "raw"});
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    host_disks_free(fixture->disks);
    open_sets_free(fixture->sets);
    fd_groups_unref(fixture->groups);
    g_assert_cmpuint(scratch_count_fds(), ==, fixture->n_fds);
    scratch_free(fixture->folder);
}

/* `how`: 'r' and 'w' for each descriptor. */
static void
lend(Fixture *fixture, const char *group, const char *name, const char *how)
{
    g_autofree char *path = scratch_path(fixture->folder, name);
    g_auto(FdSet) set = {NULL, 0};
    for (; *how != '\0'; how++)
        fd_set_add(&set, open(path, (*how == 'w' ? O_RDWR : O_RDONLY) | O_CLOEXEC));
    g_assert_true(fd_groups_lend(fixture->groups, group, 1, &set, NULL));
}

static Disk
make_disk(const char *format, gboolean readonly)
{
    Disk disk = {.type = DISK_TYPE_FILE,
                 .device = DISK_DEVICE_DISK,
                 .driver = {.format = format},
                 .readonly = readonly,
                 .source = {.file = {.path = nowhere, .fd_group = "g"}},
                 .target = "vda",
                 .info = {.alias = "virtio-disk0"}};
    return disk;
}

static const BuildNode *
open_disk(Fixture *fixture, const Disk *disk, GError **error)
{
    HostDiskOutcome outcome;
    if (!host_disks_open(fixture->disks, disk, &outcome, error))
        return NULL;
    g_assert_cmpint(outcome, ==, HOST_DISK_OPENED);
    size_t n;
    const BuildDisk *all = host_disks_get(fixture->disks, &n);
    return all[n - 1].top;
}

/* As in lend(), of what the set has. */
static char *
accesses(const Fixture *fixture, uint32_t set)
{
    GString *out = g_string_new(NULL);
    size_t n;
    const OpenSetFd *fds = open_sets_get(fixture->sets, &n);
    for (size_t i = 0; i < n; i++) {
        if (fds[i].set == set)
            g_string_append_c(out, (fcntl(fds[i].fd, F_GETFL) & O_ACCMODE) == O_RDWR ? 'w' : 'r');
    }
    return g_string_free(out, FALSE);
}

static void
test_modes(Fixture *fixture, gconstpointer data)
{
    static const struct {
        const char *lent;
        gboolean readonly;
        const char *got; /* NULL: refused */
        gboolean is_rdwr_only;
    } rows[] = {
        {"w", FALSE, "w", TRUE},   {"rw", FALSE, "rw", FALSE}, {"wr", FALSE, "rw", FALSE},
        {"r", FALSE, NULL, FALSE}, {"r", TRUE, "r", FALSE},    {"w", TRUE, "w", TRUE},
        {"rw", TRUE, "r", FALSE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        Disk disk = make_disk("raw", rows[i].readonly);
        lend(fixture, "g", "raw", rows[i].lent);
        const BuildNode *node = open_disk(fixture, &disk, &error);
        g_assert_cmpint(node != NULL, ==, rows[i].got != NULL);
        if (node == NULL) {
            g_assert_error(error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
            continue;
        }
        g_autofree char *got = accesses(fixture, node->set);
        g_assert_cmpstr(got, ==, rows[i].got);
        g_assert_cmpint(node->is_rdwr_only, ==, rows[i].is_rdwr_only);
        g_assert_cmpint(node->read_only, ==, rows[i].readonly);
        g_assert_cmpstr(node->path, ==, nowhere);
    }
}

/* Nothing is opened anew: what QEMU gets and what was lent are one open file. */
static void
test_same_file(Fixture *fixture, gconstpointer data)
{
    Disk disk = make_disk("raw", FALSE);
    lend(fixture, "g", "raw", "w");
    g_assert_nonnull(open_disk(fixture, &disk, NULL));
    size_t n;
    const OpenSetFd *fds = open_sets_get(fixture->sets, &n);
    g_assert_cmpint(lseek(fds[0].fd, 5, SEEK_SET), ==, 5);
    int lent = fd_groups_find(fixture->groups, "g", O_RDWR);
    g_assert_cmpint(lseek(lent, 0, SEEK_CUR), ==, 5);
    g_assert_cmpint(lent, !=, fds[0].fd);
}

static void
test_chain(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Arena) arena = arena_new();
    DiskBacking end = {.type = 0};
    DiskBacking told = {.type = DISK_TYPE_FILE,
                        .format = "raw",
                        .source = {.file = {.path = nowhere, .fd_group = "below"}},
                        .backing = &end};
    Disk disk = make_disk("qcow2", FALSE);
    disk.backing = &told;
    lend(fixture, "g", "top", "w");
    g_assert_null(open_disk(fixture, &disk, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
    lend(fixture, "below", "raw", "r");
    const BuildNode *top = open_disk(fixture, &disk, NULL);
    g_assert_cmpstr(top->backing->fd_group, ==, "below");
    g_assert_true(top->backing->read_only);
    host_disk_describe(top, &disk, arena);
    g_assert_cmpstr(disk.source.file.fd_group, ==, "g");
    g_assert_cmpstr(disk.backing->source.file.fd_group, ==, "below");
    g_assert_cmpstr(disk.backing->source.file.path, ==, nowhere);
}

/* Not told, the file behind is what the header says, beside the path that the document gives. */
static void
test_header(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *top = scratch_path(fixture->folder, "not-there");
    Disk disk = make_disk("qcow2", FALSE);
    disk.source.file.path = top;
    lend(fixture, "g", "top", "w");
    g_assert_null(open_disk(fixture, &disk, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    scratch_write(fixture->folder, "elsewhere", "raw", 3);
    const BuildNode *node = open_disk(fixture, &disk, NULL);
    g_assert_true(g_str_has_suffix(node->backing->path, "/elsewhere"));
    g_assert_null(node->backing->fd_group);
}

static void
test_missing(Fixture *fixture, gconstpointer data)
{
    Disk disk = make_disk("raw", FALSE);
    disk.source.file.startup_policy = DISK_STARTUP_OPTIONAL;
    for (int i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        host_disks_set_groups(fixture->disks, i == 0 ? fixture->groups : NULL);
        g_assert_null(open_disk(fixture, &disk, &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_INVALID_ARG);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/lent/modes", Fixture, NULL, set_up, test_modes, tear_down);
    g_test_add("/lent/same-file", Fixture, NULL, set_up, test_same_file, tear_down);
    g_test_add("/lent/chain", Fixture, NULL, set_up, test_chain, tear_down);
    g_test_add("/lent/header", Fixture, NULL, set_up, test_header, tear_down);
    g_test_add("/lent/missing", Fixture, NULL, set_up, test_missing, tear_down);
    return g_test_run();
}
