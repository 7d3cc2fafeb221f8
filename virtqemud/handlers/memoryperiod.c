/*
 * memoryperiod — how often a guest's balloon asks the guest for what memorystats tells.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/daemon/arguments.h"
#include "virtqemud/handlers/balloon.h"
#include "virtqemud/vm/edit.h"

static gboolean
set_period(DomainDef *def, const void *data, GError **error)
{
    const int32_t *period_s = data;
    def->devices.memballoon->stats_period_s = (uint32_t)*period_s;
    return TRUE;
}

static gboolean
check_balloon(const DomainDef *def, GError **error)
{
    if (balloon_of(def) != NULL)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                   "the guest has no balloon that could tell anything");
    return FALSE;
}

gboolean
handle_domain_set_memory_stats_period(RpcCall *call, Vm *vm,
                                      const RemoteDomainSetMemoryStatsPeriodArgs *args,
                                      GError **error)
{
    uint32_t affect;
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, VM_AFFECT_LIVE | VM_AFFECT_CONFIG,
                               error))
        return FALSE;
    if (args->period < 0) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG,
                       "a period of %d seconds cannot be", args->period);
        return FALSE;
    }
    if (!vm_resolve_affect(vm, args->flags, &affect, error))
        return FALSE;
    gboolean is_live = (affect & VM_AFFECT_LIVE) != 0;
    if ((is_live && !check_balloon(vm_def(vm), error)) ||
        ((affect & VM_AFFECT_CONFIG) != 0 &&
         !check_balloon(shared_def_get(vm->persistent), error)) ||
        (is_live && !balloon_set_period(vm, args->period, error)))
        return FALSE;
    return edit_definitions(vm, affect, set_period, &args->period, error);
}
