/*
 * handlers — the rows of virtqemud's handler table. Prototypes are the spec's; see
 * common/rpc/call.h for what a handler may do.
 */
#pragma once

#include "common/rpc/call.h"
#include "common/spec/remote.h"

/* list.c */
gboolean handle_connect_num_of_domains(RpcCall *call, const ViewSet *set,
                                       RemoteConnectNumOfDomainsRet *ret, GError **error);
gboolean handle_connect_num_of_defined_domains(RpcCall *call, const ViewSet *set,
                                               RemoteConnectNumOfDefinedDomainsRet *ret,
                                               GError **error);
gboolean handle_connect_list_domains(RpcCall *call, const ViewSet *set,
                                     const RemoteConnectListDomainsArgs *args,
                                     RemoteConnectListDomainsRet *ret, GError **error);
gboolean handle_connect_list_defined_domains(RpcCall *call, const ViewSet *set,
                                             const RemoteConnectListDefinedDomainsArgs *args,
                                             RemoteConnectListDefinedDomainsRet *ret,
                                             GError **error);
gboolean handle_connect_list_all_domains(RpcCall *call, const ViewSet *set,
                                         const RemoteConnectListAllDomainsArgs *args,
                                         RemoteConnectListAllDomainsRet *ret, GError **error);
gboolean handle_domain_lookup_by_id(RpcCall *call, const VmView *view,
                                    const RemoteDomainLookupByIdArgs *args,
                                    RemoteDomainLookupByIdRet *ret, GError **error);
gboolean handle_domain_lookup_by_name(RpcCall *call, const VmView *view,
                                      const RemoteDomainLookupByNameArgs *args,
                                      RemoteDomainLookupByNameRet *ret, GError **error);
gboolean handle_domain_lookup_by_uuid(RpcCall *call, const VmView *view,
                                      const RemoteDomainLookupByUuidArgs *args,
                                      RemoteDomainLookupByUuidRet *ret, GError **error);

/* host.c */
gboolean handle_connect_get_hostname(RpcCall *call, RemoteConnectGetHostnameRet *ret,
                                     GError **error);

/* nodeinfo.c */
gboolean handle_node_get_info(RpcCall *call, RemoteNodeGetInfoRet *ret, GError **error);
gboolean handle_node_get_cpu_map(RpcCall *call, const RemoteNodeGetCpuMapArgs *args,
                                 RemoteNodeGetCpuMapRet *ret, GError **error);
gboolean handle_node_get_security_model(RpcCall *call, RemoteNodeGetSecurityModelRet *ret,
                                        GError **error);
gboolean handle_node_suspend_for_duration(RpcCall *call,
                                          const RemoteNodeSuspendForDurationArgs *args,
                                          GError **error);

/* nodestats.c */
gboolean handle_node_get_cpu_stats(RpcCall *call, const RemoteNodeGetCpuStatsArgs *args,
                                   RemoteNodeGetCpuStatsRet *ret, GError **error);
gboolean handle_node_get_memory_stats(RpcCall *call, const RemoteNodeGetMemoryStatsArgs *args,
                                      RemoteNodeGetMemoryStatsRet *ret, GError **error);

/* nodememory.c */
gboolean handle_node_get_free_memory(RpcCall *call, RemoteNodeGetFreeMemoryRet *ret,
                                     GError **error);
gboolean handle_node_get_cells_free_memory(RpcCall *call,
                                           const RemoteNodeGetCellsFreeMemoryArgs *args,
                                           RemoteNodeGetCellsFreeMemoryRet *ret, GError **error);
gboolean handle_node_get_free_pages(RpcCall *call, const RemoteNodeGetFreePagesArgs *args,
                                    RemoteNodeGetFreePagesRet *ret, GError **error);
gboolean handle_node_alloc_pages(RpcCall *call, const RemoteNodeAllocPagesArgs *args,
                                 RemoteNodeAllocPagesRet *ret, GError **error);

/* nodeksm.c */
gboolean handle_node_get_memory_parameters(RpcCall *call,
                                           const RemoteNodeGetMemoryParametersArgs *args,
                                           RemoteNodeGetMemoryParametersRet *ret, GError **error);
gboolean handle_node_set_memory_parameters(RpcCall *call,
                                           const RemoteNodeSetMemoryParametersArgs *args,
                                           GError **error);

/* sysinfo.c */
gboolean handle_connect_get_sysinfo(RpcCall *call, const RemoteConnectGetSysinfoArgs *args,
                                    RemoteConnectGetSysinfoRet *ret, GError **error);
