/*
 * admin — see admin.h.
 */
#define LOG_SOURCE "daemon.admin"

#include "common/daemon/admin.h"

#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strand.h"
#include "common/daemon/daemon.h"
#include "common/rpc/call.h"
#include "common/rpc/conn.h"

enum { PARAMS_MAX = 16 };

/* --- typed parameters --- */

typedef struct {
    Arena *arena;
    RemoteTypedParam items[PARAMS_MAX];
    uint32_t n;
} Params;

static RemoteTypedParam *
add(Params *params, const char *name, int32_t type)
{
    g_assert(params->n < PARAMS_MAX);
    RemoteTypedParam *item = &params->items[params->n++];
    *item = (RemoteTypedParam){.field = (char *)name, .value.type = type};
    return item;
}

static void
add_uint(Params *params, const char *name, size_t value)
{
    add(params, name, REMOTE_TYPED_PARAM_VALUE_UINT)->value.value.ui =
        (uint32_t)MIN(value, UINT32_MAX);
}

static void
add_int(Params *params, const char *name, int32_t value)
{
    add(params, name, REMOTE_TYPED_PARAM_VALUE_INT)->value.value.i = value;
}

static void
add_string(Params *params, const char *name, const char *value)
{
    if (value != NULL)
        add(params, name, REMOTE_TYPED_PARAM_VALUE_STRING)->value.value.s =
            arena_strdup(params->arena, value);
}

static RemoteTypedParam *
take(Params *params, uint32_t *ret_n)
{
    RemoteTypedParam *items = arena_array_of(params->arena, RemoteTypedParam, params->n);
    memcpy(items, params->items, params->n * sizeof *items);
    *ret_n = params->n;
    return items;
}

/* One name that a set call takes, and where its value goes. */
typedef struct {
    const char *name;
    uint32_t *target;
} Setting;

static gboolean
apply_settings(const Setting *settings, const RemoteTypedParam *items, uint32_t n, GError **error)
{
    for (uint32_t i = 0; i < n; i++) {
        const Setting *setting = settings;
        while (setting->name != NULL && !g_str_equal(setting->name, items[i].field))
            setting++;
        if (setting->name == NULL) {
            virt_error_set(error, VIRT_FROM_ADMIN, VIRT_ERR_ARGUMENT_UNSUPPORTED,
                           "parameter '%s' is not known here", items[i].field);
            return FALSE;
        }
        if (items[i].value.type != REMOTE_TYPED_PARAM_VALUE_UINT) {
            virt_error_set(error, VIRT_FROM_ADMIN, VIRT_ERR_INVALID_ARG,
                           "parameter '%s' must be an unsigned int", items[i].field);
            return FALSE;
        }
        *setting->target = items[i].value.value.ui;
    }
    return TRUE;
}

static gboolean
no_flags(uint32_t flags, GError **error)
{
    if (flags == 0)
        return TRUE;
    virt_error_set(error, VIRT_FROM_ADMIN, VIRT_ERR_INVALID_ARG, "unsupported flags (0x%x)", flags);
    return FALSE;
}

/* --- servers --- */

static Daemon *
daemon_of(RpcCall *call)
{
    return rpc_call_context(call);
}

static RpcServer *
find_server(RpcCall *call, const char *name, GError **error)
{
    RpcServer *servers[] = {daemon_server(daemon_of(call)), daemon_admin_server(daemon_of(call))};
    for (size_t i = 0; i < G_N_ELEMENTS(servers); i++) {
        if (g_str_equal(rpc_server_name(servers[i]), name))
            return servers[i];
    }
    virt_error_set(error, VIRT_FROM_ADMIN, VIRT_ERR_NO_SERVER, "No server named '%s'", name);
    return NULL;
}

static gboolean
handle_open(RpcCall *call, const AdminConnectOpenArgs *args, GError **error)
{
    if (!no_flags(args->flags, error))
        return FALSE;
    rpc_conn_state(rpc_call_conn(call))->opened = TRUE;
    return TRUE;
}

static gboolean
handle_close(RpcCall *call, GError **error)
{
    rpc_conn_finish(rpc_call_conn(call));
    return TRUE;
}

static gboolean
handle_lib_version(RpcCall *call, AdminConnectGetLibVersionRet *ret, GError **error)
{
    ret->lib_ver = DAEMON_LIBVIRT_VERSION;
    return TRUE;
}

