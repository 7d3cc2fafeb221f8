/*
 * handlers — the rows of virtstoraged's handler table. Prototypes are the spec's; see
 * common/rpc/call.h for what a handler may do.
 */
#pragma once

#include "common/rpc/call.h"
#include "common/spec/remote.h"

/* pool.c */
gboolean handle_connect_num_of_storage_pools(RpcCall *call, const ViewSet *set,
                                             RemoteConnectNumOfStoragePoolsRet *ret,
                                             GError **error);
gboolean handle_connect_num_of_defined_storage_pools(RpcCall *call, const ViewSet *set,
                                                     RemoteConnectNumOfDefinedStoragePoolsRet *ret,
                                                     GError **error);
gboolean handle_connect_list_storage_pools(RpcCall *call, const ViewSet *set,
                                           const RemoteConnectListStoragePoolsArgs *args,
                                           RemoteConnectListStoragePoolsRet *ret, GError **error);
gboolean handle_connect_list_defined_storage_pools(
    RpcCall *call, const ViewSet *set, const RemoteConnectListDefinedStoragePoolsArgs *args,
    RemoteConnectListDefinedStoragePoolsRet *ret, GError **error);
gboolean handle_connect_list_all_storage_pools(RpcCall *call, const ViewSet *set,
                                               const RemoteConnectListAllStoragePoolsArgs *args,
                                               RemoteConnectListAllStoragePoolsRet *ret,
                                               GError **error);
gboolean handle_storage_pool_lookup_by_name(RpcCall *call, const PoolView *view,
                                            const RemoteStoragePoolLookupByNameArgs *args,
                                            RemoteStoragePoolLookupByNameRet *ret, GError **error);
gboolean handle_storage_pool_lookup_by_uuid(RpcCall *call, const PoolView *view,
                                            const RemoteStoragePoolLookupByUuidArgs *args,
                                            RemoteStoragePoolLookupByUuidRet *ret, GError **error);
gboolean handle_storage_pool_lookup_by_volume(RpcCall *call, const PoolView *view,
                                              const RemoteStoragePoolLookupByVolumeArgs *args,
                                              RemoteStoragePoolLookupByVolumeRet *ret,
                                              GError **error);
gboolean handle_storage_pool_lookup_by_target_path(
    RpcCall *call, const PoolView *view, const RemoteStoragePoolLookupByTargetPathArgs *args,
    RemoteStoragePoolLookupByTargetPathRet *ret, GError **error);

/* volume.c */
gboolean handle_storage_vol_lookup_by_name(RpcCall *call, const PoolView *view,
                                           const RemoteStorageVolLookupByNameArgs *args,
                                           RemoteStorageVolLookupByNameRet *ret, GError **error);
gboolean handle_storage_vol_lookup_by_key(RpcCall *call, const PoolView *view,
                                          const RemoteStorageVolLookupByKeyArgs *args,
                                          RemoteStorageVolLookupByKeyRet *ret, GError **error);
gboolean handle_storage_vol_lookup_by_path(RpcCall *call, const PoolView *view,
                                           const RemoteStorageVolLookupByPathArgs *args,
                                           RemoteStorageVolLookupByPathRet *ret, GError **error);

/* secret.c */
gboolean handle_connect_num_of_secrets(RpcCall *call, const ViewSet *set,
                                       RemoteConnectNumOfSecretsRet *ret, GError **error);
gboolean handle_connect_list_secrets(RpcCall *call, const ViewSet *set,
                                     const RemoteConnectListSecretsArgs *args,
                                     RemoteConnectListSecretsRet *ret, GError **error);
gboolean handle_connect_list_all_secrets(RpcCall *call, const ViewSet *set,
                                         const RemoteConnectListAllSecretsArgs *args,
                                         RemoteConnectListAllSecretsRet *ret, GError **error);
gboolean handle_secret_lookup_by_uuid(RpcCall *call, const SecretView *view,
                                      const RemoteSecretLookupByUuidArgs *args,
                                      RemoteSecretLookupByUuidRet *ret, GError **error);
gboolean handle_secret_lookup_by_usage(RpcCall *call, const SecretView *view,
                                       const RemoteSecretLookupByUsageArgs *args,
                                       RemoteSecretLookupByUsageRet *ret, GError **error);
