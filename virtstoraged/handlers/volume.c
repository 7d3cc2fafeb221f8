/*
 * volume — volumes of pools: lists, look-ups, what they are, made and removed.
 */
#include "virtstoraged/handlers/handlers.h"

#include <string.h>

#include "common/base/error.h"
#include "virtstoraged/pool/change.h"

static void
fill_volume(RemoteStorageVol *ret, const VolumeView *volume)
{
    ret->pool = volume->head.name;
    ret->name = (char *)volume->facts.name;
    ret->key = (char *)volume->facts.path;
}

static gboolean
not_found(const char *what, const char *value, GError **error)
{
    virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_NO_STORAGE_VOL,
                   "no storage vol with matching %s '%s'", what, value);
    return FALSE;
}

static gboolean
check_active(const PoolView *view, GError **error)
{
    if (view->head.active)
        return TRUE;
    virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_OPERATION_INVALID,
                   "storage pool '%s' is not active", view->head.name);
    return FALSE;
}

/* ---- lists ---- */

gboolean
handle_storage_pool_num_of_volumes(RpcCall *call, const PoolView *view, const ViewSet *set,
                                   const RemoteStoragePoolNumOfVolumesArgs *args,
                                   RemoteStoragePoolNumOfVolumesRet *ret, GError **error)
{
    ret->num = (int32_t)set->n;
    return check_active(view, error);
}

gboolean
handle_storage_pool_list_volumes(RpcCall *call, const PoolView *view, const ViewSet *set,
                                 const RemoteStoragePoolListVolumesArgs *args,
                                 RemoteStoragePoolListVolumesRet *ret, GError **error)
{
    size_t room = MIN((size_t)MAX(args->maxnames, 0), set->n);
    ret->names.items = arena_alloc_n(rpc_call_arena(call), room, sizeof *ret->names.items);
    for (size_t i = 0; i < room; i++)
        ret->names.items[i] = (char *)((const VolumeView *)set->views[i])->facts.name;
    ret->names.len = (uint32_t)room;
    return check_active(view, error);
}

gboolean
handle_storage_pool_list_all_volumes(RpcCall *call, const PoolView *view, const ViewSet *set,
                                     const RemoteStoragePoolListAllVolumesArgs *args,
                                     RemoteStoragePoolListAllVolumesRet *ret, GError **error)
{
    ret->ret = (uint32_t)set->n;
    if (!check_active(view, error))
        return FALSE;
    if (args->need_results == 0)
        return TRUE;
    ret->vols.items = arena_alloc_n(rpc_call_arena(call), set->n, sizeof *ret->vols.items);
    for (size_t i = 0; i < set->n; i++)
        fill_volume(&ret->vols.items[i], set->views[i]);
    ret->vols.len = (uint32_t)set->n;
    return TRUE;
}

/* ---- look-ups ---- */

gboolean
handle_storage_vol_lookup_by_name(RpcCall *call, const PoolView *view,
                                  const RemoteStorageVolLookupByNameArgs *args,
                                  RemoteStorageVolLookupByNameRet *ret, GError **error)
{
    if (!check_active(view, error))
        return FALSE;
    const VolumeView *volume = pool_find_volume(view->volumes, args->name);
    if (volume == NULL)
        return not_found("name", args->name, error);
    fill_volume(&ret->vol, volume);
    return TRUE;
}

/* Keys of this kind of pools are paths. */
static gboolean
look_up(const PoolView *view, const char *what, const char *key, RemoteStorageVol *ret,
        GError **error)
{
    g_autofree char *path = g_canonicalize_filename(key, "/");
    const VolumeView *volume = pool_find_volume_path(view->volumes, path);
    if (volume == NULL)
        return not_found(what, key, error);
    fill_volume(ret, volume);
    return TRUE;
}

gboolean
handle_storage_vol_lookup_by_key(RpcCall *call, const PoolView *view,
                                 const RemoteStorageVolLookupByKeyArgs *args,
                                 RemoteStorageVolLookupByKeyRet *ret, GError **error)
{
    return look_up(view, "key", args->key, &ret->vol, error);
}

gboolean
handle_storage_vol_lookup_by_path(RpcCall *call, const PoolView *view,
                                  const RemoteStorageVolLookupByPathArgs *args,
                                  RemoteStorageVolLookupByPathRet *ret, GError **error)
{
    return look_up(view, "path", args->path, &ret->vol, error);
}

/* ---- what it is ---- */

static const VolumeView *
volume_of(const PoolView *view, const RemoteStorageVol *vol, GError **error)
{
    const VolumeView *volume =
        check_active(view, error) ? pool_find_volume(view->volumes, vol->name) : NULL;
    if (volume == NULL && (error == NULL || *error == NULL))
        (void)not_found("name", vol->name, error);
    return volume;
}

/* virStorageVolGetInfoFlags: the size of the file in the place of what is used. */
enum { INFO_PHYSICAL = 1 };

gboolean
handle_storage_vol_get_info(RpcCall *call, const PoolView *view,
                            const RemoteStorageVolGetInfoArgs *args,
                            RemoteStorageVolGetInfoRet *ret, GError **error)
{
    const VolumeView *volume = volume_of(view, &args->vol, error);
    if (volume == NULL)
        return FALSE;
    ret->type = (int32_t)volume->facts.type;
    ret->capacity = volume->facts.capacity_bytes;
    ret->allocation = volume->facts.allocation_bytes;
    return TRUE;
}

gboolean
handle_storage_vol_get_info_flags(RpcCall *call, const PoolView *view,
                                  const RemoteStorageVolGetInfoFlagsArgs *args,
                                  RemoteStorageVolGetInfoFlagsRet *ret, GError **error)
{
    const VolumeView *volume = volume_of(view, &args->vol, error);
    if (volume == NULL)
        return FALSE;
    ret->type = (int32_t)volume->facts.type;
    ret->capacity = volume->facts.capacity_bytes;
    ret->allocation = (args->flags & INFO_PHYSICAL) != 0 ? volume->facts.physical_bytes
                                                         : volume->facts.allocation_bytes;
    return TRUE;
}

gboolean
handle_storage_vol_get_path(RpcCall *call, const PoolView *view,
                            const RemoteStorageVolGetPathArgs *args,
                            RemoteStorageVolGetPathRet *ret, GError **error)
{
    const VolumeView *volume = volume_of(view, &args->vol, error);
    ret->name = volume != NULL ? (char *)volume->facts.path : NULL;
    return volume != NULL;
}

gboolean
handle_storage_vol_get_xml_desc(RpcCall *call, const PoolView *view,
                                const RemoteStorageVolGetXmlDescArgs *args,
                                RemoteStorageVolGetXmlDescRet *ret, GError **error)
{
    const VolumeView *volume = volume_of(view, &args->vol, error);
    if (volume == NULL)
        return FALSE;
    g_autofree char *xml = volume_format(&volume->facts);
    ret->xml = arena_strdup(rpc_call_arena(call), xml);
    return TRUE;
}

/* ---- removed ---- */

gboolean
handle_storage_vol_delete(RpcCall *call, Pool *pool, const RemoteStorageVolDeleteArgs *args,
                          GError **error)
{
    if (!pool_check_active(pool, error))
        return FALSE;
    if (pool_find_volume(pool->volumes, args->vol.name) == NULL)
        return not_found("name", args->vol.name, error);
    const Backend *backend = backend_of(pool->def, error);
    if (backend == NULL || !backend->remove_volume(pool->def, args->vol.name, error) ||
        !change_refresh(pool, error))
        return FALSE;
    pool_publish(pool);
    return TRUE;
}
