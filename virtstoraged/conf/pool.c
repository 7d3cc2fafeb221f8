/*
 * pool — see pool.h.
 */
#include "virtstoraged/conf/pool.h"

#include <string.h>

#include "common/conf/copy.h"
#include "common/conf/fields.h"
#include "common/conf/format.h"
#include "common/conf/value.h"
#include "common/conf/parse.h"
#include "common/conf/xml_read.h"

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"dir", POOL_DIR, "A folder."}, {"fs", POOL_FS, "A filesystem, mounted."},
    {"netfs", POOL_NETFS, "A filesystem of a server, mounted."},
    {"logical", POOL_LOGICAL, "A volume group of LVM."},
    {"disk", POOL_DISK, "A disk with partitions."}, {"iscsi", POOL_ISCSI, "An iSCSI target."},
    {"scsi", POOL_SCSI, "A SCSI host adapter."}, {"mpath", POOL_MPATH, "Multipath devices."},
    {"rbd", POOL_RBD, "A pool of Ceph."}, {"sheepdog", POOL_SHEEPDOG, ""},
    {"gluster", POOL_GLUSTER, "A volume of Gluster."}, {"zfs", POOL_ZFS, "A pool of ZFS."},
    {"vstorage", POOL_VSTORAGE, ""},
    {"iscsi-direct", POOL_ISCSI_DIRECT, "An iSCSI target, without the kernel."},
};
static const ConfEnum pool_type_enum = CONF_ENUM_OF("pool_type", type_items);

static bool
is_pool_name(const char *text)
{
    return *text != '\0' && strpbrk(text, "/\n") == NULL && strcmp(text, ".") != 0 &&
           strcmp(text, "..") != 0;
}
static const ConfPattern pool_name = {.what = "a name: not empty, without '/' and line ends",
                                      .rng = "[^/\n]+", .accepts = is_pool_name};

static bool
is_absolute(const char *text)
{
    return *text == '/';
}
static const ConfPattern absolute_path = {.what = "an absolute path", .rng = "/.*",
                                          .accepts = is_absolute};

static const ConfField permissions_rows[] = {
    TEXT(Permissions, mode, "mode", NULL, OPTIONAL, "Access bits, octal."),
    SUB_NUM(Permissions, owner, "owner", 0, UINT32_MAX, OPTIONAL, "User id."),
    SUB_NUM(Permissions, group, "group", 0, UINT32_MAX, OPTIONAL, "Group id."),
    TEXT(Permissions, label, "label", NULL, OPTIONAL, "Label of a security model."),
    END};
const ConfType permissions_conf = CONF_TYPE(Permissions, "permissions", permissions_rows, NULL);

static const ConfField target_rows[] = {
    TEXT(PoolTarget, path, "path", &absolute_path, OPTIONAL, "Where it is on the host."),
    SUB_TABLE_PTR(PoolTarget, permissions, "permissions", Permissions, permissions_conf, OPTIONAL,
                  "Of the folder."),
    EXTRA(PoolTarget, extra, NULL),
    END};
static const ConfType target_conf = CONF_TYPE(PoolTarget, "target", target_rows, NULL);

static const ConfField pool_rows[] = {
    ATTR_ENUM(PoolDef, type, "type", pool_type_enum, REQUIRED, "What kind of place."),
    TEXT(PoolDef, name, "name", &pool_name, DERIVED, "Name, unique on the host."),
    SUB_STR(PoolDef, uuid, "uuid", NULL, DERIVED, "Identity."),
    SUB_STR(PoolDef, capacity_unit, "capacity/@unit", NULL, OPTIONAL, "Unit."),
    SUB_NUM(PoolDef, capacity, "capacity", 0, UINT64_MAX, OPTIONAL, "How much there is."),
    SUB_STR(PoolDef, allocation_unit, "allocation/@unit", NULL, OPTIONAL, "Unit."),
    SUB_NUM(PoolDef, allocation, "allocation", 0, UINT64_MAX, OPTIONAL, "How much is used."),
    SUB_STR(PoolDef, available_unit, "available/@unit", NULL, OPTIONAL, "Unit."),
    SUB_NUM(PoolDef, available, "available", 0, UINT64_MAX, OPTIONAL, "How much is free."),
    RAW(PoolDef, source, "source", OPTIONAL, "What the place is made of."),
    SUB_TABLE(PoolDef, target, "target", PoolTarget, target_conf, OPTIONAL, "Where it is seen."),
    EXTRA(PoolDef, extra, NULL),
    END};

