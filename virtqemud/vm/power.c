/*
 * power — see power.h.
 */
#include "virtqemud/vm/power.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "virtqemud/vm/monitor.h"

enum {
    STATE_TIMEOUT_MS = 30000,
    END_TIMEOUT_MS = 10000, /* for QEMU to write what is left and end */
};

gboolean
power_ask(Vm *vm, PowerWish wish, GError **error)
{
    if (wish == POWER_OFF && vm->state != VM_RUNNING) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "domain is not running");
        return FALSE;
    }
    if (!vm_check_active(vm, error))
        return FALSE;
    gboolean before = vm->fake_reboot;
    vm->fake_reboot = wish == POWER_REBOOT;
    g_autoptr(GError) why = NULL;
    if (vm_qmp(vm, QMP_SYSTEM_POWERDOWN, NULL, NULL, &why))
        return TRUE;
    /* what was not answered in time may still happen, and is to end as was asked for */
    if (!virt_error_matches(why, VIRT_ERR_OPERATION_TIMEOUT))
        vm->fake_reboot = before;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

gboolean
power_reset(Vm *vm, GError **error)
{
    return vm_check_active(vm, error) && vm_qmp(vm, QMP_SYSTEM_RESET, NULL, NULL, error);
}

gboolean
power_suspend(Vm *vm, GError **error)
{
    if (!vm_check_active(vm, error))
        return FALSE;
    if (vm->state == VM_PMSUSPENDED) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "domain is pmsuspended");
        return FALSE;
    }
    if (vm->state == VM_PAUSED)
        return TRUE;
    /* QEMU holds one that crashed or is off already, and tells of no stop. */
    if (vm->state == VM_CRASHED || vm->state == VM_SHUTDOWN)
        return vm_qmp(vm, QMP_STOP, NULL, NULL, error);
    vm->expect_paused = VM_PAUSED_USER;
    vm->has_stopped = FALSE;
    if (vm_qmp(vm, QMP_STOP, NULL, NULL, error) &&
        vm_monitor_wait(vm, &vm->has_stopped, STATE_TIMEOUT_MS, error))
        return TRUE;
    vm->expect_paused = VM_PAUSED_UNKNOWN;
    return FALSE;
}

gboolean
power_cont(Vm *vm, VmRunningReason reason, GError **error)
{
    vm->expect_running = reason;
    vm->has_resumed = FALSE;
    if (vm_qmp(vm, QMP_CONT, NULL, NULL, error) &&
        vm_monitor_wait(vm, &vm->has_resumed, STATE_TIMEOUT_MS, error))
        return TRUE;
    vm->expect_running = VM_RUNNING_UNKNOWN;
    return FALSE;
}

gboolean
power_resume(Vm *vm, GError **error)
{
    if (!vm_check_active(vm, error))
        return FALSE;
    if (vm->state == VM_RUNNING) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                       "domain is already running");
        return FALSE;
    }
    if (vm->state == VM_PMSUSPENDED) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "domain is pmsuspended");
        return FALSE;
    }
    return power_cont(vm, VM_RUNNING_UNPAUSED, error);
}

/* ---- after it ended by itself ---- */

gboolean
power_restarts_after_shutdown(const Vm *vm)
{
    const DomainDef *def = vm_def(vm);
    return vm->fake_reboot ? def->on_reboot != ON_EVENT_DESTROY
                           : def->on_poweroff == ON_EVENT_RESTART;
}

static void
end_run(Vm *vm, VmExpectExit why)
{
    vm_run_expect_exit(vm->run, why);
    vm_run_end(vm->run, END_TIMEOUT_MS);
}

void
power_restart(Vm *vm, VmRunningReason reason)
{
    g_autoptr(GError) error = NULL;
    vm->fake_reboot = FALSE;
    vm->is_restarting = TRUE;
    vm->expect_running = reason;
    if (vm_qmp(vm, QMP_SYSTEM_RESET, NULL, NULL, &error) &&
        vm_qmp(vm, QMP_CONT, NULL, NULL, &error))
        return;
    log_error("guest '%s' cannot be started again: %s", vm->name, error->message);
    if (vm->run != NULL)
        end_run(vm, VM_EXPECT_SHUTDOWN);
}

void
power_after_shutdown(Vm *vm)
{
    if (vm_def(vm)->on_poweroff != ON_EVENT_PRESERVE)
        end_run(vm, VM_EXPECT_SHUTDOWN);
}

void
power_after_crash(Vm *vm)
{
    switch (vm_def(vm)->on_crash) {
    case ON_EVENT_PRESERVE:
        break;
    case ON_EVENT_RESTART:
    case ON_EVENT_COREDUMP_RESTART:
        power_restart(vm, VM_RUNNING_CRASHED);
        break;
    default:
        end_run(vm, VM_EXPECT_CRASHED);
        break;
    }
}
