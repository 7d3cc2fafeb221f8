/*
 * vcpu_single — chosen processors of a guest, plugged or unplugged one by one.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/bitmap.h"
#include "common/base/error.h"
#include "common/daemon/arguments.h"
#include "virtqemud/conf/vcpu_list.h"
#include "virtqemud/vm/edit.h"
#include "virtqemud/vm/vcpu_plug.h"

enum { VCPUS_MAX = 65535 };

typedef struct {
    const Bitmap *ids;
    VcpuListTo to;
} VcpuChoice;

#define refuse(error, code, ...) virt_error_refuse(error, VIRT_FROM_QEMU, code, __VA_ARGS__)

static gboolean
check_present(const VcpuChoice *choice, const DomainDef *def, const char *which, GError **error)
{
    gssize id = bitmap_next(choice->ids, vcpu_list_most(def));
    return id < 0 ||
           refuse(error, VIRT_ERR_INVALID_ARG,
                  "guest '%s' has no processor %zd in its %s definition", def->name, id, which);
}

/* ---- the stored definition ---- */

/* QEMU is started with the first ones, so one that can be unplugged is behind all that cannot. */
static gboolean
check_config(const VcpuChoice *choice, const DomainDef *def, GError **error)
{
    if (!check_present(choice, def, "stored", error))
        return FALSE;
    g_auto(VcpuList) list = vcpu_list_read(def);
    gssize first = bitmap_next(choice->ids, 0);
    if (first == 0)
        return refuse(error, VIRT_ERR_INVALID_ARG, "processor 0 is always there");
    for (uint32_t id = (uint32_t)first; id < list.n; id++) {
        if (vcpu_list_is_fixed(&list, id) && !bitmap_get(choice->ids, id))
            return refuse(error, VIRT_ERR_INVALID_ARG,
                          "processor %zd is followed by processor %u, which cannot be unplugged",
                          first, id);
    }
    return TRUE;
}

static gboolean
edit_chosen(DomainDef *def, const void *data, GError **error)
{
    const VcpuChoice *choice = data;
    g_auto(VcpuList) list = vcpu_list_read(def);
    for (gssize id = bitmap_next(choice->ids, 0); id >= 0;
         id = bitmap_next(choice->ids, (size_t)id + 1))
        vcpu_list_set_one(&list, (uint32_t)id, choice->to);
    vcpu_list_write(&list, def);
    return TRUE;
}

/* ---- the running guest ---- */

static gboolean
check_live(const VcpuChoice *choice, const DomainDef *def, GError **error)
{
    if (!check_present(choice, def, "running", error))
        return FALSE;
    g_auto(VcpuList) list = vcpu_list_read(def);
    for (gssize id = bitmap_next(choice->ids, 0); id >= 0;
         id = bitmap_next(choice->ids, (size_t)id + 1)) {
        gboolean is_plugged = vcpu_list_is_plugged(&list, (uint32_t)id);
        if (is_plugged == (choice->to == VCPU_LIST_PLUG))
            return refuse(error, VIRT_ERR_INVALID_ARG, "processor %zd %s plugged already", id,
                          is_plugged ? "is" : "is not");
    }
    if (bitmap_count(choice->ids) != 1)
        return refuse(error, VIRT_ERR_OPERATION_UNSUPPORTED,
                      "one processor of a running guest is changed at a time");
    gssize id = bitmap_next(choice->ids, 0);
    return !vcpu_list_is_fixed(&list, (uint32_t)id) ||
           refuse(error, VIRT_ERR_OPERATION_UNSUPPORTED, "processor %zd cannot be unplugged", id);
}

static gboolean
change_live(Vm *vm, const VcpuChoice *choice, GError **error)
{
    uint32_t id = (uint32_t)bitmap_next(choice->ids, 0);
    return choice->to == VCPU_LIST_PLUG ? vcpu_plug_one(vm, id, error)
                                        : vcpu_plug_remove_one(vm, id, error);
}

/* Both are judged before the running guest is changed. */
gboolean
handle_domain_set_vcpu(RpcCall *call, Vm *vm, const RemoteDomainSetVcpuArgs *args, GError **error)
{
    uint32_t affect;
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, VM_AFFECT_LIVE | VM_AFFECT_CONFIG,
                               error))
        return FALSE;
    if (args->state != 0 && args->state != 1)
        return refuse(error, VIRT_ERR_INVALID_ARG,
                      "the state of processors is 0 (unplugged) or 1 (plugged), not %d",
                      args->state);
    g_autoptr(Bitmap) ids = bitmap_parse(args->cpumap, VCPUS_MAX, error);
    if (ids == NULL || !vm_resolve_affect(vm, args->flags, &affect, error))
        return FALSE;
    VcpuChoice choice = {ids, args->state == 1 ? VCPU_LIST_PLUG : VCPU_LIST_UNPLUG};
    gboolean is_live = (affect & VM_AFFECT_LIVE) != 0, is_config = (affect & VM_AFFECT_CONFIG) != 0;
    if ((is_live && !check_live(&choice, shared_def_get(vm->live), error)) ||
        (is_config && !check_config(&choice, shared_def_get(vm->persistent), error)))
        return FALSE;
    return (!is_live || change_live(vm, &choice, error)) &&
           (!is_config || edit_definitions(vm, VM_AFFECT_CONFIG, edit_chosen, &choice, error));
}
