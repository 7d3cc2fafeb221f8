/*
 * lines — see lines.h.
 */
#include "virtqemud/assign/lines.h"

#include <string.h>

#include "virtqemud/assign/device_refs.h"

/* ---- numbers ---- */

/* ISA ports fill the holes of their kind, all others follow the highest number. */
static void
number_isa_ports(Devices *devices)
{
    g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);
    for (size_t i = 0; i < devices->serials.n; i++) {
        const Chardev *line = devices->serials.items[i];
        if (line->target.serial == SERIAL_ISA && line->port.set)
            g_hash_table_add(used, GUINT_TO_POINTER(line->port.value));
    }
    uint32_t port = 0;
    for (size_t i = 0; i < devices->serials.n; i++) {
        Chardev *line = devices->serials.items[i];
        if (line->target.serial != SERIAL_ISA || line->port.set)
            continue;
        while (g_hash_table_contains(used, GUINT_TO_POINTER(port)))
            port++;
        line->port = (OptU32){true, port++};
    }
}

static void
number_serials(Devices *devices)
{
    uint32_t next = 0;
    for (size_t i = 0; i < devices->serials.n; i++) {
        if (devices->serials.items[i]->port.set)
            next = MAX(next, devices->serials.items[i]->port.value + 1);
    }
    for (size_t i = 0; i < devices->serials.n; i++) {
        if (!devices->serials.items[i]->port.set)
            devices->serials.items[i]->port = (OptU32){true, next++};
    }
}

/* Parallel ports follow the highest number before them. */
static void
number_parallels(Devices *devices)
{
    uint32_t next = 0;
    for (size_t i = 0; i < devices->parallels.n; i++) {
        Chardev *line = devices->parallels.items[i];
        if (!line->port.set)
            line->port = (OptU32){true, next};
        next = MAX(next, line->port.value + 1);
    }
}

/* ---- serial ports ---- */

static const char *
model_of_target(SerialTarget target)
{
    static const char *const models[] = {
        [SERIAL_ISA] = "isa-serial",
        [SERIAL_USB] = "usb-serial",
        [SERIAL_PCI] = "pci-serial",
        [SERIAL_ISA_DEBUG] = "isa-debugcon",
    };
    return (size_t)target < G_N_ELEMENTS(models) ? models[target] : NULL;
}

static SerialTarget
target_of_model(const char *model)
{
    static const SerialTarget targets[] = {SERIAL_ISA, SERIAL_USB, SERIAL_PCI, SERIAL_ISA_DEBUG};
    for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
        if (g_strcmp0(model_of_target(targets[i]), model) == 0)
            return targets[i];
    }
    return 0;
}

static gboolean
fill_serial(Chardev *line, GError **error)
{
    if (line->target.serial == 0 && line->info.address != NULL) {
        if (line->info.address->type == ADDRESS_USB)
            line->target.serial = SERIAL_USB;
        if (line->info.address->type == ADDRESS_PCI)
            line->target.serial = SERIAL_PCI;
    }
    if (line->target.serial == 0)
        line->target.serial = line->model != NULL ? target_of_model(line->model) : SERIAL_ISA;
    const char *model = model_of_target(line->target.serial);
    if (model == NULL || (line->model != NULL && strcmp(line->model, model) != 0)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the serial port %u has a target that does not fit the model '%s' or the "
                       "machine",
                       line->port.value, line->model != NULL ? line->model : "none");
        return FALSE;
    }
    line->model = model;
    return TRUE;
}

/* ---- consoles ---- */

static Chardev *
copy_backend(Arena *arena, const Chardev *line)
{
    Chardev *copy = arena_new_of(arena, Chardev);
    *copy = *line;
    copy->model = NULL;
    copy->extra = NULL;
    memset(&copy->target, 0, sizeof copy->target);
    return copy;
}

static void
copy_first_serial(DomainDef *def, Chardev *console)
{
    *console = *copy_backend(def->arena, def->devices.serials.items[0]);
    console->target.console = CONSOLE_SERIAL;
}

