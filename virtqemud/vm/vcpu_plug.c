/*
 * vcpu_plug — see vcpu_plug.h.
 */
#include "virtqemud/vm/vcpu_plug.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "virtqemud/conf/vcpu_list.h"
#include "virtqemud/vm/monitor.h"
#include "virtqemud/vm/status.h"
#include "virtqemud/vm/vcpu_slots.h"

/* A guest that is busy takes seconds to give a processor up. */
enum { UNPLUG_MS = 10000 };

/* QEMU's places by number; `ret_reply`, the caller's, keeps them. */
static GPtrArray *
ask_slots(Vm *vm, const DomainDef *def, Json **ret_reply, GError **error)
{
    return vm_qmp(vm, QMP_QUERY_HOTPLUGGABLE_CPUS, NULL, ret_reply, error)
               ? vcpu_slots_sort(*ret_reply, vcpu_list_most(def), error)
               : NULL;
}

/* ---- at start ---- */

/* The processors that QEMU was not started with, in their order; the caller frees. */
static uint32_t *
ids_by_order(const VcpuList *list, uint32_t plugged)
{
    uint32_t *ids = g_new0(uint32_t, plugged + 1); /* by order; 0: QEMU has it */
    for (uint32_t id = 0; id < list->n; id++) {
        uint32_t order = list->items[id].order;
        if (vcpu_list_is_plugged(list, id) && !vcpu_list_is_fixed(list, id) && order <= plugged)
            ids[order] = id;
    }
    return ids;
}

gboolean
vcpu_plug_at_start(Vm *vm, DomainDef *def, GError **error)
{
    g_auto(VcpuList) list = vcpu_list_read(def);
    if (!list.is_listed)
        return TRUE;
    vcpu_list_give_orders(&list);
    vcpu_list_write(&list, def);
    if (vcpu_list_fixed(def) == vcpu_list_plugged(def))
        return TRUE;
    g_autoptr(Json) reply = NULL;
    g_autoptr(GPtrArray) slots = ask_slots(vm, def, &reply, error);
    if (slots == NULL)
        return FALSE;
    uint32_t plugged = vcpu_list_plugged(def);
    g_autofree uint32_t *ids = ids_by_order(&list, plugged);
    for (uint32_t order = 1; order <= plugged; order++) {
        if (ids[order] != 0 &&
            !vm_qmp(vm, QMP_DEVICE_ADD, vcpu_slots_device(slots, ids[order]), NULL, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- the definition follows ---- */

static void
publish_list(Vm *vm, const VcpuList *list)
{
    DomainDef *live = domain_def_copy(vm_def(vm));
    vcpu_list_write(list, live);
    vm_set_live(vm, live);
    vm_publish(vm);
    status_write(vm);
}

static void
note_removed(Vm *vm, uint32_t id)
{
    g_auto(VcpuList) list = vcpu_list_read(vm_def(vm));
    if (vm->vcpu_unplug.id.set && vm->vcpu_unplug.id.value == id)
        vm->vcpu_unplug.is_over = TRUE;
    if (id >= list.n || !vcpu_list_is_plugged(&list, id))
        return;
    vcpu_list_unplug(&list, id);
    publish_list(vm, &list);
    log_info("processor %u of guest '%s' was unplugged", id, vm->name);
}

gboolean
vcpu_plug_resync(Vm *vm, GError **error)
{
    const DomainDef *def = vm_def(vm);
    g_auto(VcpuList) list = vcpu_list_read(def);
    if (!list.is_listed && vcpu_list_plugged(def) == list.n)
        return TRUE;
    g_autoptr(Json) reply = NULL;
    g_autoptr(GPtrArray) slots = ask_slots(vm, def, &reply, error);
    if (slots == NULL)
        return FALSE;
    gboolean has_changed = FALSE;
    for (uint32_t id = 0; id < list.n; id++) {
        gboolean is_plugged = vcpu_slots_is_plugged(slots, id);
        if (is_plugged == vcpu_list_is_plugged(&list, id))
            continue;
        has_changed = TRUE;
        if (is_plugged)
            vcpu_list_plug(&list, id);
        else
            vcpu_list_unplug(&list, id);
    }
    if (has_changed)
        publish_list(vm, &list);
    return TRUE;
}

/* ---- events ---- */

/* Of the processor, or of a part of it: its interrupt controller, PATH/lapic, goes with it. */
void
vcpu_plug_on_deleted(Vm *vm, const char *path)
{
    uint32_t id;
    if (vcpu_slots_parse_path(path, &id))
        note_removed(vm, id);
}

/* Sources and codes of _OST: ACPI 6.5, 6.3.5. */
static gboolean
is_refusal(int64_t source, int64_t status)
{
    enum { EJECT_REQUEST = 3, EJECT_BY_OS = 0x103 };
    enum { FAILED = 1, UNKNOWN_NOTIFY = 2, NOT_SUPPORTED = 0x80, BUSY_DEPENDENCY = 0x83 };
    return (source == EJECT_REQUEST || source == EJECT_BY_OS) &&
           (status == FAILED || status == UNKNOWN_NOTIFY ||
            (status >= NOT_SUPPORTED && status <= BUSY_DEPENDENCY));
}

void
vcpu_plug_on_ost(Vm *vm, const Json *info)
{
    const char *device = json_text(info, "device");
    uint32_t id;
    if (device == NULL || !vcpu_slots_parse_name(device, &id) || !vm->vcpu_unplug.id.set ||
        vm->vcpu_unplug.id.value != id ||
        !is_refusal(json_int(info, "source"), json_int(info, "status")))
        return;
    vm->vcpu_unplug.is_refused = TRUE;
    vm->vcpu_unplug.is_over = TRUE;
}

/* ---- of a running guest ---- */

gboolean
vcpu_plug_one(Vm *vm, uint32_t id, GError **error)
{
    g_autoptr(Json) reply = NULL;
    g_autoptr(GPtrArray) slots = ask_slots(vm, vm_def(vm), &reply, error);
    if (slots == NULL)
        return FALSE;
    if (!vm_qmp(vm, QMP_DEVICE_ADD, vcpu_slots_device(slots, id), NULL, error))
        return FALSE;
    g_auto(VcpuList) list = vcpu_list_read(vm_def(vm));
    vcpu_list_plug(&list, id);
    publish_list(vm, &list);
    return TRUE;
}

/* Waits for the guest. What QEMU did not tell is asked for at the end. */
static gboolean
await_removal(Vm *vm, uint32_t id, GError **error)
{
    g_autoptr(GError) waited = NULL;
    gboolean is_over = vm_monitor_wait(vm, &vm->vcpu_unplug.is_over, UNPLUG_MS, &waited);
    if (is_over && vm->vcpu_unplug.is_refused) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                       "guest '%s' does not give up processor %u", vm->name, id);
        return FALSE;
    }
    if (is_over)
        return TRUE;
    if (!g_error_matches(waited, VIRT_ERROR, VIRT_ERR_OPERATION_TIMEOUT)) {
        g_propagate_error(error, g_steal_pointer(&waited));
        return FALSE;
    }
    if (!vcpu_plug_resync(vm, error))
        return FALSE;
    g_auto(VcpuList) list = vcpu_list_read(vm_def(vm));
    if (!vcpu_list_is_plugged(&list, id))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_TIMEOUT,
                   "guest '%s' has not given up processor %u within %d s, and may do so later",
                   vm->name, id, UNPLUG_MS / 1000);
    return FALSE;
}

/* An emulated processor that goes leaves QEMU (7.2) with memory that is freed and still used: it
 * crashes when the memory map changes, as at the guest's next reset. */
static gboolean
check_is_safe(Vm *vm, GError **error)
{
    g_autoptr(Json) kvm = NULL;
    if (!vm_qmp(vm, QMP_QUERY_KVM, NULL, &kvm, error))
        return FALSE;
    if (json_flag(kvm, "enabled"))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_UNSUPPORTED,
                   "guest '%s' is emulated: QEMU would crash some time after a processor was "
                   "unplugged",
                   vm->name);
    return FALSE;
}

