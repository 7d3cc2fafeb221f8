/*
 * A small guest's vocabulary for the tests of the engine: every kind of row once.
 */
#pragma once

#include "common/conf/fields.h"
#include "common/conf/switches.h"

typedef enum { TOY_FILE = 1, TOY_BLOCK } ToyType;
typedef enum { TOY_VIRTIO = 1, TOY_IDE, TOY_SCSI } ToyBus;

typedef struct {
    const char *place;
} ToyPlace;

typedef union {
    ToyPlace file;
    ToyPlace block;
} ToySource;

typedef struct {
    ToyType type;
    ToySource source;
    const char *target;
    ToyBus bus;
    Switch tray;
    bool readonly;
    const char *serial;
    OptU32 weight;
    const ConfExtra *extra;
} ToyDisk;

typedef struct {
    Switch eoi;
} ToyFlag;

typedef struct {
    const char *value;
} ToyArg;

typedef struct {
    const char *passwd;
    uint32_t port;
} ToyScreen;

typedef struct {
    const char *type;
    const char *name;
    OptUuid uuid;
    uint64_t memory_kib;
    Switch dump_core;
    ConfChoiceList features;
    const ConfNode *metadata;
    CONF_LIST_OF(ToyDisk) disks;
    ToyScreen *screen;
    CONF_LIST_OF(ToyArg) args;
    const ConfExtra *extra;
} Toy;

static bool
toy_accepts_dev(const char *text)
{
    return g_ascii_isalpha(*text);
}

static const ConfPattern toy_dev = {"a device name", "[a-z].*", toy_accepts_dev};

static const ConfEnumItem toy_type_items[] = {{"file", TOY_FILE, ""}, {"block", TOY_BLOCK, ""}};
static const ConfEnum toy_type_enum = CONF_ENUM_OF("toy_type", toy_type_items);
static const ConfEnumItem toy_bus_items[] = {
    {"virtio", TOY_VIRTIO, ""}, {"ide", TOY_IDE, ""}, {"scsi", TOY_SCSI, ""}};
static const ConfEnum toy_bus_enum = CONF_ENUM_OF("toy_bus", toy_bus_items);

static const ConfField toy_file_rows[] = {
    ATTR_STR(ToyPlace, place, "file", NULL, GUEST_ABI, "A path."), END};
static const ConfType toy_file = CONF_TYPE(ToyPlace, "source", toy_file_rows, NULL);
static const ConfField toy_block_rows[] = {
    ATTR_STR(ToyPlace, place, "dev", NULL, OPTIONAL, "A path."), END};
static const ConfType toy_block = CONF_TYPE(ToyPlace, "source", toy_block_rows, NULL);
static const ConfType *const toy_source_types[] = {
    [TOY_FILE] = &toy_file, [TOY_BLOCK] = &toy_block};
static const ConfCases toy_sources = CONF_CASES_OF(toy_source_types);

static inline bool
toy_disk_validate(const void *object, GError **error)
{
    const ToyDisk *disk = object;
    if (disk->bus == TOY_IDE && disk->serial != NULL) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED, "ide has no serial");
        return false;
    }
    return true;
}

static const ConfField toy_disk_rows[] = {
    ATTR_ENUM(ToyDisk, type, "type", toy_type_enum, REQUIRED, "Where the bytes come from."),
    UNION(ToyDisk, source, "source", type, toy_sources, OPTIONAL, "Depends on @type."),
    SUB_STR(ToyDisk, target, "target/@dev", &toy_dev, REQUIRED, "Name."),
    SUB_ENUM(ToyDisk, bus, "target/@bus", toy_bus_enum, GUEST_ABI, "Bus."),
    SUB_ENUM(ToyDisk, tray, "target/@tray", on_off_enum, LIVE, "Tray."),
    FLAG(ToyDisk, readonly, "readonly", "No writes."),
    TEXT(ToyDisk, serial, "serial", NULL, OPTIONAL, "Serial."),
    SUB_NUM(ToyDisk, weight, "weight", 0, 100, OPTIONAL, "A number that may be 0."),
    EXTRA(ToyDisk, extra, NULL),
    END};
static const ConfType toy_disk = CONF_TYPE(ToyDisk, "disk", toy_disk_rows, toy_disk_validate);

static const ConfField toy_flag_rows[] = {ATTR_ENUM(ToyFlag, eoi, "eoi", on_off_enum, OPTIONAL, ""),
                                          END};
static const ConfType toy_acpi = CONF_TYPE(ToyFlag, "acpi", toy_flag_rows, NULL);
static const ConfType toy_apic = CONF_TYPE(ToyFlag, "apic", toy_flag_rows, NULL);
static const ConfType *const toy_feature_types[] = {&toy_acpi, &toy_apic};
static const ConfCases toy_features = CONF_CASES_OF(toy_feature_types);

static const ConfField toy_arg_rows[] = {
    ATTR_STR(ToyArg, value, "value", NULL, REQUIRED, "An argument."), END};
static const ConfType toy_arg = CONF_TYPE(ToyArg, "qemu:arg", toy_arg_rows, NULL);

static const ConfField toy_screen_rows[] = {
    ATTR_NUM(ToyScreen, port, "port", 0, 65535, INACTIVE_OMIT, "Chosen at start."),
    ATTR_STR(ToyScreen, passwd, "passwd", NULL, SECURE, "Secret."), END};
static const ConfType toy_screen = CONF_TYPE(ToyScreen, "graphics", toy_screen_rows, NULL);

static const ConfField toy_rows[] = {
    ATTR_STR(Toy, type, "type", NULL, REQUIRED, "Hypervisor."),
    TEXT(Toy, name, "name", NULL, REQUIRED, "Name."),
    SUB_STR(Toy, uuid, "uuid", NULL, OPTIONAL, "Identity."),
    RAW(Toy, metadata, "metadata", OPTIONAL, "The user's own."),
    SUB_ENUM(Toy, dump_core, "memory/@dumpCore", on_off_enum, OPTIONAL, "Core."),
    SUB_SIZE(Toy, memory_kib, "memory", GUEST_ABI, "Memory."),
    CHOICE(Toy, features, "features", toy_features, OPTIONAL, "In the document's order."),
    LIST(Toy, disks, "devices/disk", ToyDisk, toy_disk, "target/@dev", GUEST_ABI, "Disks."),
    SUB_TABLE_PTR(Toy, screen, "devices/graphics", ToyScreen, toy_screen, OPTIONAL, "Screen."),
    LIST(Toy, args, "qemu:commandline/qemu:arg", ToyArg, toy_arg, NULL, OPTIONAL, "Arguments."),
    EXTRA(Toy, extra, NULL),
    END};
static const ConfType toy_type = CONF_TYPE(Toy, "domain", toy_rows, NULL);
