/*
 * main — virtnodedevd: what it serves.
 */
#include "virtnodedevd/handlers/handlers.h"

#include "common/daemon/connect.h"
#include "common/daemon/daemon.h"

#define X(name) .name = handle_##name,
static const RemoteHandlers remote_handlers = {CONNECT_HANDLERS, EVENT_HANDLERS_NODEDEV,
                                               VIRTNODEDEVD_CALLS(X)};
#undef X

int
main(int argc, char **argv)
{
    static const DaemonObjectKind kinds[] = {{ACL_NODE_DEVICE}};
    static const char *const sockets[] = {"virtnodedevd", NULL};
    static const DaemonInfo info = {
        .config_kind = DAEMON_NODEDEV,
        .number = RPC_DAEMON_NODEDEV,
        .name = "virtnodedevd",
        .sockets = sockets,
        .remote = &remote_handlers,
        .relays = FALSE,
        .has_threads = TRUE,
        .kinds = kinds,
        .n_kinds = G_N_ELEMENTS(kinds),
    };
    return daemon_main(&info, argc, argv);
}
