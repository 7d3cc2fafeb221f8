/*
 * pci_bus — see pci_bus.h.
 */
#include "virtqemud/assign/pci_bus.h"

#include <string.h>

#define HOT PCI_LINK_HOTPLUG
#define CONVENTIONAL (PCI_LINK_PCI | PCI_LINK_BRIDGE)
#define PORT_ACCEPTS (PCI_LINK_PCIE | PCI_LINK_UPSTREAM | PCI_LINK_PCIE_BRIDGE | HOT)

/* clang-format off */
static const PciModel models[] = {
    {"pci-root", 0, CONVENTIONAL | PCI_LINK_EXPANDER | HOT, 1, 31, NULL},
    {"pcie-root", 0, PCI_LINK_PCIE | PCI_LINK_ROOT_PORT | PCI_LINK_DMI_BRIDGE |
     PCI_LINK_PCIE_EXPANDER, 1, 31, NULL},
    {"pci-bridge", PCI_LINK_BRIDGE, CONVENTIONAL | HOT, 1, 31, "pci-bridge"},
    {"pci-expander-bus", PCI_LINK_EXPANDER, CONVENTIONAL | HOT, 0, 31, "pxb"},
    {"dmi-to-pci-bridge", PCI_LINK_DMI_BRIDGE, CONVENTIONAL, 0, 31, "i82801b11-bridge"},
    {"pcie-to-pci-bridge", PCI_LINK_PCIE_BRIDGE, CONVENTIONAL | HOT, 1, 31, "pcie-pci-bridge"},
    {"pcie-root-port", PCI_LINK_ROOT_PORT | PCI_LINK_AGGREGATE, PORT_ACCEPTS, 0, 0,
     "pcie-root-port"},
    {"pcie-switch-upstream-port", PCI_LINK_UPSTREAM, PCI_LINK_DOWNSTREAM, 0, 31, "x3130-upstream"},
    {"pcie-switch-downstream-port", PCI_LINK_DOWNSTREAM, PORT_ACCEPTS, 0, 0, "xio3130-downstream"},
    {"pcie-expander-bus", PCI_LINK_PCIE_EXPANDER, PCI_LINK_ROOT_PORT | PCI_LINK_DMI_BRIDGE, 0, 31,
     "pxb-pcie"},
};
/* clang-format on */

const PciModel *
pci_model_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(models); i++) {
        if (g_strcmp0(models[i].name, name) == 0)
            return &models[i];
    }
    return NULL;
}

gboolean
pci_model_takes(const PciModel *model, unsigned links)
{
    const unsigned any = PCI_LINK_PCI | PCI_LINK_PCIE | PCI_LINK_BRIDGE;
    unsigned kinds = links & PCI_LINK_KINDS;
    if ((kinds & any) != 0 || kinds == 0)
        return (model->accepts & any) != 0;
    return (model->accepts & kinds) != 0;
}

void
pci_buses_clear(PciBuses *buses)
{
    g_free(buses->buses);
    *buses = (PciBuses){0};
}

void
pci_buses_put(PciBuses *buses, uint32_t index, const PciModel *model)
{
    if (index >= buses->n) {
        buses->buses = g_renew(PciBus, buses->buses, index + 1);
        memset(buses->buses + buses->n, 0, (index + 1 - buses->n) * sizeof *buses->buses);
        buses->n = index + 1;
    }
    buses->buses[index].model = model;
    memset(buses->hints, 0, sizeof buses->hints);
}

void
pci_buses_empty(PciBuses *buses)
{
    for (size_t i = 0; i < buses->n; i++)
        buses->buses[i] = (PciBus){.model = buses->buses[i].model};
    memset(buses->hints, 0, sizeof buses->hints);
}

static gboolean
accepts(const PciBus *bus, unsigned links)
{
    return bus->model != NULL && (bus->model->accepts & links & PCI_LINK_KINDS) != 0 &&
           ((links & HOT) == 0 || (bus->model->accepts & HOT) != 0);
}

/* The first function of a slot that the device may have; -1: none. */
static int
free_function(const PciBus *bus, uint32_t slot, unsigned links)
{
    if (bus->functions[slot] == 0)
        return 0;
    if ((links & PCI_LINK_AGGREGATE) == 0 || bus->aggregate[slot] != links)
        return -1;
    for (int function = 0; function < PCI_FUNCTIONS; function++) {
        if ((bus->functions[slot] & 1 << function) == 0)
            return function;
    }
    return -1;
}

static PciHint *
find_hint(PciBuses *buses, unsigned links)
{
    for (size_t i = 0; i < PCI_HINTS; i++) {
        if (buses->hints[i].links == links || buses->hints[i].links == 0) {
            buses->hints[i].links = links;
            return &buses->hints[i];
        }
    }
    return NULL;
}

static gboolean
find_on_bus(const PciBus *bus, unsigned links, PciAddress *place)
{
    for (uint32_t slot = bus->model->slot_first; slot <= bus->model->slot_last; slot++) {
        int function = free_function(bus, slot, links);
        if (function < 0)
            continue;
        place->slot = slot;
        place->function = (uint32_t)function;
        return TRUE;
    }
    return FALSE;
}

gboolean
pci_buses_find(PciBuses *buses, size_t n, unsigned links, PciAddress *ret_place)
{
    PciHint *hint = find_hint(buses, links);
    for (uint32_t index = hint != NULL ? hint->bus : 0; index < MIN(n, buses->n); index++) {
        const PciBus *bus = &buses->buses[index];
        PciAddress place = {.bus = index};
        if (accepts(bus, links) && find_on_bus(bus, links, &place)) {
            *ret_place = place;
            return TRUE;
        }
        if (hint != NULL)
            hint->bus = index + 1;
    }
    return FALSE;
}

static gboolean
any_accepts(const PciBuses *buses, unsigned links)
{
    for (size_t i = 0; i < buses->n; i++) {
        if (accepts(&buses->buses[i], links))
            return TRUE;
    }
    return FALSE;
}

const PciModel *
pci_buses_wanted(const PciBuses *buses, unsigned links)
{
    if ((links & CONVENTIONAL) != 0)
        return pci_model_find(any_accepts(buses, PCI_LINK_BRIDGE) ? "pci-bridge"
                                                                  : "pcie-to-pci-bridge");
    if (buses->is_pcie && (links & (PCI_LINK_PCIE | PCI_LINK_UPSTREAM | PCI_LINK_PCIE_BRIDGE)) != 0)
        return pci_model_find("pcie-root-port");
    return NULL;
}

gboolean
pci_buses_is_free(const PciBuses *buses, const PciAddress *place)
{
    return (buses->buses[place->bus].functions[place->slot] & 1 << place->function) == 0;
}

void
pci_buses_take(PciBuses *buses, const PciAddress *place, unsigned links)
{
    PciBus *bus = &buses->buses[place->bus];
    if (bus->functions[place->slot] == 0)
        bus->aggregate[place->slot] = (links & PCI_LINK_AGGREGATE) != 0 ? links : 0;
    else if (bus->aggregate[place->slot] != links)
        bus->aggregate[place->slot] = 0;
    bus->functions[place->slot] |= (uint8_t)(1 << place->function);
}

gboolean
pci_buses_is_shared(const PciBuses *buses, const PciAddress *place)
{
    return (buses->buses[place->bus].functions[place->slot] & ~(1 << place->function)) != 0;
}
