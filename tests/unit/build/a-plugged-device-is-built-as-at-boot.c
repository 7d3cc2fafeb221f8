/*
 * A device that is plugged into a running guest gets the properties that it would have had at boot;
 * its turn at boot only when it is told one itself.
 */
#include "tests/unit/build/guest.h"
#include "virtqemud/build/devices.h"

static const BuildNode node = {.index = 7, .path = "/a", .format = "raw", .set = 3};
static const BuildResources nothing;

static char *
disk_of(const char *document, gboolean is_plugged)
{
    g_autoptr(QemuCaps) caps = guest_caps(NULL);
    g_autoptr(DomainDef) def = guest_with(document, "<devices>", "");
    BuildContext context = {
        .def = def, .caps = caps, .resources = &nothing, .is_plugged = is_plugged};
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) props = build_disk_props(&context, def->devices.disks.items[0], &node, &error);
    g_assert_no_error(error);
    return json_print(props);
}

static void
test_os_boot(void)
{
    g_autofree char *boot = disk_of("disks-on-every-bus", FALSE);
    g_autofree char *plugged = disk_of("disks-on-every-bus", TRUE);
    g_autofree char *without = guest_replace(boot, ",\"bootindex\":1", "");
    g_assert_cmpstr(plugged, ==, without);
}

static void
test_own_turn(void)
{
    g_autofree char *boot = disk_of("boot-order", FALSE);
    g_autofree char *plugged = disk_of("boot-order", TRUE);
    g_assert_nonnull(strstr(plugged, "\"bootindex\":2"));
    g_assert_cmpstr(plugged, ==, boot);
}

static void
test_missing_bus(void)
{
    g_autoptr(QemuCaps) caps = guest_caps(NULL);
    g_autoptr(DomainDef) def = guest_with("disks-on-every-bus", "<devices>", "");
    BuildContext context = {.def = def, .caps = caps, .resources = &nothing, .is_plugged = TRUE};
    g_autoptr(GError) error = NULL;
    def->devices.disks.items[0]->info.address->at.pci.bus = 9;
    g_assert_null(build_disk_props(&context, def->devices.disks.items[0], &node, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_CONFIG_UNSUPPORTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/build/the-order-of-the-machine-is-settled", test_os_boot);
    g_test_add_func("/build/a-device-keeps-its-own-turn", test_own_turn);
    g_test_add_func("/build/an-address-without-a-bus-is-refused", test_missing_bus);
    return g_test_run();
}
