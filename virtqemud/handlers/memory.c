/*
 * memory — how much memory a guest may have, and how much of it the balloon leaves.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/error.h"
#include "common/daemon/arguments.h"
#include "virtqemud/vm/edit.h"

/* VIR_DOMAIN_MEM_MAXIMUM */
enum { MEMORY_MAXIMUM = 4 };

static gboolean
check_size(uint64_t kib, GError **error)
{
    if (kib == 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "a guest needs memory, not 0");
        return FALSE;
    }
    if (kib <= (uint64_t)INT64_MAX / 1024)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OVERFLOW,
                   "%" G_GUINT64_FORMAT " KiB are more than can be counted in bytes", kib);
    return FALSE;
}

/* ---- the most that it may have ---- */

static gboolean
edit_maximum(DomainDef *def, const void *data, GError **error)
{
    if (def->cpu != NULL && def->cpu->numa != NULL && def->cpu->numa->cells.n > 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                       "the memory of guest '%s' is the sum of its NUMA cells", def->name);
        return FALSE;
    }
    def->memory_kib = *(const uint64_t *)data;
    def->current_memory_kib = MIN(def->current_memory_kib, def->memory_kib);
    return TRUE;
}

static gboolean
set_maximum(Vm *vm, uint64_t kib, uint32_t affect, GError **error)
{
    if ((affect & VM_AFFECT_LIVE) == 0)
        return edit_definitions(vm, affect, edit_maximum, &kib, error);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                   "cannot resize the maximum memory on an active domain");
    return FALSE;
}

/* ---- what the balloon leaves ---- */

static gboolean
check_below_maximum(const SharedDef *shared, uint64_t kib, GError **error)
{
    if (kib <= shared_def_get(shared)->memory_kib)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                   "cannot set memory higher than max memory");
    return FALSE;
}

/* The guest's driver does the rest; an event says how far it came. */
static gboolean
inflate(Vm *vm, uint64_t kib, GError **error)
{
    const Memballoon *balloon = shared_def_get(vm->live)->devices.memballoon;
    if (balloon != NULL && balloon->model == BALLOON_NONE) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                       "Unable to change memory of active domain without the balloon device and "
                       "guest OS balloon driver");
        return FALSE;
    }
    Json *args = json_new_object();
    json_add_uint(args, "value", kib * 1024);
    return vm_qmp(vm, QMP_BALLOON, args, NULL, error);
}

static gboolean
edit_current(DomainDef *def, const void *data, GError **error)
{
    def->current_memory_kib = *(const uint64_t *)data;
    return TRUE;
}

static gboolean
set_current(Vm *vm, uint64_t kib, uint32_t affect, GError **error)
{
    gboolean is_live = (affect & VM_AFFECT_LIVE) != 0;
    gboolean is_config = (affect & VM_AFFECT_CONFIG) != 0;
    if ((is_live && !check_below_maximum(vm->live, kib, error)) ||
        (is_config && !check_below_maximum(vm->persistent, kib, error)) ||
        (is_live && !inflate(vm, kib, error)))
        return FALSE;
    return !is_config || edit_definitions(vm, VM_AFFECT_CONFIG, edit_current, &kib, error);
}

static gboolean
set_memory(Vm *vm, uint64_t kib, uint32_t flags, GError **error)
{
    uint32_t affect;
    uint32_t known = VM_AFFECT_LIVE | VM_AFFECT_CONFIG | MEMORY_MAXIMUM;
    if (!arguments_check_flags(VIRT_FROM_QEMU, flags, known, error) || !check_size(kib, error) ||
        !vm_resolve_affect(vm, flags, &affect, error))
        return FALSE;
    return (flags & MEMORY_MAXIMUM) != 0 ? set_maximum(vm, kib, affect, error)
                                         : set_current(vm, kib, affect, error);
}

gboolean
handle_domain_set_memory(RpcCall *call, Vm *vm, const RemoteDomainSetMemoryArgs *args,
                         GError **error)
{
    return set_memory(vm, args->memory, VM_AFFECT_LIVE, error);
}

gboolean
handle_domain_set_memory_flags(RpcCall *call, Vm *vm, const RemoteDomainSetMemoryFlagsArgs *args,
                               GError **error)
{
    return set_memory(vm, args->memory, args->flags, error);
}

gboolean
handle_domain_set_max_memory(RpcCall *call, Vm *vm, const RemoteDomainSetMaxMemoryArgs *args,
                             GError **error)
{
    return set_memory(vm, args->memory, MEMORY_MAXIMUM, error);
}
