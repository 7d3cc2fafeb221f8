/*
 * virtio_serial — ports of virtio-serial controllers: see lines.h.
 *
 * Port 0 of a controller is the console's; channels begin at 1.
 */
#include "virtqemud/assign/device_refs.h"
#include "virtqemud/assign/lines.h"

enum { PORTS_DEFAULT = 31, CONTROLLERS_MAX = 256 };

typedef struct {
    DomainDef *def;
    GHashTable *taken;   /* controller * 2^32 + port */
    uint32_t first_free; /* controllers before it are full */
} VirtioPorts;

static Controller *
find_controller(const DomainDef *def, uint32_t index)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        Controller *controller = def->devices.controllers.items[i];
        if (controller->type == CONTROLLER_VIRTIO_SERIAL && controller->index.value == index)
            return controller;
    }
    return NULL;
}

static void
need_controller(DomainDef *def, uint32_t index)
{
    if (find_controller(def, index) != NULL)
        return;
    Controller *controller = arena_new_of(def->arena, Controller);
    controller->type = CONTROLLER_VIRTIO_SERIAL;
    controller->index = (OptU32){true, index};
    device_list_insert(def->arena, &def->devices.controllers, def->devices.controllers.n,
                       controller);
}

static uint32_t
n_ports(const Controller *controller)
{
    return controller->ports.set ? controller->ports.value : PORTS_DEFAULT;
}

static gint64
port_key(uint32_t controller, uint32_t port)
{
    return (gint64)controller << 32 | port;
}

static gboolean
take(VirtioPorts *ports, uint32_t controller, uint32_t port)
{
    gint64 *key = g_new(gint64, 1);
    *key = port_key(controller, port);
    return g_hash_table_add(ports->taken, key);
}

static gboolean
has_virtio_address(const Chardev *line)
{
    return line->info.address != NULL && line->info.address->type == ADDRESS_VIRTIO_SERIAL;
}

static gboolean
take_given(VirtioPorts *ports, const Chardev *line, GError **error)
{
    const VirtioSerialAddress *place = &line->info.address->at.virtio_serial;
    if (place->port == 0)
        return TRUE;
    if (place->port >= n_ports(find_controller(ports->def, place->controller))) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "the virtio-serial controller %u has no port %u", place->controller,
                       place->port);
        return FALSE;
    }
    if (take(ports, place->controller, place->port))
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "the port %u of the virtio-serial controller %u is taken", place->port,
                   place->controller);
    return FALSE;
}

/* The first free port of a controller; 0: none. */
static uint32_t
free_port(const VirtioPorts *ports, const Controller *controller)
{
    for (uint32_t port = 1; port < n_ports(controller); port++) {
        gint64 key = port_key(controller->index.value, port);
        if (!g_hash_table_contains(ports->taken, &key))
            return port;
    }
    return 0;
}

static gboolean
choose_port(VirtioPorts *ports, Chardev *line, GError **error)
{
    gboolean is_given = has_virtio_address(line);
    uint32_t wanted =
        is_given ? line->info.address->at.virtio_serial.controller : ports->first_free;
    for (uint32_t index = wanted; index < CONTROLLERS_MAX; index++) {
        if (is_given && index != wanted)
            break;
        need_controller(ports->def, index);
        uint32_t port = free_port(ports, find_controller(ports->def, index));
        if (port == 0) {
            ports->first_free = is_given ? ports->first_free : index + 1;
            continue;
        }
        (void)take(ports, index, port); /* it is free */
        line->info.address = arena_new_of(ports->def->arena, Address);
        line->info.address->type = ADDRESS_VIRTIO_SERIAL;
        line->info.address->at.virtio_serial =
            (VirtioSerialAddress){.controller = index, .port = port};
        return TRUE;
    }
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "no virtio-serial controller has a port for the channel '%s'",
                   line->name != NULL ? line->name : "");
    return FALSE;
}

static gboolean
is_virtio(const DeviceRef *ref)
{
    return ref->kind == REF_CHANNEL ? ref->line->target.channel == CHANNEL_VIRTIO
                                    : ref->line->target.console == CONSOLE_VIRTIO;
}

/* Adds the controllers that lines name; those without an address begin at the first one. */
static gboolean
need_controllers(DomainDef *def, const DeviceRefs *refs, GError **error)
{
    for (size_t i = 0; i < refs->n; i++) {
        const Chardev *line = refs->items[i].line;
        uint32_t index =
            has_virtio_address(line) ? line->info.address->at.virtio_serial.controller : 0;
        if (!is_virtio(&refs->items[i]))
            continue;
        if (index >= CONTROLLERS_MAX) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                           "there cannot be a virtio-serial controller %u", index);
            return FALSE;
        }
        need_controller(def, index);
    }
    return TRUE;
}

gboolean
assign_virtio_serial(DomainDef *def, GError **error)
{
    static const RefKind kinds[] = {REF_CHANNEL, REF_CONSOLE};
    g_auto(DeviceRefs) refs = device_refs_collect(&def->devices, kinds, G_N_ELEMENTS(kinds));
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    VirtioPorts ports = {.def = def, .taken = taken};
    if (!need_controllers(def, &refs, error))
        return FALSE;
    for (size_t i = 0; i < refs.n; i++) {
        const DeviceRef *ref = &refs.items[i];
        if (is_virtio(ref) && has_virtio_address(ref->line) &&
            !take_given(&ports, ref->line, error))
            return FALSE;
    }
    for (size_t i = 0; i < refs.n; i++) {
        const DeviceRef *ref = &refs.items[i];
        if (ref->kind == REF_CHANNEL && is_virtio(ref) &&
            !(has_virtio_address(ref->line) &&
              ref->line->info.address->at.virtio_serial.port != 0) &&
            !choose_port(&ports, ref->line, error))
            return FALSE;
    }
    return TRUE;
}
