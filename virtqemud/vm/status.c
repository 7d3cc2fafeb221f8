/*
 * status — see status.h.
 */
#include "virtqemud/vm/status.h"

void
status_write(Vm *vm)
{
}

void
status_remove(Vm *vm)
{
}
