/*
 * labels — as whom a guest's process runs: security models "none" and "dac".
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/fd.h"
#include "virtqemud/vm/sample.h"

/* With its NUL, as the wire has it. */
#define fill_label(call, text, ret)                                                                \
    do {                                                                                           \
        (ret)->len = (uint32_t)strlen(text) + 1;                                                   \
        (ret)->items = arena_array_of(rpc_call_arena(call), int8_t, (ret)->len);                   \
        memcpy((ret)->items, text, (ret)->len);                                                    \
    } while (0)

gboolean
handle_domain_get_security_label(RpcCall *call, const VmView *view,
                                 const RemoteDomainGetSecurityLabelArgs *args,
                                 RemoteDomainGetSecurityLabelRet *ret, GError **error)
{
    fill_label(call, "", &ret->label); /* the first model is "none" */
    return TRUE;
}

gboolean
handle_domain_get_security_label_list(RpcCall *call, const VmView *view,
                                      const RemoteDomainGetSecurityLabelListArgs *args,
                                      RemoteDomainGetSecurityLabelListRet *ret, GError **error)
{
    uid_t uid;
    gid_t gid;
    auto_fd process = view->head.active ? sample_process(view) : -1;
    if (process < 0 || !proc_read_ids(process, &uid, &gid))
        return TRUE;
    g_autofree char *owner = g_strdup_printf("+%u:+%u", uid, gid);
    const char *const labels[] = {"", owner};
    ret->labels.items =
        arena_array_of(rpc_call_arena(call), RemoteSecurityLabel, G_N_ELEMENTS(labels));
    ret->labels.len = G_N_ELEMENTS(labels);
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
        fill_label(call, labels[i], &ret->labels.items[i].label);
    ret->ret = G_N_ELEMENTS(labels);
    return TRUE;
}
