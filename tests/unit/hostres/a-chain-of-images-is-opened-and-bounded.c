/*
 * A disk's chain: which files are opened how, and what ends a start: loops, length, formats that
 * are not told, files that are none. The rules were tried on a stock daemon. Shows
 * DEV-06.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "scratch.h"
#include "virtqemud/hostres/disk.h"

typedef struct {
    char *folder;
    OpenSets *sets;
    HostDisks *disks;
    HostDiskOutcome outcome;
    size_t n_fds; /* before */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->n_fds = scratch_count_fds();
    fixture->folder = scratch_new();
    fixture->sets = open_sets_new(1);
    fixture->disks = host_disks_new(fixture->sets, 1);
    scratch_write(fixture->folder, "raw.img", "rawrawraw", 9);
    scratch_write_qcow(fixture->folder, "a.qcow2", (ScratchQcow){.version = 3});
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    host_disks_free(fixture->disks);
    open_sets_free(fixture->sets);
    g_assert_cmpuint(scratch_count_fds(), ==, fixture->n_fds);
    scratch_free(fixture->folder);
}

static Disk
make_disk(char *path, const char *format)
{
    Disk disk = {.type = DISK_TYPE_FILE,
                 .device = DISK_DEVICE_DISK,
                 .driver = {.format = format},
                 .source = {.file = {.path = path}},
                 .target = "vda",
                 .info = {.alias = "virtio-disk0"}};
    return disk;
}

/* The top node, or NULL and the code. */
static const BuildNode *
open_disk(Fixture *fixture, const char *name, const char *format, int *ret_code)
{
    g_autofree char *path = scratch_path(fixture->folder, name);
    g_autoptr(GError) error = NULL;
    Disk disk = make_disk(path, format);
    gboolean good = host_disks_open(fixture->disks, &disk, &fixture->outcome, &error);
    g_assert_cmpint(good, ==, error == NULL);
    if (ret_code != NULL)
        *ret_code = good ? 0 : error->code;
    if (!good) {
        g_assert_true(g_str_has_prefix(error->message, "disk 'vda': "));
        return NULL;
    }
    size_t n;
    const BuildDisk *all = host_disks_get(fixture->disks, &n);
    g_assert_cmpstr(all[n - 1].alias, ==, "virtio-disk0");
    return all[n - 1].top;
}

static void
assert_refused(Fixture *fixture, const char *name, const char *format, VirtErrorCode code)
{
    int got = 0;
    g_assert_null(open_disk(fixture, name, format, &got));
    g_assert_cmpint(got, ==, code);
}

/* Which accesses the set has, in order; each descriptor has an open file of its own. */
static char *
accesses(const Fixture *fixture, uint32_t set)
{
    GString *out = g_string_new(NULL);
    size_t n;
    const OpenSetFd *fds = open_sets_get(fixture->sets, &n);
    for (size_t i = 0; i < n; i++) {
        if (fds[i].set != set)
            continue;
        int flags = fcntl(fds[i].fd, F_GETFL);
        g_assert_cmpint(flags & O_NONBLOCK, ==, 0);
        g_assert_cmpint(fcntl(fds[i].fd, F_GETFD), ==, FD_CLOEXEC);
        g_string_append_c(out, (flags & O_ACCMODE) == O_RDWR ? 'w' : 'r');
    }
    return g_string_free(out, FALSE);
}

