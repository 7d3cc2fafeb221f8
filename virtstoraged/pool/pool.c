/*
 * pool — see pool.h.
 */
#include "virtstoraged/pool/pool.h"

#include <stdatomic.h>
#include <string.h>

#include "common/base/error.h"
#include "common/rpc/event.h"
#include "common/spec/acl.h"

struct Volumes {
    atomic_int refs;
    GPtrArray *by_name;  /* const VolumeView *, sorted by name */
    GHashTable *by_path; /* path -> const VolumeView *, borrowed from `by_name` */
};

static const Volumes *
volumes_ref(const Volumes *volumes)
{
    if (volumes != NULL)
        atomic_fetch_add_explicit(&((Volumes *)volumes)->refs, 1, memory_order_relaxed);
    return volumes;
}

static void
volumes_unref(const Volumes *shared)
{
    Volumes *volumes = (Volumes *)shared;
    if (volumes == NULL || atomic_fetch_sub_explicit(&volumes->refs, 1, memory_order_acq_rel) != 1)
        return;
    g_hash_table_unref(volumes->by_path);
    g_ptr_array_unref(volumes->by_name);
    g_free(volumes);
}

Pool *
pool_new(Storage *storage, const ObjRef *ref)
{
    Pool *pool = g_new0(Pool, 1);
    pool->storage = storage;
    pool->slot = obj_ref_slot(ref);
    pool->strand = obj_ref_strand(ref);
    pool->name = g_strdup(obj_ref_name(ref));
    memcpy(pool->uuid, obj_ref_uuid(ref), UUID_BYTES);
    return pool;
}

void
pool_free(void *data)
{
    Pool *pool = data;
    if (pool == NULL)
        return;
    pool_def_free(pool->def);
    pool_def_free(pool->persistent);
    volumes_unref(pool->volumes);
    g_free(pool->name);
    g_free(pool);
}

/* ---- views ---- */

static void
view_clear(void *data)
{
    PoolView *view = data;
    g_free(view->head.name);
    pool_def_free(view->def);
    pool_def_free(view->next);
    volumes_unref(view->volumes);
}

static void
fill_head(const Pool *pool, ObjHead *head)
{
    head->name = g_strdup(pool->name);
    memcpy(head->uuid, pool->uuid, UUID_BYTES);
    uuid_format(pool->uuid, head->uuid_text);
    head->id = -1;
    head->active = pool->active;
    head->persistent = pool->persistent != NULL;
    head->autostart = pool->autostart;
}

const PoolView *
pool_view(const Pool *pool)
{
    PoolView *view = view_new(sizeof *view, view_clear);
    fill_head(pool, &view->head);
    view->def = pool_def_copy(pool->def);
    view->next = pool->has_next ? pool_def_copy(pool->persistent) : NULL;
    view->space = pool->space;
    view->volumes = volumes_ref(pool->volumes);
    return view_seal(view);
}

void
pool_publish(Pool *pool)
{
    strand_mark(STRAND_CHANGED);
    slot_publish(pool->slot, pool_view(pool));
}

void
pool_set_def(Pool *pool, PoolDef *def)
{
    pool_def_free(pool->def);
    pool->def = def;
}

static void
volume_clear(void *data)
{
    VolumeView *volume = data;
    g_free(volume->head.name);
    g_free((char *)volume->facts.name);
    g_free((char *)volume->facts.path);
    g_free((char *)volume->facts.format);
    g_free((char *)volume->facts.backing);
    g_free((char *)volume->facts.backing_format);
}

static const VolumeView *
volume_new(const Pool *pool, const VolumeFacts *facts)
{
    VolumeView *volume = view_new(sizeof *volume, volume_clear);
    fill_head(pool, &volume->head);
    volume->facts = *facts;
    volume->facts.name = g_strdup(facts->name);
    volume->facts.path = g_strdup(facts->path);
    volume->facts.format = g_strdup(facts->format);
    volume->facts.backing = g_strdup(facts->backing);
    volume->facts.backing_format = g_strdup(facts->backing_format);
    return view_seal(volume);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
    const VolumeView *const *one = a, *const *other = b;
    return strcmp((*one)->facts.name, (*other)->facts.name);
}

static const Volumes *
volumes_new(const Pool *pool, const BackendFound *found)
{
    Volumes *volumes = g_new(Volumes, 1);
    atomic_init(&volumes->refs, 1);
    volumes->by_name = g_ptr_array_new_with_free_func((GDestroyNotify)view_unref);
    volumes->by_path = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; found->volumes != NULL && i < found->volumes->len; i++) {
        const VolumeView *volume = volume_new(pool, found->volumes->pdata[i]);
        g_ptr_array_add(volumes->by_name, (void *)volume);
        g_hash_table_insert(volumes->by_path, (void *)volume->facts.path, (void *)volume);
    }
    g_ptr_array_sort(volumes->by_name, by_name);
    return volumes;
}

