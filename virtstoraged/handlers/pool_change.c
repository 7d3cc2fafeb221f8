/*
 * pool_change — pools are described, defined, started, refreshed, stopped, removed.
 */
#include "virtstoraged/handlers/handlers.h"

#include "common/base/error.h"
#include "common/daemon/arguments.h"
#include "virtstoraged/pool/change.h"

/* ---- what it is ---- */

/* virStoragePoolState */
enum { STATE_INACTIVE = 0, STATE_RUNNING = 2 };
/* VIR_STORAGE_XML_INACTIVE: what the next start takes */
enum { XML_INACTIVE = 1 };

gboolean
handle_storage_pool_get_info(RpcCall *call, const PoolView *view,
                             const RemoteStoragePoolGetInfoArgs *args,
                             RemoteStoragePoolGetInfoRet *ret, GError **error)
{
    ret->state = view->head.active ? STATE_RUNNING : STATE_INACTIVE;
    ret->capacity = view->space.capacity_bytes;
    ret->allocation = view->space.allocation_bytes;
    ret->available = view->space.available_bytes;
    return TRUE;
}

gboolean
handle_storage_pool_get_xml_desc(RpcCall *call, const PoolView *view,
                                 const RemoteStoragePoolGetXmlDescArgs *args,
                                 RemoteStoragePoolGetXmlDescRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_STORAGE, args->flags, XML_INACTIVE, error))
        return FALSE;
    gboolean is_next = (args->flags & XML_INACTIVE) != 0 && view->next != NULL;
    g_autofree char *xml =
        is_next ? pool_def_format(view->next, NULL) : pool_def_format(view->def, &view->space);
    ret->xml = arena_strdup(rpc_call_arena(call), xml);
    return TRUE;
}

gboolean
handle_storage_pool_get_autostart(RpcCall *call, const PoolView *view,
                                  const RemoteStoragePoolGetAutostartArgs *args,
                                  RemoteStoragePoolGetAutostartRet *ret, GError **error)
{
    ret->autostart = view->head.autostart;
    return TRUE;
}

gboolean
handle_storage_pool_is_active(RpcCall *call, const PoolView *view,
                              const RemoteStoragePoolIsActiveArgs *args,
                              RemoteStoragePoolIsActiveRet *ret, GError **error)
{
    ret->active = view->head.active;
    return TRUE;
}

gboolean
handle_storage_pool_is_persistent(RpcCall *call, const PoolView *view,
                                  const RemoteStoragePoolIsPersistentArgs *args,
                                  RemoteStoragePoolIsPersistentRet *ret, GError **error)
{
    ret->persistent = view->head.persistent;
    return TRUE;
}

/* ---- documents ---- */

static void
fill(RpcCall *call, RemoteStoragePool *ret, const Pool *pool)
{
    pool_fill(ret, pool);
    ret->name = arena_strdup(rpc_call_arena(call), pool->name);
}

/* A pool that was not there, in the table. `claim` and `def` are taken. */
static Pool *
make_pool(RpcCall *call, Reservation *claim, PoolDef *def)
{
    Pool *pool = pool_new(storage_of(call), reservation_ref(claim));
    reservation_set_object(claim, pool);
    pool_set_def(pool, def);
    return pool;
}

static void
show_pool(Reservation *claim, const Pool *pool)
{
    strand_mark(STRAND_CHANGED);
    reservation_commit(claim, pool_view(pool));
}

gboolean
handle_storage_pool_define_xml(RpcCall *call, Reservation *reservation,
                               const RemoteStoragePoolDefineXmlArgs *args,
                               RemoteStoragePoolDefineXmlRet *ret, GError **error)
{
    g_autoptr(Reservation) claim = reservation;
    ObjRef *ref = claim != NULL ? reservation_ref(claim) : rpc_call_ref_object(call);
    PoolDef *def = arguments_check_flags(VIRT_FROM_STORAGE, args->flags, 1, error)
                       ? change_read(ref, args->xml, error)
                       : NULL;
    if (def == NULL)
        return FALSE;
    Pool *pool = claim != NULL ? make_pool(call, claim, pool_def_copy(def)) : obj_ref_object(ref);
    if (!change_store(pool, def, error))
        return FALSE;
    if (claim != NULL)
        show_pool(g_steal_pointer(&claim), pool);
    else
        pool_publish(pool);
    pool_emit(pool, POOL_EVENT_DEFINED);
    fill(call, &ret->pool, pool);
    return TRUE;
}

/* virStoragePoolCreateFlags and virStoragePoolBuildFlags */
enum { CREATE_WITH_BUILD = 1, CREATE_FLAGS = 7, BUILD_FLAGS = 14 };

