/*
 * pci_bus — the PCI buses of a guest while places on them are chosen: which slots and functions are
 * taken, which device may sit where, and which bus is added when none has room.
 *
 * The rules of what connects to what are those of libvirt's reference
 * (https://libvirt.org/pci-addresses.html, https://libvirt.org/formatdomain.html#controllers) and
 * of QEMU's docs/pcie.txt. Pure; one owner.
 */
#pragma once

#include "virtqemud/conf/domain.h"

/* What a device is to the bus that it sits on. */
typedef enum {
    PCI_LINK_PCI = 1 << 0,  /* a conventional device */
    PCI_LINK_PCIE = 1 << 1, /* an express device */
    PCI_LINK_ROOT_PORT = 1 << 2,
    PCI_LINK_UPSTREAM = 1 << 3,
    PCI_LINK_DOWNSTREAM = 1 << 4,
    PCI_LINK_DMI_BRIDGE = 1 << 5,
    PCI_LINK_PCIE_BRIDGE = 1 << 6, /* a pcie-to-pci-bridge */
    PCI_LINK_BRIDGE = 1 << 7,
    PCI_LINK_EXPANDER = 1 << 8,
    PCI_LINK_PCIE_EXPANDER = 1 << 9,
    PCI_LINK_HOTPLUG = 1 << 10,  /* wants a bus where it can be unplugged */
    PCI_LINK_AGGREGATE = 1 << 11 /* shares its slot with others of the same kind */
} PciLink;
enum { PCI_LINK_KINDS = PCI_LINK_HOTPLUG - 1, PCI_SLOTS = 32, PCI_FUNCTIONS = 8 };

typedef struct {
    const char *name;    /* <controller model=...> */
    unsigned links;      /* what it is itself: PciLink; 0: a root */
    unsigned accepts;    /* what sits on its bus */
    uint32_t slot_first; /* of its bus */
    uint32_t slot_last;
    const char *program; /* QEMU's device; NULL: part of the machine */
} PciModel;

typedef struct {
    const PciModel *model; /* NULL: no such bus yet */
    uint8_t functions[PCI_SLOTS];
    unsigned aggregate[PCI_SLOTS]; /* links of those that share the slot; 0: it is not shared */
} PciBus;

/* Where a search for such a device went on last: all before is taken. */
typedef struct {
    unsigned links;
    uint32_t bus;
} PciHint;
enum { PCI_HINTS = 4 };

typedef struct {
    PciBus *buses; /* by index of the controller */
    size_t n;
    gboolean is_pcie;
    PciHint hints[PCI_HINTS];
} PciBuses;

/* NULL: no such model. */
const PciModel *pci_model_find(const char *name);
/* Whether a device may sit on such a bus when its address says so: conventional devices and bridges
 * may on express buses, and the other way round. */
gboolean pci_model_takes(const PciModel *model, unsigned links);

void pci_buses_clear(PciBuses *buses);
void pci_buses_put(PciBuses *buses, uint32_t index, const PciModel *model);
/* Forgets what sits on the buses, keeps them. */
void pci_buses_empty(PciBuses *buses);
/* The model of the bus to add where none accepts such a device; NULL: none helps. */
const PciModel *pci_buses_wanted(const PciBuses *buses, unsigned links);
/* A free place for the device, on one of the first `n` buses; FALSE: none. It is not taken. */
gboolean pci_buses_find(PciBuses *buses, size_t n, unsigned links, PciAddress *ret_place);
gboolean pci_buses_is_free(const PciBuses *buses, const PciAddress *place);
void pci_buses_take(PciBuses *buses, const PciAddress *place, unsigned links);
/* Whether another function of the slot is taken. */
gboolean pci_buses_is_shared(const PciBuses *buses, const PciAddress *place);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PciBuses, pci_buses_clear)
