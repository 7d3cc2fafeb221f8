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
