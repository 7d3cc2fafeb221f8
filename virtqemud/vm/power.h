/*
 * power — the guest's power button and reset, and what happens when it switched itself off or
 * crashed. On the guest's strand.
 */
#pragma once

#include "virtqemud/vm/vm.h"

/* Ways to ask a guest, as virDomainShutdownFlags and virDomainRebootFlags number them. */
enum { POWER_ACPI = 1, POWER_AGENT = 2, POWER_INITCTL = 4, POWER_SIGNAL = 8, POWER_PARAVIRT = 16 };

typedef enum { POWER_OFF, POWER_REBOOT } PowerWish;

/* Asks the guest; returns when it was asked. `ways` 0: any. Errors: OPERATION_INVALID when it is
 * off; ARGUMENT_UNSUPPORTED for ways that this guest does not have. */
gboolean power_ask(Vm *vm, PowerWish wish, uint32_t ways, GError **error);
/* Presses reset. */
gboolean power_reset(Vm *vm, GError **error);
/* Stops and goes on. Errors: OPERATION_INVALID for the wrong state. */
gboolean power_suspend(Vm *vm, GError **error);
gboolean power_resume(Vm *vm, GError **error);
/* Lets a guest that QEMU holds run, for `reason`, and waits until it does. */
gboolean power_cont(Vm *vm, VmRunningReason reason, GError **error);

/* --- for monitor.c --- */
/* Whether a guest that switched itself off is to start again. */
gboolean power_restarts_after_shutdown(const Vm *vm);
/* Resets it and lets it go on. Seen from outside it ran all the time. */
void power_restart(Vm *vm, VmRunningReason reason);
void power_after_shutdown(Vm *vm);
void power_after_crash(Vm *vm);
