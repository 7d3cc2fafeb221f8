/*
 * pci — see pci.h.
 *
 * All devices that sit on PCI are placed in one order. Whenever one finds no room a controller is
 * added to the definition and the placing begins anew, so that controllers come first on the buses.
 */
#include "virtqemud/assign/pci.h"

#include "virtqemud/assign/device_refs.h"
#include "virtqemud/assign/machine_kind.h"
#include "virtqemud/assign/pci_bus.h"
#include "virtqemud/assign/pci_fixed.h"
#include "virtqemud/assign/pci_links.h"

/* The order in which places are given. The first video card and PCI controllers come before. */
static const RefKind placing_order[] = {
    REF_INTERFACE, REF_SOUND, REF_CONTROLLER, REF_DISK,   REF_MEMBALLOON, REF_RNG,
    REF_WATCHDOG,  REF_VIDEO, REF_INPUT,      REF_SERIAL, REF_VSOCK,
};

/* The order in which addresses of devices make buses. */
static const RefKind naming_order[] = {
    REF_DISK,  REF_INTERFACE, REF_SOUND,      REF_VIDEO, REF_CONTROLLER, REF_SERIAL,
    REF_INPUT, REF_WATCHDOG,  REF_MEMBALLOON, REF_RNG,   REF_VSOCK,
};

typedef struct {
    DeviceRef ref;
    unsigned links;
    gboolean is_given;
    gboolean is_placed;
    PciAddress place;
} Seat;

typedef struct {
    DomainDef *def;
    MachineKind machine;
    gboolean is_counting; /* how many buses are needed; nothing is decided yet */
    PciBuses buses;
    size_t n;
    Seat *seats;
} Placing;

static void
placing_clear(Placing *placing)
{
    pci_buses_clear(&placing->buses);
    g_free(placing->seats);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Placing, placing_clear)

static gboolean
refuse_place(const Seat *seat, const char *why, GError **error)
{
    g_autofree char *who = device_ref_describe(&seat->ref);
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "the PCI address %04x:%02x:%02x.%x of %s %s", seat->place.domain,
                   seat->place.bus, seat->place.slot, seat->place.function, who, why);
    return FALSE;
}

/* ---- seats ---- */

static gboolean
is_pci_controller(const DeviceRef *ref)
{
    return ref->kind == REF_CONTROLLER && ref->controller->type == CONTROLLER_PCI;
}

static void
add_seat(Placing *placing, const DeviceRef *ref)
{
    unsigned links = pci_links_of(ref, placing->buses.is_pcie);
    const Address *address = ref->info->address;
    gboolean is_given = address != NULL && address->type == ADDRESS_PCI;
    if (links == 0 && !is_given)
        return;
    placing->seats[placing->n++] = (Seat){
        .ref = *ref,
        .links = links,
        .is_given = is_given,
        .is_placed = is_given,
        .place = is_given ? address->at.pci : (PciAddress){0},
    };
}

static void
collect_seats(Placing *placing)
{
    const RefKind *kinds = placing_order;
    g_auto(DeviceRefs) refs =
        device_refs_collect(&placing->def->devices, kinds, G_N_ELEMENTS(placing_order));
    g_free(placing->seats);
    placing->n = 0;
    placing->seats = g_new0(Seat, refs.n + 1);
    for (size_t i = 0; i < refs.n; i++) {
        if (refs.items[i].kind == REF_VIDEO && refs.items[i].index == 0)
            add_seat(placing, &refs.items[i]);
    }
    for (size_t i = 0; i < refs.n; i++) {
        if (is_pci_controller(&refs.items[i]) && refs.items[i].controller->index.value != 0)
            add_seat(placing, &refs.items[i]);
    }
    for (size_t i = 0; i < refs.n; i++) {
        /* while places are counted, stock counts a first video card without address once more */
        gboolean is_done = refs.items[i].kind == REF_VIDEO && refs.items[i].index == 0 &&
                           !(placing->is_counting && refs.items[i].info->address == NULL);
        if (!is_pci_controller(&refs.items[i]) && !is_done)
            add_seat(placing, &refs.items[i]);
    }
}

/* ---- buses ---- */

static void
add_controller(Placing *placing, uint32_t index, const PciModel *model)
{
    Arena *arena = placing->def->arena;
    Controller *controller = arena_new_of(arena, Controller);
    controller->type = CONTROLLER_PCI;
    controller->index = (OptU32){true, index};
    controller->model = arena_strdup(arena, model->name);
    device_list_insert(arena, &placing->def->devices.controllers,
                       placing->def->devices.controllers.n, controller);
    pci_buses_put(&placing->buses, index, model);
}

