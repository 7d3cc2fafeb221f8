/*
 * input — keys are pressed, and the processors interrupted.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/error.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/keycodes.h"
#include "virtqemud/vm/vm.h"

/* VIR_DOMAIN_SEND_KEY_MAX_KEYS */
enum { KEYS_MAX = 16 };

/* QEMU's list of keys; NULL when there is one that it cannot be told. */
static Json *
keys_of(const RemoteDomainSendKeyArgs *args, GError **error)
{
    g_autoptr(Json) keys = json_new_array();
    for (uint32_t i = 0; i < args->keycodes.len; i++) {
        uint32_t qnum;
        if (!keycode_to_qnum(args->codeset, args->keycodes.items[i], &qnum, error))
            return NULL;
        Json *key = json_new_object();
        json_add_string(key, "type", "number");
        json_add_uint(key, "data", qnum);
        json_append(keys, key);
    }
    return g_steal_pointer(&keys);
}

gboolean
handle_domain_send_key(RpcCall *call, Vm *vm, const RemoteDomainSendKeyArgs *args, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error))
        return FALSE;
    if (args->keycodes.len == 0 || args->keycodes.len > KEYS_MAX) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "%u keys are to be pressed at once, it must be 1 to %d", args->keycodes.len,
                       KEYS_MAX);
        return FALSE;
    }
    Json *keys = keys_of(args, error);
    if (keys == NULL)
        return FALSE;
    Json *arguments = json_new_object();
    json_add(arguments, "keys", keys);
    if (args->holdtime != 0)
        json_add_uint(arguments, "hold-time", args->holdtime);
    return vm_qmp(vm, QMP_SEND_KEY, arguments, NULL, error);
}

gboolean
handle_domain_inject_nmi(RpcCall *call, Vm *vm, const RemoteDomainInjectNmiArgs *args,
                         GError **error)
{
    return arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error) &&
           vm_qmp(vm, QMP_INJECT_NMI, NULL, NULL, error);
}
