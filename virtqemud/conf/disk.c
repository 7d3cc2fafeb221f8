/*
 * disk — see disk.h. https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
 */
#include "virtqemud/conf/disk.h"

#include <string.h>

#include "common/conf/fields.h"
#include "virtqemud/conf/patterns.h"

static bool
is_target(const char *text)
{
    return *text != '\0' &&
           strspn(text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_:") == strlen(text);
}

static const ConfPattern target_name = {"a device name such as 'vda'", "[a-zA-Z0-9_:]+", is_target,
                                        NULL};

static bool
is_serial(const char *text)
{
    return strspn(text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_.+- ") == strlen(text);
}

static const ConfPattern serial = {"a serial number of letters, digits, '_', '.', '+', '-', ' '",
                                   "[A-Za-z0-9_\\.\\+\\- ]+", is_serial};

/* clang-format off */
static const ConfEnumItem device_items[] = {
    {"disk", DISK_DEVICE_DISK, "A hard disk."},
    {"cdrom", DISK_DEVICE_CDROM, "A CD-ROM drive."},
    {"floppy", DISK_DEVICE_FLOPPY, "A floppy drive."},
    {"lun", DISK_DEVICE_LUN, "A SCSI unit that takes the guest's commands."},
};
static const ConfEnum disk_device_enum = CONF_ENUM_OF("disk_device", device_items);

static const ConfEnumItem bus_items[] = {
    {"ide", DISK_BUS_IDE, ""}, {"fdc", DISK_BUS_FDC, ""}, {"scsi", DISK_BUS_SCSI, ""},
    {"virtio", DISK_BUS_VIRTIO, ""}, {"xen", DISK_BUS_XEN, ""}, {"usb", DISK_BUS_USB, ""},
    {"uml", DISK_BUS_UML, ""}, {"sata", DISK_BUS_SATA, ""}, {"sd", DISK_BUS_SD, ""},
};
static const ConfEnum disk_bus_enum = CONF_ENUM_OF("disk_bus", bus_items);

static const ConfEnumItem cache_items[] = {
    {"default", DISK_CACHE_DEFAULT, "QEMU's choice."},
    {"none", DISK_CACHE_NONE, "Past the host's cache."},
    {"writethrough", DISK_CACHE_WRITETHROUGH, "Each write is on the medium."},
    {"writeback", DISK_CACHE_WRITEBACK, "The host's cache; the guest flushes."},
    {"directsync", DISK_CACHE_DIRECTSYNC, "Past the cache, each write on the medium."},
    {"unsafe", DISK_CACHE_UNSAFE, "Flushes are ignored."},
};
static const ConfEnum cache_enum = CONF_ENUM_OF("disk_cache", cache_items);

static const ConfEnumItem error_items[] = {
    {"stop", DISK_ERROR_STOP, "The guest is paused."},
    {"report", DISK_ERROR_REPORT, "The guest is told."},
    {"ignore", DISK_ERROR_IGNORE, "Nobody is told."},
    {"enospace", DISK_ERROR_ENOSPACE, "Paused when space runs out, else told."},
};
static const ConfEnum error_enum = CONF_ENUM_OF("disk_error_policy", error_items);

static const ConfEnumItem io_items[] = {
    {"threads", DISK_IO_THREADS, ""}, {"native", DISK_IO_NATIVE, ""},
    {"io_uring", DISK_IO_URING, ""},
};
static const ConfEnum io_enum = CONF_ENUM_OF("disk_io", io_items);

static const ConfEnumItem discard_items[] = {
    {"unmap", DISK_DISCARD_UNMAP, "Freed on the host."},
    {"ignore", DISK_DISCARD_IGNORE, "Not passed on."},
};
static const ConfEnum discard_enum = CONF_ENUM_OF("disk_discard", discard_items);

static const ConfEnumItem zeroes_items[] = {
    {"off", DISK_ZEROES_OFF, ""}, {"on", DISK_ZEROES_ON, ""}, {"unmap", DISK_ZEROES_UNMAP, ""},
};
static const ConfEnum zeroes_enum = CONF_ENUM_OF("disk_detect_zeroes", zeroes_items);

static const ConfEnumItem snapshot_items[] = {
    {"no", DISK_SNAPSHOT_NO, "Left out."},
    {"internal", DISK_SNAPSHOT_INTERNAL, "Kept in the image."},
    {"external", DISK_SNAPSHOT_EXTERNAL, "A new image above it."},
    {"manual", DISK_SNAPSHOT_MANUAL, "By the user's own means."},
};
static const ConfEnum snapshot_enum = CONF_ENUM_OF("disk_snapshot", snapshot_items);

static const ConfEnumItem translation_items[] = {
    {"none", DISK_TRANSLATION_NONE, ""}, {"auto", DISK_TRANSLATION_AUTO, ""},
    {"lba", DISK_TRANSLATION_LBA, ""},
};
static const ConfEnum translation_enum = CONF_ENUM_OF("disk_translation", translation_items);

static const ConfEnumItem tray_items[] = {
    {"open", DISK_TRAY_OPEN, ""}, {"closed", DISK_TRAY_CLOSED, ""},
};
static const ConfEnum tray_enum = CONF_ENUM_OF("disk_tray", tray_items);

static const ConfField driver_rows[] = {
    ATTR_STR(DiskDriver, name, "name", NULL, DERIVED, "Always qemu."),
    ATTR_STR(DiskDriver, format, "type", &image_format_pattern, DERIVED | GUEST_ABI,
             "Format of the image."),
    ATTR_ENUM(DiskDriver, cache, "cache", cache_enum, OPTIONAL, "What the host caches."),
    ATTR_ENUM(DiskDriver, error_policy, "error_policy", error_enum, OPTIONAL, "On write errors."),
    ATTR_ENUM(DiskDriver, read_error_policy, "rerror_policy", error_enum, OPTIONAL,
              "On read errors."),
    ATTR_ENUM(DiskDriver, io, "io", io_enum, OPTIONAL, "How requests are made."),
    ATTR_ENUM(DiskDriver, ioeventfd, "ioeventfd", on_off_enum, OPTIONAL, "Own event handling."),
    ATTR_ENUM(DiskDriver, event_idx, "event_idx", on_off_enum, OPTIONAL, "Fewer interrupts."),
    ATTR_ENUM(DiskDriver, copy_on_read, "copy_on_read", on_off_enum, OPTIONAL,
              "Keep what was read from the backing image."),
    ATTR_ENUM(DiskDriver, discard, "discard", discard_enum, OPTIONAL, "On trim."),
    ATTR_NUM(DiskDriver, iothread, "iothread", 1, UINT32_MAX, OPTIONAL, "Thread that serves it."),
    ATTR_ENUM(DiskDriver, detect_zeroes, "detect_zeroes", zeroes_enum, OPTIONAL,
              "What written zeroes become."),
    ATTR_NUM(DiskDriver, queues, "queues", 1, 65535, GUEST_ABI, "Queues."),
    ATTR_NUM(DiskDriver, queue_size, "queue_size", 1, 65535, GUEST_ABI, "Length of a queue."),
    VIRTIO_ROWS(DiskDriver, virtio, ""),
    EXTRA(DiskDriver, extra, NULL),
    END};
static const ConfType driver_conf = CONF_TYPE(DiskDriver, "driver", driver_rows, NULL);

#define LIMIT(name, text)                                                                          \
    SUB_NUM(DiskIotune, name, #name, 0, INT64_MAX, LIVE, text)
static const ConfField iotune_rows[] = {
    LIMIT(total_bytes_sec, "Limit."),
    LIMIT(read_bytes_sec, "Limit."),
    LIMIT(write_bytes_sec, "Limit."),
    LIMIT(total_iops_sec, "Limit."),
    LIMIT(read_iops_sec, "Limit."),
    LIMIT(write_iops_sec, "Limit."),
    LIMIT(total_bytes_sec_max, "Limit of a burst."),
    LIMIT(read_bytes_sec_max, "Limit of a burst."),
    LIMIT(write_bytes_sec_max, "Limit of a burst."),
    LIMIT(total_iops_sec_max, "Limit of a burst."),
    LIMIT(read_iops_sec_max, "Limit of a burst."),
    LIMIT(write_iops_sec_max, "Limit of a burst."),
    LIMIT(size_iops_sec, "Bytes that count as one request."),
    TEXT(DiskIotune, group_name, "group_name", NULL, LIVE, "Shared with others."),
    LIMIT(total_bytes_sec_max_length, "Seconds of a burst."),
    LIMIT(read_bytes_sec_max_length, "Seconds of a burst."),
    LIMIT(write_bytes_sec_max_length, "Seconds of a burst."),
    LIMIT(total_iops_sec_max_length, "Seconds of a burst."),
    LIMIT(read_iops_sec_max_length, "Seconds of a burst."),
    LIMIT(write_iops_sec_max_length, "Seconds of a burst."),
    EXTRA(DiskIotune, extra, NULL),
    END};
static const ConfType iotune_conf = CONF_TYPE(DiskIotune, "iotune", iotune_rows, NULL);

static const ConfField geometry_rows[] = {
    ATTR_NUM(DiskGeometry, cylinders, "cyls", 1, UINT32_MAX, REQUIRED | GUEST_ABI, "Cylinders."),
    ATTR_NUM(DiskGeometry, heads, "heads", 1, UINT32_MAX, REQUIRED | GUEST_ABI, "Heads."),
    ATTR_NUM(DiskGeometry, sectors, "secs", 1, UINT32_MAX, REQUIRED | GUEST_ABI, "Sectors."),
    ATTR_ENUM(DiskGeometry, translation, "trans", translation_enum, GUEST_ABI, "BIOS's view."),
    END};
static const ConfType geometry_conf = CONF_TYPE(DiskGeometry, "geometry", geometry_rows, NULL);

static const ConfField disk_rows[] = {
    ATTR_ENUM_OR(Disk, type, "type", disk_type_enum, DISK_TYPE_FILE, OPTIONAL,
                 "Where the bytes come from."),
    ATTR_ENUM(Disk, device, "device", disk_device_enum, DERIVED | GUEST_ABI,
              "How the guest sees it."),
    ATTR_STR(Disk, model, "model",
             ONE_OF("virtio virtio-transitional virtio-non-transitional"), GUEST_ABI,
             "Generation of virtio."),
    ATTR_ENUM(Disk, raw_io, "rawio", yes_no_enum, OPTIONAL, "QEMU may send raw commands."),
    ATTR_ENUM(Disk, snapshot, "snapshot", snapshot_enum, OPTIONAL, "In snapshots of the guest."),
    SUB_TABLE(Disk, driver, "driver", DiskDriver, driver_conf, OPTIONAL, "Format and tuning."),
    EXTRA(Disk, extra, "auth"),
    UNION(Disk, source, "source", type, disk_sources, OPTIONAL, "Fields depend on @type."),
    SUB_TABLE_PTR(Disk, backing, "backingStore", DiskBacking, disk_backing_conf, OPTIONAL,
                  "The image below; empty: none."),
    EXTRA(Disk, extra, "mirror"),
    SUB_TABLE(Disk, geometry, "geometry", DiskGeometry, geometry_conf, OPTIONAL, "Geometry."),
    SUB_NUM(Disk, logical_block_bytes, "blockio/@logical_block_size", 1, UINT32_MAX, GUEST_ABI,
            "Least unit of a request."),
    SUB_NUM(Disk, physical_block_bytes, "blockio/@physical_block_size", 1, UINT32_MAX, GUEST_ABI,
            "Best unit of a request."),
    SUB_STR(Disk, target, "target/@dev", &target_name, REQUIRED, "Name hint; order, no promise."),
    SUB_ENUM(Disk, bus, "target/@bus", disk_bus_enum, DERIVED | GUEST_ABI,
             "Default from the target's first letters."),
    SUB_ENUM(Disk, tray, "target/@tray", tray_enum, LIVE, "Whether the tray is open."),
    SUB_ENUM(Disk, removable, "target/@removable", on_off_enum, GUEST_ABI, "USB: can be removed."),
    SUB_NUM(Disk, rotation_rate, "target/@rotation_rate", 1, 65534, GUEST_ABI,
            "1: no rotation; else in 1/min."),
    SUB_TABLE_PTR(Disk, iotune, "iotune", DiskIotune, iotune_conf, LIVE, "Limits."),
    FLAG(Disk, readonly, "readonly", "The guest may not write."),
    FLAG(Disk, shareable, "shareable", "Several guests may open it."),
    FLAG(Disk, transient, "transient", "Changes are lost at the end."),
    SUB_ENUM(Disk, transient_shares_backing, "transient/@shareBacking", yes_no_enum, OPTIONAL,
             "The image itself may be shared."),
    TEXT(Disk, serial, "serial", &serial, GUEST_ABI, "Shown to the guest."),
    TEXT(Disk, wwn, "wwn", NULL, GUEST_ABI, "World wide name."),
    TEXT(Disk, vendor, "vendor", NULL, GUEST_ABI, "SCSI vendor."),
    TEXT(Disk, product, "product", NULL, GUEST_ABI, "SCSI product."),
    EXTRA(Disk, extra, "encryption"),
    INCLUDE(Disk, info, DeviceInfo, device_info_disk_conf),
    SUB_STR(Disk, qom_name, "privateData/qom/@name", NULL, STATUS_ONLY, "QEMU's path of it."),
    EXTRA(Disk, extra, NULL),
    END};
/* clang-format on */

static bool
disk_validate(const void *object, GError **error)
{
    const Disk *disk = object;
    gboolean has_medium_drive =
        disk->device == DISK_DEVICE_CDROM || disk->device == DISK_DEVICE_FLOPPY;
    if (disk->driver.name != NULL && strcmp(disk->driver.name, "qemu") != 0) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the driver of the disk '%s' is '%s', not 'qemu'", disk->target,
                       disk->driver.name);
        return false;
    }
    if (disk->raw_io != 0 && disk->device != DISK_DEVICE_LUN) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "only a lun has @rawio");
        return false;
    }
    if (disk->tray != 0 && !has_medium_drive) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "only a cdrom or floppy has a tray");
        return false;
    }
    gboolean has_path = disk->type == DISK_TYPE_FILE || disk->type == DISK_TYPE_BLOCK ||
                        disk->type == DISK_TYPE_DIR;
    if (has_path && disk->source.file.path == NULL && !has_medium_drive) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "the disk '%s' has no source",
                       disk->target);
        return false;
    }
    return true;
}

const ConfType disk_conf = CONF_TYPE(Disk, "disk", disk_rows, disk_validate);
