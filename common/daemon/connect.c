/*
 * connect — see connect.h.
 */
#define LOG_SOURCE "daemon.connect"

#include "common/daemon/connect.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/daemon/daemon.h"
#include "common/rpc/conn.h"
#include "common/rpc/feature.h"

/* Only this one counts: stock clients send private flags of theirs along (6 in session mode), and
 * the stock daemon takes any. */
enum { OPEN_READ_ONLY = 1 };

/* --- authentication --- */

gboolean
connect_auth_list(RpcCall *call, RemoteAuthListRet *ret, GError **error)
{
    RpcConnState *state = rpc_conn_state(rpc_call_conn(call));
    ret->types.len = 1;
    ret->types.items = arena_alloc(rpc_call_arena(call), sizeof *ret->types.items);
    ret->types.items[0] =
        state->auth == RPC_AUTH_POLKIT ? REMOTE_AUTH_TYPE_POLKIT : REMOTE_AUTH_TYPE_NONE;
    return TRUE;
}

static void
on_polkit(void *data, PolkitResult result, const GError *error)
{
    RpcCall *call = data;
    RpcConn *conn = rpc_call_conn(call);
    rpc_conn_state(conn)->authenticating = FALSE;
    if (result == POLKIT_ALLOWED) {
        ((RemoteAuthPolkitRet *)rpc_call_ret(call))->complete = 1;
        rpc_conn_set_authenticated(conn);
        rpc_call_complete(call, NULL);
    } else {
        log_warning("client %" G_GUINT64_FORMAT ": %s", rpc_conn_state(conn)->id, error->message);
        rpc_call_complete(call, g_error_copy(error));
    }
}

static void
client_gone(RpcCall *call)
{
    GError *error = NULL;
    virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_OPERATION_ABORTED, "the client has gone");
    rpc_call_complete(call, error);
}

static void
on_auth_client_gone(RpcCall *call, void *check)
{
    polkit_check_cancel(check);
    client_gone(call);
}

gboolean
connect_auth_polkit(RpcCall *call, RemoteAuthPolkitRet *ret, GError **error)
{
    RpcConn *conn = rpc_call_conn(call);
    RpcConnState *state = rpc_conn_state(conn);
    if (state->auth != RPC_AUTH_POLKIT || state->authenticated) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_AUTH_FAILED,
                       "polkit is not how this connection authenticates");
        return FALSE;
    }
    PolkitRequest request = {
        .action = state->access == RPC_ACCESS_RO ? POLKIT_ACTION_MONITOR : POLKIT_ACTION_MANAGE,
        .subject = rpc_conn_peer(conn),
        .interaction = POLKIT_ALLOW_INTERACTION,
    };
    PolkitCheck *check =
        polkit_check(rpc_server_config(rpc_conn_server(conn))->polkit, &request, on_polkit, call);
    state->authenticating = TRUE;
    rpc_call_defer(call);
    rpc_call_set_cancel(call, on_auth_client_gone, check);
    return TRUE;
}

/* --- open and close --- */

static void
remember_opened(RpcCall *call, const RpcConnKind *kind, const char *uri, uint32_t flags)
{
    rpc_conn_set_opened(rpc_call_conn(call), kind, uri, (flags & OPEN_READ_ONLY) != 0);
}

typedef struct {
    RpcCall *call;
    const RpcConnKind *kind;
    char *uri;
    uint32_t flags;
} ProxyOpen;

static void
on_primary(void *data, const GError *error)
{
    ProxyOpen *open = data;
    if (error == NULL)
        remember_opened(open->call, open->kind, open->uri, open->flags);
    rpc_call_complete(open->call, error != NULL ? g_error_copy(error) : NULL);
}

static void
on_open_client_gone(RpcCall *call, void *data)
{
    client_gone(call);
}

gboolean
connect_open(RpcCall *call, const RemoteConnectOpenArgs *args, GError **error)
{
    RpcConn *conn = rpc_call_conn(call);
    const RpcServerConfig *config = rpc_server_config(rpc_conn_server(conn));
    if (rpc_conn_state(conn)->opened) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR, "connection already open");
        return FALSE;
    }
    if (args->name == NULL) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR, "connection URI is required");
        return FALSE;
    }
    char *uri = NULL;
    const RpcConnKind *kind = rpc_kind_parse(args->name, config->privileged, &uri, error);
    if (kind == NULL)
        return FALSE;
    if (!config->serves_kind[kind->family]) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_NO_CONNECT, "%s", args->name);
        g_free(uri);
        return FALSE;
    }
    if (config->daemon != RPC_DAEMON_PROXY) {
        remember_opened(call, kind, uri, args->flags);
        g_free(uri);
        return TRUE;
    }
    ProxyOpen *open = arena_new_of(rpc_call_arena(call), ProxyOpen);
    *open = (ProxyOpen){call, kind, arena_strdup(rpc_call_arena(call), uri), args->flags};
    g_free(uri);
    rpc_relay_open_primary(conn, kind, (args->flags & OPEN_READ_ONLY) != 0, on_primary, open);
    rpc_call_defer(call);
    rpc_call_set_cancel(call, on_open_client_gone, NULL);
    return TRUE;
}

