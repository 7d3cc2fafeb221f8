/*
 * cpu_start — see cpu_start.h.
 */
#include "virtqemud/vm/cpu_start.h"

gboolean
cpu_start_resolve(DomainDef *def, const QemuCaps *caps, GError **error)
{
    return TRUE;
}
