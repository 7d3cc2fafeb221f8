/*
 * pci_links — what each device of a guest is to a PCI bus. Pure; any thread.
 */
#pragma once

#include "virtqemud/assign/device_refs.h"
#include "virtqemud/assign/pci_bus.h"

/* PciLink of the device; 0: it does not sit on a PCI bus. */
unsigned pci_links_of(const DeviceRef *ref, gboolean is_pcie);
/* The function that a companion of an ICH9 USB controller has in their slot; -1: it is none. */
int pci_ich9_function(const Controller *controller);
