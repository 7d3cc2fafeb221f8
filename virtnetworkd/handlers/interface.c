/*
 * interface — host interfaces: counts, lists, look-ups.
 */
#include "virtnetworkd/handlers/handlers.h"

#include "common/daemon/lists.h"

static void
fill_interface(RemoteInterface *ref, const ObjHead *head)
{
    ref->name = head->name;
    ref->mac = (char *)"";
}

gboolean
handle_connect_num_of_interfaces(RpcCall *call, const ViewSet *set,
                                 RemoteConnectNumOfInterfacesRet *ret, GError **error)
{
    ret->num = list_count(set, LIST_ACTIVE);
    return TRUE;
}

gboolean
handle_connect_num_of_defined_interfaces(RpcCall *call, const ViewSet *set,
                                         RemoteConnectNumOfDefinedInterfacesRet *ret,
                                         GError **error)
{
    ret->num = list_count(set, LIST_INACTIVE);
    return TRUE;
}

gboolean
handle_connect_list_interfaces(RpcCall *call, const ViewSet *set,
                               const RemoteConnectListInterfacesArgs *args,
                               RemoteConnectListInterfacesRet *ret, GError **error)
{
    ret->names.items = list_names(call, set, LIST_ACTIVE, args->maxnames, &ret->names.len);
    return TRUE;
}

gboolean
handle_connect_list_defined_interfaces(RpcCall *call, const ViewSet *set,
                                       const RemoteConnectListDefinedInterfacesArgs *args,
                                       RemoteConnectListDefinedInterfacesRet *ret, GError **error)
{
    ret->names.items = list_names(call, set, LIST_INACTIVE, args->maxnames, &ret->names.len);
    return TRUE;
}

gboolean
handle_connect_list_all_interfaces(RpcCall *call, const ViewSet *set,
                                   const RemoteConnectListAllInterfacesArgs *args,
                                   RemoteConnectListAllInterfacesRet *ret, GError **error)
{
    static const ListFlags known = {.inactive = 1, .active = 2};
    uint32_t n;
    const ObjHead **heads = list_choose(call, set, &known, args->flags, &n);
    ret->ret = n;
    if (args->need_results == 0)
        return TRUE;
    ret->ifaces.len = n;
    ret->ifaces.items = arena_alloc_n(rpc_call_arena(call), n, sizeof *ret->ifaces.items);
    for (uint32_t i = 0; i < n; i++)
        fill_interface(&ret->ifaces.items[i], heads[i]);
    return TRUE;
}

gboolean
handle_interface_lookup_by_name(RpcCall *call, const HostInterfaceView *view,
                                const RemoteInterfaceLookupByNameArgs *args,
                                RemoteInterfaceLookupByNameRet *ret, GError **error)
{
    fill_interface(&ret->iface, (const ObjHead *)view);
    return TRUE;
}

gboolean
handle_interface_lookup_by_mac_string(RpcCall *call, const HostInterfaceView *view,
                                      const RemoteInterfaceLookupByMacStringArgs *args,
                                      RemoteInterfaceLookupByMacStringRet *ret, GError **error)
{
    fill_interface(&ret->iface, (const ObjHead *)view);
    return TRUE;
}
