/*
 * status — a running guest's file under /run: what a daemon that starts later needs to find it
 * again. On the guest's strand.
 */
#pragma once

#include "virtqemud/vm/vm.h"

/* The exit record beside the file of that guest. The caller frees. */
char *status_record_name(const char *name);
/* Writes the guest's present state. A file that cannot be written is logged: the guest goes on. */
void status_write(Vm *vm);
void status_remove(Vm *vm);
