/*
 * usb_ports — see usb_ports.h.
 */
#include "virtqemud/assign/usb_ports.h"

#include <stdlib.h>

#include "virtqemud/assign/device_refs.h"

/* A port's address has at most four numbers: formatdomain.html#device-addresses. */
enum { HUB_PORTS = 8, XHCI_PORTS = 4, DEPTH_MAX = 4 };

/* The order in which ports are given. */
static const RefKind port_order[] = {
    REF_HUB, REF_DISK, REF_CONTROLLER, REF_INPUT, REF_SERIAL, REF_SOUND, REF_REDIRDEV,
};

/* A bus or a hub; index 0 is port 1. */
typedef struct Ports Ports;
struct Ports {
    uint32_t n;
    gboolean *taken;
    Ports **hubs; /* NULL: no hub on that port */
};

typedef struct {
    DomainDef *def;
    Ports **buses; /* by index of the controller; NULL: no such bus */
    size_t n;
    gboolean is_disabled;
} UsbBuses;

static Ports *
ports_new(uint32_t n)
{
    Ports *ports = g_new0(Ports, 1);
    ports->n = n;
    ports->taken = g_new0(gboolean, n);
    ports->hubs = g_new0(Ports *, n);
    return ports;
}

static void
ports_free(Ports *ports)
{
    if (ports == NULL)
        return;
    for (uint32_t i = 0; i < ports->n; i++)
        ports_free(ports->hubs[i]);
    g_free(ports->taken);
    g_free(ports->hubs);
    g_free(ports);
}

static void
usb_buses_clear(UsbBuses *buses)
{
    for (size_t i = 0; i < buses->n; i++)
        ports_free(buses->buses[i]);
    g_free(buses->buses);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(UsbBuses, usb_buses_clear)

static size_t
count_free(const Ports *ports, unsigned depth)
{
    size_t n = 0;
    for (uint32_t i = 0; ports != NULL && depth <= DEPTH_MAX && i < ports->n; i++)
        n += ports->hubs[i] != NULL ? count_free(ports->hubs[i], depth + 1) : !ports->taken[i];
    return n;
}

/* ---- buses ---- */

static uint32_t
ports_of_controller(const Controller *controller)
{
    static const struct {
        const char *model;
        uint32_t ports; /* 0: as many as the definition says */
    } rows[] = {{"piix3-uhci", 2}, {"piix4-uhci", 2}, {"vt82c686b-uhci", 2}, {"ehci", 6},
                {"ich9-ehci1", 6}, {"pci-ohci", 3},   {"nec-xhci", 0},       {"qemu-xhci", 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_strcmp0(rows[i].model, controller->model) != 0)
            continue;
        if (rows[i].ports != 0)
            return rows[i].ports;
        return controller->ports.set ? controller->ports.value : XHCI_PORTS;
    }
    return 0;
}

static gboolean
put_buses(UsbBuses *buses, GError **error)
{
    enum { BUSES_MAX = 256, PORTS_MAX = 255 };
    const Devices *devices = &buses->def->devices;
    for (size_t i = 0; i < devices->controllers.n; i++) {
        const Controller *controller = devices->controllers.items[i];
        if (controller->type != CONTROLLER_USB)
            continue;
        buses->is_disabled |= g_strcmp0(controller->model, "none") == 0;
        uint32_t ports = ports_of_controller(controller);
        if (ports > PORTS_MAX || controller->index.value >= BUSES_MAX) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                           "the usb controller %u cannot have %u ports", controller->index.value,
                           ports);
            return FALSE;
        }
        if (ports == 0)
            continue;
        if (controller->index.value >= buses->n) {
            buses->buses = g_renew(Ports *, buses->buses, controller->index.value + 1);
            while (buses->n <= controller->index.value)
                buses->buses[buses->n++] = NULL;
        }
        if (buses->buses[controller->index.value] == NULL)
            buses->buses[controller->index.value] = ports_new(ports);
    }
    return TRUE;
}

/* ---- devices ---- */

