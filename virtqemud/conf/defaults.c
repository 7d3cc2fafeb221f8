/*
 * defaults — domain_def_fill_defaults(): what follows from a definition alone. Devices that are
 * added, addresses and whatever depends on the host are not here. Values are those that stock 9.0.0
 * shows after define.
 */
#include <stdio.h>

#include "virtqemud/conf/domain.h"

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
    if (card->target != NULL && g_str_has_prefix(card->target, "vnet"))
        card->target = NULL;
}

/* @listen and the first <listen type='address'> say the same. */
static void
fill_listen(Graphics *graphics, Arena *arena)
{
    GraphicsVnc *vnc = &graphics->as.vnc;
    if (graphics->listens.n == 0) {
        GraphicsListen *listen = arena_new_of(arena, GraphicsListen);
        *listen = (GraphicsListen){
            .type = vnc->socket != NULL ? LISTEN_SOCKET : LISTEN_ADDRESS,
            .address = vnc->socket != NULL ? NULL : vnc->listen,
            .socket = vnc->socket,
        };
        graphics->listens.items = arena_array_of(arena, GraphicsListen *, 1);
        graphics->listens.items[0] = listen;
        graphics->listens.n = 1;
    }
    const GraphicsListen *first = graphics->listens.items[0];
    if (vnc->listen == NULL && first->type == LISTEN_ADDRESS)
        vnc->listen = first->address;
}

static void
fill_graphics(Graphics *graphics, Arena *arena)
{
    if (graphics->type != GRAPHICS_VNC)
        return;
    GraphicsVnc *vnc = &graphics->as.vnc;
    fill_listen(graphics, arena);
    if (vnc->socket != NULL || graphics->listens.items[0]->type == LISTEN_SOCKET ||
        graphics->listens.items[0]->type == LISTEN_NONE)
        return;
    gboolean chosen_later = vnc->autoport == SWITCH_ON || !vnc->port.set || vnc->port.value <= 0;
    vnc->autoport = chosen_later ? SWITCH_ON : SWITCH_OFF;
    if (chosen_later)
        vnc->port = (OptI64){true, -1};
}

/* The port is the running guest's to choose. */
static void
fill_chardev(Chardev *line)
{
    if (line->type == CHARDEV_PTY)
        line->sources.n = 0;
}

static void
fill_devices(Devices *devices, Arena *arena)
{
    for (size_t i = 0; i < devices->disks.n; i++)
        fill_disk(devices->disks.items[i]);
    for (size_t i = 0; i < devices->interfaces.n; i++)
        fill_interface(devices->interfaces.items[i], arena);
    for (size_t i = 0; i < devices->graphics.n; i++)
        fill_graphics(devices->graphics.items[i], arena);
    for (size_t i = 0; i < devices->serials.n; i++)
        fill_chardev(devices->serials.items[i]);
    for (size_t i = 0; i < devices->parallels.n; i++)
        fill_chardev(devices->parallels.items[i]);
    for (size_t i = 0; i < devices->consoles.n; i++)
        fill_chardev(devices->consoles.items[i]);
    for (size_t i = 0; i < devices->channels.n; i++)
        fill_chardev(devices->channels.items[i]);
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

void
domain_def_fill_defaults(DomainDef *def)
{
    if (def->current_memory_kib == 0 || def->current_memory_kib > def->memory_kib)
        def->current_memory_kib = def->memory_kib;
    if (def->vcpus == 0)
        def->vcpus = 1;
    if (def->vcpus_now == def->vcpus)
        def->vcpus_now = 0;
    if (def->vcpu_placement == 0)
        def->vcpu_placement = VCPU_STATIC;
    if (def->clock.offset == 0)
        def->clock.offset = CLOCK_OFFSET_UTC;
    if (def->on_poweroff == 0)
        def->on_poweroff = ON_EVENT_DESTROY;
    if (def->on_reboot == 0)
        def->on_reboot = ON_EVENT_RESTART;
    if (def->on_crash == 0)
        def->on_crash = ON_EVENT_DESTROY;
    if (def->cpu != NULL)
        fill_cpu(def->cpu);
    fill_boot(def);
    fill_devices(&def->devices, def->arena);
}
