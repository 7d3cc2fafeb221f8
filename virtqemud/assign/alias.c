/*
 * alias — assign_aliases(): see assign.h. The names are stock's, because they are what users, QEMU
 * and a migrated guest's state call the devices.
 */
#include <string.h>

#include "virtqemud/assign/assign.h"
#include "virtqemud/assign/device_refs.h"
#include "virtqemud/assign/machine_kind.h"
#include "virtqemud/conf/disk_order.h"

static const char *
drive_prefix(DiskBus bus)
{
    switch (bus) {
    case DISK_BUS_IDE:
        return "ide";
    case DISK_BUS_FDC:
        return "fdc";
    case DISK_BUS_SCSI:
        return "scsi";
    case DISK_BUS_SATA:
        return "sata";
    default:
        return NULL;
    }
}

/* The old LSI adapter has one unit for each target and is named without. */
static gboolean
is_narrow_scsi(const DomainDef *def, uint32_t index)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        if (controller->type == CONTROLLER_SCSI && controller->index.value == index)
            return g_strcmp0(controller->model, "lsilogic") == 0;
    }
    return FALSE;
}

static uint32_t
drive_number(const char *target)
{
    const char *rest;
    int64_t place = disk_target_place(target, &rest);
    return place == DISK_NO_PLACE ? 0 : (uint32_t)place;
}

static const char *
alias_of_disk(const DomainDef *def, const Disk *disk)
{
    const char *prefix = drive_prefix(disk->bus);
    const Address *address = disk->info.address;
    if (prefix == NULL || address == NULL || address->type != ADDRESS_DRIVE) {
        const char *kind = disk->bus == DISK_BUS_USB  ? "usb"
                           : disk->bus == DISK_BUS_SD ? "sd"
                                                      : "virtio";
        return arena_printf(def->arena, "%s-disk%u", kind, drive_number(disk->target));
    }
    const DriveAddress *place = &address->at.drive;
    if (disk->bus == DISK_BUS_SCSI && !is_narrow_scsi(def, place->controller))
        return arena_printf(def->arena, "scsi%u-%u-%u-%u", place->controller, place->bus,
                            place->target, place->unit);
    return arena_printf(def->arena, "%s%u-%u-%u", prefix, place->controller, place->bus,
                        place->unit);
}

static const char *
alias_of_controller(const DomainDef *def, const Controller *controller)
{
    static const char *const prefixes[] = {
        [CONTROLLER_IDE] = "ide",
        [CONTROLLER_FDC] = "fdc",
        [CONTROLLER_SCSI] = "scsi",
        [CONTROLLER_SATA] = "sata",
        [CONTROLLER_CCID] = "ccid",
        [CONTROLLER_USB] = "usb",
        [CONTROLLER_ISA] = "isa",
        [CONTROLLER_XENBUS] = "xenbus",
        [CONTROLLER_VIRTIO_SERIAL] = "virtio-serial",
    };
    uint32_t index = controller->index.value;
    MachineKind machine = machine_kind(def);
    if (controller->type == CONTROLLER_PCI)
        return arena_printf(def->arena, "pci%s.%u", index == 0 && machine == MACHINE_Q35 ? "e" : "",
                            index);
    /* QEMU's own names of the buses that a machine has built in */
    if (index == 0 && controller->type == CONTROLLER_USB)
        return "usb";
    if (index == 0 && ((controller->type == CONTROLLER_IDE && machine == MACHINE_I440FX) ||
                       (controller->type == CONTROLLER_SATA && machine == MACHINE_Q35)))
        return "ide";
    return arena_printf(def->arena, "%s%u", prefixes[controller->type], index);
}

/* The names that are a word and a number. */
typedef struct {
    const char *prefix;
    gboolean counts_all; /* FALSE: those with a name of the user's are not counted */
} Numbered;

static const Numbered numbered[REF_KINDS_END] = {
    [REF_INTERFACE] = {"net", FALSE},     [REF_SERIAL] = {"serial", TRUE},
    [REF_PARALLEL] = {"parallel", TRUE},  [REF_CONSOLE] = {"console", TRUE},
    [REF_CHANNEL] = {"channel", TRUE},    [REF_INPUT] = {"input", TRUE},
    [REF_VIDEO] = {"video", TRUE},        [REF_WATCHDOG] = {"watchdog", TRUE},
    [REF_MEMBALLOON] = {"balloon", TRUE}, [REF_RNG] = {"rng", FALSE},
    [REF_SOUND] = {"sound", TRUE},        [REF_HUB] = {"hub", TRUE},
    [REF_REDIRDEV] = {"redir", TRUE},     [REF_TPM] = {"tpm", TRUE},
    [REF_VSOCK] = {"vsock", TRUE},
};

static gboolean
is_users_own(const char *alias)
{
    return alias != NULL && g_str_has_prefix(alias, "ua-");
}

static void
name_devices(DomainDef *def, const DeviceRefs *refs)
{
    size_t n_named[REF_KINDS_END] = {0};
    for (size_t i = 0; i < refs->n; i++) {
        const DeviceRef *ref = &refs->items[i];
        const Numbered *row = &numbered[ref->kind];
        if (is_users_own(ref->info->alias))
            continue;
        if (ref->kind == REF_DISK)
            ref->info->alias = alias_of_disk(def, ref->disk);
        else if (ref->kind == REF_CONTROLLER)
            ref->info->alias = alias_of_controller(def, ref->controller);
        else if (row->prefix != NULL &&
                 !(ref->kind == REF_MEMBALLOON && ref->balloon->model == BALLOON_NONE))
            ref->info->alias = arena_printf(def->arena, "%s%zu", row->prefix,
                                            row->counts_all ? ref->index : n_named[ref->kind]);
        n_named[ref->kind]++;
    }
}

gboolean
assign_aliases(DomainDef *def, GError **error)
{
    Devices *devices = &def->devices;
    g_auto(DeviceRefs) refs = device_refs_collect_all(devices);
    name_devices(def, &refs);
    if (devices->consoles.n > 0 && devices->serials.n > 0 &&
        devices->consoles.items[0]->target.console == CONSOLE_SERIAL)
        devices->consoles.items[0]->info.alias = devices->serials.items[0]->info.alias;
    return TRUE;
}
