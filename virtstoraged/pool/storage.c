/*
 * storage — see storage.h.
 */
#include "virtstoraged/pool/storage.h"

#include "virtstoraged/pool/load.h"

Storage *
storage_of(const RpcCall *call)
{
    return daemon_data(rpc_call_context(call));
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
    return storage->running != NULL && load_pools(storage, error);
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