gboolean
vcpu_plug_remove_one(Vm *vm, uint32_t id, GError **error)
{
    if (!check_is_safe(vm, error))
        return FALSE;
    g_autofree char *name = vcpu_slots_name(id);
    Json *args = json_new_object();
    json_add_string(args, "id", name);
    vm->vcpu_unplug = (VmVcpuUnplug){.id = {.set = true, .value = id}};
    gboolean ok = vm_qmp(vm, QMP_DEVICE_DEL, args, NULL, error) && await_removal(vm, id, error);
    vm->vcpu_unplug = (VmVcpuUnplug){0};
    return ok;
}

/* The lowest that is not plugged, or the highest that can be unplugged; FALSE: there is none. */
static gboolean
find_next(const VcpuList *list, VcpuListTo to, uint32_t *ret_id)
{
    for (uint32_t i = 0; i < list->n; i++) {
        uint32_t id = to == VCPU_LIST_PLUG ? i : list->n - 1 - i;
        gboolean is_plugged = vcpu_list_is_plugged(list, id);
        if (to == VCPU_LIST_PLUG ? is_plugged : !is_plugged || vcpu_list_is_fixed(list, id))
            continue;
        *ret_id = id;
        return TRUE;
    }
    return FALSE;
}

gboolean
vcpu_plug_set_count(Vm *vm, uint32_t count, GError **error)
{
    if (count < vcpu_list_fixed(vm_def(vm))) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "guest '%s' has %u processors that cannot be unplugged, %u are wanted",
                       vm->name, vcpu_list_fixed(vm_def(vm)), count);
        return FALSE;
    }
    for (;;) {
        uint32_t plugged = vcpu_list_plugged(vm_def(vm)), id;
        g_auto(VcpuList) list = vcpu_list_read(vm_def(vm));
        if (plugged == count ||
            !find_next(&list, plugged < count ? VCPU_LIST_PLUG : VCPU_LIST_UNPLUG, &id))
            return TRUE;
        if (plugged < count ? !vcpu_plug_one(vm, id, error) : !vcpu_plug_remove_one(vm, id, error))
            return FALSE;
    }
}