gboolean
connect_close(RpcCall *call, GError **error)
{
    /* The reply is written before the end takes effect. */
    rpc_conn_finish(rpc_call_conn(call));
    return TRUE;
}

/* --- questions about the connection --- */

gboolean
connect_get_type(RpcCall *call, RemoteConnectGetTypeRet *ret, GError **error)
{
    ret->type = (char *)rpc_conn_state(rpc_call_conn(call))->kind->type;
    return TRUE;
}

gboolean
connect_get_uri(RpcCall *call, RemoteConnectGetUriRet *ret, GError **error)
{
    ret->uri = (char *)rpc_conn_uri(rpc_call_conn(call));
    return TRUE;
}

gboolean
connect_get_lib_version(RpcCall *call, RemoteConnectGetLibVersionRet *ret, GError **error)
{
    ret->lib_ver = DAEMON_LIBVIRT_VERSION;
    return TRUE;
}

gboolean
connect_is_secure(RpcCall *call, RemoteConnectIsSecureRet *ret, GError **error)
{
    ret->secure = rpc_conn_is_secure(rpc_call_conn(call)) ? 1 : 0;
    return TRUE;
}

gboolean
connect_supports_feature(RpcCall *call, const RemoteConnectSupportsFeatureArgs *args,
                         RemoteConnectSupportsFeatureRet *ret, GError **error)
{
    RpcConn *conn = rpc_call_conn(call);
    RpcConnState *state = rpc_conn_state(conn);
    const RpcLimits *limits = rpc_server_limits(rpc_conn_server(conn));
    if (args->feature == FEATURE_KEEPALIVE) {
        state->keepalive = TRUE;
        rpc_link_set_keepalive(rpc_conn_link(conn),
                               (int64_t)limits->keepalive_interval_s * G_USEC_PER_SEC,
                               limits->keepalive_count);
        ret->supported = 1;
        return TRUE;
    }
    if (!state->opened) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR, "connection not open");
        return FALSE;
    }
    ret->supported =
        feature_is_of_transport(args->feature) || feature_of_kind(args->feature, state->kind) ? 1
                                                                                              : 0;
    return TRUE;
}

/* --- identity --- */

static IdentityParam *
identity_params(RpcCall *call, const RemoteConnectSetIdentityArgs *args)
{
    IdentityParam *params =
        arena_array_of(rpc_call_arena(call), IdentityParam, args->params.len + 1);
    for (uint32_t i = 0; i < args->params.len; i++) {
        const RemoteTypedParam *item = &args->params.items[i];
        params[i].name = item->field;
        params[i].type = item->value.type;
        if (item->value.type == IDENTITY_STRING)
            params[i].value.string = item->value.value.s;
        else if (item->value.type == IDENTITY_ULLONG)
            params[i].value.ullong = item->value.value.ul;
        else if (item->value.type == IDENTITY_LLONG)
            params[i].value.llong = item->value.value.l;
    }
    return params;
}

static void
on_identity_told(void *data, const GError *error)
{
    rpc_call_complete(data, error != NULL ? g_error_copy(error) : NULL);
}

gboolean
connect_set_identity(RpcCall *call, const RemoteConnectSetIdentityArgs *args, GError **error)
{
    RpcConn *conn = rpc_call_conn(call);
    const RpcServerConfig *config = rpc_server_config(rpc_conn_server(conn));
    if (!identity_may_delegate(rpc_conn_peer(conn), config->own_uid)) {
        virt_error_set(error, VIRT_FROM_ACCESS, VIRT_ERR_ACCESS_DENIED,
                       "only root and the daemon's own user may speak for somebody else");
        return FALSE;
    }
    if (rpc_conn_state(conn)->called) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_INVALID,
                       "the identity can only be set before other calls are made");
        return FALSE;
    }
    if (args->flags != 0) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG, "unsupported flags (0x%x)",
                       args->flags);
        return FALSE;
    }
    g_autoptr(Identity) identity = identity_new_from_params(
        identity_params(call, args), args->params.len,
        config->privileged ? IDENTITY_SCOPE_SYSTEM : IDENTITY_SCOPE_SESSION, config->own_uid,
        error);
    if (identity == NULL)
        return FALSE;
    rpc_conn_set_identity(conn, identity);
    if (config->daemon != RPC_DAEMON_PROXY)
        return TRUE;
    /* The daemon behind was told who the peer is. No call was made yet, so it loses nothing. */
    const RpcConnState *state = rpc_conn_state(conn);
    rpc_relay_open_primary(conn, state->kind, state->read_only, on_identity_told, call);
    rpc_call_defer(call);
    rpc_call_set_cancel(call, on_open_client_gone, NULL);
    return TRUE;
}

/* --- close callbacks --- */

gboolean
connect_register_close_callback(RpcCall *call, GError **error)
{
    RpcConnState *state = rpc_conn_state(rpc_call_conn(call));
    if (state->close_callback) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                       "a close callback is already registered");
        return FALSE;
    }
    state->close_callback = TRUE;
    return TRUE;
}

gboolean
connect_unregister_close_callback(RpcCall *call, GError **error)
{
    RpcConnState *state = rpc_conn_state(rpc_call_conn(call));
    if (!state->close_callback) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                       "no close callback is registered");
        return FALSE;
    }
    state->close_callback = FALSE;
    return TRUE;
}
