/*
 * disk — <disk>: the device that the guest sees; the chain behind it is blockdev.c's.
 *
 * https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
 */
#include <string.h>

#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

static const char *const werror_names[] = {[DISK_ERROR_STOP] = "stop",
                                           [DISK_ERROR_REPORT] = "report",
                                           [DISK_ERROR_IGNORE] = "ignore",
                                           [DISK_ERROR_ENOSPACE] = "enospc"};

/* Controllers whose bus knows targets, but neither channels nor units. */
static gboolean
is_plain_scsi(const Controller *controller)
{
    static const char *const models[] = {"lsilogic", "am53c974", "dc390", NULL};
    return controller->model == NULL || g_strv_contains(models, controller->model);
}

static const Controller *
find_controller(const DomainDef *def, const Disk *disk, ControllerType type, GError **error)
{
    const Address *address = disk->info.address;
    const Controller *controller = NULL;
    if (address != NULL && address->type == ADDRESS_DRIVE)
        controller = context_controller(def, type, address->at.drive.controller);
    if (controller == NULL || controller->info.alias == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the disk '%s' has no place on a controller of the guest", disk->target);
        return NULL;
    }
    return controller;
}

static gboolean
add_scsi(Json *props, const BuildContext *context, const Disk *disk, GError **error)
{
    const Controller *controller = find_controller(context->def, disk, CONTROLLER_SCSI, error);
    if (controller == NULL)
        return FALSE;
    const DriveAddress *drive = &disk->info.address->at.drive;
    json_add_string(props, "driver", disk->device == DISK_DEVICE_CDROM ? "scsi-cd" : "scsi-hd");
    g_autofree char *bus = g_strdup_printf("%s.0", controller->info.alias);
    json_add_string(props, "bus", bus);
    if (is_plain_scsi(controller)) {
        json_add_uint(props, "scsi-id", drive->unit);
    } else {
        json_add_uint(props, "channel", drive->bus);
        json_add_uint(props, "scsi-id", drive->target);
        json_add_uint(props, "lun", drive->unit);
    }
    /* What QEMU of old derived from the name of the drive: the guest sees it. */
    g_autofree char *id = disk->serial != NULL ? g_strdup(disk->serial)
                                               : g_strdup_printf("drive-%s", disk->info.alias);
    json_add_string(props, "device_id", id);
    return TRUE;
}

static gboolean
add_ide(Json *props, const BuildContext *context, const Disk *disk, GError **error)
{
    gboolean is_sata = disk->bus == DISK_BUS_SATA;
    const Controller *controller =
        find_controller(context->def, disk, is_sata ? CONTROLLER_SATA : CONTROLLER_IDE, error);
    if (controller == NULL)
        return FALSE;
    const DriveAddress *drive = &disk->info.address->at.drive;
    json_add_string(props, "driver", disk->device == DISK_DEVICE_CDROM ? "ide-cd" : "ide-hd");
    /* A SATA port is a bus of its own. */
    g_autofree char *bus =
        g_strdup_printf("%s.%u", controller->info.alias, is_sata ? drive->unit : drive->bus);
    json_add_string(props, "bus", bus);
    if (!is_sata)
        json_add_uint(props, "unit", drive->unit);
    return TRUE;
}

static gboolean
add_floppy(Json *props, const BuildContext *context, const Disk *disk, GError **error)
{
    if (find_controller(context->def, disk, CONTROLLER_FDC, error) == NULL)
        return FALSE;
    json_add_string(props, "driver", "floppy");
    json_add_uint(props, "unit", disk->info.address->at.drive.unit);
    return TRUE;
}

static gboolean
add_virtio(Json *props, const BuildContext *context, const Disk *disk, GError **error)
{
    const DiskDriver *driver = &disk->driver;
    g_autofree char *name =
        disk->model != NULL && strcmp(disk->model, "virtio") != 0
            ? g_strdup_printf("virtio-blk-pci%s", disk->model + strlen("virtio"))
            : g_strdup("virtio-blk-pci");
    json_add_string(props, "driver", name);
    if (driver->iothread != 0) {
        g_autofree char *iothread = g_strdup_printf("iothread%u", driver->iothread);
        json_add_string(props, "iothread", iothread);
    }
    context_add_switch(props, "ioeventfd", driver->ioeventfd);
    context_add_switch(props, "event_idx", driver->event_idx);
    context_add_virtio(props, &driver->virtio);
    context_add_number(props, "num-queues", driver->queues);
    context_add_number(props, "queue-size", driver->queue_size);
    return place_add(props, context->def, &disk->info, error);
}

