/*
 * main — virtnetworkd: what it serves.
 */
#include "virtnetworkd/handlers/handlers.h"

#include "common/daemon/connect.h"
#include "common/daemon/objects.h"

static const RemoteHandlers remote_handlers = {
    CONNECT_HANDLERS,
    EVENT_HANDLERS_NETWORK,
    .connect_num_of_networks = handle_connect_num_of_networks,
    .connect_num_of_defined_networks = handle_connect_num_of_defined_networks,
    .connect_list_networks = handle_connect_list_networks,
    .connect_list_defined_networks = handle_connect_list_defined_networks,
    .connect_list_all_networks = handle_connect_list_all_networks,
    .network_lookup_by_name = handle_network_lookup_by_name,
    .network_lookup_by_uuid = handle_network_lookup_by_uuid,
    .connect_num_of_nwfilters = handle_connect_num_of_nwfilters,
    .connect_list_nwfilters = handle_connect_list_nwfilters,
    .connect_list_all_nwfilters = handle_connect_list_all_nwfilters,
    .nwfilter_lookup_by_name = handle_nwfilter_lookup_by_name,
    .nwfilter_lookup_by_uuid = handle_nwfilter_lookup_by_uuid,
    .connect_list_all_nwfilter_bindings = handle_connect_list_all_nwfilter_bindings,
    .nwfilter_binding_lookup_by_port_dev = handle_nwfilter_binding_lookup_by_port_dev,
    .connect_num_of_interfaces = handle_connect_num_of_interfaces,
    .connect_num_of_defined_interfaces = handle_connect_num_of_defined_interfaces,
    .connect_list_interfaces = handle_connect_list_interfaces,
    .connect_list_defined_interfaces = handle_connect_list_defined_interfaces,
    .connect_list_all_interfaces = handle_connect_list_all_interfaces,
    .interface_lookup_by_name = handle_interface_lookup_by_name,
    .interface_lookup_by_mac_string = handle_interface_lookup_by_mac_string,
};

static gboolean
init(Daemon *daemon, GError **error)
{
    static const AclObject kinds[] = {ACL_NETWORK, ACL_NWFILTER, ACL_NWFILTER_BINDING,
                                      ACL_INTERFACE};
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
    static const char *const sockets[] = {"virtnetworkd", "virtnwfilterd", "virtinterfaced", NULL};
    static const DaemonInfo info = {
        .config_kind = DAEMON_NETWORK,
        .number = RPC_DAEMON_NETWORK,
        .name = "virtnetworkd",
        .sockets = sockets,
        .remote = &remote_handlers,
        .relays = FALSE,
        .has_threads = TRUE,
        .init = init,
        .free = release,
    };
    return daemon_main(&info, argc, argv);
}
