/*
 * list_all — the list with flags, of example guests: only the flags that every kind of object has.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/daemon/lists.h"
#include "virtqemud/handlers/list.h"

gboolean
handle_connect_list_all_domains(RpcCall *call, const ViewSet *set,
                                const RemoteConnectListAllDomainsArgs *args,
                                RemoteConnectListAllDomainsRet *ret, GError **error)
{
    static const ListFlags known = {.active = 1,
                                    .inactive = 2,
                                    .persistent = 4,
                                    .transient = 8,
                                    .autostart = 1024,
                                    .no_autostart = 2048};
    uint32_t n;
    const ObjHead **heads = list_choose(call, set, &known, args->flags, &n);
    ret->ret = n;
    if (args->need_results == 0)
        return TRUE;
    ret->domains.len = n;
    ret->domains.items = arena_alloc_n(rpc_call_arena(call), n, sizeof *ret->domains.items);
    for (uint32_t i = 0; i < n; i++)
        list_fill_domain(&ret->domains.items[i], heads[i]);
    return TRUE;
}