/* Adds the bus that such a device needs, and the port that this bus needs. */
static gboolean
grow(Placing *placing, unsigned links)
{
    PciBuses *buses = &placing->buses;
    const PciModel *model = pci_buses_wanted(buses, links);
    if (model == NULL)
        return FALSE;
    /* such a bridge never takes a port that was there */
    if ((model->links & PCI_LINK_PCIE_BRIDGE) != 0 && !grow(placing, model->links))
        return FALSE;
    if (buses->n > UINT8_MAX)
        return FALSE;
    add_controller(placing, (uint32_t)buses->n, model);
    return TRUE;
}

static gboolean
put_controllers(Placing *placing, GError **error)
{
    const Devices *devices = &placing->def->devices;
    for (size_t i = 0; i < devices->controllers.n; i++) {
        const Controller *controller = devices->controllers.items[i];
        if (controller->type != CONTROLLER_PCI)
            continue;
        const PciModel *model = pci_model_find(controller->model);
        if (model == NULL || controller->index.value > UINT8_MAX) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                           "there is no PCI controller '%s' with index %u", controller->model,
                           controller->index.value);
            return FALSE;
        }
        if ((controller->index.value == 0) != (model->links == 0)) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                           "the PCI controller with index %u cannot be a %s",
                           controller->index.value, model->name);
            return FALSE;
        }
        pci_buses_put(&placing->buses, controller->index.value, model);
    }
    return TRUE;
}

/* Buses that are missing below others, and those that addresses name. */
static gboolean
add_named_buses(Placing *placing, GError **error)
{
    for (uint32_t index = 1; index < placing->buses.n; index++) {
        if (placing->buses.buses[index].model == NULL)
            add_controller(
                placing, index,
                pci_model_find(placing->buses.is_pcie ? "pcie-root-port" : "pci-bridge"));
    }
    for (size_t k = 0; k < G_N_ELEMENTS(naming_order); k++) {
        for (size_t i = 0; i < placing->n; i++) {
            Seat *seat = &placing->seats[i];
            while (seat->ref.kind == naming_order[k] && seat->is_given &&
                   seat->place.bus >= placing->buses.n) {
                if (!grow(placing, seat->links))
                    return refuse_place(seat, "is on a bus that cannot be added", error);
            }
        }
    }
    collect_seats(placing);
    return TRUE;
}

/* ---- places ---- */

static gboolean
check_given(const Placing *placing, const Seat *seat, GError **error)
{
    const PciAddress *place = &seat->place;
    if (place->domain != 0)
        return refuse_place(seat, "is in another domain than 0", error);
    const PciModel *model = placing->buses.buses[place->bus].model;
    if (place->slot < model->slot_first || place->slot > model->slot_last) {
        g_autofree char *why = g_strdup_printf("has a slot outside %u to %u of the %s",
                                               model->slot_first, model->slot_last, model->name);
        return refuse_place(seat, why, error);
    }
    if (!pci_model_takes(model, seat->links)) {
        g_autofree char *why =
            g_strdup_printf("is on a %s, which does not take such a device", model->name);
        return refuse_place(seat, why, error);
    }
    if (!pci_buses_is_free(&placing->buses, place))
        return refuse_place(seat, "is taken", error);
    if (is_pci_controller(&seat->ref) && seat->ref.controller->index.value <= place->bus) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the PCI controller with index %u sits on bus %u, which must be lower",
                       seat->ref.controller->index.value, place->bus);
        return FALSE;
    }
    return TRUE;
}

static gboolean
take_given(Placing *placing, GError **error)
{
    pci_buses_empty(&placing->buses);
    pci_fixed_take(&placing->buses, placing->machine);
    for (size_t i = 0; i < placing->n; i++) {
        Seat *seat = &placing->seats[i];
        if (!seat->is_given)
            continue;
        if (!check_given(placing, seat, error))
            return FALSE;
        pci_buses_take(&placing->buses, &seat->place, seat->links);
    }
    return TRUE;
}

/* The companions of an ICH9 USB controller share a slot. While places are only counted, stock sees
 * none but those with a given address, so a bus is added sooner. */
static const Seat *
find_companion(const Placing *placing, const Seat *seat)
{
    if (seat->ref.kind != REF_CONTROLLER || pci_ich9_function(seat->ref.controller) < 0)
        return NULL;
    for (size_t i = 0; i < placing->n; i++) {
        const Seat *other = &placing->seats[i];
        gboolean is_known = placing->is_counting ? other->is_given : other->is_placed;
        if (other->ref.kind == REF_CONTROLLER && is_known &&
            pci_ich9_function(other->ref.controller) >= 0 &&
            other->ref.controller->index.value == seat->ref.controller->index.value)
            return other;
    }
    return NULL;
}

