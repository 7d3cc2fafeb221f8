/*
 * drives — see drives.h.
 */
#include "virtqemud/assign/drives.h"

#include <string.h>

#include "virtqemud/assign/device_refs.h"
#include "virtqemud/conf/disk_order.h"

/* How many drives a controller of the bus has; a place is counted through buses and units. */
typedef struct {
    DiskBus bus;
    uint32_t buses;
    uint32_t units; /* of one bus */
} BusRow;

static const BusRow bus_rows[] = {
    {DISK_BUS_IDE, 2, 2},
    {DISK_BUS_FDC, 1, 2},
    {DISK_BUS_SCSI, 1, 7},
    {DISK_BUS_SATA, 1, 6},
};

static const BusRow *
find_bus(DiskBus bus)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bus_rows); i++) {
        if (bus_rows[i].bus == bus)
            return &bus_rows[i];
    }
    return NULL;
}

static gboolean
choose_drive(DomainDef *def, Disk *disk, const BusRow *row, GError **error)
{
    const char *rest;
    int64_t place = disk_target_place(disk->target, &rest);
    if (place == DISK_NO_PLACE) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "the target '%s' names no place on its bus, and the disk has no address",
                       disk->target);
        return FALSE;
    }
    uint32_t per_controller = row->buses * row->units;
    uint32_t rank = (uint32_t)place % per_controller;
    disk->info.address = arena_new_of(def->arena, Address);
    disk->info.address->type = ADDRESS_DRIVE;
    disk->info.address->at.drive = (DriveAddress){
        .controller = (uint32_t)place / per_controller,
        .bus = rank / row->units,
        .unit = rank % row->units,
    };
    return TRUE;
}

static gboolean
check_address_type(const Disk *disk, const BusRow *row, GError **error)
{
    const Address *address = disk->info.address;
    if (address == NULL || address->type == ADDRESS_UNASSIGNED)
        return TRUE;
    AddressType wanted = row != NULL                    ? ADDRESS_DRIVE
                         : disk->bus == DISK_BUS_USB    ? ADDRESS_USB
                         : disk->bus == DISK_BUS_VIRTIO ? ADDRESS_PCI
                                                        : address->type;
    gboolean is_single_target = disk->bus == DISK_BUS_IDE || disk->bus == DISK_BUS_SATA;
    if (address->type != wanted) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the disk '%s' has an address of another kind than its bus", disk->target);
        return FALSE;
    }
    if (wanted == ADDRESS_DRIVE && is_single_target && address->at.drive.target != 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the disk '%s' has target %u, its controller has target 0 only",
                       disk->target, address->at.drive.target);
        return FALSE;
    }
    return TRUE;
}

/* Each place once. */
static gboolean
claim_drive(GHashTable *claimed, const Disk *disk, GError **error)
{
    const DriveAddress *place = &disk->info.address->at.drive;
    char *key = g_strdup_printf("%d/%u/%u/%u/%u", disk->bus, place->controller, place->bus,
                                place->target, place->unit);
    const Disk *other = g_hash_table_lookup(claimed, key);
    if (other != NULL) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the disks '%s' and '%s' have the same address: controller %u, bus %u, "
                       "target %u, unit %u",
                       other->target, disk->target, place->controller, place->bus, place->target,
                       place->unit);
        g_free(key);
        return FALSE;
    }
    g_hash_table_insert(claimed, key, (void *)(uintptr_t)disk);
    return TRUE;
}

gboolean
assign_drives(DomainDef *def, GError **error)
{
    g_autoptr(GHashTable) claimed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; i < def->devices.disks.n; i++) {
        Disk *disk = def->devices.disks.items[i];
        const BusRow *row = find_bus(disk->bus);
        const char *rest;
        if (disk->bus == 0) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                           "the target '%s' names no bus, and none is given", disk->target);
            return FALSE;
        }
        if (disk_target_place(disk->target, &rest) != DISK_NO_PLACE && *rest != '\0') {
            virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                           "the target '%s' names a partition, not a disk", disk->target);
            return FALSE;
        }
        if (!check_address_type(disk, row, error))
            return FALSE;
        if (row == NULL)
            continue;
        if (disk->info.address == NULL && !choose_drive(def, disk, row, error))
            return FALSE;
        if (disk->info.address->type == ADDRESS_DRIVE && !claim_drive(claimed, disk, error))
            return FALSE;
    }
    return TRUE;
}
