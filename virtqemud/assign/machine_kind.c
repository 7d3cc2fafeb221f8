/*
 * machine_kind — see machine_kind.h.
 */
#include "virtqemud/assign/machine_kind.h"

#include <string.h>

MachineKind
machine_kind(const DomainDef *def)
{
    if (def->os.machine == NULL)
        return MACHINE_OTHER;
    if (g_str_has_prefix(def->os.machine, "pc-q35-") || strcmp(def->os.machine, "q35") == 0)
        return MACHINE_Q35;
    if (g_str_has_prefix(def->os.machine, "pc-i440fx-") || strcmp(def->os.machine, "pc") == 0)
        return MACHINE_I440FX;
    return MACHINE_OTHER;
}