static gboolean
handle_list_servers(RpcCall *call, const AdminConnectListServersArgs *args,
                    AdminConnectListServersRet *ret, GError **error)
{
    if (!no_flags(args->flags, error))
        return FALSE;
    ret->ret = 2;
    if (args->need_results == 0)
        return TRUE;
    ret->servers.len = 2;
    ret->servers.items = arena_array_of(rpc_call_arena(call), AdminServer, 2);
    ret->servers.items[0].name = (char *)rpc_server_name(daemon_admin_server(daemon_of(call)));
    ret->servers.items[1].name = (char *)rpc_server_name(daemon_server(daemon_of(call)));
    return TRUE;
}

static gboolean
handle_lookup_server(RpcCall *call, const AdminConnectLookupServerArgs *args,
                     AdminConnectLookupServerRet *ret, GError **error)
{
    RpcServer *server = no_flags(args->flags, error) ? find_server(call, args->name, error) : NULL;
    if (server == NULL)
        return FALSE;
    ret->srv.name = (char *)rpc_server_name(server);
    return TRUE;
}

/* --- thread pool --- */

static gboolean
handle_get_threadpool(RpcCall *call, const AdminServerGetThreadpoolParametersArgs *args,
                      AdminServerGetThreadpoolParametersRet *ret, GError **error)
{
    RpcServer *server =
        no_flags(args->flags, error) ? find_server(call, args->srv.name, error) : NULL;
    if (server == NULL)
        return FALSE;
    const RpcLimits *limits = rpc_server_limits(server);
    StrandPoolStats stats = {0};
    /* The admin server answers everything on the io thread. */
    if (daemon_strands(daemon_of(call)) != NULL && !rpc_server_config(server)->is_admin)
        stats = strand_pool_get_stats(daemon_strands(daemon_of(call)));
    Params params = {.arena = rpc_call_arena(call)};
    add_uint(&params, "minWorkers", limits->min_workers);
    add_uint(&params, "maxWorkers", limits->max_workers);
    add_uint(&params, "nWorkers", stats.threads);
    add_uint(&params, "freeWorkers", stats.idle);
    add_uint(&params, "prioWorkers", limits->prio_workers);
    add_uint(&params, "jobQueueDepth", stats.ready);
    ret->params.items = take(&params, &ret->params.len);
    return TRUE;
}

static gboolean
handle_set_threadpool(RpcCall *call, const AdminServerSetThreadpoolParametersArgs *args,
                      GError **error)
{
    RpcServer *server =
        no_flags(args->flags, error) ? find_server(call, args->srv.name, error) : NULL;
    if (server == NULL)
        return FALSE;
    RpcLimits wanted = *rpc_server_limits(server);
    Setting settings[] = {{"minWorkers", &wanted.min_workers},
                          {"maxWorkers", &wanted.max_workers},
                          {"prioWorkers", &wanted.prio_workers},
                          {NULL, NULL}};
    if (!apply_settings(settings, args->params.items, args->params.len, error))
        return FALSE;
    if (wanted.min_workers > wanted.max_workers) {
        virt_error_set(error, VIRT_FROM_ADMIN, VIRT_ERR_INVALID_ARG,
                       "minWorkers %u is larger than maxWorkers %u", wanted.min_workers,
                       wanted.max_workers);
        return FALSE;
    }
    *rpc_server_limits(server) = wanted;
    return TRUE;
}

/* --- clients --- */

static void
fill_client(AdminClient *client, RpcServer *server, RpcConn *conn)
{
    const RpcConnState *state = rpc_conn_state(conn);
    client->srv.name = (char *)rpc_server_name(server);
    client->id = state->id;
    client->timestamp = state->connected_at_s;
    client->transport = 0; /* unix */
}

static gboolean
handle_list_clients(RpcCall *call, const AdminServerListClientsArgs *args,
                    AdminServerListClientsRet *ret, GError **error)
{
    RpcServer *server =
        no_flags(args->flags, error) ? find_server(call, args->srv.name, error) : NULL;
    if (server == NULL)
        return FALSE;
    g_autoptr(GPtrArray) conns = rpc_server_clients(server);
    ret->ret = conns->len;
    if (args->need_results == 0)
        return TRUE;
    ret->clients.len = conns->len;
    ret->clients.items = arena_array_of(rpc_call_arena(call), AdminClient, conns->len);
    for (guint i = 0; i < conns->len; i++)
        fill_client(&ret->clients.items[i], server, g_ptr_array_index(conns, i));
    return TRUE;
}

static RpcConn *
find_client(RpcServer *server, uint64_t id, GError **error)
{
    RpcConn *conn = rpc_server_find_client(server, id);
    if (conn == NULL)
        virt_error_set(error, VIRT_FROM_ADMIN, VIRT_ERR_NO_CLIENT,
                       "No client with matching ID '%" G_GUINT64_FORMAT "'", id);
    return conn;
}

