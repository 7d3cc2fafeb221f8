/*
 * console — a client is connected to a guest's console or channel.
 */
#include "virtqemud/handlers/handlers.h"

#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "virtqemud/vm/console.h"
#include "virtqemud/vm/proc.h"
#include "virtqemud/vm/vm.h"

/* VIR_DOMAIN_CONSOLE_FORCE and _SAFE */
enum { CONSOLE_FORCE = 1, CONSOLE_SAFE = 2 };
/* VIR_DOMAIN_CHANNEL_FORCE */
enum { CHANNEL_FORCE = 1 };

/* ---- which device ---- */

typedef struct {
    Chardev *const *items;
    size_t n;
} Chardevs;

/* The device of this name; without a name the first. NULL: there is none. */
static const Chardev *
find_line(const Chardevs *chardevs, const char *name)
{
    for (size_t i = 0; i < chardevs->n; i++) {
        const Chardev *chardev = chardevs->items[i];
        if (name == NULL || g_strcmp0(chardev->info.alias, name) == 0)
            return chardev;
    }
    return NULL;
}

/* A console that is a serial port has that port's alias, and is known by a name of its own too. */
static const Chardev *
find_console_by_number(const Devices *devices, const char *name)
{
    for (size_t i = 0; name != NULL && i < devices->consoles.n; i++) {
        g_autofree char *numbered = g_strdup_printf("console%zu", i);
        if (g_str_equal(name, numbered))
            return devices->consoles.items[i];
    }
    return NULL;
}

static const Chardev *
find_console(const Devices *devices, const char *name)
{
    const Chardevs kinds[] = {{devices->consoles.items, devices->consoles.n},
                              {devices->serials.items, devices->serials.n},
                              {devices->parallels.items, devices->parallels.n}};
    const Chardev *found = find_console_by_number(devices, name);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds) && found == NULL; i++)
        found = find_line(&kinds[i], name);
    return found;
}

/* Channels are known by the name that the guest sees, too. */
static const Chardev *
find_channel(const Devices *devices, const char *name)
{
    for (size_t i = 0; name != NULL && i < devices->channels.n; i++) {
        if (g_strcmp0(devices->channels.items[i]->name, name) == 0)
            return devices->channels.items[i];
    }
    Chardevs all = {devices->channels.items, devices->channels.n};
    return find_line(&all, name);
}

static const char *
path_of(const Chardev *chardev)
{
    return chardev->sources.n > 0 ? chardev->sources.items[0]->path : NULL;
}

/* A socket that QEMU connects to is somebody else's, who does not expect us. */
static gboolean
is_listening(const Chardev *chardev)
{
    return chardev->type == CHARDEV_UNIX && path_of(chardev) != NULL &&
           chardev->sources.items[0]->mode != CHARDEV_CONNECT;
}

/* ---- opening ---- */

/* Who QEMU runs as. */
static gboolean
find_owner(const Vm *vm, uid_t *ret_uid, GError **error)
{
    gid_t gid;
    auto_fd folder = vm->run != NULL ? proc_open(vm->run->pid, vm->run->start_time) : -1;
    if (folder >= 0 && proc_read_ids(folder, ret_uid, &gid))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "domain is not running");
    return FALSE;
}

static gboolean
no_device(const char *what, const char *name, GError **error)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "cannot find %s '%s'", what,
                   name != NULL ? name : "(the first)");
    return FALSE;
}

static gboolean
wrong_device(const char *what, const Chardev *chardev, const char *backend, GError **error)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_UNSUPPORTED, "%s '%s' is not using %s",
                   what, chardev->info.alias != NULL ? chardev->info.alias : "", backend);
    return FALSE;
}

gboolean
handle_domain_open_console(RpcCall *call, Vm *vm, const RemoteDomainOpenConsoleArgs *args,
                           GError **error)
{
    ConsoleWish wish = {.kind = CONSOLE_PTY,
                        .what = "console session",
                        .forces = (args->flags & CONSOLE_FORCE) != 0,
                        .is_safe = (args->flags & CONSOLE_SAFE) != 0};
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, CONSOLE_FORCE | CONSOLE_SAFE, error) ||
        !vm_check_active(vm, error))
        return FALSE;
    const Chardev *chardev = find_console(&shared_def_get(vm->live)->devices, args->dev_name);
    if (chardev == NULL)
        return no_device("character device", args->dev_name, error);
    wish.path = path_of(chardev);
    if (chardev->type != CHARDEV_PTY || wish.path == NULL)
        return wrong_device("character device", chardev, "a PTY", error);
    return find_owner(vm, &wish.owner, error) &&
           console_open(vm->driver->consoles, call, &wish, error);
}

gboolean
handle_domain_open_channel(RpcCall *call, Vm *vm, const RemoteDomainOpenChannelArgs *args,
                           GError **error)
{
    ConsoleWish wish = {.kind = CONSOLE_SOCKET,
                        .what = "channel stream",
                        .forces = (args->flags & CHANNEL_FORCE) != 0};
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, CHANNEL_FORCE, error) ||
        !vm_check_active(vm, error))
        return FALSE;
    const Chardev *chardev = find_channel(&shared_def_get(vm->live)->devices, args->name);
    if (chardev == NULL)
        return no_device("channel", args->name, error);
    wish.path = path_of(chardev);
    if (!is_listening(chardev))
        return wrong_device("channel", chardev, "a UNIX socket that QEMU listens on", error);
    return console_open(vm->driver->consoles, call, &wish, error);
}
