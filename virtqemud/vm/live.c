/*
 * live — see live.h.
 */
#include "virtqemud/vm/live.h"

#include "virtqemud/caps/cpu_resolve.h"
#include "virtqemud/hostres/disk.h"

static QemuAccel
accel_of(const DomainDef *def)
{
    return def->type == DOMAIN_KVM ? QEMU_ACCEL_KVM : QEMU_ACCEL_TCG;
}

gboolean
live_resolve_cpu(DomainDef *def, const QemuCaps *caps, GError **error)
{
    return def->cpu == NULL || caps_cpu_resolve(def->cpu, caps, accel_of(def), def->arena, error);
}

void
live_settle_cpu(DomainDef *def, const QemuCaps *caps)
{
    if (def->cpu != NULL)
        caps_cpu_settle(def->cpu, caps, accel_of(def), def->arena);
}

void
live_describe_disks(DomainDef *def, const BuildDisk *disks, size_t n)
{
    for (size_t i = 0; i < def->devices.disks.n; i++) {
        Disk *disk = def->devices.disks.items[i];
        for (size_t k = 0; k < n; k++) {
            if (disks[k].top != NULL && g_strcmp0(disks[k].alias, disk->info.alias) == 0)
                host_disk_describe(disks[k].top, disk, def->arena);
        }
    }
}

void
live_describe_owner(DomainDef *def, const Owner *owner)
{
    size_t n = def->seclabels.n;
    for (size_t i = 0; i < n; i++) {
        const char *model = def->seclabels.items[i]->model;
        if (model == NULL || g_str_equal(model, "dac") || g_str_equal(model, "none"))
            return;
    }
    Seclabel *label = arena_new_of(def->arena, Seclabel);
    label->type = SECLABEL_DYNAMIC;
    label->model = "dac";
    label->relabel = SWITCH_ON;
    label->implicit = SWITCH_ON;
    label->label = arena_printf(def->arena, "+%u:+%u", (unsigned)owner->uid, (unsigned)owner->gid);
    label->imagelabel = label->label;
    Seclabel **items = arena_array_of(def->arena, Seclabel *, n + 1);
    for (size_t i = 0; i < n; i++)
        items[i] = def->seclabels.items[i];
    items[n] = label;
    def->seclabels.items = items;
    def->seclabels.n = n + 1;
}