static gboolean
handle_lookup_client(RpcCall *call, const AdminServerLookupClientArgs *args,
                     AdminServerLookupClientRet *ret, GError **error)
{
    RpcServer *server =
        no_flags(args->flags, error) ? find_server(call, args->srv.name, error) : NULL;
    RpcConn *conn = server != NULL ? find_client(server, args->id, error) : NULL;
    if (conn == NULL)
        return FALSE;
    fill_client(&ret->clnt, server, conn);
    return TRUE;
}

/* The names of user and group come from the host's name service, which may be slow. */
typedef struct {
    RpcCall *call;
    Identity *identity;
    gboolean read_only;
} ClientInfo;

static void
fill_client_info(void *data)
{
    ClientInfo *info = data;
    AdminClientGetInfoRet *ret = rpc_call_ret(info->call);
    g_autoptr(Identity) identity = identity_new_with_names(info->identity);
    Params params = {.arena = rpc_call_arena(info->call)};
    add(&params, "readonly", REMOTE_TYPED_PARAM_VALUE_BOOLEAN)->value.value.b = info->read_only;
    add_string(&params, "sasl_user_name", identity->sasl_user);
    if (identity->uid != IDENTITY_NO_ID)
        add_int(&params, "unix_user_id", (int32_t)identity->uid);
    add_string(&params, "unix_user_name", identity->user_name);
    if (identity->gid != IDENTITY_NO_ID)
        add_int(&params, "unix_group_id", (int32_t)identity->gid);
    add_string(&params, "unix_group_name", identity->group_name);
    if (identity->pid > 0)
        add_int(&params, "unix_process_id", identity->pid);
    add_string(&params, "tls_x509_dname", identity->x509_dn);
    add_string(&params, "selinux_context", identity->selinux_context);
    ret->params.items = take(&params, &ret->params.len);
    identity_unref(info->identity);
    rpc_call_complete(info->call, NULL);
}

static gboolean
handle_client_info(RpcCall *call, const AdminClientGetInfoArgs *args, AdminClientGetInfoRet *ret,
                   GError **error)
{
    RpcServer *server =
        no_flags(args->flags, error) ? find_server(call, args->clnt.srv.name, error) : NULL;
    RpcConn *conn = server != NULL ? find_client(server, args->clnt.id, error) : NULL;
    if (conn == NULL)
        return FALSE;
    ClientInfo *info = arena_new_of(rpc_call_arena(call), ClientInfo);
    *info =
        (ClientInfo){call, identity_ref(rpc_conn_identity(conn)), rpc_conn_state(conn)->read_only};
    rpc_call_defer(call);
    worker_post(daemon_workers(daemon_of(call)), fill_client_info, info);
    return TRUE;
}

static gboolean
handle_client_close(RpcCall *call, const AdminClientCloseArgs *args, GError **error)
{
    RpcServer *server =
        no_flags(args->flags, error) ? find_server(call, args->clnt.srv.name, error) : NULL;
    RpcConn *conn = server != NULL ? find_client(server, args->clnt.id, error) : NULL;
    if (conn == NULL)
        return FALSE;
    /* A client that closes itself still gets its reply. */
    if (conn == rpc_call_conn(call))
        rpc_conn_finish(conn);
    else
        rpc_conn_cut(conn);
    return TRUE;
}

static gboolean
handle_get_limits(RpcCall *call, const AdminServerGetClientLimitsArgs *args,
                  AdminServerGetClientLimitsRet *ret, GError **error)
{
    RpcServer *server =
        no_flags(args->flags, error) ? find_server(call, args->srv.name, error) : NULL;
    if (server == NULL)
        return FALSE;
    const RpcLimits *limits = rpc_server_limits(server);
    Params params = {.arena = rpc_call_arena(call)};
    add_uint(&params, "nclients_max", limits->max_clients);
    add_uint(&params, "nclients", rpc_server_n_clients(server));
    add_uint(&params, "nclients_unauth_max", limits->max_anonymous_clients);
    add_uint(&params, "nclients_unauth", rpc_server_n_unauthenticated(server));
    ret->params.items = take(&params, &ret->params.len);
    return TRUE;
}

