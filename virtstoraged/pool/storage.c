/*
 * storage — see storage.h: the pools that there are when the daemon starts.
 */
#include "virtstoraged/pool/storage.h"

#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "virtstoraged/pool/change.h"

Storage *
storage_of(const RpcCall *call)
{
    return daemon_data(rpc_call_context(call));
}

/* Pools are made by steps of their strands; the io thread waits for the last one. */
typedef struct {
    Storage *storage;
    GMutex lock;
    GCond changed;
    size_t n_open;
} Loading;

typedef struct {
    Loading *loading;
    Reservation *reservation;
    PoolDef *def;
    gboolean autostart;
    gboolean was_running;
} Birth;

static void
born(void *data)
{
    Birth *birth = data;
    g_autoptr(GError) error = NULL;
    Pool *pool = pool_new(birth->loading->storage, reservation_ref(birth->reservation));
    reservation_set_object(birth->reservation, pool);
    pool->persistent = g_steal_pointer(&birth->def);
    pool_set_def(pool, pool_def_copy(pool->persistent));
    pool->autostart = birth->autostart;
    strand_mark(STRAND_CHANGED);
    reservation_commit(birth->reservation, pool_view(pool));
    if ((birth->autostart || birth->was_running) && !change_start(pool, &error))
        log_error("storage pool '%s' was not started: %s", pool->name, error->message);
}

static void
birth_free(void *data)
{
    Birth *birth = data;
    Loading *loading = birth->loading;
    pool_def_free(birth->def);
    g_free(birth);
    g_mutex_lock(&loading->lock);
    loading->n_open--;
    g_cond_signal(&loading->changed);
    g_mutex_unlock(&loading->lock);
}

static StoreVerdict
load_one(void *data, const char *name, const char *text, size_t len, GError **error)
{
    Loading *loading = data;
    Storage *storage = loading->storage;
    ConfContext context = {.origin = CONF_FROM_DISK};
    g_autoptr(PoolDef) def = pool_def_parse(text, len, &context, error);
    Reservation *reservation;
    if (def == NULL)
        return STORE_LEFT;
    g_autofree char *expected = g_strconcat(def->name, ".xml", NULL);
    if (!def->uuid.set || !g_str_equal(expected, name)) {
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_XML_ERROR,
                       "it is of another pool, '%s', or has no uuid", def->name);
        return STORE_LEFT;
    }
    if (!obj_table_reserve(storage->pools, def->name, def->uuid.bytes, &reservation, NULL, error))
        return STORE_LEFT;
    Birth *birth = g_new0(Birth, 1);
    *birth = (Birth){.loading = loading,
                     .reservation = reservation,
                     .def = g_steal_pointer(&def),
                     .autostart = store_has_autostart(storage->definitions, name),
                     .was_running = store_exists(storage->running, name)};
    g_mutex_lock(&loading->lock);
    loading->n_open++;
    g_mutex_unlock(&loading->lock);
    reservation_post(reservation, born, birth, birth_free);
    return STORE_LOADED;
}

static gboolean
load(Storage *storage, GError **error)
{
    Loading loading = {.storage = storage};
    StoreLoadResult result;
    g_mutex_init(&loading.lock);
    g_cond_init(&loading.changed);
    gboolean ok = store_load_all(storage->definitions, ".xml", load_one, &loading, &result, error);
    g_mutex_lock(&loading.lock);
    while (loading.n_open > 0)
        g_cond_wait(&loading.changed, &loading.lock);
    g_mutex_unlock(&loading.lock);
    g_mutex_clear(&loading.lock);
    g_cond_clear(&loading.changed);
    return ok;
}

gboolean
storage_init(Daemon *daemon, GError **error)
{
    Storage *storage = g_new0(Storage, 1);
    daemon_set_data(daemon, storage);
    storage->daemon = daemon;
    storage->privileged = daemon_is_privileged(daemon);
    storage->pools = daemon_table(daemon, ACL_STORAGE_POOL);
    g_autofree char *definitions =
        storage->privileged ? g_build_filename(SYSCONFDIR, "libvirt", "storage", NULL)
                            : g_build_filename(g_get_user_config_dir(), "libvirt", "storage", NULL);
    g_autofree char *running = g_build_filename(daemon_run_dir(daemon), "storage",
                                                storage->privileged ? NULL : "run", NULL);
    storage->definitions = store_open(definitions, 0700, error);
    storage->running = storage->definitions != NULL
                           ? store_open(running, storage->privileged ? 0755 : 0700, error)
                           : NULL;
    return storage->running != NULL && load(storage, error);
}

void
storage_free(Daemon *daemon)
{
    Storage *storage = daemon_data(daemon);
    if (storage == NULL)
        return;
    store_free(storage->definitions);
    store_free(storage->running);
    g_free(storage);
}
