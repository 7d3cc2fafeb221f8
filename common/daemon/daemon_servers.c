/*
 * daemon_servers — builds what a daemon serves: its own server, the admin server, the relay, and
 * their limits.
 */
#include "common/daemon/daemon_private.h"

#include "common/daemon/admin.h"

enum { RELAY_OPEN_TIMEOUT_US = 30 * G_USEC_PER_SEC };

static void
fill_limits(RpcLimits *limits, const ConfigLimits *config)
{
    limits->max_clients = config->max_clients;
    limits->max_anonymous_clients = config->max_anonymous_clients;
    limits->max_client_requests = config->max_client_requests;
    limits->min_workers = config->min_workers;
    limits->max_workers = config->max_workers;
    limits->prio_workers = config->prio_workers;
    limits->keepalive_interval_s = config->keepalive_interval_s;
    limits->keepalive_count = config->keepalive_count;
}

void
daemon_apply_limits(Daemon *daemon)
{
    fill_limits(rpc_server_limits(daemon->server), &daemon->config->limits);
    fill_limits(rpc_server_limits(daemon->admin), &daemon->config->admin_limits);
    rpc_server_limits_changed(daemon->server);
    rpc_server_limits_changed(daemon->admin);
}

static void
on_clients_changed(void *data)
{
    daemon_busy_changed(data);
}

/* The access rules name the driver of the family that is asked: a daemon's own. */
static const char *
connect_driver(const DaemonInfo *info)
{
    for (size_t i = 0; i < rpc_n_kinds; i++) {
        if (rpc_kinds[i].daemon == info->number)
            return rpc_kinds[i].driver;
    }
    return "QEMU";
}

static gboolean
make_server(Daemon *daemon, GError **error)
{
    const DaemonInfo *info = daemon->info;
    /* The proxy has no objects: the daemons behind it judge, by the identity that it tells them. */
    if (info->number != RPC_DAEMON_PROXY) {
        daemon->acl = acl_manager_new(daemon->config->access_drivers, connect_driver(info),
                                      daemon->loop, error);
        if (daemon->acl == NULL)
            return FALSE;
        acl_manager_set_polkit(daemon->acl, daemon->polkit);
    }
    RpcServerConfig config = {
        .name = info->name,
        .daemon = info->number,
        .privileged = daemon->privileged,
        .context = daemon,
        .strands = daemon->strands,
        .workers = daemon->workers,
        .acl = daemon->acl,
        .polkit = daemon->polkit,
        .own_uid = geteuid(),
    };
    for (size_t i = 0; i < rpc_n_kinds; i++)
        config.serves_kind[rpc_kinds[i].family] =
            info->number == RPC_DAEMON_PROXY || rpc_kinds[i].daemon == info->number;
    RpcLimits limits = rpc_limits_default;
    limits.auth_rw = (RpcAuth)daemon->config->auth_unix_rw;
    limits.auth_ro = (RpcAuth)daemon->config->auth_unix_ro;
    daemon->server = rpc_server_new(daemon->io, &config, &limits);
    rpc_server_add_program(daemon->server, &remote_program, info->remote);
    static const QemuHandlers none = {0}; /* calls of another kind: not supported, not unknown */
    rpc_server_add_program(daemon->server, &qemu_program, info->qemu ? info->qemu : &none);
    for (size_t i = 0; info->leavers != NULL && info->leavers[i] != NULL; i++)
        rpc_server_add_leaver_kind(daemon->server, info->leavers[i]);
    rpc_server_set_watch(daemon->server, on_clients_changed, daemon);
    return TRUE;
}

static void
make_admin_server(Daemon *daemon)
{
    RpcServerConfig admin_config = {.name = "admin",
                                    .privileged = daemon->privileged,
                                    .is_admin = TRUE,
                                    .context = daemon,
                                    .own_uid = geteuid()};
    daemon->admin = rpc_server_new(daemon->io, &admin_config, &rpc_limits_default);
    rpc_server_add_program(daemon->admin, &admin_program, &admin_handlers);
    rpc_server_set_watch(daemon->admin, on_clients_changed, daemon);
}

static void
make_relay(Daemon *daemon)
{
    if (!daemon->info->relays)
        return;
    RpcRelayConfig config = {
        .socket_dir = daemon->paths.run,
        .local = daemon->info->number,
        .open_timeout_us = RELAY_OPEN_TIMEOUT_US,
    };
    if (!daemon->privileged) {
        daemon->launch = daemon_launch_new(daemon->loop);
        config.launch = daemon_launch;
        config.launch_data = daemon->launch;
    }
    daemon->relay = rpc_relay_new(daemon->io, &config);
    rpc_server_set_relay(daemon->server, daemon->relay);
}

gboolean
daemon_make_servers(Daemon *daemon, GError **error)
{
    if (!make_server(daemon, error))
        return FALSE;
    for (size_t i = 0; i < daemon->info->n_kinds; i++)
        daemon->objects[daemon->info->kinds[i].object] =
            daemon_objects_new(daemon, &daemon->info->kinds[i]);
    make_admin_server(daemon);
    make_relay(daemon);
    daemon_apply_limits(daemon);
    return TRUE;
}

void
daemon_start_listening(Daemon *daemon)
{
    for (guint i = 0; i < daemon_sockets_count(daemon->sockets); i++) {
        DaemonSocketRole role;
        int fd = daemon_sockets_take(daemon->sockets, i, &role);
        if (role == DAEMON_SOCKET_ADMIN)
            rpc_server_listen(daemon->admin, fd, RPC_ACCESS_RW);
        else
            rpc_server_listen(daemon->server, fd,
                              role == DAEMON_SOCKET_RO ? RPC_ACCESS_RO : RPC_ACCESS_RW);
    }
}
