/*
 * live — see live.h.
 */
#include "virtqemud/vm/live.h"

#include "virtqemud/caps/cpu_resolve.h"

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

/* ---- disks ---- */

static void
set_index(DiskType type, DiskSource *source, uint32_t index)
{
    if (type == DISK_TYPE_FILE || type == DISK_TYPE_BLOCK)
        source->file.index = (OptU32){true, index};
}

/* The end of a chain is an image without type. */
static DiskBacking *
describe_chain(DomainDef *def, const BuildNode *node)
{
    DiskBacking *backing = arena_new_of(def->arena, DiskBacking);
    if (node == NULL)
        return backing;
    backing->type = node->is_block_device ? DISK_TYPE_BLOCK : DISK_TYPE_FILE;
    backing->index = (OptU32){true, node->index};
    backing->detected = SWITCH_ON;
    backing->format = arena_strdup(def->arena, node->format);
    backing->source.file.path = arena_strdup(def->arena, node->path);
    backing->backing = describe_chain(def, node->backing);
    return backing;
}

static void
number_chain(DomainDef *def, DiskBacking **told, const BuildNode *node)
{
    if (*told == NULL) {
        *told = describe_chain(def, node);
        return;
    }
    if (node == NULL || (*told)->type == 0)
        return;
    (*told)->index = (OptU32){true, node->index};
    number_chain(def, &(*told)->backing, node->backing);
}

static void
describe_disk(DomainDef *def, Disk *disk, const BuildNode *top)
{
    set_index(disk->type, &disk->source, top->index);
    number_chain(def, &disk->backing, top->backing);
}

void
live_describe_disks(DomainDef *def, const BuildDisk *disks, size_t n)
{
    for (size_t i = 0; i < def->devices.disks.n; i++) {
        Disk *disk = def->devices.disks.items[i];
        for (size_t k = 0; k < n; k++) {
            if (disks[k].top != NULL && g_strcmp0(disks[k].alias, disk->info.alias) == 0)
                describe_disk(def, disk, disks[k].top);
        }
    }
}

/* ---- whose process it is ---- */

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