static gboolean
handle_set_limits(RpcCall *call, const AdminServerSetClientLimitsArgs *args, GError **error)
{
    RpcServer *server =
        no_flags(args->flags, error) ? find_server(call, args->srv.name, error) : NULL;
    if (server == NULL)
        return FALSE;
    RpcLimits wanted = *rpc_server_limits(server);
    Setting settings[] = {{"nclients_max", &wanted.max_clients},
                          {"nclients_unauth_max", &wanted.max_anonymous_clients},
                          {NULL, NULL}};
    if (!apply_settings(settings, args->params.items, args->params.len, error))
        return FALSE;
    if (wanted.max_anonymous_clients > wanted.max_clients) {
        virt_error_set(error, VIRT_FROM_ADMIN, VIRT_ERR_INVALID_ARG,
                       "nclients_unauth_max %u is larger than nclients_max %u",
                       wanted.max_anonymous_clients, wanted.max_clients);
        return FALSE;
    }
    *rpc_server_limits(server) = wanted;
    rpc_server_limits_changed(server);
    return TRUE;
}

/* --- logging --- */

/* Our settings are separated by spaces, as in the configuration; the call counts the items. */
static uint32_t
count_items(const char *text)
{
    g_auto(GStrv) items = g_strsplit(text, " ", -1);
    uint32_t n = 0;
    for (size_t i = 0; items[i] != NULL; i++)
        n += *items[i] != '\0';
    return n;
}

static gboolean
handle_get_outputs(RpcCall *call, const AdminConnectGetLoggingOutputsArgs *args,
                   AdminConnectGetLoggingOutputsRet *ret, GError **error)
{
    g_autofree char *text = log_get_outputs();
    if (!no_flags(args->flags, error))
        return FALSE;
    ret->outputs = arena_strdup(rpc_call_arena(call), text);
    ret->noutputs = count_items(text);
    return TRUE;
}

static gboolean
handle_get_filters(RpcCall *call, const AdminConnectGetLoggingFiltersArgs *args,
                   AdminConnectGetLoggingFiltersRet *ret, GError **error)
{
    g_autofree char *text = log_get_filters();
    if (!no_flags(args->flags, error))
        return FALSE;
    ret->nfilters = count_items(text);
    ret->filters = ret->nfilters > 0 ? arena_strdup(rpc_call_arena(call), text) : NULL;
    return TRUE;
}

static gboolean
handle_set_outputs(RpcCall *call, const AdminConnectSetLoggingOutputsArgs *args, GError **error)
{
    return no_flags(args->flags, error) &&
           log_configure(log_get_level(), NULL, args->outputs != NULL ? args->outputs : "", error);
}

static gboolean
handle_set_filters(RpcCall *call, const AdminConnectSetLoggingFiltersArgs *args, GError **error)
{
    return no_flags(args->flags, error) &&
           log_configure(log_get_level(), args->filters != NULL ? args->filters : "", NULL, error);
}

/* --- the rest --- */

static gboolean
handle_update_tls(RpcCall *call, const AdminServerUpdateTlsFilesArgs *args, GError **error)
{
    RpcServer *server =
        no_flags(args->flags, error) ? find_server(call, args->srv.name, error) : NULL;
    if (server != NULL)
        virt_error_set(error, VIRT_FROM_ADMIN, VIRT_ERR_INTERNAL_ERROR,
                       "server '%s' has no TLS service", rpc_server_name(server));
    return FALSE;
}

static gboolean
handle_set_timeout(RpcCall *call, const AdminConnectSetDaemonTimeoutArgs *args, GError **error)
{
    if (!no_flags(args->flags, error))
        return FALSE;
    daemon_set_idle_timeout(daemon_of(call), args->timeout);
    return TRUE;
}

const AdminHandlers admin_handlers = {
    .connect_open = handle_open,
    .connect_close = handle_close,
    .connect_get_lib_version = handle_lib_version,
    .connect_list_servers = handle_list_servers,
    .connect_lookup_server = handle_lookup_server,
    .server_get_threadpool_parameters = handle_get_threadpool,
    .server_set_threadpool_parameters = handle_set_threadpool,
    .server_list_clients = handle_list_clients,
    .server_lookup_client = handle_lookup_client,
    .client_get_info = handle_client_info,
    .client_close = handle_client_close,
    .server_get_client_limits = handle_get_limits,
    .server_set_client_limits = handle_set_limits,
    .connect_get_logging_outputs = handle_get_outputs,
    .connect_get_logging_filters = handle_get_filters,
    .connect_set_logging_outputs = handle_set_outputs,
    .connect_set_logging_filters = handle_set_filters,
    .server_update_tls_files = handle_update_tls,
    .connect_set_daemon_timeout = handle_set_timeout,
};