static void
test_chain(Fixture *fixture, gconstpointer data)
{
    scratch_write_qcow(fixture->folder, "mid.qcow2",
                       (ScratchQcow){.backing = "raw.img", .format = "raw"});
    scratch_write_qcow(fixture->folder, "top.qcow2",
                       (ScratchQcow){.backing = "mid.qcow2", .format = "qcow2"});
    const BuildNode *top = open_disk(fixture, "top.qcow2", "qcow2", NULL);
    g_assert_nonnull(top);
    g_assert_cmpint(fixture->outcome, ==, HOST_DISK_OPENED);
    g_assert_cmpuint(top->index, ==, 1);
    g_assert_cmpuint(top->set, ==, 1);
    g_assert_cmpstr(top->format, ==, "qcow2");
    g_assert_false(top->read_only);
    g_assert_false(top->is_block_device);
    const BuildNode *mid = top->backing, *base = mid->backing;
    g_assert_cmpuint(mid->index, ==, 2);
    g_assert_true(mid->read_only);
    g_assert_cmpstr(base->format, ==, "raw");
    g_assert_true(g_str_has_suffix(base->path, "/raw.img"));
    g_assert_null(base->backing);
    g_autofree char *of_top = accesses(fixture, top->set);
    g_autofree char *of_mid = accesses(fixture, mid->set);
    g_assert_cmpstr(of_top, ==, "rw");
    g_assert_cmpstr(of_mid, ==, "r");
    g_assert_cmpuint(host_disks_next_index(fixture->disks), ==, 4);
    size_t n;
    const OpenSetFd *fds = open_sets_get(fixture->sets, &n);
    g_assert_cmpuint(n, ==, 4);
    g_assert_cmpstr(fds[0].opaque, ==, "libvirt-1-storage rdonly");
    g_assert_cmpstr(fds[1].opaque, ==, "libvirt-1-storage rdwr");
    /* Locks live in the open file, so no two may share one. */
    g_assert_cmpint(lseek(fds[0].fd, 5, SEEK_SET), ==, 5);
    g_assert_cmpint(lseek(fds[1].fd, 0, SEEK_CUR), ==, 0);
}

static void
test_description(Fixture *fixture, gconstpointer data)
{
    scratch_write_qcow(fixture->folder, "top",
                       (ScratchQcow){.backing = "raw.img", .format = "raw"});
    const BuildNode *top = open_disk(fixture, "top", "qcow2", NULL);
    g_autoptr(Arena) arena = arena_new();
    g_autofree char *path = scratch_path(fixture->folder, "top");
    Disk disk = make_disk(path, "qcow2");
    host_disk_describe(top, &disk, arena);
    g_assert_cmpuint(disk.source.file.index.value, ==, 1);
    g_assert_cmpint(disk.backing->type, ==, DISK_TYPE_FILE);
    g_assert_cmpuint(disk.backing->index.value, ==, 2);
    g_assert_cmpstr(disk.backing->format, ==, "raw");
    g_assert_true(g_str_has_suffix(disk.backing->source.file.path, "/raw.img"));
    g_assert_cmpint(disk.backing->backing->type, ==, 0);
    g_assert_null(disk.backing->backing->backing);
    /* A start from this description finds the same. */
    g_assert_true(host_disks_open(fixture->disks, &disk, &fixture->outcome, NULL));
    size_t n;
    g_assert_cmpstr(host_disks_get(fixture->disks, &n)[1].top->backing->format, ==, "raw");
}

static void
test_read_only_disk_is_never_opened_for_writing(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = scratch_path(fixture->folder, "raw.img");
    Disk disk = make_disk(path, "raw");
    disk.device = DISK_DEVICE_CDROM;
    g_assert_true(host_disks_open(fixture->disks, &disk, &fixture->outcome, NULL));
    size_t n;
    const BuildDisk *all = host_disks_get(fixture->disks, &n);
    g_autofree char *of_it = accesses(fixture, all[0].top->set);
    g_assert_cmpstr(of_it, ==, "r");
    g_assert_true(all[0].top->read_only);
}

static void
test_formats(Fixture *fixture, gconstpointer data)
{
    /* Not told: raw, or a qcow2 that ends the chain. */
    scratch_write_qcow(fixture->folder, "on-raw", (ScratchQcow){.backing = "raw.img"});
    g_assert_cmpstr(open_disk(fixture, "on-raw", "qcow2", NULL)->backing->format, ==, "raw");
    scratch_write_qcow(fixture->folder, "on-qcow2", (ScratchQcow){.backing = "a.qcow2"});
    g_assert_cmpstr(open_disk(fixture, "on-qcow2", "qcow2", NULL)->backing->format, ==, "qcow2");
    /* ... but not one that goes on: a guest could have written that. */
    scratch_write_qcow(fixture->folder, "grown", (ScratchQcow){.backing = "on-raw"});
    assert_refused(fixture, "grown", "qcow2", VIRT_ERR_OPERATION_INVALID);
    /* Told counts, whatever the bytes look like; the document counts before all. */
    scratch_write_qcow(fixture->folder, "as-raw",
                       (ScratchQcow){.backing = "a.qcow2", .format = "raw"});
    g_assert_cmpstr(open_disk(fixture, "as-raw", "qcow2", NULL)->backing->format, ==, "raw");
    g_assert_null(open_disk(fixture, "on-raw", "raw", NULL)->backing);
    g_assert_cmpstr(open_disk(fixture, "on-raw", NULL, NULL)->format, ==, "raw");
    assert_refused(fixture, "raw.img", "qcow2", VIRT_ERR_OPERATION_FAILED);
    scratch_write_qcow(fixture->folder, "wrong",
                       (ScratchQcow){.backing = "raw.img", .format = "qcow2"});
    assert_refused(fixture, "wrong", "qcow2", VIRT_ERR_OPERATION_FAILED);
}

