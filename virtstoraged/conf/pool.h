/*
 * pool — <pool>: a place where images are kept.
 *
 * A PoolDef is its own arena and is freed as one; it is not changed once it was published. Pure;
 * any thread. https://libvirt.org/formatstorage.html
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/xml_ids.h"

typedef enum {
    POOL_DIR = 1,
    POOL_FS,
    POOL_NETFS,
    POOL_LOGICAL,
    POOL_DISK,
    POOL_ISCSI,
    POOL_SCSI,
    POOL_MPATH,
    POOL_RBD,
    POOL_SHEEPDOG,
    POOL_GLUSTER,
    POOL_ZFS,
    POOL_VSTORAGE,
    POOL_ISCSI_DIRECT
} PoolType;
enum { POOL_N_TYPES = POOL_ISCSI_DIRECT + 1 };

/* Of a folder or a file. Absent: as it is, or as the daemon makes it. */
typedef struct {
    const char *mode; /* octal */
    OptU32 owner;
    OptU32 group;
    const char *label;
} Permissions;

typedef struct {
    const char *path;
    Permissions *permissions;
    const ConfExtra *extra;
} PoolTarget;

typedef struct {
    Arena *arena;
    PoolType type;
    const char *name;
    OptUuid uuid;
    /* Measured; what a document says of them is not looked at. */
    OptU64 capacity;
    OptU64 allocation;
    OptU64 available;
    const char *capacity_unit;
    const char *allocation_unit;
    const char *available_unit;
    const ConfNode *source;
    PoolTarget target;
    const ConfExtra *extra;
} PoolDef;

typedef struct {
    uint64_t capacity_bytes;
    uint64_t allocation_bytes;
    uint64_t available_bytes;
} PoolSpace;

extern const ConfType permissions_conf;
extern const ConfType pool_conf;

/* NULL on error: XML_ERROR or XML_DETAIL with line and path. Name and uuid are those that
 * xml_ids_scan() finds, or the document is refused. */
PoolDef *pool_def_parse(const char *xml, size_t len, const ConfContext *context, GError **error);
/* The same of a file under /run, which has one around it: <poolstate>. */
PoolDef *pool_def_parse_state(const char *xml, size_t len, GError **error);
void pool_def_free(PoolDef *def);
PoolDef *pool_def_copy(const PoolDef *def);
/* With what was measured; NULL: nothing was. The caller frees. */
char *pool_def_format(const PoolDef *def, const PoolSpace *space);
/* The text of such a file. The caller frees. */
char *pool_def_format_state(const PoolDef *def);
/* "dir" */
const char *pool_type_name(PoolType type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PoolDef, pool_def_free)
