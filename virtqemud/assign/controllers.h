/*
 * controllers — the buses of a guest beside PCI: which there are, their numbers and models. Pure;
 * any thread.
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/conf/domain.h"

/* Numbers and models of those that the definition has, and those that every machine has: usb, the
 * PCI root, q35's sata. */
gboolean assign_machine_controllers(DomainDef *def, const QemuCaps *caps, GError **error);
/* Those that disks, channels and consoles need. Runs after assign_drives(). */
gboolean assign_needed_controllers(DomainDef *def, const QemuCaps *caps, GError **error);
