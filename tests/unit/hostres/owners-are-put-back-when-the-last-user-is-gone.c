/*
 * Owners of files: changed for QEMU and put back exactly, by attributes as stock daemons write them
 * and without; counts of users, counts from before a boot, links. Needs root. Shows SEC-05.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "scratch.h"
#include "virtqemud/hostres/label.h"

#define OWNER "trusted.libvirt.security.dac"
#define COUNT "trusted.libvirt.security.ref_dac"
#define BOOT "trusted.libvirt.security.timestamp_dac"

static const LabelPolicy qemu = {.enabled = TRUE, .remember = TRUE, .owner = {1234, 5678}};
static const LabelPolicy forgetful = {.enabled = TRUE, .owner = {1234, 5678}};

typedef struct {
    char *folder;
    char *path;
    gboolean has_attributes;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->folder = scratch_new();
    fixture->path = scratch_path(fixture->folder, "device");
    scratch_write(fixture->folder, "device", "x", 1);
    g_assert_true(chown(fixture->path, 11, 22) == 0 || geteuid() != 0);
    fixture->has_attributes = setxattr(fixture->path, COUNT, "0", 1, 0) == 0;
    removexattr(fixture->path, COUNT);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_free(fixture->path);
    scratch_free(fixture->folder);
}

static gboolean
can_try(const Fixture *fixture, gboolean needs_attributes)
{
    if (geteuid() != 0)
        g_test_skip("needs root");
    else if (needs_attributes && !fixture->has_attributes)
        g_test_skip("no trusted attributes on this file system");
    else
        return TRUE;
    return FALSE;
}

static void
assert_owner(const Fixture *fixture, uid_t uid, gid_t gid)
{
    struct stat st;
    g_assert_cmpint(stat(fixture->path, &st), ==, 0);
    g_assert_cmpuint(st.st_uid, ==, uid);
    g_assert_cmpuint(st.st_gid, ==, gid);
}

static void
assert_attribute(const Fixture *fixture, const char *name, const char *value)
{
    char text[64] = "";
    ssize_t n = getxattr(fixture->path, name, text, sizeof text - 1);
    g_assert_cmpstr(n < 0 ? NULL : text, ==, value);
}

static void
test_attributes(Fixture *fixture, gconstpointer data)
{
    if (!can_try(fixture, TRUE))
        return;
    g_autofree char *old = NULL;
    g_assert_true(label_set(&qemu, fixture->path, &old, NULL));
    assert_owner(fixture, 1234, 5678);
    g_assert_cmpstr(old, ==, "+11:+22");
    assert_attribute(fixture, OWNER, "+11:+22");
    assert_attribute(fixture, COUNT, "1");
    g_assert_true(label_set(&qemu, fixture->path, NULL, NULL));
    assert_attribute(fixture, COUNT, "2");
    assert_attribute(fixture, OWNER, "+11:+22");
    g_assert_true(label_restore(&qemu, fixture->path, NULL, NULL));
    assert_owner(fixture, 1234, 5678);
    assert_attribute(fixture, COUNT, "1");
    g_assert_true(label_restore(&qemu, fixture->path, NULL, NULL));
    assert_owner(fixture, 11, 22);
    assert_attribute(fixture, COUNT, NULL);
    assert_attribute(fixture, OWNER, NULL);
    assert_attribute(fixture, BOOT, NULL);
}

/* What a stock daemon wrote is understood, unless the host was booted since. */
static void
test_of_stock(Fixture *fixture, gconstpointer data)
{
    if (!can_try(fixture, TRUE))
        return;
    struct timespec now, since;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_BOOTTIME, &since);
    g_autofree char *boot =
        g_strdup_printf("%" PRId64, (int64_t)now.tv_sec - (int64_t)since.tv_sec);
    g_assert_cmpint(chown(fixture->path, 1234, 5678), ==, 0);
    g_assert_cmpint(setxattr(fixture->path, OWNER, "+33:+44", 7, 0), ==, 0);
    g_assert_cmpint(setxattr(fixture->path, COUNT, "1", 1, 0), ==, 0);
    g_assert_cmpint(setxattr(fixture->path, BOOT, boot, strlen(boot), 0), ==, 0);
    g_assert_true(label_restore(&qemu, fixture->path, NULL, NULL));
    assert_owner(fixture, 33, 44);
    g_assert_cmpint(chown(fixture->path, 11, 22), ==, 0);
    g_assert_cmpint(setxattr(fixture->path, OWNER, "+33:+44", 7, 0), ==, 0);
    g_assert_cmpint(setxattr(fixture->path, COUNT, "9", 1, 0), ==, 0);
    g_assert_cmpint(setxattr(fixture->path, BOOT, "1000", 4, 0), ==, 0);
    g_assert_true(label_set(&qemu, fixture->path, NULL, NULL));
    assert_attribute(fixture, COUNT, "1");
    assert_attribute(fixture, OWNER, "+11:+22");
    g_assert_true(label_restore(&qemu, fixture->path, NULL, NULL));
    assert_owner(fixture, 11, 22);
}

