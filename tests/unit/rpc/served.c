/*
 * served — see served.h.
 */
#include "tests/unit/rpc/served.h"

#include <unistd.h>

#include "common/base/error.h"

void
served_setup(Served *served, const RpcServerConfig *config, const RpcLimits *limits)
{
    RpcServerConfig filled = config != NULL ? *config : (RpcServerConfig){0};
    RpcLimits free_for_all = rpc_limits_default;
    free_for_all.auth_rw = free_for_all.auth_ro = RPC_AUTH_NONE;
    if (filled.name == NULL)
        filled.name = "virttestd";
    if (filled.daemon == RPC_DAEMON_NONE)
        filled.daemon = RPC_DAEMON_QEMU;
    filled.privileged = TRUE;
    filled.own_uid = getuid();
    served->loop = loop_new(NULL);
    served->io = rpc_io_new(served->loop);
    served->server = rpc_server_new(served->io, &filled, limits != NULL ? limits : &free_for_all);
}

void
served_teardown(Served *served)
{
    rpc_server_free(served->server);
    run_idle(served->loop);
    rpc_io_free(served->io);
    loop_free(served->loop);
}

RpcConn *
served_client(Served *served, Peer *ret_peer, RpcAccess access)
{
    int fds[2];
    peer_pair(fds);
    RpcConn *conn = rpc_server_adopt(served->server, fds[0], access);
    g_assert_nonnull(conn);
    peer_init(ret_peer, served->loop, fds[1]);
    return conn;
}

RpcConn *
served_opened(Served *served, Peer *ret_peer, RpcAccess access, const char *scheme)
{
    RpcConn *conn = served_client(served, ret_peer, access);
    g_autofree char *uri = g_strconcat(scheme, ":///system", NULL);
    g_autofree char *own = NULL;
    const RpcConnKind *kind = rpc_kind_parse(uri, TRUE, &own, NULL);
    rpc_conn_set_opened(conn, kind, own, FALSE);
    return conn;
}
