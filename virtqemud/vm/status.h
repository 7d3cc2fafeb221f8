/*
 * status — a running guest's file under /run: what a daemon that starts later needs to find it
 * again. The layout is virtqemud/conf/status.h. On the guest's strand.
 */
#pragma once

#include "virtqemud/conf/status.h"
#include "virtqemud/vm/vm.h"

/* The exit record beside the file of that guest. The caller frees. */
char *status_record_name(const char *name);
/* Writes the guest's present state. */
gboolean status_save(Vm *vm, GError **error);
/* The same; a file that cannot be written is logged: the guest goes on. */
void status_write(Vm *vm);
/* Removes it with the records beside it. */
void status_remove(Vm *vm);
/* Makes `vm` what the file says: state, running definition, what it holds. The run is the caller's
 * to find. */
void status_apply(Vm *vm, const DomainStatus *status);