void
pool_set_volumes(Pool *pool, BackendFound *found)
{
    volumes_unref(pool->volumes);
    pool->volumes = found != NULL ? volumes_new(pool, found) : NULL;
    pool->space = found != NULL ? found->space : (PoolSpace){0};
    if (found != NULL)
        backend_found_clear(found);
}

GPtrArray *
pool_children(const void *data)
{
    const PoolView *view = data;
    GPtrArray *children = g_ptr_array_new_with_free_func((GDestroyNotify)view_unref);
    for (guint i = 0; view->volumes != NULL && i < view->volumes->by_name->len; i++)
        g_ptr_array_add(children, (void *)view_ref(view->volumes->by_name->pdata[i]));
    return children;
}

const VolumeView *
pool_find_volume(const Volumes *volumes, const char *name)
{
    guint low = 0, high = volumes != NULL ? volumes->by_name->len : 0;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const VolumeView *volume = volumes->by_name->pdata[middle];
        int order = strcmp(name, volume->facts.name);
        if (order == 0)
            return volume;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const VolumeView *
pool_find_volume_path(const Volumes *volumes, const char *path)
{
    return volumes != NULL ? g_hash_table_lookup(volumes->by_path, path) : NULL;
}

static gboolean
holds(const PoolView *view, const RpcProc *proc, const char *key)
{
    if (proc->number == REMOTE_PROC_STORAGE_POOL_LOOKUP_BY_TARGET_PATH)
        return g_strcmp0(view->def->target.path, key) == 0;
    return pool_find_volume_path(view->volumes, key) != NULL;
}

ObjRef *
pool_find_key(ObjTable *table, const RpcProc *proc, const void *args)
{
    const char *key = *(char *const *)(const void *)((const uint8_t *)args + proc->subject.offset);
    g_autofree char *path = g_canonicalize_filename(key, "/");
    g_autoptr(GPtrArray) refs = obj_table_refs(table);
    for (guint i = 0; i < refs->len; i++) {
        const PoolView *view = obj_ref_view(refs->pdata[i]);
        gboolean is_it = view != NULL && holds(view, proc, path);
        view_unref(view);
        if (is_it)
            return obj_ref_ref(refs->pdata[i]);
    }
    return NULL;
}

/* ---- the rest ---- */

void
pool_fill(RemoteStoragePool *ret, const Pool *pool)
{
    ret->name = pool->name;
    memcpy(ret->uuid, pool->uuid, UUID_BYTES);
}

ObjRef *
pool_find_ref(const Pool *pool)
{
    return obj_table_find_uuid(pool->storage->pools, pool->uuid);
}

gboolean
pool_check_active(const Pool *pool, GError **error)
{
    if (pool->active)
        return TRUE;
    virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_OPERATION_INVALID,
                   "storage pool '%s' is not active", pool->name);
    return FALSE;
}

gboolean
pool_check_inactive(const Pool *pool, GError **error)
{
    if (!pool->active)
        return TRUE;
    virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_OPERATION_INVALID,
                   "storage pool '%s' is already active", pool->name);
    return FALSE;
}

static void
emit(const Pool *pool, int32_t id, int32_t proc, const void *args)
{
    char uuid_text[UUID_TEXT_BYTES];
    AclAttribute attributes[] = {
        {"pool_name", pool->name}, {"pool_uuid", uuid_format(pool->uuid, uuid_text)}, {NULL, NULL}};
    RpcEventSource source = {
        .program = &remote_program,
        .proc = rpc_program_find(&remote_program, proc),
        .args = args,
        .object = ACL_STORAGE_POOL,
        .event_id = id,
        .name = pool->name,
        .uuid = pool->uuid,
        .attributes = attributes,
        .permission = ACL_STORAGE_POOL_GETATTR,
    };
    rpc_event_emit(daemon_server(pool->storage->daemon), &source);
}

void
pool_emit(const Pool *pool, PoolEvent event)
{
    RemoteStoragePoolEventLifecycleArgs args = {.event = (int32_t)event};
    pool_fill(&args.pool, pool);
    emit(pool, 0, REMOTE_PROC_STORAGE_POOL_EVENT_LIFECYCLE, &args);
}

void
pool_emit_refresh(const Pool *pool)
{
    RemoteStoragePoolEventRefreshArgs args = {0};
    pool_fill(&args.pool, pool);
    emit(pool, 1, REMOTE_PROC_STORAGE_POOL_EVENT_REFRESH, &args);
}
