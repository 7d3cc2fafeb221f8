/*
 * resources — see resources.h.
 */
#include "virtqemud/vm/resources.h"

void
resources_release(Vm *vm)
{
    char owner[UUID_TEXT_BYTES];
    (void)registry_release_all(vm->driver->claims, uuid_format(vm->uuid, owner));
}
