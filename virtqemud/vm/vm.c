/*
 * vm — see vm.h.
 */
#include "virtqemud/vm/vm.h"

#include <string.h>

#include "common/base/error.h"
#include "virtqemud/vm/monitor.h"
#include "virtqemud/vm/resources.h"

Vm *
vm_new(Driver *driver, const ObjRef *ref)
{
    Vm *vm = g_new0(Vm, 1);
    vm->driver = driver;
    vm->control = vm_control_new(driver);
    vm->slot = obj_ref_slot(ref);
    vm->strand = obj_ref_strand(ref);
    vm->name = g_strdup(obj_ref_name(ref));
    memcpy(vm->uuid, obj_ref_uuid(ref), UUID_BYTES);
    vm->id = -1;
    vm->state = VM_SHUTOFF;
    return vm;
}

void
vm_free(void *data)
{
    Vm *vm = data;
    if (vm == NULL)
        return;
    vm_control_unref(vm->control);
    shared_def_unref(vm->persistent);
    shared_def_unref(vm->live);
    shared_def_unref(vm->origin);
    vm_run_unref(vm->run);
    resources_free(vm->resources);
    fd_groups_close(vm->lent);
    fd_groups_unref(vm->lent);
    g_free(vm->name);
    g_free(vm);
}

ObjRef *
vm_find_ref(const Vm *vm)
{
    return obj_table_find_uuid(vm->driver->guests, vm->uuid);
}

const void *
vm_control_of(ObjRef *ref)
{
    const VmView *view = obj_ref_view(ref);
    const void *control = view->control; /* the object has a reference, too */
    view_unref(view);
    return control;
}

const VmView *
vm_view(const Vm *vm)
{
    VmView *view = vm_view_new();
    view->head.name = g_strdup(vm->name);
    memcpy(view->head.uuid, vm->uuid, UUID_BYTES);
    uuid_format(vm->uuid, view->head.uuid_text);
    view->head.id = vm->id;
    view->head.active = vm_is_active(vm);
    view->head.persistent = vm->persistent != NULL;
    view->head.autostart = vm->autostart;
    view->control = vm_control_ref(vm->control);
    view->live = shared_def_ref(vm->live);
    view->persistent = shared_def_ref(vm->persistent);
    view->origin = shared_def_ref(vm->origin);
    view->state = vm->state;
    view->reason = vm->reason;
    view->runtime = vm->runtime;
    view->taint = vm->taint;
    return view_seal(view);
}

void
vm_publish(Vm *vm)
{
    strand_mark(STRAND_CHANGED);
    slot_publish(vm->slot, vm_view(vm));
}

void
vm_set_persistent(Vm *vm, DomainDef *def)
{
    shared_def_unref(vm->persistent);
    vm->persistent = def != NULL ? shared_def_new(def) : NULL;
}

void
vm_set_live(Vm *vm, DomainDef *def)
{
    shared_def_unref(vm->live);
    vm->live = def != NULL ? shared_def_new(def) : NULL;
}

void
vm_set_origin(Vm *vm, const SharedDef *origin)
{
    const SharedDef *before = vm->origin;
    vm->origin = shared_def_ref(origin);
    shared_def_unref(before);
}

void
vm_set_state(Vm *vm, VmState state, int32_t reason)
{
    vm->state = state;
    vm->reason = reason;
}

gboolean
vm_is_active(const Vm *vm)
{
    return vm->id >= 0;
}

void
vm_forget_run(Vm *vm, VmRun *run)
{
    if (vm->run != run)
        return;
    vm_control_set_run(vm->control, NULL);
    g_clear_pointer(&vm->run, vm_run_unref);
}

gboolean
vm_check_active(const Vm *vm, GError **error)
{
    if (vm_is_active(vm))
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_INVALID, "domain is not running");
    return FALSE;
}

const DomainDef *
vm_def(const Vm *vm)
{
    return shared_def_get(vm->live != NULL ? vm->live : vm->persistent);
}

void
vm_fill(RemoteDomain *ret, const Vm *vm)
{
    ret->name = vm->name;
    memcpy(ret->uuid, vm->uuid, UUID_BYTES);
    ret->id = vm->id;
}

gboolean
vm_resolve_affect(const Vm *vm, uint32_t flags, uint32_t *ret_affect, GError **error)
{
    uint32_t affect = flags & (VM_AFFECT_LIVE | VM_AFFECT_CONFIG);
    if (affect == VM_AFFECT_CURRENT)
        affect = vm_is_active(vm) ? VM_AFFECT_LIVE : VM_AFFECT_CONFIG;
    if ((affect & VM_AFFECT_LIVE) != 0 && !vm_check_active(vm, error))
        return FALSE;
    if ((affect & VM_AFFECT_CONFIG) != 0 && vm->persistent == NULL) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_INVALID,
                       "transient domains do not have any persistent config");
        return FALSE;
    }
    *ret_affect = affect;
    return TRUE;
}

gboolean
vm_run_hook(Vm *vm, const DomainDef *def, HookOperation operation, Cancel *cancel, GError **error)
{
    if (!hooks_exist(vm->driver->hooks))
        return TRUE;
    g_autofree char *xml = domain_def_format(def, CONF_FORMAT_SECURE);
    return hooks_run(vm->driver->hooks, vm->name, operation, xml, cancel, NULL, error);
}

gboolean
vm_qmp(Vm *vm, QmpCommandId command, Json *args, Json **ret_reply, GError **error)
{
    g_autoptr(VmRun) run = vm->run != NULL ? vm_run_ref(vm->run) : NULL;
    QmpClient *client = run != NULL ? vm_run_qmp(run) : NULL;
    if (client == NULL) {
        json_unref(args);
        if (run != NULL)
            virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_TIMEOUT,
                           "the monitor of guest '%s' does not answer", vm->name);
        else
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_INVALID,
                           "domain is not running");
        return FALSE;
    }
    QmpRequest *request = qmp_request_new(command, args);
    gboolean ok = qmp_call_request(client, request, run->cancel, ret_reply, error);
    qmp_request_unref(request);
    vm_monitor_drain(vm);
    return ok;
}
