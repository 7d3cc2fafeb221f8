/*
 * handlers — the rows of virtnetworkd's handler table. Prototypes are the spec's; see
 * common/rpc/call.h for what a handler may do.
 */
#pragma once

#include "common/rpc/call.h"
#include "common/spec/remote.h"

/* network.c */
gboolean handle_connect_num_of_networks(RpcCall *call, const ViewSet *set,
                                        RemoteConnectNumOfNetworksRet *ret, GError **error);
gboolean handle_connect_num_of_defined_networks(RpcCall *call, const ViewSet *set,
                                                RemoteConnectNumOfDefinedNetworksRet *ret,
                                                GError **error);
gboolean handle_connect_list_networks(RpcCall *call, const ViewSet *set,
                                      const RemoteConnectListNetworksArgs *args,
                                      RemoteConnectListNetworksRet *ret, GError **error);
gboolean handle_connect_list_defined_networks(RpcCall *call, const ViewSet *set,
                                              const RemoteConnectListDefinedNetworksArgs *args,
                                              RemoteConnectListDefinedNetworksRet *ret,
                                              GError **error);
gboolean handle_connect_list_all_networks(RpcCall *call, const ViewSet *set,
                                          const RemoteConnectListAllNetworksArgs *args,
                                          RemoteConnectListAllNetworksRet *ret, GError **error);
gboolean handle_network_lookup_by_name(RpcCall *call, const NetworkView *view,
                                       const RemoteNetworkLookupByNameArgs *args,
                                       RemoteNetworkLookupByNameRet *ret, GError **error);
gboolean handle_network_lookup_by_uuid(RpcCall *call, const NetworkView *view,
                                       const RemoteNetworkLookupByUuidArgs *args,
                                       RemoteNetworkLookupByUuidRet *ret, GError **error);

/* nwfilter.c */
gboolean handle_connect_num_of_nwfilters(RpcCall *call, const ViewSet *set,
                                         RemoteConnectNumOfNwfiltersRet *ret, GError **error);
gboolean handle_connect_list_nwfilters(RpcCall *call, const ViewSet *set,
                                       const RemoteConnectListNwfiltersArgs *args,
                                       RemoteConnectListNwfiltersRet *ret, GError **error);
gboolean handle_connect_list_all_nwfilters(RpcCall *call, const ViewSet *set,
                                           const RemoteConnectListAllNwfiltersArgs *args,
                                           RemoteConnectListAllNwfiltersRet *ret, GError **error);
gboolean handle_nwfilter_lookup_by_name(RpcCall *call, const NwFilterView *view,
                                        const RemoteNwfilterLookupByNameArgs *args,
                                        RemoteNwfilterLookupByNameRet *ret, GError **error);
gboolean handle_nwfilter_lookup_by_uuid(RpcCall *call, const NwFilterView *view,
                                        const RemoteNwfilterLookupByUuidArgs *args,
                                        RemoteNwfilterLookupByUuidRet *ret, GError **error);

/* binding.c */
gboolean handle_connect_list_all_nwfilter_bindings(
    RpcCall *call, const ViewSet *set, const RemoteConnectListAllNwfilterBindingsArgs *args,
    RemoteConnectListAllNwfilterBindingsRet *ret, GError **error);
gboolean handle_nwfilter_binding_lookup_by_port_dev(
    RpcCall *call, const NwFilterBindingView *view,
    const RemoteNwfilterBindingLookupByPortDevArgs *args,
    RemoteNwfilterBindingLookupByPortDevRet *ret, GError **error);

/* interface.c */
gboolean handle_connect_num_of_interfaces(RpcCall *call, const ViewSet *set,
                                          RemoteConnectNumOfInterfacesRet *ret, GError **error);
gboolean handle_connect_num_of_defined_interfaces(RpcCall *call, const ViewSet *set,
                                                  RemoteConnectNumOfDefinedInterfacesRet *ret,
                                                  GError **error);
gboolean handle_connect_list_interfaces(RpcCall *call, const ViewSet *set,
                                        const RemoteConnectListInterfacesArgs *args,
                                        RemoteConnectListInterfacesRet *ret, GError **error);
gboolean handle_connect_list_defined_interfaces(RpcCall *call, const ViewSet *set,
                                                const RemoteConnectListDefinedInterfacesArgs *args,
                                                RemoteConnectListDefinedInterfacesRet *ret,
                                                GError **error);
gboolean handle_connect_list_all_interfaces(RpcCall *call, const ViewSet *set,
                                            const RemoteConnectListAllInterfacesArgs *args,
                                            RemoteConnectListAllInterfacesRet *ret, GError **error);
gboolean handle_interface_lookup_by_name(RpcCall *call, const HostInterfaceView *view,
                                         const RemoteInterfaceLookupByNameArgs *args,
                                         RemoteInterfaceLookupByNameRet *ret, GError **error);
gboolean handle_interface_lookup_by_mac_string(RpcCall *call, const HostInterfaceView *view,
                                               const RemoteInterfaceLookupByMacStringArgs *args,
                                               RemoteInterfaceLookupByMacStringRet *ret,
                                               GError **error);
