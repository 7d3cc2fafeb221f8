/*
 * The QEMU of this host is probed and gives what is stored in tests/data/qemu, which REGENERATE=1
 * writes; skipped where there is none or another version. What depends on the host, whether KVM
 * runs and what it then can, is left out.
 */
#include <string.h>
#include <unistd.h>

#include "prober.h"
#include "virtqemud/caps/caps_private.h"

static const char program[] = "/usr/bin/qemu-system-x86_64";

static QemuCaps *probed;

/* The example claims that there is no KVM. */
static char *
format_example(QemuCaps *caps)
{
    caps->accels[QEMU_ACCEL_KVM] = (CapsAccel){.reason = "there is no /dev/kvm"};
    return qemu_caps_format(caps);
}

static void
test_tells_itself(void)
{
    size_t n_machines, n_models;
    const QemuMachine *machine = qemu_caps_machine(probed, "pc");
    const QemuCpuModel *max = qemu_caps_cpu_model(probed, QEMU_ACCEL_TCG, "max");
    g_assert_cmpstr(qemu_caps_program(probed), ==, program);
    g_assert_cmpstr(qemu_caps_arch(probed), ==, "x86_64");
    g_assert_cmpuint(qemu_caps_version(probed), >=, 7002000);
    g_assert_true(qemu_caps_has_accel(probed, QEMU_ACCEL_TCG));
    g_assert_true(qmp_caps_have_command(qemu_caps_qmp(probed), QMP_QUERY_STATUS));
    g_assert_true(qemu_caps_has_device(probed, "virtio-net-pci"));
    g_assert_true(qemu_caps_has_device(probed, "rng-random"));
    g_assert_true(qemu_caps_has_device(probed, "chardev-pty"));
    g_assert_false(qemu_caps_has_device(probed, "qemu64-x86_64-cpu"));
    g_assert_cmpint(qemu_caps_has_device(probed, "virtio-vga-gl"), ==,
                    qemu_caps_has_device(probed, "virtio-gpu-gl-device"));
    g_assert_true(qemu_caps_has_property(probed, "virtio-blk-pci", "drive"));
    g_assert_false(qemu_caps_has_property(probed, "virtio-blk-pci", "no-such-property"));
    g_assert_nonnull(machine);
    g_assert_true(machine == qemu_caps_machine(probed, NULL));
    g_assert_cmpuint(machine->cpus_max, ==, 255);
    g_assert_cmpstr(machine->ram_id, ==, "pc.ram");
    g_assert_null(qemu_caps_machine(probed, "none"));
    (void)qemu_caps_machines(probed, &n_machines);
    (void)qemu_caps_cpu_models(probed, QEMU_ACCEL_TCG, &n_models);
    g_assert_cmpuint(n_machines, >, 20);
    g_assert_cmpuint(n_models, >, 50);
    g_assert_nonnull(max);
    g_assert_true(max->is_usable);
    g_assert_true(g_strv_contains(max->features, "sse4.1"));
}

static void
test_is_as_stored(void)
{
    g_autofree char *text = format_example(probed);
    g_autofree char *path = prober_path("7.2-x86_64");
    g_autofree char *stored = NULL;
    if (g_getenv("REGENERATE") != NULL)
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_true(g_file_get_contents(path, &stored, NULL, NULL));
    g_autoptr(QemuCaps) example = prober_load("7.2-x86_64");
    if (strcmp(qemu_caps_package(example), qemu_caps_package(probed)) != 0) {
        g_test_skip("another QEMU than the stored one");
        return;
    }
    g_assert_cmpstr(text, ==, stored);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (access(program, X_OK) == 0) {
        g_autoptr(GError) error = NULL;
        probed = prober_probe(program, 0, &error);
        g_assert_no_error(error);
        g_test_add_func("/caps/real/tells-itself", test_tells_itself);
        g_test_add_func("/caps/real/is-as-stored", test_is_as_stored);
    }
    int status = g_test_run();
    qemu_caps_unref(probed);
    return status;
}
