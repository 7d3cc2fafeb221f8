/*
 * main — virtnetworkd: what it serves.
 */
#include "virtnetworkd/handlers/handlers.h"

#include "common/daemon/connect.h"
#include "common/daemon/daemon.h"

#define X(name) .name = handle_##name,
static const RemoteHandlers remote_handlers = {CONNECT_HANDLERS, EVENT_HANDLERS_NETWORK,
                                               VIRTNETWORKD_CALLS(X)};
#undef X

int
main(int argc, char **argv)
{
    static const DaemonObjectKind kinds[] = {
        {ACL_NETWORK}, {ACL_NWFILTER}, {ACL_NWFILTER_BINDING}, {ACL_INTERFACE}};
    static const char *const sockets[] = {"virtnetworkd", "virtnwfilterd", "virtinterfaced", NULL};
    static const DaemonInfo info = {
        .config_kind = DAEMON_NETWORK,
        .number = RPC_DAEMON_NETWORK,
        .name = "virtnetworkd",
        .sockets = sockets,
        .remote = &remote_handlers,
        .relays = FALSE,
        .has_threads = TRUE,
        .kinds = kinds,
        .n_kinds = G_N_ELEMENTS(kinds),
    };
    return daemon_main(&info, argc, argv);
}
