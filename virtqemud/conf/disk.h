/*
 * disk — <disk>: a block device offered to the guest.
 */
#pragma once

#include "common/conf/device_info.h"
#include "virtqemud/conf/disk_source.h"
#include "virtqemud/conf/virtio_options.h"

typedef enum {
    DISK_DEVICE_DISK = 1,
    DISK_DEVICE_CDROM,
    DISK_DEVICE_FLOPPY,
    DISK_DEVICE_LUN
} DiskDevice;
typedef enum {
    DISK_BUS_IDE = 1,
    DISK_BUS_FDC,
    DISK_BUS_SCSI,
    DISK_BUS_VIRTIO,
    DISK_BUS_XEN,
    DISK_BUS_USB,
    DISK_BUS_UML,
    DISK_BUS_SATA,
    DISK_BUS_SD
} DiskBus;
typedef enum {
    DISK_CACHE_DEFAULT = 1,
    DISK_CACHE_NONE,
    DISK_CACHE_WRITETHROUGH,
    DISK_CACHE_WRITEBACK,
    DISK_CACHE_DIRECTSYNC,
    DISK_CACHE_UNSAFE
} DiskCache;
typedef enum {
    DISK_ERROR_STOP = 1,
    DISK_ERROR_REPORT,
    DISK_ERROR_IGNORE,
    DISK_ERROR_ENOSPACE
} DiskErrorPolicy;
typedef enum { DISK_IO_THREADS = 1, DISK_IO_NATIVE, DISK_IO_URING } DiskIo;
typedef enum { DISK_DISCARD_UNMAP = 1, DISK_DISCARD_IGNORE } DiskDiscard;
typedef enum { DISK_ZEROES_OFF = 1, DISK_ZEROES_ON, DISK_ZEROES_UNMAP } DiskZeroes;
typedef enum {
    DISK_SNAPSHOT_NO = 1,
    DISK_SNAPSHOT_INTERNAL,
    DISK_SNAPSHOT_EXTERNAL,
    DISK_SNAPSHOT_MANUAL
} DiskSnapshot;
typedef enum {
    DISK_TRANSLATION_NONE = 1,
    DISK_TRANSLATION_AUTO,
    DISK_TRANSLATION_LBA
} DiskTranslation;
typedef enum { DISK_TRAY_OPEN = 1, DISK_TRAY_CLOSED } DiskTray;

typedef struct {
    const char *name; /* "qemu" */
    const char *format;
    DiskCache cache;
    DiskErrorPolicy error_policy;
    DiskErrorPolicy read_error_policy;
    DiskIo io;
    Switch ioeventfd;
    Switch event_idx;
    Switch copy_on_read;
    DiskDiscard discard;
    uint32_t iothread;
    DiskZeroes detect_zeroes;
    uint32_t queues;
    uint32_t queue_size;
    VirtioOptions virtio;
    const ConfExtra *extra;
} DiskDriver;

typedef struct {
    uint64_t total_bytes_sec, read_bytes_sec, write_bytes_sec;
    uint64_t total_iops_sec, read_iops_sec, write_iops_sec;
    uint64_t total_bytes_sec_max, read_bytes_sec_max, write_bytes_sec_max;
    uint64_t total_iops_sec_max, read_iops_sec_max, write_iops_sec_max;
    uint64_t size_iops_sec;
    const char *group_name; /* of disks that share the limits */
    uint64_t total_bytes_sec_max_length, read_bytes_sec_max_length, write_bytes_sec_max_length;
    uint64_t total_iops_sec_max_length, read_iops_sec_max_length, write_iops_sec_max_length;
    const ConfExtra *extra;
} DiskIotune;

typedef struct {
    uint32_t cylinders;
    uint32_t heads;
    uint32_t sectors;
    DiskTranslation translation;
} DiskGeometry;

typedef struct {
    DiskType type;
    DiskDevice device;
    const char *model;     /* "virtio-transitional", ... */
    Switch raw_io;         /* QEMU keeps the capability */
    DiskSnapshot snapshot; /* what a snapshot of the guest does with it */
    DiskDriver driver;
    DiskSource source;
    DiskBacking *backing; /* NULL: not told */
    DiskGeometry geometry;
    uint32_t logical_block_bytes;
    uint32_t physical_block_bytes;
    const char *target; /* guest name hint, e.g. "vda"; unique per domain */
    DiskBus bus;
    DiskTray tray;
    Switch removable;
    uint32_t rotation_rate;
    DiskIotune *iotune; /* NULL: no limits */
    bool readonly;
    bool shareable;
    bool transient;
    Switch transient_shares_backing;
    const char *serial;
    const char *wwn;
    const char *vendor;
    const char *product;
    DeviceInfo info;
    const char *qom_name; /* QEMU's path of the device, in a status document */
    const ConfExtra *extra;
} Disk;

extern const ConfType disk_conf;
