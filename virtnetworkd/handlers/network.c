/*
 * network — virtual networks: counts, lists, look-ups.
 */
#include "virtnetworkd/handlers/handlers.h"

#include <string.h>

#include "common/daemon/lists.h"

static void
fill_network(RemoteNetwork *ref, const ObjHead *head)
{
    ref->name = head->name;
    memcpy(ref->uuid, head->uuid, sizeof ref->uuid);
}

gboolean
handle_connect_num_of_networks(RpcCall *call, const ViewSet *set,
                               RemoteConnectNumOfNetworksRet *ret, GError **error)
{
    ret->num = list_count(set, LIST_ACTIVE);
    return TRUE;
}

gboolean
handle_connect_num_of_defined_networks(RpcCall *call, const ViewSet *set,
                                       RemoteConnectNumOfDefinedNetworksRet *ret, GError **error)
{
    ret->num = list_count(set, LIST_INACTIVE);
    return TRUE;
}

gboolean
handle_connect_list_networks(RpcCall *call, const ViewSet *set,
                             const RemoteConnectListNetworksArgs *args,
                             RemoteConnectListNetworksRet *ret, GError **error)
{
    ret->names.items = list_names(call, set, LIST_ACTIVE, args->maxnames, &ret->names.len);
    return TRUE;
}

gboolean
handle_connect_list_defined_networks(RpcCall *call, const ViewSet *set,
                                     const RemoteConnectListDefinedNetworksArgs *args,
                                     RemoteConnectListDefinedNetworksRet *ret, GError **error)
{
    ret->names.items = list_names(call, set, LIST_INACTIVE, args->maxnames, &ret->names.len);
    return TRUE;
}

gboolean
handle_connect_list_all_networks(RpcCall *call, const ViewSet *set,
                                 const RemoteConnectListAllNetworksArgs *args,
                                 RemoteConnectListAllNetworksRet *ret, GError **error)
{
    static const ListFlags known = {.inactive = 1,
                                    .active = 2,
                                    .persistent = 4,
                                    .transient = 8,
                                    .autostart = 16,
                                    .no_autostart = 32};
    uint32_t n;
    const ObjHead **heads = list_choose(call, set, &known, args->flags, &n);
    ret->ret = n;
    if (args->need_results == 0)
        return TRUE;
    ret->nets.len = n;
    ret->nets.items = arena_alloc_n(rpc_call_arena(call), n, sizeof *ret->nets.items);
    for (uint32_t i = 0; i < n; i++)
        fill_network(&ret->nets.items[i], heads[i]);
    return TRUE;
}

gboolean
handle_network_lookup_by_name(RpcCall *call, const NetworkView *view,
                              const RemoteNetworkLookupByNameArgs *args,
                              RemoteNetworkLookupByNameRet *ret, GError **error)
{
    fill_network(&ret->net, (const ObjHead *)view);
    return TRUE;
}

gboolean
handle_network_lookup_by_uuid(RpcCall *call, const NetworkView *view,
                              const RemoteNetworkLookupByUuidArgs *args,
                              RemoteNetworkLookupByUuidRet *ret, GError **error)
{
    fill_network(&ret->net, (const ObjHead *)view);
    return TRUE;
}
