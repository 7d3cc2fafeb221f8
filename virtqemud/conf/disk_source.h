/*
 * disk_source — where a disk's bytes come from: <source>, and the images below it, <backingStore>.
 *
 * Files, folders and block devices are described wholly; of the others only what names them.
 */
#pragma once

#include "virtqemud/conf/seclabel.h"

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
    DISK_STARTUP_MANDATORY = 1,
    DISK_STARTUP_REQUISITE,
    DISK_STARTUP_OPTIONAL
} DiskStartup;

/* A part of the image that is the disk. */
typedef struct {
    const char *type; /* "storage" */
    uint64_t offset_bytes;
    uint64_t size_bytes;
} DiskSlice;

/* QEMU's name of a node, in a status document. */
typedef struct {
    const char *type; /* "storage" or "format" */
    const char *name;
} DiskNodeName;

/* Of types file, block and dir. */
typedef struct {
    const char *path;     /* NULL: no medium */
    const char *fd_group; /* of files only; NULL: the path is opened */
    DiskStartup startup_policy;
    OptU32 index; /* of a running guest: its nodes are libvirt-INDEX-storage and -format */
    CONF_LIST_OF(DiskSlice) slices;
    CONF_LIST_OF(SourceSeclabel) seclabels;
    CONF_LIST_OF(DiskNodeName) nodes;
    const ConfExtra *extra;
} DiskPath;

typedef struct {
    const char *name;
    const char *port;
    const char *transport; /* "tcp", "rdma", "unix" */
    const char *socket;
} DiskHost;

typedef struct {
    const char *protocol;
    const char *name;
    CONF_LIST_OF(DiskHost) hosts;
    const ConfExtra *extra;
} DiskNetwork;

typedef struct {
    const char *pool;
    const char *volume;
    const char *mode; /* "host" or "direct" */
    DiskStartup startup_policy;
    OptU32 index;
    CONF_LIST_OF(SourceSeclabel) seclabels;
    const ConfExtra *extra;
} DiskVolume;

typedef struct {
    const char *type; /* "pci" */
    Switch managed;
    uint64_t name_space; /* 1 is first */
    const ConfExtra *extra;
} DiskNvme;

typedef struct {
    const char *type; /* "unix" */
    const char *path;
    const ConfExtra *extra;
} DiskVhostUser;

/* The member that the type of the disk or image names. */
typedef union {
    DiskPath file;
    DiskPath block;
    DiskPath dir;
    DiskNetwork network;
    DiskVolume volume;
    DiskNvme nvme;
    DiskVhostUser vhost_user;
} DiskSource;

/* An image below another; type 0: there is none, the chain ends here. */
typedef struct DiskBacking DiskBacking;
struct DiskBacking {
    DiskType type;
    OptU32 index;
    Switch detected; /* read from the image above, not told by the user */
    const char *format;
    DiskSource source;
    DiskBacking *backing; /* NULL: not told */
    const ConfExtra *extra;
};

extern const ConfEnum disk_type_enum;
extern const ConfCases disk_sources;
extern const ConfType disk_backing_conf;
