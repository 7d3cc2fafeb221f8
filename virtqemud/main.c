/*
 * main — virtqemud: what it serves.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/daemon/connect.h"
#include "common/daemon/daemon.h"
#include "virtqemud/vm/destroy.h"

#define X(name) .name = handle_##name,
static const RemoteHandlers remote_handlers = {CONNECT_HANDLERS, EVENT_HANDLERS_DOMAIN,
                                               VIRTQEMUD_CALLS(X)};
#undef X

#define X(name) .name = handle_qemu_##name,
static const QemuHandlers qemu_handlers = {
    .connect_domain_monitor_event_register = events_monitor_register,
    .connect_domain_monitor_event_deregister = events_monitor_deregister,
    VIRTQEMUD_QEMU_CALLS(X)};
#undef X

int
main(int argc, char **argv)
{
    static const DaemonObjectKind kinds[] = {{ACL_DOMAIN, vm_free, vm_control_of}};
    static const char *const sockets[] = {"virtqemud", NULL};
    static const RpcLeaverKind *const leavers[] = {&destroy_leaver, &fd_associate_leaver, NULL};
    static const DaemonInfo info = {
        .config_kind = DAEMON_QEMU,
        .number = RPC_DAEMON_QEMU,
        .name = "virtqemud",
        .sockets = sockets,
        .remote = &remote_handlers,
        .qemu = &qemu_handlers,
        .relays = TRUE,
        .has_threads = TRUE,
        .kinds = kinds,
        .n_kinds = G_N_ELEMENTS(kinds),
        .init = driver_init,
        .is_busy = driver_is_busy,
        .is_at_rest = driver_is_at_rest,
        .save = driver_save,
        .leavers = leavers,
        .stop = driver_stop,
        .free = driver_free,
    };
    return daemon_main(&info, argc, argv);
}
