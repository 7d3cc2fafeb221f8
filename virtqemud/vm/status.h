/*
 * status — a running guest's file under /run: what a daemon that starts later needs to find it
 * again. On the guest's strand.
 */
#pragma once

#include "virtqemud/vm/vm.h"

/* Writes the guest's present state. A file that cannot be written is logged: the guest goes on. */
void status_write(Vm *vm);
void status_remove(Vm *vm);
