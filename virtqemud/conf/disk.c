/*
 * disk — see disk.h. https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
 */
#include "virtqemud/conf/disk.h"

#include <string.h>

#include "common/conf/fields.h"

static bool
is_target(const char *text)
{
    return *text != '\0' &&
           strspn(text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_:") == strlen(text);
}

static const ConfPattern target_name = {"a device name such as 'vda'",
                                        "(ioemu:)?(fd|hd|sd|vd|xvd|ubd)[a-zA-Z0-9_]+", is_target};

static bool
is_serial(const char *text)
{
    return strspn(text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_.+- ") == strlen(text);
}

static const ConfPattern serial = {"a serial number of letters, digits, '_', '.', '+', '-', ' '",
                                   "[A-Za-z0-9_\\.\\+\\- ]+", is_serial};

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"file", DISK_TYPE_FILE, "A file of the host."},
    {"block", DISK_TYPE_BLOCK, "A block device of the host."},
    {"dir", DISK_TYPE_DIR, "A folder, shown as a file system."},
    {"network", DISK_TYPE_NETWORK, "A server."},
    {"volume", DISK_TYPE_VOLUME, "A volume of a storage pool."},
    {"nvme", DISK_TYPE_NVME, "A namespace of an NVMe controller."},
    {"vhostuser", DISK_TYPE_VHOST_USER, "A process on the host."},
};
static const ConfEnum disk_type_enum = CONF_ENUM_OF("disk_type", type_items);

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

static const ConfEnumItem startup_items[] = {
    {"mandatory", DISK_STARTUP_MANDATORY, "Fail when it is missing."},
    {"requisite", DISK_STARTUP_REQUISITE, "Fail at boot, drop on migration."},
    {"optional", DISK_STARTUP_OPTIONAL, "Drop when it is missing."},
};
static const ConfEnum startup_enum = CONF_ENUM_OF("disk_startup_policy", startup_items);

static const ConfEnumItem tray_items[] = {
    {"open", DISK_TRAY_OPEN, ""}, {"closed", DISK_TRAY_CLOSED, ""},
};
static const ConfEnum tray_enum = CONF_ENUM_OF("disk_tray", tray_items);

static const ConfField driver_rows[] = {
    ATTR_STR(DiskDriver, name, "name", NULL, DERIVED, "Always qemu."),
    ATTR_STR(DiskDriver, format, "type", NULL, DERIVED | GUEST_ABI, "Format of the image."),
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
    EXTRA(DiskDriver, extra, NULL),
    END};
static const ConfType driver_conf = CONF_TYPE(DiskDriver, "driver", driver_rows, NULL);

static const ConfField file_rows[] = {
    ATTR_STR(DiskPath, path, "file", NULL, LIVE | EMPTY_OK, "Path of the image."),
    ATTR_ENUM(DiskPath, startup_policy, "startupPolicy", startup_enum, OPTIONAL,
              "When it is missing."),
    ATTR_NUM(DiskPath, index, "index", 0, UINT32_MAX, INACTIVE_OMIT, "Number of the image."),
    EXTRA(DiskPath, extra, NULL),
    END};
static const ConfType file_source = CONF_TYPE(DiskPath, "source", file_rows, NULL);

static const ConfField block_rows[] = {
    ATTR_STR(DiskPath, path, "dev", NULL, LIVE | EMPTY_OK, "Path of the device."),
    ATTR_ENUM(DiskPath, startup_policy, "startupPolicy", startup_enum, OPTIONAL,
              "When it is missing."),
    ATTR_NUM(DiskPath, index, "index", 0, UINT32_MAX, INACTIVE_OMIT, "Number of the image."),
    EXTRA(DiskPath, extra, NULL),
    END};
static const ConfType block_source = CONF_TYPE(DiskPath, "source", block_rows, NULL);

static const ConfType *const source_types[] = {
    [DISK_TYPE_FILE] = &file_source,
    [DISK_TYPE_BLOCK] = &block_source,
};
static const ConfCases disk_sources = CONF_CASES_OF(source_types);

static const ConfField disk_rows[] = {
    ATTR_ENUM(Disk, type, "type", disk_type_enum, REQUIRED, "Where the bytes come from."),
    ATTR_ENUM(Disk, device, "device", disk_device_enum, DERIVED | GUEST_ABI,
              "How the guest sees it."),
    SUB_TABLE(Disk, driver, "driver", DiskDriver, driver_conf, OPTIONAL, "Format and tuning."),
    EXTRA(Disk, extra, "auth"),
    UNION(Disk, source, "source", type, disk_sources, OPTIONAL, "Fields depend on @type."),
    EXTRA(Disk, extra, "source backingStore geometry blockio mirror"),
    SUB_STR(Disk, target, "target/@dev", &target_name, REQUIRED, "Name hint; order, no promise."),
    SUB_ENUM(Disk, bus, "target/@bus", disk_bus_enum, DERIVED | GUEST_ABI,
             "Default from the target's first letters."),
    SUB_ENUM(Disk, tray, "target/@tray", tray_enum, LIVE, "Whether the tray is open."),
    SUB_ENUM(Disk, removable, "target/@removable", on_off_enum, GUEST_ABI, "USB: can be removed."),
    EXTRA(Disk, extra, "iotune"),
    FLAG(Disk, readonly, "readonly", "The guest may not write."),
    FLAG(Disk, shareable, "shareable", "Several guests may open it."),
    FLAG(Disk, transient, "transient", "Changes are lost at the end."),
    TEXT(Disk, serial, "serial", &serial, GUEST_ABI, "Shown to the guest."),
    TEXT(Disk, wwn, "wwn", NULL, GUEST_ABI, "World wide name."),
    TEXT(Disk, vendor, "vendor", NULL, GUEST_ABI, "SCSI vendor."),
    TEXT(Disk, product, "product", NULL, GUEST_ABI, "SCSI product."),
    EXTRA(Disk, extra, "encryption"),
    INCLUDE(Disk, info, DeviceInfo, device_info_conf),
    EXTRA(Disk, extra, NULL),
    END};
/* clang-format on */

static bool
disk_validate(const void *object, GError **error)
{
    const Disk *disk = object;
    gboolean has_medium_drive =
        disk->device == DISK_DEVICE_CDROM || disk->device == DISK_DEVICE_FLOPPY;
    if (disk->tray != 0 && !has_medium_drive) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "only a cdrom or floppy has a tray");
        return false;
    }
    if (disk->type == DISK_TYPE_FILE && disk->source.file.path == NULL && !has_medium_drive) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "the disk '%s' has no source",
                       disk->target);
        return false;
    }
    return true;
}

const ConfType disk_conf = CONF_TYPE(Disk, "disk", disk_rows, disk_validate);
