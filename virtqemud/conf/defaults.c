/*
 * defaults — domain_def_fill_defaults(): what follows from a definition alone. Devices that are
 * added, addresses and whatever depends on the host are not here. Values are those that stock 9.0.0
 * shows after define.
 */
#include <stdio.h>
#include <string.h>

#include "virtqemud/conf/disk_order.h"
#include "virtqemud/conf/display_defaults.h"
#include "virtqemud/conf/domain.h"
#include "virtqemud/conf/vcpu_list.h"

static DiskBus
bus_of_target(const char *target)
{
    static const struct {
        const char *prefix;
        DiskBus bus;
    } prefixes[] = {{"hd", DISK_BUS_IDE},    {"sd", DISK_BUS_SCSI}, {"vd", DISK_BUS_VIRTIO},
                    {"xvd", DISK_BUS_XEN},   {"fd", DISK_BUS_FDC},  {"ubd", DISK_BUS_UML},
                    {"ioemu:", DISK_BUS_IDE}};
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(target, prefixes[i].prefix))
            return prefixes[i].bus;
    }
    return 0;
}

static void
fill_disk(Disk *disk)
{
    if (disk->device == 0)
        disk->device = DISK_DEVICE_DISK;
    if (disk->bus == 0 && disk->device == DISK_DEVICE_FLOPPY)
        disk->bus = DISK_BUS_FDC;
    if (disk->bus == 0)
        disk->bus = bus_of_target(disk->target);
    if (disk->device == DISK_DEVICE_CDROM)
        disk->readonly = true;
    if (disk->driver.name == NULL)
        disk->driver.name = "qemu";
    if (disk->driver.cache == DISK_CACHE_DEFAULT)
        disk->driver.cache = 0;
    if (disk->readonly && disk->snapshot == DISK_SNAPSHOT_NO)
        disk->snapshot = 0;
    /* a drive without a medium has nothing that is a device of the host */
    if (disk->type == DISK_TYPE_BLOCK && disk->source.block.path == NULL)
        disk->type = DISK_TYPE_FILE;
    /* a volume's format is the pool's to say */
    if (disk->driver.format == NULL && disk->type != DISK_TYPE_VOLUME)
        disk->driver.format = "raw";
}

static void
fill_interface(Interface *card, Arena *arena)
{
    unsigned byte[6];
    if (card->mac != NULL && sscanf(card->mac, "%2x:%2x:%2x:%2x:%2x:%2x", &byte[0], &byte[1],
                                    &byte[2], &byte[3], &byte[4], &byte[5]) == 6)
        card->mac = arena_printf(arena, "%02x:%02x:%02x:%02x:%02x:%02x", byte[0], byte[1], byte[2],
                                 byte[3], byte[4], byte[5]);
    /* such names are given at start */
    static const char *const given[] = {"vnet", "macvtap", "macvlan"};
    for (size_t i = 0; i < G_N_ELEMENTS(given); i++) {
        if (card->target != NULL && g_str_has_prefix(card->target, given[i]))
            card->target = NULL;
    }
}

/* The port is the running guest's to choose. */
static void
fill_chardev(Chardev *line)
{
    if (line->type == CHARDEV_PTY)
        line->sources.n = 0;
    if (line->type == CHARDEV_TCP && line->protocol == 0)
        line->protocol = CHARDEV_RAW;
}

static void
fill_devices(Devices *devices, Arena *arena)
{
    disk_order(devices);
    for (size_t i = 0; i < devices->disks.n; i++)
        fill_disk(devices->disks.items[i]);
    for (size_t i = 0; i < devices->interfaces.n; i++)
        fill_interface(devices->interfaces.items[i], arena);
    for (size_t i = 0; i < devices->graphics.n; i++)
        display_fill_defaults(devices->graphics.items[i], arena);
    for (size_t i = 0; i < devices->serials.n; i++)
        fill_chardev(devices->serials.items[i]);
    for (size_t i = 0; i < devices->parallels.n; i++)
        fill_chardev(devices->parallels.items[i]);
    for (size_t i = 0; i < devices->consoles.n; i++)
        fill_chardev(devices->consoles.items[i]);
    for (size_t i = 0; i < devices->channels.n; i++)
        fill_chardev(devices->channels.items[i]);
    for (size_t i = 0; i < devices->redirdevs.n; i++)
        fill_chardev(devices->redirdevs.items[i]);
    for (size_t i = 0; i < devices->rngs.n; i++) {
        Rng *rng = devices->rngs.items[i];
        if (rng->backend == RNG_RANDOM && rng->path == NULL)
            rng->path = "/dev/random";
    }
}

static gboolean
has_boot_order(const Devices *devices)
{
    for (size_t i = 0; i < devices->disks.n; i++) {
        if (devices->disks.items[i]->info.boot_order.set)
            return TRUE;
    }
    for (size_t i = 0; i < devices->interfaces.n; i++) {
        if (devices->interfaces.items[i]->info.boot_order.set)
            return TRUE;
    }
    return FALSE;
}

static void
fill_boot(DomainDef *def)
{
    if (def->os.boot.n > 0 || has_boot_order(&def->devices))
        return;
    BootEntry *entry = arena_new_of(def->arena, BootEntry);
    entry->dev = BOOT_HD;
    def->os.boot.items = arena_array_of(def->arena, BootEntry *, 1);
    def->os.boot.items[0] = entry;
    def->os.boot.n = 1;
}

