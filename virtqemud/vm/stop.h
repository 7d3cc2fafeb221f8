/*
 * stop — the end of a run: what was held for it is given back, the guest is off, clients are told.
 * On the guest's strand.
 */
#pragma once

#include "virtqemud/conf/status.h"
#include "virtqemud/vm/vm.h"

/* QEMU of `run` has ended: the guest becomes shut off for the reason that was expected, or because
 * it crashed; a transient one is gone. Nothing happens when the guest is in another run. */
void stop_finish(Vm *vm, VmRun *run);
/* The same for a run that ended while no daemon was there. */
void stop_lost(Vm *vm, VmExpectExit how);
/* The end that was under way by what the status file says; NOTHING: none was. */
VmExpectExit stop_was_expected(const DomainStatus *status);

typedef enum {
    STOP_FORCED,   /* killed when it does not end by itself */
    STOP_GRACEFUL, /* asked to end; goes on when it does not */
} StopHow;

/* Ends QEMU for `why` and waits for it; the guest is off afterwards. Errors: SYSTEM_ERROR (EBUSY)
 * when the process does not end. */
gboolean stop_now(Vm *vm, VmExpectExit why, StopHow how, GError **error);