static gboolean
is_usb(const DeviceRef *ref)
{
    switch (ref->kind) {
    case REF_HUB:
        return TRUE;
    case REF_DISK:
        return ref->disk->bus == DISK_BUS_USB;
    case REF_CONTROLLER:
        return ref->controller->type == CONTROLLER_CCID;
    case REF_INPUT:
        return ref->input->bus == INPUT_BUS_USB;
    case REF_SERIAL:
        return ref->line->target.serial == SERIAL_USB;
    case REF_SOUND:
        return ref->sound->model == SOUND_USB;
    default:
        return ref->kind == REF_REDIRDEV;
    }
}

static gboolean
has_port(const DeviceRef *ref)
{
    const Address *address = ref->info->address;
    return address != NULL && address->type == ADDRESS_USB && address->at.usb.port != NULL;
}

static gboolean
refuse_port(const DeviceRef *ref, const char *why, GError **error)
{
    g_autofree char *who = device_ref_describe(ref);
    const UsbAddress *place = &ref->info->address->at.usb;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "the USB address bus %u port %s of %s %s", place->bus, place->port, who, why);
    return FALSE;
}

/* Takes the place that the definition gives. */
static gboolean
take_given(UsbBuses *buses, const DeviceRef *ref, GError **error)
{
    const UsbAddress *place = &ref->info->address->at.usb;
    Ports *ports = place->bus < buses->n ? buses->buses[place->bus] : NULL;
    if (ports == NULL)
        return refuse_port(ref, "is on a bus that is not there", error);
    unsigned depth = 0;
    for (const char *text = place->port;;) {
        char *end = NULL;
        if (++depth > DEPTH_MAX)
            return refuse_port(ref, "is behind too many hubs", error);
        guint64 port = g_ascii_strtoull(text, &end, 10);
        if (port < 1 || port > ports->n)
            return refuse_port(ref, "is a port that is not there", error);
        if (*end == '\0') {
            if (ports->taken[port - 1])
                return refuse_port(ref, "is taken", error);
            ports->taken[port - 1] = TRUE;
            if (ref->kind == REF_HUB)
                ports->hubs[port - 1] = ports_new(HUB_PORTS);
            return TRUE;
        }
        ports = ports->hubs[port - 1];
        if (ports == NULL)
            return refuse_port(ref, "is behind a hub that is not there", error);
        text = end + 1;
    }
}

/* The first free port, those of the hubs after the bus's own; appends it to `path`. */
static gboolean
take_free(Ports *ports, gboolean is_hub, unsigned depth, GString *path)
{
    if (depth > DEPTH_MAX - (is_hub ? 1 : 0))
        return FALSE;
    for (uint32_t i = 0; i < ports->n; i++) {
        if (ports->taken[i])
            continue;
        ports->taken[i] = TRUE;
        if (is_hub)
            ports->hubs[i] = ports_new(HUB_PORTS);
        g_string_append_printf(path, "%u", i + 1);
        return TRUE;
    }
    for (uint32_t i = 0; i < ports->n; i++) {
        gsize len = path->len;
        g_string_append_printf(path, "%u.", i + 1);
        if (ports->hubs[i] != NULL && take_free(ports->hubs[i], is_hub, depth + 1, path))
            return TRUE;
        g_string_truncate(path, len);
    }
    return FALSE;
}

static gboolean
refuse_device(const DeviceRef *ref, const char *why, GError **error)
{
    g_autofree char *who = device_ref_describe(ref);
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED, "%s needs a USB port, %s",
                   who, why);
    return FALSE;
}

