/*
 * stop — see stop.h.
 */
#include "virtqemud/vm/stop.h"

#include <errno.h>

#include "common/base/error.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "virtqemud/hostres/guest_log.h"
#include "virtqemud/vm/define.h"
#include "virtqemud/vm/events.h"
#include "virtqemud/vm/last_words.h"
#include "virtqemud/vm/monitor.h"
#include "virtqemud/vm/resources.h"
#include "virtqemud/vm/status.h"

enum { KILL_AFTER_MS = 10000, GRACE_MS = 15000, EXIT_MS = 40000 };

/* What the end of a run means, by what was expected. */
static const struct {
    VmShutoffReason reason;
    VmStoppedDetail detail;
} ends[] = {
    [VM_EXPECT_NOTHING] = {VM_SHUTOFF_CRASHED, VM_STOPPED_FAILED},
    [VM_EXPECT_DESTROY] = {VM_SHUTOFF_DESTROYED, VM_STOPPED_DESTROYED},
    [VM_EXPECT_FAILED] = {VM_SHUTOFF_FAILED, VM_STOPPED_FAILED},
    [VM_EXPECT_SHUTDOWN] = {VM_SHUTOFF_SHUTDOWN, VM_STOPPED_SHUTDOWN},
    [VM_EXPECT_CRASHED] = {VM_SHUTOFF_CRASHED, VM_STOPPED_CRASHED},
};

static const char *
end_name(VmExpectExit expected)
{
    return domain_status_reason_name(VM_SHUTOFF, (int)ends[expected].reason);
}

VmExpectExit
stop_was_expected(const DomainStatus *status)
{
    const StatusOwn *own = status->own;
    if (own == NULL || own->operation == NULL)
        return VM_EXPECT_NOTHING;
    if (g_str_equal(own->operation, "start"))
        return VM_EXPECT_FAILED;
    for (size_t i = VM_EXPECT_NOTHING + 1; i < G_N_ELEMENTS(ends); i++) {
        if (g_strcmp0(own->step, end_name((VmExpectExit)i)) == 0)
            return (VmExpectExit)i;
    }
    return VM_EXPECT_NOTHING;
}

/* Written down, so that a later daemon finishes it and knows why. NULL: it goes on. */
static void
set_ending(Vm *vm, const char *why)
{
    if (g_strcmp0(vm->ending, why) == 0)
        return;
    vm->ending = why;
    status_write(vm);
}

static void
busy_changed(void *daemon)
{
    daemon_busy_changed(daemon);
}

/* Off, in memory: nothing of the run is left. */
static void
forget_run(Vm *vm, VmShutoffReason reason)
{
    g_autoptr(ObjRef) ref = vm_find_ref(vm);
    vm_control_set_run(vm->control, NULL);
    g_clear_pointer(&vm->run, vm_run_unref);
    vm_set_live(vm, NULL);
    vm_set_origin(vm, NULL);
    vm->id = -1;
    vm->runtime = (VmRuntime){0};
    vm->taint = 0;
    vm->ending = NULL;
    vm->fake_reboot = FALSE;
    vm->is_restarting = FALSE;
    vm->expect_paused = VM_PAUSED_UNKNOWN;
    vm->expect_running = VM_RUNNING_UNKNOWN;
    vm_set_state(vm, VM_SHUTOFF, (int32_t)reason);
    if (ref != NULL)
        obj_table_set_id(vm->driver->guests, ref, -1);
    atomic_fetch_sub(&vm->driver->n_active, 1);
    loop_post(vm->driver->loop, busy_changed, vm->driver->daemon);
}

static void
tell(Vm *vm, VmStoppedDetail detail)
{
    if (vm->persistent != NULL) {
        vm_publish(vm);
        vm_emit_lifecycle(vm, VM_EVENT_STOPPED, (int32_t)detail);
        return;
    }
    g_autoptr(ObjRef) ref = vm_find_ref(vm);
    obj_table_hide(vm->driver->guests, ref);
    vm_emit_lifecycle(vm, VM_EVENT_STOPPED, (int32_t)detail);
    obj_table_remove(vm->driver->guests, ref);
}

void
stop_finish(Vm *vm, VmRun *run)
{
    if (vm->run != run)
        return;
    VmExpectExit expected = vm_run_expected_exit(run);
    if (expected == VM_EXPECT_NOTHING) {
        LastWordsOf of = {run->record_fd, run->log_fd, run->log_start};
        g_autofree char *words = last_words(&of);
        log_error("guest '%s' has ended: %s", vm->name, words);
    }
    if (run->log_fd >= 0)
        guest_log_stop(run->log_fd, end_name(expected));
    set_ending(vm, end_name(expected));
    (void)vm_run_hook(vm, vm_def(vm), HOOK_STOPPED, NULL, NULL);
    fault_point("giving back what the guest had");
    resources_release(vm);
    fault_point("forgetting the run on disk");
    status_remove(vm);
    fault_point("running the hook 'release'");
    (void)vm_run_hook(vm, vm_def(vm), HOOK_RELEASE, NULL, NULL);
    forget_run(vm, ends[expected].reason);
    tell(vm, ends[expected].detail);
}

void
stop_lost(Vm *vm, VmExpectExit how)
{
    log_warning("guest '%s' has ended while no daemon was there", vm->name);
    resources_release(vm);
    status_remove(vm);
    forget_run(vm, ends[how].reason);
    tell(vm, ends[how].detail);
}

gboolean
stop_now(Vm *vm, VmExpectExit why, StopHow how, GError **error)
{
    g_autoptr(VmRun) run = vm_run_ref(vm->run);
    int64_t wait_ms = how == STOP_GRACEFUL ? GRACE_MS : EXIT_MS;
    vm_run_expect_exit(run, why);
    set_ending(vm, end_name(vm_run_expected_exit(run)));
    fault_point("ending QEMU");
    vm_run_end(run, how == STOP_GRACEFUL ? -1 : KILL_AFTER_MS);
    g_autoptr(GError) waited = NULL;
    if (!strand_wait(run->exited, strand_deadline_in_ms(wait_ms), NULL, &waited)) {
        vm_run_unexpect_exit(run);
        set_ending(vm, NULL);
        virt_error_set_errno(error, VIRT_FROM_NONE, EBUSY,
                             "the process of guest '%s' (%d) does not end", vm->name,
                             (int)run->pid);
        return FALSE;
    }
    vm_monitor_drain(vm);
    stop_finish(vm, run);
    return TRUE;
}
