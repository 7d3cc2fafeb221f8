/*
 * main — virtstoraged: what it serves.
 */
#include "virtstoraged/handlers/handlers.h"

#include "common/daemon/connect.h"
#include "common/daemon/daemon.h"
#include "virtstoraged/pool/pool.h"

#define X(name) .name = handle_##name,
static const RemoteHandlers remote_handlers = {CONNECT_HANDLERS, EVENT_HANDLERS_STORAGE,
                                               EVENT_HANDLERS_SECRET, VIRTSTORAGED_CALLS(X)};
#undef X

int
main(int argc, char **argv)
{
    static const DaemonObjectKind kinds[] = {
        {ACL_STORAGE_POOL, pool_free, NULL, pool_children, pool_find_key}, {ACL_SECRET}};
    static const char *const sockets[] = {"virtstoraged", "virtsecretd", NULL};
    static const DaemonInfo info = {
        .config_kind = DAEMON_STORAGE,
        .number = RPC_DAEMON_STORAGE,
        .name = "virtstoraged",
        .sockets = sockets,
        .remote = &remote_handlers,
        .relays = FALSE,
        .has_threads = TRUE,
        .kinds = kinds,
        .n_kinds = G_N_ELEMENTS(kinds),
        .init = storage_init,
        .free = storage_free,
    };
    return daemon_main(&info, argc, argv);
}