static gboolean
choose_port(UsbBuses *buses, const DeviceRef *ref, GError **error)
{
    Arena *arena = buses->def->arena;
    const Address *wanted = ref->info->address;
    gboolean is_bus_given = wanted != NULL && wanted->type == ADDRESS_USB;
    g_autoptr(GString) path = g_string_new(NULL);
    for (uint32_t bus = 0; bus < buses->n; bus++) {
        if (buses->buses[bus] == NULL || (is_bus_given && wanted->at.usb.bus != bus) ||
            !take_free(buses->buses[bus], ref->kind == REF_HUB, 1, path))
            continue;
        Address *address = arena_new_of(arena, Address);
        address->type = ADDRESS_USB;
        address->at.usb = (UsbAddress){bus, arena_strdup(arena, path->str)};
        ref->info->address = address;
        return TRUE;
    }
    return refuse_device(ref, "and none is free", error);
}

/* ---- passes ---- */

static unsigned
depth_of(const DeviceRef *ref)
{
    unsigned dots = 0;
    for (const char *c = ref->info->address->at.usb.port; *c != '\0'; c++)
        dots += *c == '.';
    return dots;
}

/* Given hubs first, the nearest to the bus before those behind them. */
static int
compare_given(const void *a, const void *b)
{
    const DeviceRef *left = a;
    const DeviceRef *right = b;
    if ((left->kind == REF_HUB) != (right->kind == REF_HUB))
        return left->kind == REF_HUB ? -1 : 1;
    if (left->kind == REF_HUB && depth_of(left) != depth_of(right))
        return depth_of(left) < depth_of(right) ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static gboolean
take_all_given(UsbBuses *buses, const DeviceRefs *refs, GError **error)
{
    g_autofree DeviceRef *given = g_new0(DeviceRef, refs->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < refs->n; i++) {
        if (is_usb(&refs->items[i]) && has_port(&refs->items[i]))
            given[n++] = refs->items[i];
    }
    qsort(given, n, sizeof *given, compare_given);
    for (size_t i = 0; i < n; i++) {
        if (!take_given(buses, &given[i], error))
            return FALSE;
    }
    return TRUE;
}

/* Adds hubs until there are ports for all, and a hub more when they would just do: as stock. */
static gboolean
add_hubs(UsbBuses *buses, size_t n_wanted, GError **error)
{
    size_t n_free = 0;
    for (size_t i = 0; i < buses->n; i++)
        n_free += count_free(buses->buses[i], 1);
    Devices *devices = &buses->def->devices;
    if (n_free >= n_wanted)
        return TRUE;
    size_t n_hubs = (n_wanted - n_free) / (HUB_PORTS - 1) + 1;
    for (size_t i = 0; i < n_hubs; i++) {
        Hub *hub = arena_new_of(buses->def->arena, Hub);
        hub->type = HUB_USB;
        const DeviceRef ref = {REF_HUB, devices->hubs.n, {hub}, &hub->info};
        if (!choose_port(buses, &ref, error))
            return FALSE;
        device_list_insert(buses->def->arena, &devices->hubs, devices->hubs.n, hub);
    }
    return TRUE;
}

static gboolean
choose_ports(UsbBuses *buses, const DeviceRefs *refs, gboolean of_hubs, GError **error)
{
    for (size_t i = 0; i < refs->n; i++) {
        const DeviceRef *ref = &refs->items[i];
        if (is_usb(ref) && (ref->kind == REF_HUB) == of_hubs && !has_port(ref) &&
            !choose_port(buses, ref, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
assign_usb(DomainDef *def, GError **error)
{
    g_auto(UsbBuses) buses = {.def = def};
    if (!put_buses(&buses, error))
        return FALSE;
    g_auto(DeviceRefs) refs =
        device_refs_collect(&def->devices, port_order, G_N_ELEMENTS(port_order));
    size_t n_wanted = 0;
    for (size_t i = 0; i < refs.n; i++) {
        if (is_usb(&refs.items[i]) && buses.is_disabled)
            return refuse_device(&refs.items[i], "but USB is disabled", error);
        n_wanted +=
            is_usb(&refs.items[i]) && refs.items[i].kind != REF_HUB && !has_port(&refs.items[i]);
    }
    return take_all_given(&buses, &refs, error) && choose_ports(&buses, &refs, TRUE, error) &&
           add_hubs(&buses, n_wanted, error) && choose_ports(&buses, &refs, FALSE, error);
}
