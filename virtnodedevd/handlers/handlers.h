/*
 * handlers — the rows of virtnodedevd's handler table. Prototypes are the spec's; see
 * common/rpc/call.h for what a handler may do.
 */
#pragma once

#include "common/rpc/call.h"
#include "common/spec/remote.h"

/* device.c */
gboolean handle_node_num_of_devices(RpcCall *call, const ViewSet *set,
                                    const RemoteNodeNumOfDevicesArgs *args,
                                    RemoteNodeNumOfDevicesRet *ret, GError **error);
gboolean handle_node_list_devices(RpcCall *call, const ViewSet *set,
                                  const RemoteNodeListDevicesArgs *args,
                                  RemoteNodeListDevicesRet *ret, GError **error);
gboolean handle_connect_list_all_node_devices(RpcCall *call, const ViewSet *set,
                                              const RemoteConnectListAllNodeDevicesArgs *args,
                                              RemoteConnectListAllNodeDevicesRet *ret,
                                              GError **error);
gboolean handle_node_device_lookup_by_name(RpcCall *call, const NodeDeviceView *view,
                                           const RemoteNodeDeviceLookupByNameArgs *args,
                                           RemoteNodeDeviceLookupByNameRet *ret, GError **error);
gboolean handle_node_device_lookup_scsi_host_by_wwn(
    RpcCall *call, const NodeDeviceView *view, const RemoteNodeDeviceLookupScsiHostByWwnArgs *args,
    RemoteNodeDeviceLookupScsiHostByWwnRet *ret, GError **error);
