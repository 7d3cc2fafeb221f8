/*
 * main — virtproxyd: no objects of its own. It authenticates clients and relays everything else to
 * the daemon that serves it, on the sockets that clients of a single libvirt daemon look for.
 */
#include "common/daemon/connect.h"
#include "common/daemon/daemon.h"

static const RemoteHandlers remote_handlers = {
    CONNECT_HANDLERS,
};

static const QemuHandlers qemu_handlers = {0};

int
main(int argc, char **argv)
{
    /* Admin clients look for both admin sockets. */
    static const char *const sockets[] = {"libvirt", "virtproxyd", NULL};
    static const DaemonInfo info = {
        .config_kind = DAEMON_PROXY,
        .number = RPC_DAEMON_PROXY,
        .name = "virtproxyd",
        .sockets = sockets,
        .remote = &remote_handlers,
        .qemu = &qemu_handlers,
        .relays = TRUE,
    };
    return daemon_main(&info, argc, argv);
}