static gboolean
find_place(Placing *placing, Seat *seat)
{
    PciBuses *buses = &placing->buses;
    size_t n = is_pci_controller(&seat->ref) ? seat->ref.controller->index.value : buses->n;
    const Seat *companion = find_companion(placing, seat);
    if (companion != NULL)
        seat->place = companion->place;
    else if (!pci_buses_find(buses, n, seat->links, &seat->place))
        return FALSE;
    seat->place.multifunction = 0;
    if (seat->ref.kind == REF_CONTROLLER && pci_ich9_function(seat->ref.controller) >= 0)
        seat->place.function = (uint32_t)pci_ich9_function(seat->ref.controller);
    return TRUE;
}

/* Places all, or returns the first that has no room. */
static gboolean
place_all(Placing *placing, Seat **ret_failed, GError **error)
{
    *ret_failed = NULL;
    if (!take_given(placing, error))
        return FALSE;
    for (size_t i = 0; i < placing->n; i++) {
        Seat *seat = &placing->seats[i];
        if (seat->is_given)
            continue;
        if (!find_place(placing, seat)) {
            *ret_failed = seat;
            return TRUE;
        }
        if (!pci_buses_is_free(&placing->buses, &seat->place))
            return refuse_place(seat, "is taken", error);
        pci_buses_take(&placing->buses, &seat->place, seat->links);
        seat->is_placed = TRUE;
    }
    return TRUE;
}

static gboolean
refuse_seat(const Seat *seat, GError **error)
{
    g_autofree char *who = device_ref_describe(&seat->ref);
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "no PCI bus has room for %s, and none can be added", who);
    return FALSE;
}

/* One more device can be plugged later, unless the user chose the buses. */
static gboolean
needs_spare(Placing *placing, gboolean user_chose_buses)
{
    if (user_chose_buses)
        return FALSE;
    gboolean any_chosen = FALSE;
    for (size_t i = 0; i < placing->n; i++)
        any_chosen |= !placing->seats[i].is_given && !is_pci_controller(&placing->seats[i].ref);
    PciAddress place;
    unsigned links = (placing->buses.is_pcie ? PCI_LINK_PCIE : PCI_LINK_PCI) | PCI_LINK_HOTPLUG;
    return (any_chosen || placing->buses.n > 1) &&
           !pci_buses_find(&placing->buses, placing->buses.n, links, &place);
}

/* Adds buses until there is room for all. */
static gboolean
add_needed_buses(Placing *placing, gboolean user_chose_buses, GError **error)
{
    for (;;) {
        Seat *failed;
        collect_seats(placing);
        if (!place_all(placing, &failed, error))
            return FALSE;
        if (failed == NULL && !needs_spare(placing, user_chose_buses))
            return TRUE;
        if (failed != NULL && is_pci_controller(&failed->ref))
            return refuse_seat(failed, error);
        unsigned spare = (placing->buses.is_pcie ? PCI_LINK_PCIE : PCI_LINK_PCI) | PCI_LINK_HOTPLUG;
        if (!grow(placing, failed != NULL ? failed->links : spare))
            return failed == NULL || refuse_seat(failed, error);
    }
}

static gboolean
place_with_growth(Placing *placing, gboolean user_chose_buses, GError **error)
{
    Seat *failed;
    placing->is_counting = TRUE;
    if (!add_needed_buses(placing, user_chose_buses, error))
        return FALSE;
    placing->is_counting = FALSE;
    collect_seats(placing);
    return place_all(placing, &failed, error) && (failed == NULL || refuse_seat(failed, error));
}

static void
write_places(Placing *placing)
{
    Arena *arena = placing->def->arena;
    for (size_t i = 0; i < placing->n; i++) {
        Seat *seat = &placing->seats[i];
        if (!seat->is_given) {
            seat->ref.info->address = arena_new_of(arena, Address);
            seat->ref.info->address->type = ADDRESS_PCI;
            seat->ref.info->address->at.pci = seat->place;
        }
        PciAddress *place = &seat->ref.info->address->at.pci;
        if (place->function == 0 && place->multifunction == 0 &&
            pci_buses_is_shared(&placing->buses, place))
            place->multifunction = SWITCH_ON;
    }
}

static gboolean
has_chosen_buses(const DomainDef *def)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        if (controller->type == CONTROLLER_PCI && controller->index.value != 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
assign_pci(DomainDef *def, GError **error)
{
    g_auto(Placing) placing = {.def = def, .machine = machine_kind(def)};
    placing.buses.is_pcie = placing.machine == MACHINE_Q35;
    gboolean user_chose_buses = has_chosen_buses(def);
    if (!put_controllers(&placing, error))
        return FALSE;
    collect_seats(&placing);
    if (!add_named_buses(&placing, error) || !pci_fixed_place(def, placing.machine, error) ||
        !place_with_growth(&placing, user_chose_buses, error))
        return FALSE;
    write_places(&placing);
    pci_fixed_targets(def);
    return TRUE;
}
