/*
 * machine_kind — the families of x86 machines that differ in what they have built in. Pure.
 */
#pragma once

#include "virtqemud/conf/domain.h"

typedef enum { MACHINE_OTHER, MACHINE_I440FX, MACHINE_Q35 } MachineKind;

/* By the machine's full name. */
MachineKind machine_kind(const DomainDef *def);
