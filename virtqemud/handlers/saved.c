/*
 * saved — the state that a managed save kept of a guest is dropped.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/daemon/arguments.h"
#include "virtqemud/vm/belongings.h"
#include "virtqemud/vm/vm.h"

gboolean
handle_domain_managed_save_remove(RpcCall *call, Vm *vm,
                                  const RemoteDomainManagedSaveRemoveArgs *args, GError **error)
{
    return arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error) &&
           belongings_remove_save(vm->driver->paths.lib, vm->name, error);
}
