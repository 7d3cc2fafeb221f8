/*
 * device — node devices: counts, lists, look-ups.
 */
#include "virtnodedevd/handlers/handlers.h"

#include "common/daemon/lists.h"

static void
fill_device(RemoteNodeDevice *ref, const ObjHead *head)
{
    ref->name = head->name;
}

gboolean
handle_node_num_of_devices(RpcCall *call, const ViewSet *set,
                           const RemoteNodeNumOfDevicesArgs *args, RemoteNodeNumOfDevicesRet *ret,
                           GError **error)
{
    ret->num = list_count(set, LIST_ALL);
    return TRUE;
}

gboolean
handle_node_list_devices(RpcCall *call, const ViewSet *set, const RemoteNodeListDevicesArgs *args,
                         RemoteNodeListDevicesRet *ret, GError **error)
{
    ret->names.items = list_names(call, set, LIST_ALL, args->maxnames, &ret->names.len);
    return TRUE;
}

gboolean
handle_connect_list_all_node_devices(RpcCall *call, const ViewSet *set,
                                     const RemoteConnectListAllNodeDevicesArgs *args,
                                     RemoteConnectListAllNodeDevicesRet *ret, GError **error)
{
    static const ListFlags known = {};
    uint32_t n;
    const ObjHead **heads = list_choose(call, set, &known, args->flags, &n);
    ret->ret = n;
    if (args->need_results == 0)
        return TRUE;
    ret->devices.len = n;
    ret->devices.items = arena_alloc_n(rpc_call_arena(call), n, sizeof *ret->devices.items);
    for (uint32_t i = 0; i < n; i++)
        fill_device(&ret->devices.items[i], heads[i]);
    return TRUE;
}

gboolean
handle_node_device_lookup_by_name(RpcCall *call, const NodeDeviceView *view,
                                  const RemoteNodeDeviceLookupByNameArgs *args,
                                  RemoteNodeDeviceLookupByNameRet *ret, GError **error)
{
    fill_device(&ret->dev, (const ObjHead *)view);
    return TRUE;
}

gboolean
handle_node_device_lookup_scsi_host_by_wwn(RpcCall *call, const NodeDeviceView *view,
                                           const RemoteNodeDeviceLookupScsiHostByWwnArgs *args,
                                           RemoteNodeDeviceLookupScsiHostByWwnRet *ret,
                                           GError **error)
{
    fill_device(&ret->dev, (const ObjHead *)view);
    return TRUE;
}