/* Somebody set the clock: the host was still not booted since. */
static void
test_of_another_time(Fixture *fixture, gconstpointer data)
{
    if (!can_try(fixture, TRUE))
        return;
    g_assert_true(label_set(&qemu, fixture->path, NULL, NULL));
    g_assert_cmpint(setxattr(fixture->path, BOOT, "1000", 4, 0), ==, 0);
    g_assert_true(label_set(&qemu, fixture->path, NULL, NULL));
    assert_attribute(fixture, COUNT, "2");
    assert_attribute(fixture, OWNER, "+11:+22");
    g_assert_true(label_restore(&qemu, fixture->path, NULL, NULL));
    assert_owner(fixture, 1234, 5678);
    g_assert_true(label_restore(&qemu, fixture->path, NULL, NULL));
    assert_owner(fixture, 11, 22);
    g_assert_cmpint(getxattr(fixture->path, "trusted.vireo.boot_id", NULL, 0), ==, -1);
}

static void
test_without_attributes(Fixture *fixture, gconstpointer data)
{
    if (!can_try(fixture, FALSE))
        return;
    g_autofree char *old = NULL;
    g_assert_true(label_set(&forgetful, fixture->path, &old, NULL));
    assert_owner(fixture, 1234, 5678);
    assert_attribute(fixture, COUNT, NULL);
    g_assert_true(label_restore(&forgetful, fixture->path, old, NULL));
    assert_owner(fixture, 11, 22);
    /* Nobody knows: root, as stock has it. */
    g_assert_true(label_restore(&forgetful, fixture->path, NULL, NULL));
    assert_owner(fixture, 0, 0);
    g_assert_true(label_restore(&forgetful, fixture->path, "nonsense", NULL));
    assert_owner(fixture, 0, 0);
}

static void
test_links(Fixture *fixture, gconstpointer data)
{
    if (!can_try(fixture, FALSE))
        return;
    g_autofree char *link = scratch_path(fixture->folder, "link");
    g_assert_cmpint(symlink("device", link), ==, 0);
    g_assert_cmpint(lchown(link, 1234, 5678), ==, 0);
    g_autoptr(GError) error = NULL;
    g_assert_false(label_set(&qemu, link, NULL, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    assert_owner(fixture, 11, 22);
    g_assert_cmpint(lchown(link, 0, 0), ==, 0);
    g_autofree char *old = NULL;
    g_assert_true(label_set(&qemu, link, &old, NULL));
    assert_owner(fixture, 1234, 5678);
    g_assert_true(label_restore(&qemu, link, old, NULL));
    assert_owner(fixture, 11, 22);
}

static void
test_nothing_to_do(Fixture *fixture, gconstpointer data)
{
    const LabelPolicy off = {.owner = {1234, 5678}};
    char *old = "unset";
    g_assert_true(label_set(&off, "/no/such/file", &old, NULL));
    g_assert_null(old);
    g_assert_true(label_restore(&off, "/no/such/file", NULL, NULL));
    g_assert_true(label_restore(&qemu, "/no/such/file", NULL, NULL));
    g_autoptr(GError) error = NULL;
    g_assert_false(label_set(&qemu, "/no/such/file", NULL, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add("/label/" path, Fixture, NULL, set_up, function, tear_down)
    ADD("attributes", test_attributes);
    ADD("of-stock", test_of_stock);
    ADD("of-another-time", test_of_another_time);
    ADD("without-attributes", test_without_attributes);
    ADD("links", test_links);
    ADD("nothing-to-do", test_nothing_to_do);
    return g_test_run();
}
