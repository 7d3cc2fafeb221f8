/*
 * volume — see volume.h. https://libvirt.org/formatstorage.html#storage-volume-xml
 */
#include "virtstoraged/conf/volume.h"

#include "common/conf/fields.h"
#include "common/conf/format.h"
#include "common/conf/value.h"

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"file", VOLUME_FILE + 1, "A file."}, {"block", VOLUME_BLOCK + 1, "A block device."},
    {"dir", VOLUME_DIR + 1, "A folder."},
};
static const ConfEnum volume_type_enum = CONF_ENUM_OF("volume_type", type_items);

typedef struct {
    const char *atime, *mtime, *ctime, *btime;
} Timestamps;

static const ConfField timestamps_rows[] = {
    TEXT(Timestamps, atime, "atime", NULL, OPTIONAL, "Last read."),
    TEXT(Timestamps, mtime, "mtime", NULL, OPTIONAL, "Last written."),
    TEXT(Timestamps, ctime, "ctime", NULL, OPTIONAL, "Last changed."),
    TEXT(Timestamps, btime, "btime", NULL, OPTIONAL, "Made."),
    END};
static const ConfType timestamps_conf = CONF_TYPE(Timestamps, "timestamps", timestamps_rows, NULL);

typedef struct {
    const char *path;
    const char *format;
    Permissions permissions;
    Timestamps timestamps;
} Target;

static const ConfField volume_target_rows[] = {
    TEXT(Target, path, "path", NULL, OPTIONAL, "Where it is."),
    SUB_STR(Target, format, "format/@type", NULL, OPTIONAL, "Of the image."),
    SUB_TABLE(Target, permissions, "permissions", Permissions, permissions_conf, OPTIONAL,
              "Access."),
    SUB_TABLE(Target, timestamps, "timestamps", Timestamps, timestamps_conf, OPTIONAL, "When."),
    END};
static const ConfType volume_target_conf = CONF_TYPE(Target, "target", volume_target_rows, NULL);

typedef struct {
    const char *path;
    const char *format;
} Backing;

static const ConfField backing_rows[] = {
    TEXT(Backing, path, "path", NULL, OPTIONAL, "Where it is."),
    SUB_STR(Backing, format, "format/@type", NULL, OPTIONAL, "Of that image."),
    END};
static const ConfType backing_conf = CONF_TYPE(Backing, "backingStore", backing_rows, NULL);

typedef struct {
    const char *type;
    const char *name;
    const char *key;
    const char *unit;
    OptU64 capacity, allocation, physical;
    Target target;
    Backing *backing;
} Document;

static const ConfField volume_rows[] = {
    ATTR_STR(Document, type, "type", NULL, OPTIONAL, "What it is."),
    TEXT(Document, name, "name", NULL, OPTIONAL, "Name in its pool."),
    TEXT(Document, key, "key", NULL, OPTIONAL, "Identity on the host."),
    SUB_STR(Document, unit, "capacity/@unit", NULL, OPTIONAL, "Unit."),
    SUB_NUM(Document, capacity, "capacity", 0, UINT64_MAX, OPTIONAL, "As the guest sees it."),
    SUB_STR(Document, unit, "allocation/@unit", NULL, OPTIONAL, "Unit."),
    SUB_NUM(Document, allocation, "allocation", 0, UINT64_MAX, OPTIONAL, "Used on the host."),
    SUB_STR(Document, unit, "physical/@unit", NULL, OPTIONAL, "Unit."),
    SUB_NUM(Document, physical, "physical", 0, UINT64_MAX, OPTIONAL, "Size of the file."),
    SUB_TABLE(Document, target, "target", Target, volume_target_conf, OPTIONAL, "Where."),
    SUB_TABLE_PTR(Document, backing, "backingStore", Backing, backing_conf, OPTIONAL, "Below."),
    END};
/* clang-format on */
static const ConfType volume_conf = CONF_TYPE(Document, "volume", volume_rows, NULL);

static const char *
time_text(Arena *arena, int64_t ns)
{
    if (ns == 0)
        return NULL;
    return arena_printf(arena, "%" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT, ns / 1000000000,
                        ns % 1000000000);
}

char *
volume_format(const VolumeFacts *facts)
{
    g_autoptr(Arena) arena = arena_new();
    Backing backing = {facts->backing, facts->backing_format};
    Document document = {
        .type = conf_enum_name(&volume_type_enum, (int)facts->type + 1),
        .name = facts->name,
        .key = facts->path,
        .unit = "bytes",
        .capacity = {true, facts->capacity_bytes},
        .allocation = {true, facts->allocation_bytes},
        .physical = {true, facts->physical_bytes},
        .target = {.path = facts->path,
                   .format = facts->format,
                   .permissions = {.mode = arena_printf(arena, "%04o", facts->mode & 07777),
                                   .owner = {true, facts->owner},
                                   .group = {true, facts->group}},
                   .timestamps = {time_text(arena, facts->times_ns[0]),
                                  time_text(arena, facts->times_ns[1]),
                                  time_text(arena, facts->times_ns[2]),
                                  time_text(arena, facts->times_ns[3])}},
        .backing = facts->backing != NULL ? &backing : NULL,
    };
    return conf_format(&volume_conf, &document, 0, 0);
}
