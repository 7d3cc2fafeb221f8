/*
 * saved — the state that a managed save kept of a guest: whether there is one, and dropping it.
 */
#include "virtqemud/handlers/handlers.h"

#include "virtqemud/handlers/arguments.h"
#include "virtqemud/vm/belongings.h"
#include "virtqemud/vm/vm.h"

gboolean
handle_domain_has_managed_save_image(RpcCall *call, const VmView *view,
                                     const RemoteDomainHasManagedSaveImageArgs *args,
                                     RemoteDomainHasManagedSaveImageRet *ret, GError **error)
{
    if (!arguments_check_domain_flags(args->flags, 0, error))
        return FALSE;
    ret->result = belongings_has_save(driver_of(call)->paths.lib, view->head.name);
    return TRUE;
}

gboolean
handle_domain_managed_save_remove(RpcCall *call, Vm *vm,
                                  const RemoteDomainManagedSaveRemoveArgs *args, GError **error)
{
    return arguments_check_domain_flags(args->flags, 0, error) &&
           belongings_remove_save(vm->driver->paths.lib, vm->name, error);
}
