/*
 * resources — see resources.h.
 */
#include "tests/golden/build/resources.h"

#include <string.h>

enum { FIRST_NUMBER = 40, MAX_FDS = 200 };

typedef struct {
    Arena *arena;
    GString *opened;
    BuildResources *resources;
    BuildSetFd *fds;
    int number;
    uint32_t set;
} Maker;

/* The next number; "NUMBER WHAT" is told. */
static int take(Maker *maker, const char *what, ...) G_GNUC_PRINTF(2, 3);
static int
take(Maker *maker, const char *what, ...)
{
    va_list values;
    va_start(values, what);
    g_string_append_printf(maker->opened, "%d ", maker->number);
    g_string_append_vprintf(maker->opened, what, values);
    g_string_append_c(maker->opened, '\n');
    va_end(values);
    return maker->number++;
}

static void
put(Maker *maker, uint32_t set, const char *opaque, int number)
{
    g_assert_cmpuint(maker->resources->n_set_fds, <, MAX_FDS);
    maker->fds[maker->resources->n_set_fds++] =
        (BuildSetFd){.number = number, .set = set, .opaque = opaque};
}

static const BuildNode *
make_node(Maker *maker, const char *name, const BuildNode *as)
{
    BuildNode *node = arena_new_of(maker->arena, BuildNode);
    *node = *as;
    node->set = ++maker->set;
    put(maker, node->set, name,
        take(maker, "%s %s %s", node->read_only ? "read" : "write", node->format, node->path));
    return node;
}

/* The images below the first, which the document tells. */
static const BuildNode *
backing_node(Maker *maker, const Disk *disk, const DiskBacking *backing)
{
    if (backing == NULL || backing->type == 0)
        return NULL;
    BuildNode node = {.index = backing->index.value,
                      .path = backing->source.file.path,
                      .format = backing->format,
                      .read_only = TRUE,
                      .backing = backing_node(maker, disk, backing->backing)};
    return make_node(maker, disk->info.alias, &node);
}

static const BuildNode *
disk_node(Maker *maker, const Disk *disk)
{
    const DiskPath *source =
        disk->type == DISK_TYPE_BLOCK ? &disk->source.block : &disk->source.file;
    if ((disk->type != DISK_TYPE_FILE && disk->type != DISK_TYPE_BLOCK) || source->path == NULL)
        return NULL;
    BuildNode node = {.index = source->index.value,
                      .path = source->path,
                      .format = disk->driver.format != NULL ? disk->driver.format : "raw",
                      .is_block_device = disk->type == DISK_TYPE_BLOCK,
                      .read_only = disk->readonly || disk->device == DISK_DEVICE_CDROM,
                      .backing = backing_node(maker, disk, disk->backing)};
    return make_node(maker, disk->info.alias, &node);
}

static void
make_disks(Maker *maker, const DomainDef *def)
{
    size_t n = 0;
    BuildDisk *disks = arena_array_of(maker->arena, BuildDisk, def->devices.disks.n + 2);
    if (def->os.loader != NULL && def->os.loader_type == LOADER_PFLASH) {
        BuildNode code = {.path = def->os.loader,
                          .format = "raw",
                          .read_only = def->os.loader_readonly != SWITCH_OFF};
        disks[n++] = (BuildDisk){"pflash0", make_node(maker, "pflash0", &code)};
        BuildNode variables = {.path = def->os.nvram, .format = "raw"};
        if (def->os.nvram != NULL)
            disks[n++] = (BuildDisk){"pflash1", make_node(maker, "pflash1", &variables)};
    }
    for (size_t i = 0; i < def->devices.disks.n; i++) {
        const Disk *disk = def->devices.disks.items[i];
        disks[n++] = (BuildDisk){disk->info.alias, disk_node(maker, disk)};
    }
    maker->resources->disks = disks;
    maker->resources->n_disks = n;
}

static void
make_nets(Maker *maker, const DomainDef *def)
{
    BuildNet *nets = arena_array_of(maker->arena, BuildNet, def->devices.interfaces.n);
    for (size_t i = 0; i < def->devices.interfaces.n; i++) {
        const Interface *interface = def->devices.interfaces.items[i];
        size_t n = interface->queues > 1 ? interface->queues : 1;
        int *taps = arena_array_of(maker->arena, int, n);
        if (interface->type != INTERFACE_BRIDGE && interface->type != INTERFACE_NETWORK)
            continue;
        for (size_t j = 0; j < n; j++)
            taps[j] = take(maker, "tap %s", interface->info.alias);
        nets[maker->resources->n_nets++] =
            (BuildNet){.alias = interface->info.alias, .taps = taps, .n_taps = n};
    }
    maker->resources->nets = nets;
}

static BuildChardev
make_chardev(Maker *maker, const Chardev *line)
{
    BuildChardev opened = {.alias = line->info.alias, .socket = -1};
    const ChardevSource *source = line->sources.n > 0 ? line->sources.items[0] : NULL;
    if (line->type == CHARDEV_UNIX && (source == NULL || source->mode != CHARDEV_CONNECT))
        opened.socket = take(maker, "socket");
    if (line->type == CHARDEV_FILE) {
        opened.set = ++maker->set;
        put(maker, opened.set, line->info.alias, take(maker, "append %s", source->path));
    }
    if (line->log != NULL) {
        opened.log_set = ++maker->set;
        put(maker, opened.log_set, line->info.alias, take(maker, "append %s", line->log));
    }
    return opened;
}

static void
make_chardevs(Maker *maker, const Devices *devices)
{
    const ConfList *lists[] = {
        (const ConfList *)&devices->serials, (const ConfList *)&devices->parallels,
        (const ConfList *)&devices->channels, (const ConfList *)&devices->consoles};
    size_t n = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        n += lists[i]->n;
    BuildChardev *chardevs = arena_array_of(maker->arena, BuildChardev, n);
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        for (size_t j = 0; j < lists[i]->n; j++) {
            const Chardev *line = lists[i]->items[j];
            if (lists[i] == lists[3] && line->target.console == CONSOLE_SERIAL)
                continue;
            chardevs[maker->resources->n_chardevs++] = make_chardev(maker, line);
        }
    }
    maker->resources->chardevs = chardevs;
}

static int
make_copy(Maker *maker, const char *path)
{
    return path != NULL ? take(maker, "copy %s", path) : -1;
}

const BuildResources *
build_resources_of(const DomainDef *def, Arena *arena, GString *opened)
{
    BuildResources *resources = arena_new_of(arena, BuildResources);
    Maker maker = {.arena = arena,
                   .opened = opened,
                   .resources = resources,
                   .fds = arena_array_of(arena, BuildSetFd, MAX_FDS),
                   .number = FIRST_NUMBER};
    gboolean has_rom = def->os.loader != NULL && def->os.loader_type != LOADER_PFLASH;
    resources->set_fds = maker.fds;
    resources->monitor = take(&maker, "socket");
    resources->folder = "/var/lib/libvirt/qemu/domain-1-guest";
    make_disks(&maker, def);
    make_nets(&maker, def);
    make_chardevs(&maker, &def->devices);
    resources->kernel = make_copy(&maker, def->os.kernel);
    resources->initrd = make_copy(&maker, def->os.initrd);
    resources->loader_rom = make_copy(&maker, has_rom ? def->os.loader : NULL);
    resources->now_s = 1795656963; /* when the stock daemon's answers were recorded */
    return resources;
}
