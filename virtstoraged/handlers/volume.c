/*
 * volume — look-ups of volumes. Pools have none yet, so none is found.
 */
#include "common/base/error.h"
#include "virtstoraged/handlers/handlers.h"

static gboolean
not_found(const char *what, const char *value, GError **error)
{
    virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_NO_STORAGE_VOL,
                   "no storage vol with matching %s '%s'", what, value);
    return FALSE;
}

gboolean
handle_storage_vol_lookup_by_name(RpcCall *call, const PoolView *view,
                                  const RemoteStorageVolLookupByNameArgs *args,
                                  RemoteStorageVolLookupByNameRet *ret, GError **error)
{
    return not_found("name", args->name, error);
}

gboolean
handle_storage_vol_lookup_by_key(RpcCall *call, const PoolView *view,
                                 const RemoteStorageVolLookupByKeyArgs *args,
                                 RemoteStorageVolLookupByKeyRet *ret, GError **error)
{
    return not_found("key", args->key, error);
}

gboolean
handle_storage_vol_lookup_by_path(RpcCall *call, const PoolView *view,
                                  const RemoteStorageVolLookupByPathArgs *args,
                                  RemoteStorageVolLookupByPathRet *ret, GError **error)
{
    return not_found("path", args->path, error);
}
