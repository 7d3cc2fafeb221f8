/*
 * pool — storage pools: counts, lists, look-ups.
 */
#include "virtstoraged/handlers/handlers.h"

#include <string.h>

#include "common/daemon/lists.h"

static void
fill_pool(RemoteStoragePool *ref, const ObjHead *head)
{
    ref->name = head->name;
    memcpy(ref->uuid, head->uuid, sizeof ref->uuid);
}

gboolean
handle_connect_num_of_storage_pools(RpcCall *call, const ViewSet *set,
                                    RemoteConnectNumOfStoragePoolsRet *ret, GError **error)
{
    ret->num = list_count(set, LIST_ACTIVE);
    return TRUE;
}

gboolean
handle_connect_num_of_defined_storage_pools(RpcCall *call, const ViewSet *set,
                                            RemoteConnectNumOfDefinedStoragePoolsRet *ret,
                                            GError **error)
{
    ret->num = list_count(set, LIST_INACTIVE);
    return TRUE;
}

gboolean
handle_connect_list_storage_pools(RpcCall *call, const ViewSet *set,
                                  const RemoteConnectListStoragePoolsArgs *args,
                                  RemoteConnectListStoragePoolsRet *ret, GError **error)
{
    ret->names.items = list_names(call, set, LIST_ACTIVE, args->maxnames, &ret->names.len);
    return TRUE;
}

gboolean
handle_connect_list_defined_storage_pools(RpcCall *call, const ViewSet *set,
                                          const RemoteConnectListDefinedStoragePoolsArgs *args,
                                          RemoteConnectListDefinedStoragePoolsRet *ret,
                                          GError **error)
{
    ret->names.items = list_names(call, set, LIST_INACTIVE, args->maxnames, &ret->names.len);
    return TRUE;
}

gboolean
handle_connect_list_all_storage_pools(RpcCall *call, const ViewSet *set,
                                      const RemoteConnectListAllStoragePoolsArgs *args,
                                      RemoteConnectListAllStoragePoolsRet *ret, GError **error)
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
    ret->pools.len = n;
    ret->pools.items = arena_alloc_n(rpc_call_arena(call), n, sizeof *ret->pools.items);
    for (uint32_t i = 0; i < n; i++)
        fill_pool(&ret->pools.items[i], heads[i]);
    return TRUE;
}

gboolean
handle_storage_pool_lookup_by_name(RpcCall *call, const PoolView *view,
                                   const RemoteStoragePoolLookupByNameArgs *args,
                                   RemoteStoragePoolLookupByNameRet *ret, GError **error)
{
    fill_pool(&ret->pool, (const ObjHead *)view);
    return TRUE;
}

gboolean
handle_storage_pool_lookup_by_uuid(RpcCall *call, const PoolView *view,
                                   const RemoteStoragePoolLookupByUuidArgs *args,
                                   RemoteStoragePoolLookupByUuidRet *ret, GError **error)
{
    fill_pool(&ret->pool, (const ObjHead *)view);
    return TRUE;
}

gboolean
handle_storage_pool_lookup_by_volume(RpcCall *call, const PoolView *view,
                                     const RemoteStoragePoolLookupByVolumeArgs *args,
                                     RemoteStoragePoolLookupByVolumeRet *ret, GError **error)
{
    fill_pool(&ret->pool, (const ObjHead *)view);
    return TRUE;
}

gboolean
handle_storage_pool_lookup_by_target_path(RpcCall *call, const PoolView *view,
                                          const RemoteStoragePoolLookupByTargetPathArgs *args,
                                          RemoteStoragePoolLookupByTargetPathRet *ret,
                                          GError **error)
{
    fill_pool(&ret->pool, (const ObjHead *)view);
    return TRUE;
}
