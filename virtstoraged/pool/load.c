/*
 * load — see load.h.
 */
#include "virtstoraged/pool/load.h"

#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/daemon/loading.h"
#include "virtstoraged/pool/change.h"

/* In the folder of pools that are started: the marked ones were, since the host's start. */
#define MARK "autostarted"

typedef struct {
    Storage *storage;
    Loading steps; /* on the pools' strands */
} PoolLoading;

/* A file that becomes a pool, or what is current of one. */
typedef struct {
    PoolLoading *loading;
    Reservation *reservation; /* NULL: the pool is there */
    ObjRef *ref;
    PoolDef *def;
    gboolean autostart;
} Birth;

static void
birth_free(void *data)
{
    Birth *birth = data;
    PoolLoading *loading = birth->loading;
    obj_ref_unref(birth->ref);
    pool_def_free(birth->def);
    g_free(birth);
    loading_end(&loading->steps);
}

static gboolean
check_file(const PoolDef *def, const char *file, GError **error)
{
    g_autofree char *expected = g_strconcat(def->name, ".xml", NULL);
    if (def->uuid.set && g_str_equal(expected, file))
        return TRUE;
    virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_XML_ERROR,
                   "it is of another pool, '%s', or has no uuid", def->name);
    return FALSE;
}

static Birth *
birth_new(PoolLoading *loading, PoolDef *def, const char *file, GError **error)
{
    Reservation *reservation = NULL;
    ObjRef *ref = NULL;
    if (!check_file(def, file, error) ||
        !obj_table_reserve(loading->storage->pools, def->name, def->uuid.bytes, &reservation, &ref,
                           error))
        return NULL;
    Birth *birth = g_new0(Birth, 1);
    birth->loading = loading;
    birth->reservation = reservation;
    birth->ref = reservation != NULL ? obj_ref_ref(reservation_ref(reservation)) : ref;
    loading_begin(&loading->steps);
    return birth;
}

/* ---- defined ones ---- */

static void
born(void *data)
{
    Birth *birth = data;
    Pool *pool = pool_new(birth->loading->storage, birth->ref);
    reservation_set_object(birth->reservation, pool);
    pool->persistent = g_steal_pointer(&birth->def);
    pool_set_def(pool, pool_def_copy(pool->persistent));
    pool->autostart = birth->autostart;
    strand_mark(STRAND_CHANGED);
    reservation_commit(g_steal_pointer(&birth->reservation), pool_view(pool));
}

static StoreVerdict
load_definition(void *data, const char *name, const char *text, size_t len, GError **error)
{
    PoolLoading *loading = data;
    ConfContext context = {.origin = CONF_FROM_DISK};
    g_autoptr(PoolDef) def = pool_def_parse(text, len, &context, error);
    Birth *birth = def != NULL ? birth_new(loading, def, name, error) : NULL;
    if (birth == NULL)
        return STORE_LEFT;
    birth->def = g_steal_pointer(&def);
    birth->autostart = store_has_autostart(loading->storage->definitions, name);
    reservation_post(birth->reservation, born, birth, birth_free);
    return STORE_LOADED;
}

/* ---- those that were started ---- */

static gboolean
is_same(const PoolDef *one, const PoolDef *other)
{
    g_autofree char *text = pool_def_format(one, NULL);
    g_autofree char *other_text = pool_def_format(other, NULL);
    return g_str_equal(text, other_text);
}

static void
tell_lost(const Pool *pool, const GError *error)
{
    log_error("storage pool '%s' is not started any more: %s", pool->name, error->message);
    change_forget_state(pool);
}

/* A transient one that cannot be used goes with its reservation. */
static void
found_transient(Birth *birth)
{
    g_autoptr(Reservation) claim = g_steal_pointer(&birth->reservation);
    g_autoptr(GError) error = NULL;
    Pool *pool = pool_new(birth->loading->storage, birth->ref);
    reservation_set_object(claim, pool);
    pool_set_def(pool, g_steal_pointer(&birth->def));
    if (!change_enter(pool, &error)) {
        tell_lost(pool, error);
        return;
    }
    strand_mark(STRAND_CHANGED);
    reservation_commit(g_steal_pointer(&claim), pool_view(pool));
}

static void
found_step(void *data)
{
    Birth *birth = data;
    g_autoptr(GError) error = NULL;
    if (birth->reservation != NULL) {
        found_transient(birth);
        return;
    }
    Pool *pool = obj_ref_object(birth->ref);
    pool_set_def(pool, g_steal_pointer(&birth->def));
    if (change_enter(pool, &error)) {
        pool->has_next = !is_same(pool->def, pool->persistent);
    } else {
        tell_lost(pool, error);
        pool_set_def(pool, pool_def_copy(pool->persistent));
    }
    pool_publish(pool);
}

static StoreVerdict
load_state(void *data, const char *name, const char *text, size_t len, GError **error)
{
    g_autoptr(PoolDef) def = pool_def_parse_state(text, len, error);
    Birth *birth = def != NULL ? birth_new(data, def, name, error) : NULL;
    if (birth == NULL)
        return STORE_LEFT;
    birth->def = g_steal_pointer(&def);
    if (birth->reservation != NULL)
        reservation_post(birth->reservation, found_step, birth, birth_free);
    else
        strand_post(obj_ref_strand(birth->ref), found_step, birth, birth_free);
    return STORE_LOADED;
}

/* ---- those that start with the host ---- */

static void
autostart_step(void *data)
{
    Pool *pool = obj_ref_object(((Birth *)data)->ref);
    g_autoptr(GError) error = NULL;
    if (pool->autostart && !pool->active && !change_start(pool, &error))
        log_error("storage pool '%s' was not started automatically: %s", pool->name,
                  error->message);
}

static void
autostart(PoolLoading *loading)
{
    Store *running = loading->storage->running;
    g_autoptr(GError) error = NULL;
    if (store_exists(running, MARK))
        return;
    if (!store_write_volatile(running, MARK, "", 0, 0600, &error)) {
        log_error("no storage pool is started automatically: %s", error->message);
        return;
    }
    g_autoptr(GPtrArray) refs = obj_table_refs(loading->storage->pools);
    for (guint i = 0; i < refs->len; i++) {
        Birth *birth = g_new0(Birth, 1);
        *birth = (Birth){.loading = loading, .ref = obj_ref_ref(refs->pdata[i])};
        loading_begin(&loading->steps);
        strand_post(obj_ref_strand(birth->ref), autostart_step, birth, birth_free);
    }
}

gboolean
load_pools(Storage *storage, GError **error)
{
    PoolLoading loading = {.storage = storage};
    StoreLoadResult result;
    loading_init(&loading.steps);
    gboolean ok =
        store_load_all(storage->definitions, ".xml", load_definition, &loading, &result, error);
    loading_await(&loading.steps);
    ok = ok && store_load_all(storage->running, ".xml", load_state, &loading, &result, error);
    loading_await(&loading.steps);
    if (ok)
        autostart(&loading);
    loading_await(&loading.steps);
    loading_clear(&loading.steps);
    return ok;
}
