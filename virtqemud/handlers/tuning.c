/*
 * tuning — limits of a guest that its definitions tell: of disks, cards, memory nodes. Nothing
 * changes them while a guest runs, so the definition of the running guest is what it has.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/daemon/arguments.h"
#include "virtqemud/handlers/disks.h"
#include "virtqemud/handlers/params.h"
#include "virtqemud/vm/view.h"

/* What all of them check alike; the definition that is asked for, borrowed. */
static const DomainDef *
asked_definition(const VmView *view, int32_t nparams, uint32_t max, uint32_t flags, GError **error)
{
    static const uint32_t known = VM_AFFECT_LIVE | VM_AFFECT_CONFIG | PARAMS_TEXTS_OKAY;
    if (!arguments_check_nparams(nparams, max, error) ||
        !arguments_check_flags(VIRT_FROM_QEMU, flags, known, error))
        return NULL;
    return vm_view_def(view, flags, error);
}

/* --- disks --- */

#define IOTUNE(name)                                                                               \
    {                                                                                              \
#name, offsetof(DiskIotune, name)                                                          \
    }
static const struct {
    const char *name;
    size_t offset;
} iotune_rows[] = {
    IOTUNE(total_bytes_sec),
    IOTUNE(read_bytes_sec),
    IOTUNE(write_bytes_sec),
    IOTUNE(total_iops_sec),
    IOTUNE(read_iops_sec),
    IOTUNE(write_iops_sec),
    IOTUNE(total_bytes_sec_max),
    IOTUNE(read_bytes_sec_max),
    IOTUNE(write_bytes_sec_max),
    IOTUNE(total_iops_sec_max),
    IOTUNE(read_iops_sec_max),
    IOTUNE(write_iops_sec_max),
    IOTUNE(size_iops_sec),
    IOTUNE(group_name),
    IOTUNE(total_bytes_sec_max_length),
    IOTUNE(read_bytes_sec_max_length),
    IOTUNE(write_bytes_sec_max_length),
    IOTUNE(total_iops_sec_max_length),
    IOTUNE(read_iops_sec_max_length),
    IOTUNE(write_iops_sec_max_length),
};

static void
fill_iotune(Params *params, const DiskIotune *told)
{
    static const DiskIotune none = {0};
    const DiskIotune *tune = told != NULL ? told : &none;
    for (size_t i = 0; i < G_N_ELEMENTS(iotune_rows); i++) {
        const char *at = (const char *)tune + iotune_rows[i].offset;
        if (iotune_rows[i].offset == offsetof(DiskIotune, group_name)) {
            const char *group = tune->group_name != NULL ? tune->group_name : "";
            params_text(params, group, "%s", iotune_rows[i].name);
        } else {
            uint64_t value;
            memcpy(&value, at, sizeof value);
            params_ullong(params, value, "%s", iotune_rows[i].name);
        }
    }
}

gboolean
handle_domain_get_block_io_tune(RpcCall *call, const VmView *view,
                                const RemoteDomainGetBlockIoTuneArgs *args,
                                RemoteDomainGetBlockIoTuneRet *ret, GError **error)
{
    Params params = {.arena = rpc_call_arena(call)};
    const DomainDef *def = asked_definition(
        view, args->nparams, REMOTE_DOMAIN_BLOCK_IO_TUNE_PARAMETERS_MAX, args->flags, error);
    if (def == NULL)
        return FALSE;
    const Disk *disk = args->disk != NULL ? disks_find(def, args->disk) : NULL;
    if (disk == NULL && args->nparams > 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "the guest has no disk '%s'",
                       args->disk != NULL ? args->disk : "");
        return FALSE;
    }
    fill_iotune(&params, disk != NULL ? disk->iotune : NULL);
    params_hide_texts(&params, args->flags);
    params_reply(&params, args->nparams, ret);
    return TRUE;
}

/* --- cards --- */

static const Interface *
find_interface(const DomainDef *def, const char *name)
{
    for (size_t i = 0; i < def->devices.interfaces.n; i++) {
        const Interface *interface = def->devices.interfaces.items[i];
        if (g_strcmp0(interface->target, name) == 0 ||
            (interface->mac != NULL && g_ascii_strcasecmp(interface->mac, name) == 0))
            return interface;
    }
    return NULL;
}

gboolean
handle_domain_get_interface_parameters(RpcCall *call, const VmView *view,
                                       const RemoteDomainGetInterfaceParametersArgs *args,
                                       RemoteDomainGetInterfaceParametersRet *ret, GError **error)
{
    static const InterfaceRate none = {0};
    Params params = {.arena = rpc_call_arena(call)};
    const DomainDef *def = asked_definition(
        view, args->nparams, REMOTE_DOMAIN_INTERFACE_PARAMETERS_MAX, args->flags, error);
    if (def == NULL)
        return FALSE;
    const Interface *interface = find_interface(def, args->device);
    if (interface == NULL && args->nparams > 0) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG,
                       "the guest has no interface '%s'", args->device);
        return FALSE;
    }
    const InterfaceRate *in =
        interface != NULL && interface->inbound != NULL ? interface->inbound : &none;
    const InterfaceRate *out =
        interface != NULL && interface->outbound != NULL ? interface->outbound : &none;
    params_uint(&params, (uint32_t)in->average, "inbound.average");
    params_uint(&params, (uint32_t)in->peak, "inbound.peak");
    params_uint(&params, (uint32_t)in->burst, "inbound.burst");
    params_uint(&params, (uint32_t)in->floor, "inbound.floor");
    params_uint(&params, (uint32_t)out->average, "outbound.average");
    params_uint(&params, (uint32_t)out->peak, "outbound.peak");
    params_uint(&params, (uint32_t)out->burst, "outbound.burst");
    params_reply(&params, args->nparams, ret);
    return TRUE;
}

/* --- memory nodes --- */

gboolean
handle_domain_get_numa_parameters(RpcCall *call, const VmView *view,
                                  const RemoteDomainGetNumaParametersArgs *args,
                                  RemoteDomainGetNumaParametersRet *ret, GError **error)
{
    Params params = {.arena = rpc_call_arena(call)};
    const DomainDef *def = asked_definition(view, args->nparams, REMOTE_DOMAIN_NUMA_PARAMETERS_MAX,
                                            args->flags, error);
    if (def == NULL)
        return FALSE;
    const Numatune *tune = def->numatune;
    /* virDomainNumatuneMemMode counts from 0. */
    int32_t mode = tune != NULL && tune->mode != 0 ? (int32_t)tune->mode - NUMATUNE_STRICT : 0;
    params_int(&params, mode, "numa_mode");
    params_text(&params, tune != NULL && tune->nodeset != NULL ? tune->nodeset : "",
                "numa_nodeset");
    params_hide_texts(&params, args->flags);
    params_reply(&params, args->nparams, ret);
    return TRUE;
}