static gboolean
build_if(Pool *pool, uint32_t flags, GError **error)
{
    const Backend *backend = backend_of(pool->def, error);
    return backend != NULL &&
           ((flags & CREATE_WITH_BUILD) == 0 || backend->build(pool->def, error));
}

gboolean
handle_storage_pool_create_xml(RpcCall *call, Reservation *reservation,
                               const RemoteStoragePoolCreateXmlArgs *args,
                               RemoteStoragePoolCreateXmlRet *ret, GError **error)
{
    g_autoptr(Reservation) claim = reservation;
    ObjRef *ref = claim != NULL ? reservation_ref(claim) : rpc_call_ref_object(call);
    PoolDef *def = arguments_check_flags(VIRT_FROM_STORAGE, args->flags, CREATE_FLAGS, error)
                       ? change_read(ref, args->xml, error)
                       : NULL;
    if (def == NULL)
        return FALSE;
    Pool *pool = claim != NULL ? make_pool(call, claim, def) : obj_ref_object(ref);
    if (claim == NULL && !pool_check_inactive(pool, error)) {
        pool_def_free(def);
        return FALSE;
    }
    if (claim == NULL)
        pool_set_def(pool, def);
    if (!build_if(pool, args->flags, error) || !change_enter(pool, error)) {
        /* nobody has seen it: a new pool goes with its claim, another one is as it was */
        if (claim == NULL)
            pool_set_def(pool, pool_def_copy(pool->persistent));
        return FALSE;
    }
    if (claim != NULL) {
        show_pool(g_steal_pointer(&claim), pool);
    } else {
        pool->has_next = TRUE;
        pool_publish(pool);
    }
    pool_emit(pool, POOL_EVENT_STARTED);
    fill(call, &ret->pool, pool);
    return TRUE;
}

/* ---- started and stopped ---- */

gboolean
handle_storage_pool_create(RpcCall *call, Pool *pool, const RemoteStoragePoolCreateArgs *args,
                           GError **error)
{
    return arguments_check_flags(VIRT_FROM_STORAGE, args->flags, CREATE_FLAGS, error) &&
           pool_check_inactive(pool, error) && build_if(pool, args->flags, error) &&
           change_start(pool, error);
}

gboolean
handle_storage_pool_build(RpcCall *call, Pool *pool, const RemoteStoragePoolBuildArgs *args,
                          GError **error)
{
    const Backend *backend = backend_of(pool->def, error);
    return backend != NULL &&
           arguments_check_flags(VIRT_FROM_STORAGE, args->flags, BUILD_FLAGS, error) &&
           pool_check_inactive(pool, error) && backend->build(pool->def, error);
}

gboolean
handle_storage_pool_destroy(RpcCall *call, Pool *pool, const RemoteStoragePoolDestroyArgs *args,
                            GError **error)
{
    if (!pool_check_active(pool, error))
        return FALSE;
    change_stop(pool);
    return TRUE;
}

gboolean
handle_storage_pool_delete(RpcCall *call, Pool *pool, const RemoteStoragePoolDeleteArgs *args,
                           GError **error)
{
    const Backend *backend = backend_of(pool->def, error);
    return backend != NULL && arguments_check_flags(VIRT_FROM_STORAGE, args->flags, 1, error) &&
           pool_check_inactive(pool, error) && backend->remove(pool->def, error);
}

gboolean
handle_storage_pool_undefine(RpcCall *call, Pool *pool, const RemoteStoragePoolUndefineArgs *args,
                             GError **error)
{
    return change_forget(pool, error);
}

gboolean
handle_storage_pool_refresh(RpcCall *call, Pool *pool, const RemoteStoragePoolRefreshArgs *args,
                            GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_STORAGE, args->flags, 0, error) ||
        !pool_check_active(pool, error))
        return FALSE;
    if (!change_refresh(pool, error)) {
        change_stop(pool);
        return FALSE;
    }
    pool_publish(pool);
    pool_emit_refresh(pool);
    return TRUE;
}

gboolean
handle_storage_pool_set_autostart(RpcCall *call, Pool *pool,
                                  const RemoteStoragePoolSetAutostartArgs *args, GError **error)
{
    if (pool->persistent == NULL) {
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_INVALID_ARG, "pool has no config file");
        return FALSE;
    }
    g_autofree char *name = g_strconcat(pool->name, ".xml", NULL);
    if (!store_link_autostart(pool->storage->definitions, name,
                              args->autostart != 0 ? STORE_AUTOSTART_ON : STORE_AUTOSTART_OFF,
                              error))
        return FALSE;
    pool->autostart = args->autostart != 0;
    pool_publish(pool);
    return TRUE;
}
