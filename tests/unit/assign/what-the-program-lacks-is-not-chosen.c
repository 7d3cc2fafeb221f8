/*
 * Default controllers are of models that the QEMU program has; machines, architectures and
 * accelerators that it does not have are refused by name.
 */
#include "tests/unit/assign/guests.h"

#define DISK "<disk type='file'><source file='/x'/><target dev='sda' bus='scsi'/></disk>"

/* As guest_caps(), without these devices. */
static QemuCaps *
caps_without(const char *const *devices)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(CAPS_FILE, &text, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(GString) changed = g_string_new(text);
    for (; *devices != NULL; devices++)
        g_assert_cmpuint(g_string_replace(changed, *devices, "no-such-device", 0), >, 0);
    QemuCaps *caps = qemu_caps_parse(changed->str, changed->len, &error);
    g_assert_no_error(error);
    return caps;
}

static void
check_model(const char *xml, const QemuCaps *caps, ControllerType type, const char *model)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) def = guest_define(xml, caps, &error);
    g_assert_no_error(error);
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        if (controller->type != type)
            continue;
        g_assert_cmpstr(controller->model, ==, model);
        return;
    }
    g_assert_not_reached();
}

static void
test_models(void)
{
    static const char *const none[] = {NULL};
    static const char *const two[] = {"lsi53c895a", "qemu-xhci", NULL};
    g_autoptr(QemuCaps) all = caps_without(none);
    g_autoptr(QemuCaps) fewer = caps_without(two);
    check_model(GUEST("pc", DISK), all, CONTROLLER_SCSI, "lsilogic");
    check_model(GUEST("pc", DISK), fewer, CONTROLLER_SCSI, "virtio-scsi");
    check_model(GUEST("q35", ""), all, CONTROLLER_USB, "qemu-xhci");
    check_model(GUEST("q35", ""), fewer, CONTROLLER_USB, "piix3-uhci");
}

static void
check_refused(const char *xml, const QemuCaps *caps, const char *word)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(guest_define(xml, caps, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_CONFIG_UNSUPPORTED));
    g_assert_nonnull(strstr(error->message, word));
}

static void
test_refused(void)
{
    g_autoptr(QemuCaps) caps = guest_caps();
    check_refused(GUEST("pc-i440fx-77.1", ""), caps, "pc-i440fx-77.1");
    check_refused("<domain type='kvm'><name>a</name><memory>65536</memory>"
                  "<os><type arch='x86_64' machine='pc'>hvm</type></os></domain>",
                  caps, "KVM");
    check_refused("<domain type='qemu'><name>a</name><memory>65536</memory>"
                  "<os><type arch='aarch64' machine='virt'>hvm</type></os></domain>",
                  caps, "aarch64");
    check_refused("<domain type='qemu'><name>a</name><memory>65536</memory><vcpu>300</vcpu>"
                  "<os><type arch='x86_64' machine='pc'>hvm</type></os></domain>",
                  caps, "300");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/assign/lacking/models", test_models);
    g_test_add_func("/assign/lacking/refused", test_refused);
    return g_test_run();
}
