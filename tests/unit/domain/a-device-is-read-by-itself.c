/*
 * A device by itself is read as within a guest, its errors and kept parts are named by the same
 * paths, and it can be put among a guest's devices and taken out again.
 */
#include "tests/unit/domain/guests.h"
#include "virtqemud/conf/device.h"

static const ConfContext user = {CONF_FROM_USER, false, NULL};

static DomainDevice *
must_read(const char *xml)
{
    g_autoptr(GError) error = NULL;
    DomainDevice *device = domain_device_parse(xml, strlen(xml), &user, &error);
    g_assert_no_error(error);
    return device;
}

static void
refuse(const char *xml, int code, const char *words)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(domain_device_parse(xml, strlen(xml), &user, &error));
    g_assert_cmpint(virt_error_get_code(error), ==, code);
    g_assert_nonnull(strstr(error->message, words));
}

static void
test_read(void)
{
    g_autoptr(DomainDevice) disk =
        must_read("<disk type='file'><source file='/a'/><target dev='vdb' bus='virtio'/></disk>");
    g_assert_cmpint(disk->kind, ==, DEVICE_DISK);
    g_assert_cmpstr(disk->as.disk->source.file.path, ==, "/a");
    g_assert_null(domain_device_unsupported(disk));
    g_autofree char *xml = domain_device_format(disk, 0);
    g_assert_cmpstr(xml, ==,
                    "<disk type='file'>\n  <source file='/a'/>\n"
                    "  <target dev='vdb' bus='virtio'/>\n</disk>\n");
    g_autoptr(DomainDevice) line = must_read("<channel type='spicevmc'><target type='virtio'/>"
                                             "</channel>");
    g_assert_cmpint(line->kind, ==, DEVICE_CHANNEL);
    g_assert_cmpint(line->as.chardev->target.channel, ==, CHANNEL_VIRTIO);
    g_autoptr(DomainDevice) kept =
        must_read("<disk type='file'><source file='/a'><encryption format='luks'/></source>"
                  "<target dev='vda'/></disk>");
    g_assert_cmpstr(domain_device_unsupported(kept), ==, "/domain/devices/disk/source/encryption");
}

static void
test_refused(void)
{
    refuse("<disk type='file'>\n<target dev='vda' bus='virtoi'/></disk>", VIRT_ERR_XML_ERROR,
           "line 2: /domain/devices/disk/target/@bus: 'virtoi'");
    refuse("<hostdev mode='subsystem'/>", VIRT_ERR_CONFIG_UNSUPPORTED, "<hostdev>");
    refuse("<domain type='kvm'/>", VIRT_ERR_CONFIG_UNSUPPORTED, "<domain>");
    refuse("<disk", VIRT_ERR_XML_ERROR, "");
}

static void
test_among_others(void)
{
    g_autoptr(DomainDef) def = guest_must_read(GUEST("", "<input type='mouse'/>"), CONF_FROM_USER);
    g_autoptr(DomainDevice) tablet = must_read("<input type='tablet' bus='usb'/>");
    g_autoptr(DomainDevice) balloon = must_read("<memballoon model='virtio'/>");
    g_assert_cmpuint(domain_def_count_devices(def, DEVICE_INPUT), ==, 1);
    Input *added = domain_def_add_device(def, tablet);
    g_assert_true(added != tablet->as.input);
    g_assert_true(domain_def_get_device(def, DEVICE_INPUT, 1) == added);
    g_assert_cmpuint(domain_def_count_devices(def, DEVICE_MEMBALLOON), ==, 0);
    domain_def_add_device(def, balloon);
    g_assert_cmpuint(domain_def_count_devices(def, DEVICE_MEMBALLOON), ==, 1);
    domain_def_remove_device(def, DEVICE_INPUT, 0);
    g_assert_cmpuint(def->devices.inputs.n, ==, 1);
    g_assert_cmpint(def->devices.inputs.items[0]->type, ==, INPUT_TABLET);
    domain_def_remove_device(def, DEVICE_MEMBALLOON, 0);
    g_assert_null(def->devices.memballoon);
}

static void
test_every_kind_has_a_row(void)
{
    g_autoptr(DomainDef) def = guest_must_read(GUEST("", ""), CONF_FROM_USER);
    for (DeviceKind kind = DEVICE_DISK; kind <= DEVICE_VSOCK; kind++)
        g_assert_cmpuint(domain_def_count_devices(def, kind), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain/device/read", test_read);
    g_test_add_func("/domain/device/refused", test_refused);
    g_test_add_func("/domain/device/among-others", test_among_others);
    g_test_add_func("/domain/device/every-kind", test_every_kind_has_a_row);
    return g_test_run();
}
