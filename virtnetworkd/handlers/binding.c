/*
 * binding — bindings of network filters to ports.
 */
#include "virtnetworkd/handlers/handlers.h"

#include "common/daemon/lists.h"

static void
fill_binding(RemoteNwfilterBinding *ref, const ObjHead *head)
{
    ref->portdev = head->name;
    ref->filtername = (char *)"";
}

gboolean
handle_connect_list_all_nwfilter_bindings(RpcCall *call, const ViewSet *set,
                                          const RemoteConnectListAllNwfilterBindingsArgs *args,
                                          RemoteConnectListAllNwfilterBindingsRet *ret,
                                          GError **error)
{
    static const ListFlags known = {};
    uint32_t n;
    const ObjHead **heads = list_choose(call, set, &known, args->flags, &n);
    ret->ret = n;
    if (args->need_results == 0)
        return TRUE;
    ret->bindings.len = n;
    ret->bindings.items = arena_alloc_n(rpc_call_arena(call), n, sizeof *ret->bindings.items);
    for (uint32_t i = 0; i < n; i++)
        fill_binding(&ret->bindings.items[i], heads[i]);
    return TRUE;
}

gboolean
handle_nwfilter_binding_lookup_by_port_dev(RpcCall *call, const NwFilterBindingView *view,
                                           const RemoteNwfilterBindingLookupByPortDevArgs *args,
                                           RemoteNwfilterBindingLookupByPortDevRet *ret,
                                           GError **error)
{
    fill_binding(&ret->nwfilter, (const ObjHead *)view);
    return TRUE;
}