static void
fill_cpu(Cpu *cpu)
{
    if (cpu->topology != NULL && cpu->topology->dies == 0)
        cpu->topology->dies = 1;
    for (size_t i = 0; i < cpu->features.n; i++) {
        if (cpu->features.items[i]->policy == 0)
            cpu->features.items[i]->policy = CPU_FEATURE_REQUIRE;
    }
}

static gboolean
has_iothread(const DomainDef *def, uint32_t id)
{
    for (size_t i = 0; i < def->iothread_entries.n; i++) {
        if (def->iothread_entries.items[i]->id == id)
            return TRUE;
    }
    return FALSE;
}

/* Where some threads are listed, all are. */
static void
fill_iothreads(DomainDef *def)
{
    enum { LISTED_MAX = 1024 };
    size_t n = def->iothread_entries.n;
    def->iothreads = MAX(def->iothreads, (uint32_t)n);
    if (n == 0 || n == def->iothreads || def->iothreads > LISTED_MAX)
        return;
    IothreadEntry **items = arena_array_of(def->arena, IothreadEntry *, def->iothreads);
    memcpy(items, def->iothread_entries.items, n * sizeof *items);
    def->iothread_entries.items = items;
    for (uint32_t id = 1; def->iothread_entries.n < def->iothreads; id++) {
        if (has_iothread(def, id))
            continue;
        items[def->iothread_entries.n] = arena_new_of(def->arena, IothreadEntry);
        items[def->iothread_entries.n++]->id = id;
    }
}

/* Seconds beside UTC or local time make the offset a variable one; the other offsets have none. */
static void
fill_clock(Clock *clock)
{
    gboolean is_reset = g_strcmp0(clock->adjustment, "reset") == 0;
    gboolean has_seconds = clock->adjustment != NULL && !is_reset;
    if (clock->offset == 0)
        clock->offset = CLOCK_OFFSET_UTC;
    gboolean is_plain =
        clock->offset == CLOCK_OFFSET_UTC || clock->offset == CLOCK_OFFSET_LOCALTIME;
    if (is_plain && has_seconds) {
        clock->basis = clock->offset == CLOCK_OFFSET_UTC ? CLOCK_BASIS_UTC : CLOCK_BASIS_LOCALTIME;
        clock->offset = CLOCK_OFFSET_VARIABLE;
    } else if (clock->offset == CLOCK_OFFSET_VARIABLE) {
        clock->basis = clock->basis != 0 ? clock->basis : CLOCK_BASIS_UTC;
        clock->adjustment = has_seconds ? clock->adjustment : "0";
    } else {
        clock->basis = 0;
        clock->adjustment = is_plain ? clock->adjustment : NULL;
    }
}

static void
fill_seclabel(Seclabel *label)
{
    if (label->type == SECLABEL_NONE && label->model == NULL)
        label->model = "none";
    if (label->relabel == 0 && label->type == SECLABEL_DYNAMIC && label->model != NULL)
        label->relabel = SWITCH_ON;
    if (label->relabel == 0 && label->type == SECLABEL_STATIC)
        label->relabel = SWITCH_OFF;
}

static void
fill_numa(Numa *numa)
{
    for (size_t i = 0; i < numa->cells.n; i++) {
        if (!numa->cells.items[i]->id.set)
            numa->cells.items[i]->id = (OptU32){true, (uint32_t)i};
    }
}

/* Processors that the host places by itself have their memory placed so. */
static void
fill_numatune(DomainDef *def)
{
    if (def->vcpu_placement != VCPU_AUTO || def->numatune != NULL)
        return;
    def->numatune = arena_new_of(def->arena, Numatune);
    def->numatune->mode = NUMATUNE_STRICT;
    def->numatune->placement = NUMATUNE_AUTO;
}

void
domain_def_fill_defaults(DomainDef *def)
{
    if (def->current_memory_kib == 0 || def->current_memory_kib > def->memory_kib)
        def->current_memory_kib = def->memory_kib;
    if (def->vcpus == 0)
        def->vcpus = 1;
    if (def->vcpus_now == def->vcpus)
        def->vcpus_now = 0;
    vcpu_list_fill_defaults(def);
    if (def->vcpu_placement == 0)
        def->vcpu_placement = VCPU_STATIC;
    fill_numatune(def);
    fill_clock(&def->clock);
    if (def->os.bootmenu != SWITCH_ON)
        def->os.bootmenu_timeout_ms.set = false;
    if (def->features.hap && def->features.hap_state == 0)
        def->features.hap_state = SWITCH_ON;
    if (def->os.loader != NULL && def->os.loader_type == 0)
        def->os.loader_type = LOADER_ROM;
    if (def->on_poweroff == 0)
        def->on_poweroff = ON_EVENT_DESTROY;
    if (def->on_reboot == 0)
        def->on_reboot = ON_EVENT_RESTART;
    if (def->on_crash == 0)
        def->on_crash = ON_EVENT_DESTROY;
    if (def->cpu != NULL)
        fill_cpu(def->cpu);
    if (def->features.hyperv != NULL && def->features.hyperv->mode == 0)
        def->features.hyperv->mode = HYPERV_CUSTOM;
    for (size_t i = 0; i < def->seclabels.n; i++)
        fill_seclabel(def->seclabels.items[i]);
    if (def->cpu != NULL && def->cpu->numa != NULL)
        fill_numa(def->cpu->numa);
    fill_iothreads(def);
    fill_boot(def);
    fill_devices(&def->devices, def->arena);
}
