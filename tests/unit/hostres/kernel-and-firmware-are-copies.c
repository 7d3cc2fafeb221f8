/*
 * What QEMU boots: kernels as sealed copies, the firmware's variables from their template.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "scratch.h"
#include "virtqemud/hostres/kernel.h"
#include "virtqemud/hostres/nvram.h"

static void
test_sealed_copy(void)
{
    char *scratch = scratch_new();
    g_autofree char *path = scratch_path(scratch, "vmlinuz");
    scratch_write(scratch, "vmlinuz", "kernel", 6);
    auto_fd fd = kernel_copy("kernel", path, NULL);
    g_assert_cmpint(fd, >=, 0);
    scratch_write(scratch, "vmlinuz", "other!!", 7);
    /* As QEMU opens it, with a position of its own. */
    g_autofree char *name = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autofree char *text = NULL;
    gsize n;
    g_assert_true(g_file_get_contents(name, &text, &n, NULL));
    g_assert_cmpmem(text, n, "kernel", 6);
    g_assert_cmpint(write(fd, "x", 1), ==, -1);
    g_assert_cmpint(ftruncate(fd, 0), ==, -1);
    g_assert_cmpint(fcntl(fd, F_GET_SEALS) & F_SEAL_SEAL, ==, F_SEAL_SEAL);
    struct stat st;
    g_assert_cmpint(fstat(fd, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 0777, ==, 0444);
    scratch_free(scratch);
}

static void
test_no_kernel(void)
{
    char *scratch = scratch_new();
    g_autofree char *gone = scratch_path(scratch, "gone");
    g_autofree char *fifo = scratch_path(scratch, "fifo");
    g_autofree char *large = scratch_path(scratch, "large");
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    scratch_write(scratch, "large", "", 0);
    g_assert_cmpint(truncate(large, (off_t)KERNEL_MAX_BYTES + 1), ==, 0);
    const struct {
        const char *path;
        VirtErrorCode code;
    } rows[] = {
        {gone, VIRT_ERR_SYSTEM_ERROR},
        {fifo, VIRT_ERR_CONFIG_UNSUPPORTED},
        {scratch, VIRT_ERR_CONFIG_UNSUPPORTED},
        {large, VIRT_ERR_CONFIG_UNSUPPORTED},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(kernel_copy("initrd", rows[i].path, &error), ==, -1);
        g_assert_error(error, VIRT_ERROR, (int)rows[i].code);
        g_assert_nonnull(strstr(error->message, "initrd"));
    }
    scratch_free(scratch);
}

static void
test_variables(void)
{
    char *scratch = scratch_new();
    g_autofree char *path = nvram_path(scratch, "t");
    g_autofree char *template_path = scratch_path(scratch, "VARS.fd");
    g_assert_true(g_str_has_suffix(path, "/t_VARS.fd"));
    scratch_write(scratch, "VARS.fd", "factory", 7);
    g_autoptr(GError) error = NULL;
    g_assert_false(nvram_prepare(path, NULL, FALSE, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_OPERATION_FAILED);
    g_assert_true(nvram_prepare(path, template_path, FALSE, NULL));
    struct stat st;
    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 0777, ==, 0600);
    scratch_write(scratch, "t_VARS.fd", "changed", 7);
    g_assert_true(nvram_prepare(path, template_path, FALSE, NULL));
    g_assert_true(nvram_prepare(path, NULL, FALSE, NULL)); /* what is there needs none */
    g_autofree char *kept = scratch_read(scratch, "t_VARS.fd");
    g_assert_cmpstr(kept, ==, "changed");
    g_assert_true(nvram_prepare(path, template_path, TRUE, NULL));
    g_autofree char *reset = scratch_read(scratch, "t_VARS.fd");
    g_assert_cmpstr(reset, ==, "factory");
    g_assert_true(nvram_remove(path, NULL));
    g_assert_true(nvram_remove(path, NULL));
    g_assert_null(scratch_read(scratch, "t_VARS.fd"));
    scratch_free(scratch);
}

static void
test_no_template(void)
{
    char *scratch = scratch_new();
    g_autofree char *path = nvram_path(scratch, "t");
    g_autofree char *gone = scratch_path(scratch, "gone");
    const char *const bad[] = {gone, scratch};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(nvram_prepare(path, bad[i], FALSE, &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_SYSTEM_ERROR);
    }
    /* Nothing half-made is left. */
    g_autoptr(GDir) folder = g_dir_open(scratch, 0, NULL);
    g_assert_null(g_dir_read_name(folder));
    scratch_free(scratch);
}

static void
test_missing_folder(void)
{
    char *scratch = scratch_new();
    g_autofree char *folder = scratch_path(scratch, "nvram");
    g_autofree char *path = nvram_path(folder, "t");
    g_autofree char *template_path = scratch_path(scratch, "VARS.fd");
    scratch_write(scratch, "VARS.fd", "factory", 7);
    g_assert_true(nvram_prepare(path, template_path, FALSE, NULL));
    g_autofree char *made = scratch_read(folder, "t_VARS.fd");
    g_assert_cmpstr(made, ==, "factory");
    scratch_free(scratch);
}

static void
test_which_template(void)
{
    static const char text[] = "nvram = [ \"/fw/CODE.fd:/fw/VARS.fd\", \"/fw/X.fd:/fw/Y.fd\" ]\n";
    g_autoptr(QemuConfig) config = qemu_config_parse("qemu.conf", FALSE, text, strlen(text), NULL);
    Os os = {.loader = "/fw/X.fd"};
    g_assert_cmpstr(nvram_find_template(&os, config), ==, "/fw/Y.fd");
    os.loader = "/fw/CODE";
    g_assert_null(nvram_find_template(&os, config));
    os.nvram_template = "/own";
    g_assert_cmpstr(nvram_find_template(&os, config), ==, "/own");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/boot/sealed-copy", test_sealed_copy);
    g_test_add_func("/boot/no-kernel", test_no_kernel);
    g_test_add_func("/boot/variables", test_variables);
    g_test_add_func("/boot/no-template", test_no_template);
    g_test_add_func("/boot/missing-folder", test_missing_folder);
    g_test_add_func("/boot/which-template", test_which_template);
    return g_test_run();
}
