/*
 * The text of the cache gives back what it was made of; text of another format, or that is none, is
 * refused with a reason.
 */
#include <string.h>

#include "prober.h"

static void
test_round_trip(gconstpointer name)
{
    g_autoptr(QemuCaps) caps = prober_load(name);
    g_autofree char *path = prober_path(name);
    g_autofree char *stored = NULL;
    g_autofree char *text = qemu_caps_format(caps);
    g_assert_true(g_file_get_contents(path, &stored, NULL, NULL));
    g_assert_cmpstr(text, ==, stored);
}

static void
test_kvm_is_told(void)
{
    g_autoptr(QemuCaps) without = prober_load("7.2-x86_64");
    g_autoptr(QemuCaps) with = prober_load("7.2-x86_64-kvm");
    g_assert_false(qemu_caps_has_accel(without, QEMU_ACCEL_KVM));
    g_assert_cmpstr(qemu_caps_accel_reason(without, QEMU_ACCEL_KVM), ==, "there is no /dev/kvm");
    g_assert_true(qemu_caps_has_accel(with, QEMU_ACCEL_KVM));
    g_assert_null(qemu_caps_accel_reason(with, QEMU_ACCEL_KVM));
    g_assert_true(qemu_caps_cpu_model(with, QEMU_ACCEL_KVM, "host")->is_usable);
    g_assert_false(qemu_caps_cpu_model(without, QEMU_ACCEL_TCG, "host")->is_usable);
}

static void
refuse(const char *text, const char *why)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(qemu_caps_parse(text, strlen(text), &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INTERNAL_ERROR);
    if (strstr(error->message, why) == NULL)
        g_error("'%s' does not say '%s'", error->message, why);
}

#define HEAD                                                                                       \
    "{\"format\":1,\"program\":\"/q\",\"package\":\"\",\"arch\":\"x86_64\",\"version\":7002000,"   \
    "\"qmp\":\"\""

static void
test_refused(void)
{
    refuse("", "cannot be read");
    refuse("{\"format\":1", "cannot be read");
    refuse("{\"format\":0}", "of format 0");
    refuse("{\"format\":99}", "of format 99");
    refuse("{\"format\":1}", "of which program");
    refuse(HEAD "}", "each accelerator");
    refuse(HEAD ",\"machines\":[{}]}", "machine without a name");
    refuse(HEAD ",\"machines\":{\"a\":1}}", "machine without a name");
    refuse(HEAD ",\"accels\":{\"tcg\":{\"models\":[7]},\"kvm\":{}}}", "model without a name");
}

static void
test_least(void)
{
    static const char text[] = HEAD ",\"accels\":{\"tcg\":{},\"kvm\":{\"reason\":\"no\"}}}";
    g_autoptr(GError) error = NULL;
    g_autoptr(QemuCaps) caps = qemu_caps_parse(text, strlen(text), &error);
    g_assert_no_error(error);
    g_assert_false(qemu_caps_has_device(caps, "virtio-net-pci"));
    g_assert_false(qemu_caps_has_property(caps, "virtio-net-pci", "mac"));
    g_assert_null(qemu_caps_machine(caps, NULL));
    g_assert_null(qemu_caps_machine(caps, "pc"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/caps/text/as-probed", "7.2-x86_64", test_round_trip);
    g_test_add_data_func("/caps/text/with-kvm", "7.2-x86_64-kvm", test_round_trip);
    g_test_add_func("/caps/text/kvm", test_kvm_is_told);
    g_test_add_func("/caps/text/refused", test_refused);
    g_test_add_func("/caps/text/least", test_least);
    return g_test_run();
}
