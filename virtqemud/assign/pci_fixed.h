/*
 * pci_fixed — what a machine has at a fixed place of its PCI root, and where a machine's own
 * devices are found by habit. Pure; any thread.
 */
#pragma once

#include "virtqemud/assign/machine_kind.h"
#include "virtqemud/assign/pci_bus.h"

/* Takes the functions of the board itself. */
void pci_fixed_take(PciBuses *buses, MachineKind machine);
/* Gives the devices that are part of the machine their only place, and those that have a habitual
 * one that place where it is free. Errors: CONFIG_UNSUPPORTED, the definition has one elsewhere. */
gboolean pci_fixed_place(DomainDef *def, MachineKind machine, GError **error);
/* Fills in what PCI controllers are told beside their address: QEMU's device, chassis, port. */
void pci_fixed_targets(DomainDef *def);
