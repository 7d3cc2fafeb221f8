/*
 * vcpu_count — how many processors a guest has, and may have.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/bitmap.h"
#include "common/base/error.h"
#include "common/daemon/arguments.h"
#include "virtqemud/conf/vcpu_list.h"
#include "virtqemud/handlers/agent.h"
#include "virtqemud/vm/edit.h"
#include "virtqemud/vm/vcpu_plug.h"

/* virDomainVcpuFlags; 1 and 2 are VM_AFFECT_LIVE and VM_AFFECT_CONFIG */
enum { VCPU_MAXIMUM = 4, VCPU_GUEST = 8, VCPU_HOTPLUGGABLE = 16, VCPU_FLAGS = 31 };
enum { VCPUS_MAX = 65535 };

static gboolean
refuse(GError **error, VirtErrorCode code, const char *why)
{
    virt_error_set(error, VIRT_FROM_QEMU, code, "%s", why);
    return FALSE;
}

static gboolean
check_args(uint32_t n, uint32_t flags, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, flags, VCPU_FLAGS, error))
        return FALSE;
    if ((flags & VCPU_GUEST) != 0 && (flags & VM_AFFECT_CONFIG) != 0)
        return refuse(error, VIRT_ERR_INVALID_ARG,
                      "processors inside of the guest are not part of its stored definition");
    if ((flags & VCPU_MAXIMUM) != 0 && (flags & VM_AFFECT_CONFIG) == 0)
        return refuse(error, VIRT_ERR_INVALID_ARG,
                      "only the stored definition's maximum of processors can be changed");
    if (n == 0)
        return refuse(error, VIRT_ERR_INVALID_ARG, "a guest needs processors, not 0");
    return TRUE;
}

static gboolean
check_count(const DomainDef *def, uint32_t n, const char *which, GError **error)
{
    if (n <= vcpu_list_most(def))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                   "requested vcpus is greater than max allowable vcpus for the %s domain: %u > %u",
                   which, n, vcpu_list_most(def));
    return FALSE;
}

/* ---- the stored definition ---- */

typedef struct {
    uint32_t n;
    VcpuListHow how;
} VcpuWish;

static gboolean
edit_now(DomainDef *def, const void *data, GError **error)
{
    const VcpuWish *wish = data;
    g_auto(VcpuList) list = vcpu_list_read(def);
    vcpu_list_set_count(&list, wish->n, wish->how);
    vcpu_list_write(&list, def);
    return TRUE;
}

static gboolean
check_topology(const DomainDef *def, uint32_t n, GError **error)
{
    const CpuTopology *topology = def->cpu != NULL ? def->cpu->topology : NULL;
    if (topology == NULL)
        return TRUE;
    uint64_t places = (uint64_t)MAX(topology->sockets, 1) * MAX(topology->dies, 1) *
                      MAX(topology->cores, 1) * MAX(topology->threads, 1);
    return places == n ||
           refuse(error, VIRT_ERR_INVALID_ARG, "CPU topology doesn't match the desired vcpu count");
}

/* A cell may have memory only. */
static Bitmap *
processors_of(const NumaCell *cell, GError **error)
{
    return cell->cpus != NULL ? bitmap_parse(cell->cpus, VCPUS_MAX, error) : bitmap_new(VCPUS_MAX);
}

/* The processors of all cells; NULL with an error when there is one beyond `n`. */
static Bitmap *
processors_of_all(const Numa *numa, uint32_t n, GError **error)
{
    g_autoptr(Bitmap) all = bitmap_new(VCPUS_MAX);
    for (size_t i = 0; i < numa->cells.n; i++) {
        g_autoptr(Bitmap) some = processors_of(numa->cells.items[i], error);
        if (some == NULL)
            return NULL;
        for (gssize bit = bitmap_next(some, 0); bit >= 0; bit = bitmap_next(some, (size_t)bit + 1))
            bitmap_set(all, (size_t)bit, TRUE);
    }
    if (bitmap_next(all, n) < 0)
        return g_steal_pointer(&all);
    (void)refuse(error, VIRT_ERR_INVALID_ARG,
                 "Number of CPUs in <numa> exceeds the desired maximum vcpu count");
    return NULL;
}