/* What the document says of the chain goes before what images say. */
static void
test_chain_of_the_document(Fixture *fixture, gconstpointer data)
{
    scratch_write_qcow(fixture->folder, "top", (ScratchQcow){.backing = "gone", .format = "raw"});
    scratch_write_qcow(fixture->folder, "mid", (ScratchQcow){.backing = "a.qcow2"});
    g_autofree char *path = scratch_path(fixture->folder, "top");
    g_autofree char *mid = scratch_path(fixture->folder, "mid");
    Disk disk = make_disk(path, "qcow2");
    DiskBacking end = {.type = 0};
    DiskBacking told = {
        .type = DISK_TYPE_FILE, .format = "qcow2", .source = {.file = {.path = mid}}};
    size_t n;
    disk.backing = &end;
    g_assert_true(host_disks_open(fixture->disks, &disk, &fixture->outcome, NULL));
    g_assert_null(host_disks_get(fixture->disks, &n)[0].top->backing);
    disk.backing = &told;
    g_assert_true(host_disks_open(fixture->disks, &disk, &fixture->outcome, NULL));
    const BuildNode *below = host_disks_get(fixture->disks, &n)[1].top->backing;
    g_assert_cmpstr(below->path, ==, mid);
    g_assert_true(below->read_only);
    g_assert_true(g_str_has_suffix(below->backing->path, "/a.qcow2"));
    told.backing = &end;
    g_assert_true(host_disks_open(fixture->disks, &disk, &fixture->outcome, NULL));
    g_assert_null(host_disks_get(fixture->disks, &n)[2].top->backing->backing);
    told.type = DISK_TYPE_NETWORK;
    g_autoptr(GError) error = NULL;
    g_assert_false(host_disks_open(fixture->disks, &disk, &fixture->outcome, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_CONFIG_UNSUPPORTED);
    /* "detected" only repeats what an image said once. */
    told.detected = SWITCH_ON;
    g_clear_error(&error);
    g_assert_false(host_disks_open(fixture->disks, &disk, &fixture->outcome, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
}

static void
test_not_local(Fixture *fixture, gconstpointer data)
{
    static const char *const names[] = {"nbd://localhost:1/x", "nbd:localhost:1", "foo:bar",
                                        "json:{\"driver\":\"nbd\"}"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        scratch_write_qcow(fixture->folder, "net",
                           (ScratchQcow){.backing = names[i], .format = "raw"});
        assert_refused(fixture, "net", "qcow2", VIRT_ERR_CONFIG_UNSUPPORTED);
    }
    scratch_write_qcow(fixture->folder, "data", (ScratchQcow){.data_file = "raw.img"});
    assert_refused(fixture, "data", "qcow2", VIRT_ERR_CONFIG_UNSUPPORTED);
    g_autofree char *json = g_strdup_printf(
        "json:{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"%s/raw.img\"}}",
        fixture->folder);
    scratch_write_qcow(fixture->folder, "json", (ScratchQcow){.backing = json});
    g_assert_cmpstr(open_disk(fixture, "json", "qcow2", NULL)->backing->format, ==, "raw");
}

static void
test_bounds(Fixture *fixture, gconstpointer data)
{
    scratch_write_qcow(fixture->folder, "loop",
                       (ScratchQcow){.backing = "loop", .format = "qcow2"});
    assert_refused(fixture, "loop", "qcow2", VIRT_ERR_OPERATION_FAILED);
    scratch_write_qcow(fixture->folder, "x", (ScratchQcow){.backing = "./y", .format = "qcow2"});
    scratch_write_qcow(fixture->folder, "y", (ScratchQcow){.backing = "./x", .format = "qcow2"});
    assert_refused(fixture, "x", "qcow2", VIRT_ERR_OPERATION_FAILED);
    g_autofree char *last = g_strdup("a.qcow2");
    for (int i = 1; i <= DISK_CHAIN_MAX; i++) {
        g_autofree char *name = g_strdup_printf("deep%d", i);
        scratch_write_qcow(fixture->folder, name,
                           (ScratchQcow){.backing = last, .format = "qcow2"});
        g_free(last);
        last = g_steal_pointer(&name);
    }
    g_autofree char *longest = g_strdup_printf("deep%d", DISK_CHAIN_MAX - 1);
    g_assert_nonnull(open_disk(fixture, longest, "qcow2", NULL));
    assert_refused(fixture, last, "qcow2", VIRT_ERR_OPERATION_FAILED);
}

static void
test_what_is_no_file(Fixture *fixture, gconstpointer data)
{
    g_autofree char *fifo = scratch_path(fixture->folder, "fifo");
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    assert_refused(fixture, "fifo", "raw", VIRT_ERR_CONFIG_UNSUPPORTED);
    assert_refused(fixture, ".", "raw", VIRT_ERR_CONFIG_UNSUPPORTED);
    assert_refused(fixture, "none.img", "raw", VIRT_ERR_SYSTEM_ERROR);
    scratch_write_qcow(fixture->folder, "top", (ScratchQcow){.backing = "gone", .format = "raw"});
    assert_refused(fixture, "top", "qcow2", VIRT_ERR_SYSTEM_ERROR);
    /* A link is the administrator's choice. */
    g_autofree char *link = scratch_path(fixture->folder, "link");
    g_assert_cmpint(symlink("raw.img", link), ==, 0);
    g_assert_nonnull(open_disk(fixture, "link", "raw", NULL));
}

static void
test_missing_medium(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = scratch_path(fixture->folder, "none.iso");
    Disk disk = make_disk(path, "raw");
    disk.device = DISK_DEVICE_CDROM;
    disk.source.file.startup_policy = DISK_STARTUP_OPTIONAL;
    g_assert_true(host_disks_open(fixture->disks, &disk, &fixture->outcome, NULL));
    g_assert_cmpint(fixture->outcome, ==, HOST_DISK_DROPPED);
    disk.source.file.startup_policy = DISK_STARTUP_REQUISITE;
    g_autoptr(GError) error = NULL;
    g_assert_false(host_disks_open(fixture->disks, &disk, &fixture->outcome, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    disk.source.file.path = NULL;
    g_assert_true(host_disks_open(fixture->disks, &disk, &fixture->outcome, NULL));
    g_assert_cmpint(fixture->outcome, ==, HOST_DISK_EMPTY);
    size_t n;
    const BuildDisk *all = host_disks_get(fixture->disks, &n);
    g_assert_cmpuint(n, ==, 2);
    g_assert_null(all[0].top);
    g_assert_null(all[1].top);
}

static void
test_sets_are_passed_and_closed(Fixture *fixture, gconstpointer data)
{
    g_assert_nonnull(open_disk(fixture, "a.qcow2", "qcow2", NULL));
    g_autoptr(ExecPlan) plan = exec_plan_new();
    size_t n, n_fds, n_open;
    const BuildSetFd *passed = open_sets_pass(fixture->sets, plan, &n);
    const int *fds = exec_plan_fds(plan, &n_fds);
    const OpenSetFd *ours = open_sets_get(fixture->sets, &n_open);
    g_assert_cmpuint(n, ==, 2);
    g_assert_cmpuint(n_fds, ==, 2);
    g_assert_cmpint(passed[0].number, !=, passed[1].number);
    g_assert_cmpint(fds[1], ==, ours[1].fd);
    g_assert_cmpstr(passed[1].opaque, ==, "libvirt-1-storage rdwr");
    int first = ours[0].fd;
    open_sets_close(fixture->sets);
    g_assert_cmpint(fcntl(first, F_GETFD), ==, -1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add("/disk/" path, Fixture, NULL, set_up, function, tear_down)
    ADD("chain", test_chain);
    ADD("description", test_description);
    ADD("read-only", test_read_only_disk_is_never_opened_for_writing);
    ADD("formats", test_formats);
    ADD("chain-of-the-document", test_chain_of_the_document);
    ADD("not-local", test_not_local);
    ADD("bounds", test_bounds);
    ADD("what-is-no-file", test_what_is_no_file);
    ADD("missing-medium", test_missing_medium);
    ADD("sets-are-passed-and-closed", test_sets_are_passed_and_closed);
    return g_test_run();
}
