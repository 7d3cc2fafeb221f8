/*
 * nodeksm — the host's memory parameters: how the kernel merges equal pages. Reads and writes files
 * of /sys, on the reader pool or a strand.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "common/host/file.h"
#include "common/host/ksm.h"

/* Clients that know text parameters say so; there are none here. */
enum { TYPED_PARAM_STRING_OKAY = 4 };

static RemoteTypedParam
param_of(RpcCall *call, const HostKsmRow *row, uint64_t number)
{
    RemoteTypedParam param = {.field = arena_strdup(rpc_call_arena(call), row->name)};
    param.value.type =
        row->is_wide ? REMOTE_TYPED_PARAM_VALUE_ULLONG : REMOTE_TYPED_PARAM_VALUE_UINT;
    if (row->is_wide)
        param.value.value.ul = number;
    else
        param.value.value.ui = (uint32_t)number;
    return param;
}

/* Parameters that this kernel lacks are left out; of more than there is room for, the first. */
gboolean
handle_node_get_memory_parameters(RpcCall *call, const RemoteNodeGetMemoryParametersArgs *args,
                                  RemoteNodeGetMemoryParametersRet *ret, GError **error)
{
    auto_fd root = -1;
    if (!arguments_check_nparams(args->nparams, REMOTE_NODE_MEMORY_PARAMETERS_MAX, error) ||
        !arguments_check_flags(VIRT_FROM_NONE, args->flags, TYPED_PARAM_STRING_OKAY, error))
        return FALSE;
    if (args->nparams == 0) {
        ret->nparams = HOST_KSM_N_ROWS;
        return TRUE;
    }
    if ((root = host_root_open(error)) < 0)
        return FALSE;
    ret->params.items = arena_array_of(rpc_call_arena(call), RemoteTypedParam, HOST_KSM_N_ROWS);
    for (size_t i = 0; i < HOST_KSM_N_ROWS && ret->params.len < (uint32_t)args->nparams; i++) {
        uint64_t number = 0;
        if (host_ksm_read(root, &host_ksm_rows[i], &number))
            ret->params.items[ret->params.len++] = param_of(call, &host_ksm_rows[i], number);
    }
    return TRUE;
}

static gboolean
check_param(const RemoteTypedParam *param, const RemoteTypedParam *first, GError **error)
{
    const HostKsmRow *row = host_ksm_find(param->field);
    if (row == NULL || !row->is_settable) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_ARGUMENT_UNSUPPORTED,
                       "parameter '%s' not supported", param->field);
        return FALSE;
    }
    if (param->value.type != REMOTE_TYPED_PARAM_VALUE_UINT) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                       "parameter '%s' must be an unsigned int", param->field);
        return FALSE;
    }
    for (; first < param; first++) {
        if (strcmp(first->field, param->field) == 0) {
            virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                           "parameter '%s' is given twice", param->field);
            return FALSE;
        }
    }
    return TRUE;
}

/* All are checked before the first is set. */
gboolean
handle_node_set_memory_parameters(RpcCall *call, const RemoteNodeSetMemoryParametersArgs *args,
                                  GError **error)
{
    auto_fd root = -1;
    const RemoteTypedParam *params = args->params.items;
    if (args->params.len == 0) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG, "no parameters given");
        return FALSE;
    }
    if (!arguments_check_flags(VIRT_FROM_NONE, args->flags, TYPED_PARAM_STRING_OKAY, error))
        return FALSE;
    for (uint32_t i = 0; i < args->params.len; i++) {
        if (!check_param(&params[i], params, error))
            return FALSE;
    }
    if ((root = host_root_open(error)) < 0)
        return FALSE;
    for (uint32_t i = 0; i < args->params.len; i++) {
        if (!host_ksm_write(root, host_ksm_find(params[i].field), params[i].value.value.ui, error))
            return FALSE;
    }
    return TRUE;
}