static gboolean
add_usb(Json *props, const BuildContext *context, const Disk *disk, GError **error)
{
    json_add_string(props, "driver", "usb-storage");
    return place_add(props, context->def, &disk->info, error);
}

static gboolean
add_bus(Json *props, const BuildContext *context, const Disk *disk, GError **error)
{
    switch (disk->bus) {
    case DISK_BUS_VIRTIO:
        return add_virtio(props, context, disk, error);
    case DISK_BUS_SCSI:
        return add_scsi(props, context, disk, error);
    case DISK_BUS_IDE:
    case DISK_BUS_SATA:
        return add_ide(props, context, disk, error);
    case DISK_BUS_FDC:
        return add_floppy(props, context, disk, error);
    case DISK_BUS_USB:
        return add_usb(props, context, disk, error);
    default:
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the bus of disk '%s' is not supported", disk->target);
        return FALSE;
    }
}

/* A stock daemon quotes blanks as for a shell, and its guests see the backslash. */
static char *
serial_as_stock(const char *serial)
{
    GString *text = g_string_new(NULL);
    for (const char *c = serial; *c != '\0'; c++) {
        if (*c == ' ')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *c);
    }
    return g_string_free(text, FALSE);
}

static void
add_identity(Json *props, const Disk *disk)
{
    if (disk->wwn != NULL)
        json_add_uint(props, "wwn", g_ascii_strtoull(disk->wwn, NULL, 16));
    context_add_text(props, "vendor", disk->vendor);
    context_add_text(props, "product", disk->product);
    if (disk->bus == DISK_BUS_USB)
        json_add_bool(props, "removable", disk->removable == SWITCH_ON);
    if (disk->serial != NULL) {
        g_autofree char *serial = serial_as_stock(disk->serial);
        json_add_string(props, "serial", serial);
    }
}

static void
add_geometry(Json *props, const Disk *disk)
{
    static const char *const translations[] = {[DISK_TRANSLATION_NONE] = "none",
                                               [DISK_TRANSLATION_AUTO] = "auto",
                                               [DISK_TRANSLATION_LBA] = "lba"};
    context_add_number(props, "logical_block_size", disk->logical_block_bytes);
    context_add_number(props, "physical_block_size", disk->physical_block_bytes);
    context_add_number(props, "cyls", disk->geometry.cylinders);
    context_add_number(props, "heads", disk->geometry.heads);
    context_add_number(props, "secs", disk->geometry.sectors);
    context_add_text(props, "bios-chs-trans", translations[disk->geometry.translation]);
    context_add_number(props, "rotation_rate", disk->rotation_rate);
}

static void
add_policies(Json *props, const DiskDriver *driver)
{
    DiskErrorPolicy read_policy = driver->read_error_policy;
    if (driver->cache > DISK_CACHE_DEFAULT)
        json_add_string(props, "write-cache",
                        driver->cache == DISK_CACHE_WRITETHROUGH ||
                                driver->cache == DISK_CACHE_DIRECTSYNC
                            ? "off"
                            : "on");
    if (read_policy == 0 && driver->error_policy != DISK_ERROR_ENOSPACE)
        read_policy = driver->error_policy;
    context_add_text(props, "werror", werror_names[driver->error_policy]);
    context_add_text(props, "rerror", werror_names[read_policy]);
}

Json *
build_disk_props(const BuildContext *context, const Disk *disk, const BuildNode *top,
                 GError **error)
{
    g_autoptr(Json) props = json_new_object();
    if (!add_bus(props, context, disk, error))
        return NULL;
    if (disk->shareable)
        json_add_bool(props, "share-rw", TRUE);
    if (top != NULL) {
        g_autofree char *drive = build_top_name(disk, top);
        json_add_string(props, "drive", drive);
    }
    json_add_string(props, "id", disk->info.alias);
    /* A floppy's turn is told to its controller. */
    if (disk->device != DISK_DEVICE_FLOPPY)
        place_add_boot(props, context, &disk->info,
                       disk->device == DISK_DEVICE_CDROM ? BOOT_CDROM : BOOT_HD);
    add_geometry(props, disk);
    add_identity(props, disk);
    add_policies(props, &disk->driver);
    return g_steal_pointer(&props);
}
