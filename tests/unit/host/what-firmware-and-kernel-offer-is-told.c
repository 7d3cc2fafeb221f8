/*
 * what-firmware-and-kernel-offer-is-told — the host's uuid, the firmware's texts, sleep states,
 * IOMMU, parameters of page merging.
 */
#include <string.h>

#include "common/host/identity.h"
#include "common/host/ksm.h"
#include "common/host/smbios.h"
#include "common/host/support.h"
#include "tests/unit/host/tree.h"

#define DMI "sys/class/dmi/id/"

static void
test_uuid(void)
{
    g_autoptr(Tree) tree = tree_new();
    uint8_t uuid[UUID_BYTES];
    char text[UUID_TEXT_BYTES];
    g_assert_false(host_uuid_read(tree->root, HOST_UUID_FROM_SMBIOS, uuid));
    tree_put(tree, DMI "product_uuid", "A83D2191-5480-48CA-949D-AC1354736AC2\n");
    g_assert_true(host_uuid_read(tree->root, HOST_UUID_FROM_SMBIOS, uuid));
    g_assert_cmpstr(uuid_format(uuid, text), ==, "a83d2191-5480-48ca-949d-ac1354736ac2");
    g_assert_false(host_uuid_read(tree->root, HOST_UUID_FROM_MACHINE_ID, uuid));
    tree_put(tree, "etc/machine-id", "b83d2191548048ca949dac1354736ac2\n");
    g_assert_true(host_uuid_read(tree->root, HOST_UUID_FROM_MACHINE_ID, uuid));
    g_assert_cmpstr(uuid_format(uuid, text), ==, "b83d2191-5480-48ca-949d-ac1354736ac2");
    tree_put(tree, DMI "product_uuid", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\n");
    g_assert_false(host_uuid_read(tree->root, HOST_UUID_FROM_SMBIOS, uuid));
    tree_put(tree, "etc/machine-id", "uninitialized\n");
    g_assert_false(host_uuid_read(tree->root, HOST_UUID_FROM_MACHINE_ID, uuid));
}

static void
test_texts(void)
{
    g_autoptr(Tree) tree = tree_new();
    const HostSmbiosRow *vendor = &host_smbios_rows[0];
    g_assert_cmpstr(vendor->file, ==, "bios_vendor");
    g_assert_false(host_smbios_exists(tree->root));
    g_assert_null(host_smbios_read(tree->root, vendor));
    tree_put(tree, DMI "bios_vendor", "  An \x01 Example \n");
    g_assert_true(host_smbios_exists(tree->root));
    g_autofree char *text = host_smbios_read(tree->root, vendor);
    g_assert_cmpstr(text, ==, "An ? Example");
    tree_put(tree, DMI "bios_vendor", "\xff\xfe\n");
    g_autofree char *valid = host_smbios_read(tree->root, vendor);
    g_assert_true(g_utf8_validate(valid, -1, NULL));
    tree_put(tree, DMI "bios_vendor", "  \n");
    g_assert_null(host_smbios_read(tree->root, vendor));
}

static void
test_sleep(void)
{
    g_autoptr(Tree) tree = tree_new();
    g_assert_cmpuint(host_sleep_states(tree->root), ==, 0);
    tree_put(tree, "sys/power/state", "freeze mem disk\n");
    g_assert_cmpuint(host_sleep_states(tree->root), ==, HOST_SLEEP_MEMORY);
    tree_put(tree, "sys/power/disk", "[disabled]\n");
    g_assert_cmpuint(host_sleep_states(tree->root), ==, HOST_SLEEP_MEMORY);
    tree_put(tree, "sys/power/disk", "[platform] shutdown reboot\n");
    g_assert_cmpuint(host_sleep_states(tree->root), ==, HOST_SLEEP_MEMORY | HOST_SLEEP_DISK);
    tree_put(tree, "sys/power/disk", "platform [suspend]\n");
    g_assert_cmpuint(host_sleep_states(tree->root), ==,
                     HOST_SLEEP_MEMORY | HOST_SLEEP_DISK | HOST_SLEEP_HYBRID);
    tree_put(tree, "sys/power/state", "freeze memory\n");
    g_assert_cmpuint(host_sleep_states(tree->root), ==, 0);
}

static void
test_iommu(void)
{
    g_autoptr(Tree) tree = tree_new();
    g_assert_false(host_has_iommu(tree->root));
    tree_put(tree, "sys/kernel/iommu_groups/README", "");
    g_assert_false(host_has_iommu(tree->root));
    tree_put(tree, "sys/kernel/iommu_groups/0/type", "DMA\n");
    g_assert_true(host_has_iommu(tree->root));
}

static void
test_merging(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Tree) tree = tree_new();
    const HostKsmRow *row = host_ksm_find("shm_pages_to_scan");
    uint64_t value = 0;
    g_assert_null(host_ksm_find("pages_to_scan"));
    g_assert_false(host_ksm_read(tree->root, row, &value));
    g_assert_false(host_ksm_write(tree->root, row, 7, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_SYSTEM_ERROR));
    g_clear_error(&error);
    tree_put(tree, "sys/kernel/mm/ksm/pages_to_scan", "100\n");
    g_assert_true(host_ksm_write(tree->root, row, 7, &error));
    g_assert_true(host_ksm_read(tree->root, row, &value));
    g_assert_cmpuint(value, ==, 7);
    tree_put(tree, "sys/kernel/mm/ksm/pages_to_scan",
             "4294967296\n"); /* does not fit on the wire */
    g_assert_false(host_ksm_read(tree->root, row, &value));
    tree_put(tree, "sys/kernel/mm/ksm/full_scans", "4294967296\n");
    g_assert_true(host_ksm_read(tree->root, host_ksm_find("shm_full_scans"), &value));
    g_assert_cmpuint(value, ==, 4294967296);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/offer/uuid", test_uuid);
    g_test_add_func("/offer/texts", test_texts);
    g_test_add_func("/offer/sleep", test_sleep);
    g_test_add_func("/offer/iommu", test_iommu);
    g_test_add_func("/offer/merging", test_merging);
    return g_test_run();
}