/* Of a pool that is started. */
typedef struct {
    PoolDef *def;
} PoolState;
static const ConfField state_rows[] = {
    SUB_TABLE_PTR(PoolState, def, "pool", PoolDef, pool_conf, REQUIRED, "As it was started."),
    END};
/* clang-format on */
static const ConfType state_conf = CONF_TYPE(PoolState, "poolstate", state_rows, NULL);

static bool
pool_validate(const void *object, GError **error)
{
    const PoolDef *def = object;
    if (def->type != POOL_DIR || def->target.path != NULL)
        return true;
    virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_XML_ERROR,
                   "missing storage pool target path");
    return false;
}

const ConfType pool_conf = CONF_TYPE(PoolDef, "pool", pool_rows, pool_validate);

static PoolDef *
def_new(void)
{
    Arena *arena = arena_new();
    PoolDef *def = arena_new_of(arena, PoolDef);
    def->arena = arena;
    return def;
}

void
pool_def_free(PoolDef *def)
{
    if (def != NULL)
        arena_free(def->arena);
}

/* Libvirt takes a pool's name for the path without trailing slashes. */
static void
trim_path(PoolDef *def)
{
    if (def->target.path == NULL)
        return;
    size_t n = strlen(def->target.path);
    while (n > 1 && def->target.path[n - 1] == '/')
        n--;
    def->target.path = arena_strndup(def->arena, def->target.path, n);
}

static gboolean
has_ids(const PoolDef *def, const XmlIds *ids)
{
    return g_strcmp0(xml_ids_get(ids, XML_ID_NAME), def->name) == 0 &&
           (ids->has_uuid != 0) == def->uuid.set &&
           (!def->uuid.set || uuid_equal(ids->uuid, def->uuid.bytes));
}

PoolDef *
pool_def_parse(const char *xml, size_t len, const ConfContext *context, GError **error)
{
    g_auto(XmlRead) read = {0};
    if (!xml_read(xml, len, &read, error))
        return NULL;
    g_autoptr(PoolDef) def = def_new();
    if (!conf_parse(&pool_conf, xmlDocGetRootElement(read.doc), def->arena, context, def, error))
        return NULL;
    if (def->name == NULL || !has_ids(def, &read.ids)) {
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_XML_ERROR,
                       "name and uuid cannot be told for certain");
        return NULL;
    }
    trim_path(def);
    return g_steal_pointer(&def);
}

PoolDef *
pool_def_parse_state(const char *xml, size_t len, GError **error)
{
    static const ConfContext context = {.origin = CONF_FROM_STATUS};
    g_auto(XmlRead) read = {0};
    if (!xml_read(xml, len, &read, error))
        return NULL;
    g_autoptr(Arena) arena = arena_new();
    PoolState *state = arena_new_of(arena, PoolState);
    if (!conf_parse(&state_conf, xmlDocGetRootElement(read.doc), arena, &context, state, error))
        return NULL;
    if (state->def->name == NULL || !state->def->uuid.set) {
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_XML_ERROR,
                       "the pool has no name or no uuid");
        return NULL;
    }
    PoolDef *def = state->def;
    def->arena = g_steal_pointer(&arena);
    trim_path(def);
    return def;
}

PoolDef *
pool_def_copy(const PoolDef *def)
{
    PoolDef *copy = def_new();
    Arena *arena = copy->arena;
    conf_copy_into(&pool_conf, def, arena, copy);
    copy->arena = arena;
    return copy;
}

char *
pool_def_format(const PoolDef *def, const PoolSpace *space)
{
    static const PoolSpace none = {0};
    const PoolSpace *shown_space = space != NULL ? space : &none;
    PoolDef shown = *def; /* only members of the struct itself are changed */
    shown.capacity_unit = shown.allocation_unit = shown.available_unit = "bytes";
    shown.capacity = (OptU64){true, shown_space->capacity_bytes};
    shown.allocation = (OptU64){true, shown_space->allocation_bytes};
    shown.available = (OptU64){true, shown_space->available_bytes};
    return conf_format(&pool_conf, &shown, 0, 0);
}

char *
pool_def_format_state(const PoolDef *def)
{
    g_autofree char *xml = pool_def_format(def, NULL);
    return g_strdup_printf("<poolstate>\n%s</poolstate>\n", xml);
}

const char *
pool_type_name(PoolType type)
{
    return conf_enum_name(&pool_type_enum, (int)type);
}
