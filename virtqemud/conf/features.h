/*
 * features — <features>: what the machine offers to its kernel.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/switches.h"

typedef struct {
    bool acpi;
    bool apic;
    Switch apic_eoi;
    bool pae;
    const ConfExtra *extra;
} Features;

extern const ConfType features_conf;
