/*
 * power — the guest's power button and reset, and what happens when it switched itself off or
 * crashed. On the guest's strand.
 */
#pragma once

#include "virtqemud/vm/vm.h"

typedef enum { POWER_OFF, POWER_REBOOT } PowerWish;

/* Presses the power button; returns when it was pressed. Errors: OPERATION_INVALID when the guest
 * does not run. */
gboolean power_ask(Vm *vm, PowerWish wish, GError **error);
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
