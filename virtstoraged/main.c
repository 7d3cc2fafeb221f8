/*
 * main — virtstoraged: what it serves.
 */
#include "virtstoraged/handlers/handlers.h"

#include "common/daemon/connect.h"
#include "common/daemon/objects.h"

static const RemoteHandlers remote_handlers = {
    CONNECT_HANDLERS,
    EVENT_HANDLERS_STORAGE,
    EVENT_HANDLERS_SECRET,
    .connect_num_of_storage_pools = handle_connect_num_of_storage_pools,
    .connect_num_of_defined_storage_pools = handle_connect_num_of_defined_storage_pools,
    .connect_list_storage_pools = handle_connect_list_storage_pools,
    .connect_list_defined_storage_pools = handle_connect_list_defined_storage_pools,
    .connect_list_all_storage_pools = handle_connect_list_all_storage_pools,
    .storage_pool_lookup_by_name = handle_storage_pool_lookup_by_name,
    .storage_pool_lookup_by_uuid = handle_storage_pool_lookup_by_uuid,
    .storage_pool_lookup_by_volume = handle_storage_pool_lookup_by_volume,
    .storage_pool_lookup_by_target_path = handle_storage_pool_lookup_by_target_path,
    .storage_vol_lookup_by_name = handle_storage_vol_lookup_by_name,
    .storage_vol_lookup_by_key = handle_storage_vol_lookup_by_key,
    .storage_vol_lookup_by_path = handle_storage_vol_lookup_by_path,
    .connect_num_of_secrets = handle_connect_num_of_secrets,
    .connect_list_secrets = handle_connect_list_secrets,
    .connect_list_all_secrets = handle_connect_list_all_secrets,
    .secret_lookup_by_uuid = handle_secret_lookup_by_uuid,
    .secret_lookup_by_usage = handle_secret_lookup_by_usage,
};

static gboolean
init(Daemon *daemon, GError **error)
{
    static const AclObject kinds[] = {ACL_STORAGE_POOL, ACL_SECRET};
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)daemon_objects_free);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        g_ptr_array_add(objects, daemon_objects_new(daemon, kinds[i]));
    daemon_set_data(daemon, objects);
    return TRUE;
}

static void
release(Daemon *daemon)
{
    g_ptr_array_unref(daemon_data(daemon));
}

int
main(int argc, char **argv)
{
    static const char *const sockets[] = {"virtstoraged", "virtsecretd", NULL};
    static const DaemonInfo info = {
        .config_kind = DAEMON_STORAGE,
        .number = RPC_DAEMON_STORAGE,
        .name = "virtstoraged",
        .sockets = sockets,
        .remote = &remote_handlers,
        .relays = FALSE,
        .has_threads = TRUE,
        .init = init,
        .free = release,
    };
    return daemon_main(&info, argc, argv);
}