/* The console's line becomes the first serial port when there is none. */
static void
add_serial_of_console(DomainDef *def, const Chardev *console)
{
    Chardev *line = copy_backend(def->arena, console);
    line->target.serial = SERIAL_ISA;
    line->port = (OptU32){true, 0};
    line->info = (DeviceInfo){0};
    device_list_insert(def->arena, &def->devices.serials, 0, line);
}

static gboolean
check_consoles(const Devices *devices, GError **error)
{
    for (size_t i = 0; i < devices->consoles.n; i++) {
        ConsoleTarget target = devices->consoles.items[i]->target.console;
        if (target == CONSOLE_VIRTIO || (target == CONSOLE_SERIAL && i == 0))
            continue;
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       target == CONSOLE_SERIAL
                           ? "the console %zu is a serial port, only the first can be"
                           : "the console %zu is of a kind that this machine does not have",
                       i);
        return FALSE;
    }
    return TRUE;
}

static gboolean
fill_consoles(DomainDef *def, GError **error)
{
    Devices *devices = &def->devices;
    for (size_t i = 0; i < devices->consoles.n; i++) {
        Chardev *console = devices->consoles.items[i];
        if (console->target.console == 0)
            console->target.console = CONSOLE_SERIAL;
    }
    if (!check_consoles(devices, error))
        return FALSE;
    gboolean is_first_serial =
        devices->consoles.n > 0 && devices->consoles.items[0]->target.console == CONSOLE_SERIAL;
    if (is_first_serial && devices->serials.n == 0)
        add_serial_of_console(def, devices->consoles.items[0]);
    return TRUE;
}

static void
join_console_and_serial(DomainDef *def)
{
    Devices *devices = &def->devices;
    if (devices->serials.n == 0)
        return;
    if (devices->consoles.n > 0 && devices->consoles.items[0]->target.console == CONSOLE_SERIAL) {
        copy_first_serial(def, devices->consoles.items[0]);
        return;
    }
    if (devices->serials.items[0]->target.serial != SERIAL_ISA)
        return;
    Chardev *console = arena_new_of(def->arena, Chardev);
    copy_first_serial(def, console);
    device_list_insert(def->arena, &devices->consoles, 0, console);
}

static void
number_virtio_consoles(Devices *devices)
{
    for (size_t i = 0; i < devices->consoles.n; i++) {
        Chardev *console = devices->consoles.items[i];
        if (console->target.console == CONSOLE_VIRTIO)
            console->port = (OptU32){true, (uint32_t)i};
    }
}

void
assign_console_address(DomainDef *def)
{
    Devices *devices = &def->devices;
    if (devices->serials.n > 0 && devices->consoles.n > 0 &&
        devices->consoles.items[0]->target.console == CONSOLE_SERIAL)
        devices->consoles.items[0]->info.address = devices->serials.items[0]->info.address;
}

/* ---- channels ---- */

/* A socket in the folder of ours is made anew at each start. */
static void
forget_own_sockets(Devices *devices)
{
    for (size_t i = 0; i < devices->channels.n; i++) {
        Chardev *line = devices->channels.items[i];
        if (line->type != CHARDEV_UNIX || line->target.channel != CHANNEL_VIRTIO ||
            line->sources.n == 0)
            continue;
        const char *path = line->sources.items[0]->path;
        if (path == NULL || strstr(path, "/libvirt/qemu/channel/") != NULL)
            line->sources.n = 0;
    }
}

gboolean
assign_lines(DomainDef *def, GError **error)
{
    Devices *devices = &def->devices;
    if (!fill_consoles(def, error))
        return FALSE;
    number_isa_ports(devices);
    number_serials(devices);
    number_parallels(devices);
    for (size_t i = 0; i < devices->serials.n; i++) {
        if (!fill_serial(devices->serials.items[i], error))
            return FALSE;
    }
    join_console_and_serial(def);
    number_virtio_consoles(devices);
    forget_own_sockets(devices);
    return TRUE;
}
