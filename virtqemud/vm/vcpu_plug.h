/*
 * vcpu_plug — processors come and go: at start, before the guest runs, and while it runs. On the
 * guest's strand.
 *
 * Plugging is done when QEMU has answered. Unplugging is the guest's decision: it is done when QEMU
 * tells that the device is gone, which may be never, or long after a call gave up waiting; the
 * definition follows then.
 */
#pragma once

#include "virtqemud/vm/vm.h"

/* Plugs what the list of `def` wants beyond what QEMU was started with. `def` is the start's and
 * gets the orders that a running guest shows. */
gboolean vcpu_plug_at_start(Vm *vm, DomainDef *def, GError **error);

/*
 * Of the running guest. Errors: CONFIG_UNSUPPORTED (fewer are wanted than cannot be unplugged),
 * OPERATION_TIMEOUT (the guest keeps it), OPERATION_FAILED (it refused), OPERATION_UNSUPPORTED (to
 * unplug from a guest that is emulated), those of QEMU.
 */
gboolean vcpu_plug_set_count(Vm *vm, uint32_t count, GError **error);
gboolean vcpu_plug_one(Vm *vm, uint32_t id, GError **error);
gboolean vcpu_plug_remove_one(Vm *vm, uint32_t id, GError **error);

/* The definition becomes what QEMU has, where processors can come and go. */
gboolean vcpu_plug_resync(Vm *vm, GError **error);

/* Events: a device, or a part of it, is gone; the guest's firmware reports on a request. */
void vcpu_plug_on_deleted(Vm *vm, const char *path);
void vcpu_plug_on_ost(Vm *vm, const Json *info);
