/*
 * device_refs — see device_refs.h.
 */
#include "virtqemud/assign/device_refs.h"

#include <string.h>

typedef struct {
    const char *name;
    size_t list; /* in Devices */
    size_t info; /* in the device */
} KindRow;

#define ROW(name, list, Type)                                                                      \
    {                                                                                              \
        name, offsetof(Devices, list), offsetof(Type, info)                                        \
    }
static const KindRow kind_rows[REF_KINDS_END] = {
    [REF_DISK] = ROW("disk", disks, Disk),
    [REF_CONTROLLER] = ROW("controller", controllers, Controller),
    [REF_INTERFACE] = ROW("interface", interfaces, Interface),
    [REF_SERIAL] = ROW("serial", serials, Chardev),
    [REF_PARALLEL] = ROW("parallel", parallels, Chardev),
    [REF_CONSOLE] = ROW("console", consoles, Chardev),
    [REF_CHANNEL] = ROW("channel", channels, Chardev),
    [REF_INPUT] = ROW("input", inputs, Input),
    [REF_VIDEO] = ROW("video", videos, Video),
    [REF_WATCHDOG] = ROW("watchdog", watchdogs, Watchdog),
    [REF_MEMBALLOON] = {"memballoon", 0, offsetof(Memballoon, info)},
    [REF_RNG] = ROW("rng", rngs, Rng),
    [REF_SOUND] = ROW("sound", sounds, Sound),
    [REF_TPM] = ROW("tpm", tpms, Tpm),
    [REF_PANIC] = ROW("panic", panics, Panic),
    [REF_VSOCK] = ROW("vsock", vsocks, Vsock),
    [REF_HUB] = ROW("hub", hubs, Hub),
    [REF_REDIRDEV] = ROW("redirdev", redirdevs, Chardev),
};
#undef ROW

static ConfList
devices_of_kind(const Devices *devices, RefKind kind)
{
    if (kind == REF_MEMBALLOON)
        return (ConfList){devices->memballoon != NULL, (void **)(uintptr_t)&devices->memballoon};
    ConfList list;
    memcpy(&list, (const char *)devices + kind_rows[kind].list, sizeof list);
    return list;
}

DeviceRefs
device_refs_collect(const Devices *devices, const RefKind *kinds, size_t n)
{
    DeviceRefs refs = {0};
    for (size_t k = 0; k < n; k++)
        refs.n += devices_of_kind(devices, kinds[k]).n;
    refs.items = g_new0(DeviceRef, refs.n);
    DeviceRef *next = refs.items;
    for (size_t k = 0; k < n; k++) {
        ConfList list = devices_of_kind(devices, kinds[k]);
        for (size_t i = 0; i < list.n; i++) {
            char *device = list.items[i];
            *next++ = (DeviceRef){
                .kind = kinds[k],
                .index = i,
                .device = device,
                .info = (DeviceInfo *)(device + kind_rows[kinds[k]].info),
            };
        }
    }
    return refs;
}

DeviceRefs
device_refs_collect_all(const Devices *devices)
{
    RefKind kinds[REF_KINDS_END - 1];
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        kinds[i] = (RefKind)(i + 1);
    return device_refs_collect(devices, kinds, G_N_ELEMENTS(kinds));
}

void
device_refs_clear(DeviceRefs *refs)
{
    g_free(refs->items);
    *refs = (DeviceRefs){0};
}

char *
device_ref_describe(const DeviceRef *ref)
{
    if (ref->kind == REF_DISK)
        return g_strdup_printf("disk '%s'", ref->disk->target);
    return g_strdup_printf("%s %zu", kind_rows[ref->kind].name, ref->index);
}

void
device_list_insert(Arena *arena, void *list, size_t at, void *item)
{
    ConfList old;
    memcpy(&old, list, sizeof old);
    ConfList grown = {old.n + 1, arena_array_of(arena, void *, old.n + 1)};
    if (at > 0)
        memcpy(grown.items, old.items, at * sizeof *old.items);
    grown.items[at] = item;
    if (at < old.n)
        memcpy(grown.items + at + 1, old.items + at, (old.n - at) * sizeof *old.items);
    memcpy(list, &grown, sizeof grown);
}
