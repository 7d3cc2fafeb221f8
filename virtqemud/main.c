/*
 * main — virtqemud: what it serves.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/daemon/connect.h"
#include "common/daemon/objects.h"

static const RemoteHandlers remote_handlers = {
    CONNECT_HANDLERS,
    EVENT_HANDLERS_DOMAIN,
    .connect_get_hostname = handle_connect_get_hostname,
    .connect_num_of_domains = handle_connect_num_of_domains,
    .connect_num_of_defined_domains = handle_connect_num_of_defined_domains,
    .connect_list_domains = handle_connect_list_domains,
    .connect_list_defined_domains = handle_connect_list_defined_domains,
    .connect_list_all_domains = handle_connect_list_all_domains,
    .node_get_info = handle_node_get_info,
    .node_get_cpu_map = handle_node_get_cpu_map,
    .node_get_security_model = handle_node_get_security_model,
    .node_suspend_for_duration = handle_node_suspend_for_duration,
    .node_get_cpu_stats = handle_node_get_cpu_stats,
    .node_get_memory_stats = handle_node_get_memory_stats,
    .node_get_free_memory = handle_node_get_free_memory,
    .node_get_cells_free_memory = handle_node_get_cells_free_memory,
    .node_get_free_pages = handle_node_get_free_pages,
    .node_alloc_pages = handle_node_alloc_pages,
    .node_get_memory_parameters = handle_node_get_memory_parameters,
    .node_set_memory_parameters = handle_node_set_memory_parameters,
    .connect_get_sysinfo = handle_connect_get_sysinfo,
    .domain_lookup_by_id = handle_domain_lookup_by_id,
    .domain_lookup_by_name = handle_domain_lookup_by_name,
    .domain_lookup_by_uuid = handle_domain_lookup_by_uuid,
};

static const QemuHandlers qemu_handlers = {
    .connect_domain_monitor_event_register = events_monitor_register,
    .connect_domain_monitor_event_deregister = events_monitor_deregister,
};

static gboolean
init(Daemon *daemon, GError **error)
{
    static const AclObject kinds[] = {ACL_DOMAIN};
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
    static const char *const sockets[] = {"virtqemud", NULL};
    static const DaemonInfo info = {
        .config_kind = DAEMON_QEMU,
        .number = RPC_DAEMON_QEMU,
        .name = "virtqemud",
        .sockets = sockets,
        .remote = &remote_handlers,
        .qemu = &qemu_handlers,
        .relays = TRUE,
        .has_threads = TRUE,
        .init = init,
        .free = release,
    };
    return daemon_main(&info, argc, argv);
}
