/*
 * main — virtnodedevd: what it serves.
 */
#include "virtnodedevd/handlers/handlers.h"

#include "common/daemon/connect.h"
#include "common/daemon/objects.h"

static const RemoteHandlers remote_handlers = {
    CONNECT_HANDLERS,
    EVENT_HANDLERS_NODEDEV,
    .node_num_of_devices = handle_node_num_of_devices,
    .node_list_devices = handle_node_list_devices,
    .connect_list_all_node_devices = handle_connect_list_all_node_devices,
    .node_device_lookup_by_name = handle_node_device_lookup_by_name,
    .node_device_lookup_scsi_host_by_wwn = handle_node_device_lookup_scsi_host_by_wwn,
};

static gboolean
init(Daemon *daemon, GError **error)
{
    static const AclObject kinds[] = {ACL_NODE_DEVICE};
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
    static const char *const sockets[] = {"virtnodedevd", NULL};
    static const DaemonInfo info = {
        .config_kind = DAEMON_NODEDEV,
        .number = RPC_DAEMON_NODEDEV,
        .name = "virtnodedevd",
        .sockets = sockets,
        .remote = &remote_handlers,
        .relays = FALSE,
        .has_threads = TRUE,
        .init = init,
        .free = release,
    };
    return daemon_main(&info, argc, argv);
}
