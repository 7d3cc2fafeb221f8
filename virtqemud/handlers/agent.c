/*
 * agent — see agent.h.
 */
#include "virtqemud/handlers/agent.h"

#include "common/base/error.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/handlers.h"
#include "virtqemud/vm/vm.h"

#define AGENT_CHANNEL "org.qemu.guest_agent.0"

gboolean
agent_refuse(const DomainDef *def, GError **error)
{
    for (size_t i = 0; i < def->devices.channels.n; i++) {
        const Chardev *channel = def->devices.channels.items[i];
        if (channel->type != CHARDEV_UNIX || g_strcmp0(channel->name, AGENT_CHANNEL) != 0)
            continue;
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_AGENT_UNRESPONSIVE,
                       "QEMU guest agent is not connected");
        return FALSE;
    }
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_ARGUMENT_UNSUPPORTED,
                   "QEMU guest agent is not configured");
    return FALSE;
}

gboolean
agent_refuse_view(const VmView *view, GError **error)
{
    if (view->state == VM_RUNNING)
        return agent_refuse(vm_view_current(view), error);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "domain is not running");
    return FALSE;
}

/* ---- sleep ---- */

/* VIR_NODE_SUSPEND_TARGET_MEM, _DISK, _HYBRID */
enum { SUSPEND_TARGETS = 3 };

gboolean
handle_domain_pm_suspend_for_duration(RpcCall *call, Vm *vm,
                                      const RemoteDomainPmSuspendForDurationArgs *args,
                                      GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error))
        return FALSE;
    if (args->duration != 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_ARGUMENT_UNSUPPORTED,
                       "Duration not supported. Use 0 for now");
        return FALSE;
    }
    if (args->target >= SUSPEND_TARGETS) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "Unknown suspend target: %u",
                       args->target);
        return FALSE;
    }
    if (vm->state == VM_RUNNING)
        return agent_refuse(shared_def_get(vm->live), error);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "domain is not running");
    return FALSE;
}

gboolean
handle_domain_pm_wakeup(RpcCall *call, Vm *vm, const RemoteDomainPmWakeupArgs *args, GError **error)
{
    return arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error) &&
           vm_qmp(vm, QMP_SYSTEM_WAKEUP, NULL, NULL, error);
}

/* ---- raw commands ---- */

gboolean
handle_qemu_domain_agent_command(RpcCall *call, const VmView *view,
                                 const QemuDomainAgentCommandArgs *args,
                                 QemuDomainAgentCommandRet *ret, GError **error)
{
    return arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error) &&
           vm_view_check_active(view, error) && agent_refuse(vm_view_current(view), error);
}
