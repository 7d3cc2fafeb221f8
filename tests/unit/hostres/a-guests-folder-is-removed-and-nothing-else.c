/*
 * Folders of a guest: their names, making them over what is left, and removing them with whatever
 * QEMU put there, links to elsewhere included.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "scratch.h"
#include "virtqemud/hostres/folder.h"

static void
test_names(void)
{
    static const struct {
        int id;
        const char *guest;
        const char *name;
    } rows[] = {
        {1, "t", "domain-1-t"},
        {29, "xxxxxxxxxxxxxxxxxxxxyyyyy", "domain-29-xxxxxxxxxxxxxxxxxxxx"},
        {30, "äääääääääääääääbcbcbcbc", "domain-30-äääääääääääääääbcbcb"},
        {31, "a b!c", "domain-31-a b!c"},
        {13, "a-.b", "domain-13-a-.b"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = folder_name(rows[i].id, rows[i].guest);
        g_assert_cmpstr(name, ==, rows[i].name);
    }
}

static void
test_make(void)
{
    char *scratch = scratch_new();
    g_autofree char *parent = g_build_filename(scratch, "lib", "qemu", NULL);
    g_autofree char *path = g_build_filename(parent, "domain-1-t", NULL);
    auto_fd fd = -1;
    g_assert_true(folder_make(parent, "domain-1-t", NULL, &fd, NULL));
    struct stat st, same;
    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpint(fstat(fd, &same), ==, 0);
    g_assert_cmpuint(st.st_ino, ==, same.st_ino);
    g_assert_cmpint(st.st_mode & 07777, ==, 0750);
    /* What is left of a guest that crashed goes. */
    scratch_write(path, "old", "x", 1);
    g_assert_true(folder_make(parent, "domain-1-t", NULL, NULL, NULL));
    g_assert_null(scratch_read(path, "old"));
    g_assert_true(folder_remove(parent, "domain-1-t", NULL));
    g_assert_cmpint(access(path, F_OK), ==, -1);
    g_assert_true(folder_remove(parent, "domain-1-t", NULL));
    g_assert_true(folder_remove("/no/such/place", "domain-1-t", NULL));
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
    g_autofree char *parent = g_build_filename(scratch, "lib", NULL);
    g_autofree char *path = g_build_filename(parent, "x", NULL);
    const Owner owner = {1234, 5678};
    g_assert_true(folder_make(parent, "x", &owner, NULL, NULL));
    struct stat st;
    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpuint(st.st_uid, ==, 1234);
    g_assert_cmpuint(st.st_gid, ==, 5678);
    g_assert_cmpint(stat(parent, &st), ==, 0);
    g_assert_cmpuint(st.st_uid, ==, 1234);
    g_assert_cmpint(st.st_mode & 0777, ==, 0755);
    scratch_free(scratch);
}

static void
test_links_are_not_followed(void)
{
    char *scratch = scratch_new();
    g_autofree char *victim = g_build_filename(scratch, "victim", NULL);
    g_autofree char *own = g_build_filename(scratch, "own", NULL);
    g_autofree char *deep = g_build_filename(own, "a", "b", NULL);
    g_autofree char *link = g_build_filename(own, "link", NULL);
    g_autofree char *below = g_build_filename(deep, "link", NULL);
    g_assert_cmpint(g_mkdir_with_parents(victim, 0700), ==, 0);
    scratch_write(victim, "keep", "x", 1);
    g_assert_cmpint(g_mkdir_with_parents(deep, 0700), ==, 0);
    g_assert_cmpint(symlink(victim, link), ==, 0);
    g_assert_cmpint(symlink(victim, below), ==, 0);
    scratch_write(deep, "file", "x", 1);
    g_assert_true(folder_remove(scratch, "own", NULL));
    g_assert_cmpint(access(own, F_OK), ==, -1);
    /* The folder itself replaced by a link: the link goes. */
    g_assert_cmpint(symlink(victim, own), ==, 0);
    g_assert_true(folder_remove(scratch, "own", NULL));
    g_assert_cmpint(symlink(victim, own), ==, 0);
    g_assert_true(folder_make(scratch, "own", NULL, NULL, NULL));
    struct stat st;
    g_assert_cmpint(lstat(own, &st), ==, 0);
    g_assert_true(S_ISDIR(st.st_mode));
    g_autofree char *kept = scratch_read(victim, "keep");
    g_assert_cmpstr(kept, ==, "x");
    scratch_free(scratch);
}

/* On the way to a folder: a link of one's own leads on, one that another user made does not,
 * whatever it leads to. */
static void
test_links_above(void)
{
    if (geteuid() != 0) {
        g_test_skip("only root makes links of others");
        return;
    }
    char *scratch = scratch_new();
    g_autofree char *real = g_build_filename(scratch, "real", NULL);
    g_autofree char *link = g_build_filename(scratch, "link", NULL);
    g_autofree char *parent = g_build_filename(link, "target", NULL);
    g_autofree char *made = g_build_filename(real, "target", "domain-1-t", NULL);
    g_autofree char *loop = g_build_filename(scratch, "loop", NULL);
    g_assert_cmpint(mkdir(real, 0755), ==, 0);
    g_assert_cmpint(symlink("real", link), ==, 0);
    g_assert_cmpint(symlink("loop", loop), ==, 0);
    g_assert_true(folder_make(parent, "domain-1-t", NULL, NULL, NULL));
    g_assert_cmpint(access(made, F_OK), ==, 0);
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(lchown(link, 65534, 65534), ==, 0);
    g_assert_false(folder_remove(parent, "domain-1-t", &error));
    g_assert_cmpint(virt_error_get_info(error).int1, ==, ELOOP);
    g_assert_false(folder_make(parent, "domain-2-t", NULL, NULL, NULL));
    g_assert_cmpint(access(made, F_OK), ==, 0);
    g_assert_false(folder_make(loop, "domain-2-t", NULL, NULL, NULL));
    g_assert_cmpint(lchown(link, 0, 0), ==, 0);
    g_assert_true(folder_remove(parent, "domain-1-t", NULL));
    g_assert_cmpint(access(made, F_OK), ==, -1);
    scratch_free(scratch);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/folder/names", test_names);
    g_test_add_func("/folder/make", test_make);
    g_test_add_func("/folder/owner", test_owner);
    g_test_add_func("/folder/links-are-not-followed", test_links_are_not_followed);
    g_test_add_func("/folder/links-above", test_links_above);
    return g_test_run();
}
