/*
 * resources — what is held on the host for a running guest, and giving it back.
 */
#pragma once

#include "virtqemud/vm/vm.h"

/* Gives everything back; nothing happens the second time. On the guest's strand. */
void resources_release(Vm *vm);