/* Processors that are in no cell belong to the first. */
static gboolean
fit_cells(DomainDef *def, uint32_t n, GError **error)
{
    const Numa *numa = def->cpu != NULL ? def->cpu->numa : NULL;
    if (numa == NULL || numa->cells.n == 0)
        return TRUE;
    NumaCell *first = numa->cells.items[0];
    g_autoptr(Bitmap) all = processors_of_all(numa, n, error);
    g_autoptr(Bitmap) of_first = all != NULL ? processors_of(first, error) : NULL;
    if (of_first == NULL)
        return FALSE;
    for (uint32_t i = 0; i < n; i++) {
        if (!bitmap_get(all, i))
            bitmap_set(of_first, i, TRUE);
    }
    g_autofree char *text = bitmap_format(of_first);
    first->cpus = *text != '\0' ? arena_strdup(def->arena, text) : NULL;
    return TRUE;
}

static gboolean
edit_maximum(DomainDef *def, const void *data, GError **error)
{
    uint32_t n = ((const VcpuWish *)data)->n;
    if (n > VCPUS_MAX) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "%u processors are wanted, a definition can have %d", n, VCPUS_MAX);
        return FALSE;
    }
    if (!check_topology(def, n, error) || !fit_cells(def, n, error))
        return FALSE;
    g_auto(VcpuList) list = vcpu_list_read(def);
    vcpu_list_set_most(&list, n);
    vcpu_list_write(&list, def);
    return TRUE;
}

/* ---- all together ---- */

static gboolean
set_maximum(Vm *vm, const VcpuWish *wish, uint32_t affect, GError **error)
{
    if ((affect & VM_AFFECT_LIVE) != 0)
        return refuse(error, VIRT_ERR_INVALID_ARG,
                      "maximum vcpu count of a live domain can't be modified");
    return edit_definitions(vm, affect, edit_maximum, wish, error);
}

/* Both are judged before the running guest is changed. */
static gboolean
set_now(Vm *vm, const VcpuWish *wish, uint32_t affect, GError **error)
{
    gboolean is_live = (affect & VM_AFFECT_LIVE) != 0, is_config = (affect & VM_AFFECT_CONFIG) != 0;
    if ((is_live && !check_count(shared_def_get(vm->live), wish->n, "live", error)) ||
        (is_config && !check_count(shared_def_get(vm->persistent), wish->n, "persistent", error)))
        return FALSE;
    return (!is_live || vcpu_plug_set_count(vm, wish->n, error)) &&
           (!is_config || edit_definitions(vm, VM_AFFECT_CONFIG, edit_now, wish, error));
}

static gboolean
set_vcpus(Vm *vm, uint32_t n, uint32_t flags, GError **error)
{
    uint32_t affect;
    if (!check_args(n, flags, error))
        return FALSE;
    if ((flags & VCPU_GUEST) != 0)
        return vm_is_active(vm)
                   ? agent_refuse(shared_def_get(vm->live), error)
                   : refuse(error, VIRT_ERR_OPERATION_INVALID, "domain is not running");
    if (!vm_resolve_affect(vm, flags, &affect, error))
        return FALSE;
    VcpuWish wish = {n, (flags & VCPU_HOTPLUGGABLE) != 0 ? VCPU_LIST_HOTPLUGGABLE
                                                         : VCPU_LIST_AS_NEEDED};
    return (flags & VCPU_MAXIMUM) != 0 ? set_maximum(vm, &wish, affect, error)
                                       : set_now(vm, &wish, affect, error);
}

gboolean
handle_domain_set_vcpus(RpcCall *call, Vm *vm, const RemoteDomainSetVcpusArgs *args, GError **error)
{
    return set_vcpus(vm, args->nvcpus, VM_AFFECT_LIVE, error);
}

gboolean
handle_domain_set_vcpus_flags(RpcCall *call, Vm *vm, const RemoteDomainSetVcpusFlagsArgs *args,
                              GError **error)
{
    return set_vcpus(vm, args->nvcpus, args->flags, error);
}
