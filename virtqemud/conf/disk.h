/*
 * disk — <disk>: a block device offered to the guest.
 */
#pragma once

#include "common/conf/device_info.h"

typedef enum {
    DISK_TYPE_FILE = 1,
    DISK_TYPE_BLOCK,
    DISK_TYPE_DIR,
    DISK_TYPE_NETWORK,
    DISK_TYPE_VOLUME,
    DISK_TYPE_NVME,
    DISK_TYPE_VHOST_USER
} DiskType;
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
    DISK_STARTUP_MANDATORY = 1,
    DISK_STARTUP_REQUISITE,
    DISK_STARTUP_OPTIONAL
} DiskStartup;
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
    const ConfExtra *extra;
} DiskDriver;

/* Of types file and block. */
typedef struct {
    const char *path; /* NULL: no medium */
    DiskStartup startup_policy;
    OptU32 index;
    const ConfExtra *extra;
} DiskPath;

typedef struct {
    DiskType type;
    DiskDevice device;
    DiskDriver driver;
    union {
        DiskPath file;
        DiskPath block;
    } source;           /* the member that `type` names; other types are kept as XML */
    const char *target; /* guest name hint, e.g. "vda"; unique per domain */
    DiskBus bus;
    DiskTray tray;
    Switch removable;
    bool readonly;
    bool shareable;
    bool transient;
    const char *serial;
    const char *wwn;
    const char *vendor;
    const char *product;
    DeviceInfo info;
    const ConfExtra *extra;
} Disk;

extern const ConfType disk_conf;
