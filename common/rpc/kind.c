/*
 * kind — see kind.h.
 */
#include "common/rpc/kind.h"

#include <string.h>

#include "common/base/error.h"
#include "common/spec/remote.h"

const RpcConnKind rpc_kinds[] = {
    {"qemu", "QEMU", "QEMU", RPC_FAMILY_HYPERVISOR, RPC_DAEMON_QEMU, "virtqemud"},
    {"network", "network", "network", RPC_FAMILY_NETWORK, RPC_DAEMON_NETWORK, "virtnetworkd"},
    {"storage", "storage", "storage", RPC_FAMILY_STORAGE, RPC_DAEMON_STORAGE, "virtstoraged"},
    {"nodedev", "nodedev", "nodedev", RPC_FAMILY_NODEDEV, RPC_DAEMON_NODEDEV, "virtnodedevd"},
    {"secret", "secret", "secret", RPC_FAMILY_SECRET, RPC_DAEMON_STORAGE, "virtsecretd"},
    {"nwfilter", "nwfilter", "nwfilter", RPC_FAMILY_NWFILTER, RPC_DAEMON_NETWORK, "virtnwfilterd"},
    {"interface", "interface", "interface", RPC_FAMILY_INTERFACE, RPC_DAEMON_NETWORK,
     "virtinterfaced"},
};
const size_t rpc_n_kinds = G_N_ELEMENTS(rpc_kinds);

static const char *const daemon_names[RPC_N_DAEMONS] = {
    [RPC_DAEMON_NONE] = "nobody",          [RPC_DAEMON_QEMU] = "virtqemud",
    [RPC_DAEMON_NETWORK] = "virtnetworkd", [RPC_DAEMON_STORAGE] = "virtstoraged",
    [RPC_DAEMON_NODEDEV] = "virtnodedevd", [RPC_DAEMON_PROXY] = "virtproxyd",
};

/* Calls about the connection itself that every kind has. */
static const uint32_t connection_calls[] = {
    REMOTE_PROC_CONNECT_GET_TYPE,
    REMOTE_PROC_CONNECT_GET_URI,
    REMOTE_PROC_CONNECT_GET_LIB_VERSION,
};

/* Calls that end where the client's connection ends, whoever serves its objects. */
static const uint32_t local_calls[] = {
    REMOTE_PROC_AUTH_LIST,
    REMOTE_PROC_AUTH_SASL_INIT,
    REMOTE_PROC_AUTH_SASL_START,
    REMOTE_PROC_AUTH_SASL_STEP,
    REMOTE_PROC_AUTH_POLKIT,
    REMOTE_PROC_CONNECT_OPEN,
    REMOTE_PROC_CONNECT_CLOSE,
    REMOTE_PROC_CONNECT_IS_SECURE,
    REMOTE_PROC_CONNECT_REGISTER_CLOSE_CALLBACK,
    REMOTE_PROC_CONNECT_UNREGISTER_CLOSE_CALLBACK,
    REMOTE_PROC_CONNECT_SET_IDENTITY,
    REMOTE_PROC_CONNECT_SUPPORTS_FEATURE,
};

const RpcConnKind *
rpc_kind_of_family(RpcFamily family)
{
    for (size_t i = 0; i < rpc_n_kinds; i++) {
        if (rpc_kinds[i].family == family)
            return &rpc_kinds[i];
    }
    return NULL;
}

const char *
rpc_daemon_name(RpcDaemon daemon)
{
    return daemon_names[daemon];
}

static const RpcConnKind *
kind_of_scheme(const char *scheme)
{
    for (size_t i = 0; i < rpc_n_kinds; i++) {
        if (g_str_equal(rpc_kinds[i].scheme, scheme))
            return &rpc_kinds[i];
    }
    return NULL;
}

/* As stock, the privileged hypervisor daemon takes root's session URI too. */
static gboolean
path_is_served(const RpcConnKind *kind, const char *path, gboolean privileged)
{
    if (g_str_equal(path, "/session"))
        return !privileged || kind->family == RPC_FAMILY_HYPERVISOR;
    return privileged && g_str_equal(path, "/system");
}

const RpcConnKind *
rpc_kind_parse(const char *name, gboolean privileged, char **ret_uri, GError **error)
{
    if (*name == '\0') {
        *ret_uri =
            g_strconcat(rpc_kinds[0].scheme, privileged ? ":///system" : ":///session", NULL);
        return &rpc_kinds[0];
    }
    g_autoptr(GUri) uri = g_uri_parse(name, G_URI_FLAGS_NON_DNS | G_URI_FLAGS_ENCODED, NULL);
    const RpcConnKind *kind = uri != NULL ? kind_of_scheme(g_uri_get_scheme(uri)) : NULL;
    const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
    if (kind == NULL || (host != NULL && *host != '\0')) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_NO_CONNECT, "%s", name);
        return NULL;
    }
    if (!path_is_served(kind, g_uri_get_path(uri), privileged)) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INTERNAL_ERROR,
                       "%s daemon does not serve the path '%s' of '%s'",
                       privileged ? "the system's" : "a session's", g_uri_get_path(uri), name);
        return NULL;
    }
    *ret_uri = g_strdup(name);
    return kind;
}

static gboolean
is_among(const uint32_t *numbers, size_t n, uint32_t number)
{
    for (size_t i = 0; i < n; i++) {
        if (numbers[i] == number)
            return TRUE;
    }
    return FALSE;
}

RpcRoute
rpc_route(const RpcConnKind *kind, const RpcProgram *program, const RpcProc *proc)
{
    if (program == &remote_program) {
        if (is_among(local_calls, G_N_ELEMENTS(local_calls), proc->number))
            return ROUTE_LOCAL;
        if (is_among(connection_calls, G_N_ELEMENTS(connection_calls), proc->number))
            return ROUTE_PRIMARY;
    }
    if (proc->family == kind->family)
        return ROUTE_PRIMARY;
    return kind->family == RPC_FAMILY_HYPERVISOR ? ROUTE_OTHER : ROUTE_NO_SUPPORT;
}
