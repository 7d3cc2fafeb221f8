/*
 * machine — the machine's full name, its emulator and accelerator, its processors. Pure; any
 * thread.
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/conf/domain.h"

/* Errors: CONFIG_UNSUPPORTED for what the program does not have. */
gboolean assign_machine(DomainDef *def, const QemuCaps *caps, GError **error);
/* The processor that the machine has when the definition names none. */
gboolean assign_cpu(DomainDef *def, const QemuCaps *caps, GError **error);
