/*
 * graphics — a client's own connection to a guest's display.
 */
#define LOG_SOURCE "qemu.graphics"

#include "virtqemud/handlers/handlers.h"

#include <sys/stat.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/log.h"
#include "common/daemon/arguments.h"
#include "virtqemud/vm/ask.h"

/* VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH */
enum { GRAPHICS_SKIPAUTH = 1 };
#define FD_NAME "graphicsfd"

typedef struct {
    uint32_t index;
    uint32_t flags;
} Wish;

/* QEMU's name of the protocol; NULL with an error. */
static const char *
protocol_of(const Vm *vm, uint32_t index, GError **error)
{
    const Devices *devices = &shared_def_get(vm->live)->devices;
    if (index >= devices->graphics.n) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "No graphics backend with index %u", index);
        return NULL;
    }
    switch (devices->graphics.items[index]->type) {
    case GRAPHICS_VNC:
        return "vnc";
    case GRAPHICS_SPICE:
        return "spice";
    default:
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_UNSUPPORTED,
                       "graphics %u is of a type that takes no connections", index);
        return NULL;
    }
}

static gboolean
check_socket(int fd, GError **error)
{
    struct stat st;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                   "a connection to a display must be a socket");
    return FALSE;
}

/* Gives `fd`, which is taken, a name in QEMU. */
static gboolean
hand_over(Vm *vm, int fd, GError **error)
{
    Json *args = json_new_object();
    json_add_string(args, "fdname", FD_NAME);
    return ask_with_fd(vm, QMP_GETFD, args, fd, error);
}

static gboolean
add_client(Vm *vm, const char *protocol, gboolean skips_auth, GError **error)
{
    Json *args = json_new_object();
    json_add_string(args, "protocol", protocol);
    json_add_string(args, "fdname", FD_NAME);
    json_add_bool(args, "skipauth", skips_auth);
    if (vm_qmp(vm, QMP_ADD_CLIENT, args, NULL, error))
        return TRUE;
    Json *close_args = json_new_object();
    json_add_string(close_args, "fdname", FD_NAME);
    g_autoptr(GError) ignored = NULL;
    if (!vm_qmp(vm, QMP_CLOSEFD, close_args, NULL, &ignored))
        log_debug("the descriptor stays with QEMU: %s", ignored->message);
    return FALSE;
}

/* `fd` is taken. */
static gboolean
connect_display(Vm *vm, const Wish *wish, int fd, GError **error)
{
    auto_fd socket = fd;
    const char *protocol = protocol_of(vm, wish->index, error);
    return protocol != NULL && hand_over(vm, fd_steal(&socket), error) &&
           add_client(vm, protocol, (wish->flags & GRAPHICS_SKIPAUTH) != 0, error);
}

gboolean
handle_domain_open_graphics(RpcCall *call, Vm *vm, const RemoteDomainOpenGraphicsArgs *args,
                            GError **error)
{
    Wish wish = {args->idx, args->flags};
    auto_fd fd = rpc_call_take_fd(call, 0);
    return arguments_check_flags(VIRT_FROM_QEMU, args->flags, GRAPHICS_SKIPAUTH, error) &&
           vm_check_active(vm, error) && check_socket(fd, error) &&
           connect_display(vm, &wish, fd_steal(&fd), error);
}

gboolean
handle_domain_open_graphics_fd(RpcCall *call, Vm *vm, const RemoteDomainOpenGraphicsFdArgs *args,
                               GError **error)
{
    Wish wish = {args->idx, args->flags};
    int pair[2];
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, GRAPHICS_SKIPAUTH, error) ||
        !vm_check_active(vm, error) || !fd_socket_pair(pair, error))
        return FALSE;
    auto_fd ours = pair[0];
    if (!connect_display(vm, &wish, pair[1], error))
        return FALSE;
    rpc_call_reply_fd(call, fd_steal(&ours));
    return TRUE;
}
