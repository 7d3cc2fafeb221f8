/*
 * start_definition — the first steps of a start: what is to run is settled, and has a name, a
 * number and ports.
 */
#include "common/base/error.h"
#include "virtqemud/assign/assign.h"
#include "virtqemud/hostres/folder.h"
#include "virtqemud/hostres/port.h"
#include "virtqemud/vm/belongings.h"
#include "virtqemud/vm/channels.h"
#include "virtqemud/vm/define.h"
#include "virtqemud/vm/events.h"
#include "virtqemud/vm/live.h"
#include "virtqemud/vm/start_private.h"
#include "virtqemud/vm/status.h"
#include "virtqemud/vm/taint.h"

static const DomainDef *
wanted(const Vm *vm)
{
    return shared_def_get(vm->live != NULL ? vm->live : vm->persistent);
}

/* What a stock daemon saved is not thrown away by booting over it. */
static gboolean
check_saved_state(Start *start, GError **error)
{
    const char *lib = start->driver->paths.lib;
    const char *name = start->vm->name;
    if (!belongings_has_save(lib, name))
        return TRUE;
    if ((start->flags & START_FORCE_BOOT) != 0)
        return belongings_remove_save(lib, name, error);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_UNSUPPORTED,
                   "guest '%s' has a saved state, which cannot be restored yet: start it with "
                   "--force-boot to drop that state",
                   name);
    return FALSE;
}

/* What is promised for the guest's end must be something that can be done. */
static gboolean
check_crash_action(const DomainDef *def, GError **error)
{
    if (def->on_crash != ON_EVENT_COREDUMP_DESTROY && def->on_crash != ON_EVENT_COREDUMP_RESTART)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "guest '%s' cannot be started: dumping its memory when it crashes (on_crash) is "
                   "not supported yet",
                   def->name);
    return FALSE;
}

gboolean
start_prepare_definition(Start *start, GError **error)
{
    if (!check_saved_state(start, error))
        return FALSE;
    const DomainDef *def = wanted(start->vm);
    const char *path = domain_def_unsupported(def);
    if (path != NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "guest '%s' cannot be started: %s is not supported yet", def->name, path);
        return FALSE;
    }
    start->caps = check_crash_action(def, error) ? define_caps(start->driver, def, error) : NULL;
    if (start->caps == NULL)
        return FALSE;
    start->def = domain_def_copy(def);
    /* a file that somebody wrote by hand may still lack what a definition is given */
    domain_def_fill_defaults(start->def);
    return assign_definition(start->def, start->caps, error) && assign_aliases(start->def, error) &&
           build_check(start->def, start->caps, error) &&
           live_resolve_cpu(start->def, start->caps, error);
}

/* ---- name and number ---- */

static gboolean
claim_ports(Start *start, const char *owner, GError **error)
{
    const QemuConfig *config = start->driver->config;
    for (size_t i = 0; i < start->def->devices.graphics.n; i++) {
        Graphics *graphics = start->def->devices.graphics.items[i];
        GraphicsVnc *vnc = &graphics->as.vnc;
        if (graphics->type != GRAPHICS_VNC || vnc->socket != NULL || !vnc->port.set)
            continue;
        uint16_t port = (uint16_t)vnc->port.value;
        if (vnc->port.value > 0) {
            if (!port_claim(start->driver->claims, owner, port, error))
                return FALSE;
            continue;
        }
        if (!port_claim_free(start->driver->claims, owner, config->display_port_range, &port,
                             error))
            return FALSE;
        vnc->port.value = port;
    }
    return TRUE;
}

static gboolean
claim_websockets(Start *start, const char *owner, GError **error)
{
    const uint32_t *range = start->driver->config->websocket_port_range;
    for (size_t i = 0; i < start->def->devices.graphics.n; i++) {
        Graphics *graphics = start->def->devices.graphics.items[i];
        GraphicsVnc *vnc = &graphics->as.vnc;
        uint16_t port = 0;
        if (graphics->type != GRAPHICS_VNC || !vnc->websocket.set || vnc->websocket.value != -1)
            continue;
        if (!port_claim_free(start->driver->claims, owner, range, &port, error))
            return FALSE;
        vnc->websocket.value = port;
        vnc->websocket_generated = SWITCH_ON;
    }
    return TRUE;
}

/* A display without an address may get a socket of the guest's own instead of the usual one. */
static void
fill_one_listen(Start *start, GraphicsVnc *vnc, GraphicsListen *listen)
{
    const QemuConfig *config = start->driver->config;
    if (listen->type == LISTEN_ADDRESS && listen->address == NULL && config->vnc_auto_unix_socket) {
        listen->type = LISTEN_SOCKET;
        vnc->port = (OptI64){0};
        vnc->autoport = SWITCH_ABSENT;
    }
    if (listen->type == LISTEN_ADDRESS && listen->address == NULL) {
        listen->address = arena_strdup(
            start->def->arena, config->vnc_listen != NULL ? config->vnc_listen : "127.0.0.1");
        listen->from_config = (OptU32){true, 1};
    }
    if (listen->type == LISTEN_SOCKET && listen->socket == NULL) {
        listen->socket = arena_printf(start->def->arena, "%s/%s/vnc.sock", start->driver->paths.lib,
                                      start->vm->resources->folder);
        listen->auto_generated = SWITCH_ON;
    }
}

/* Where displays listen when the document does not say. */
static void
fill_listen(Start *start)
{
    for (size_t i = 0; i < start->def->devices.graphics.n; i++) {
        Graphics *graphics = start->def->devices.graphics.items[i];
        if (graphics->type != GRAPHICS_VNC)
            continue;
        GraphicsVnc *vnc = &graphics->as.vnc;
        for (size_t k = 0; k < graphics->listens.n; k++)
            fill_one_listen(start, vnc, graphics->listens.items[k]);
        if (graphics->listens.n == 0)
            continue;
        if (vnc->listen == NULL)
            vnc->listen = graphics->listens.items[0]->address;
        if (vnc->socket == NULL)
            vnc->socket = graphics->listens.items[0]->socket;
    }
}

gboolean
start_take_identity(Start *start, GError **error)
{
    Vm *vm = start->vm;
    Driver *driver = start->driver;
    char owner[UUID_TEXT_BYTES];
    vm->id = atomic_fetch_add(&driver->last_id, 1) + 1;
    start->def->id = (OptU32){true, (uint32_t)vm->id};
    vm->resources = resources_new();
    vm->resources->folder = folder_name(vm->id, vm->name);
    atomic_fetch_add(&driver->n_active, 1);
    obj_table_set_id(driver->guests, start->ref, vm->id);
    channels_name(driver, start->def, vm->resources->folder);
    fill_listen(start);
    if (!claim_ports(start, uuid_format(vm->uuid, owner), error) ||
        !claim_websockets(start, owner, error))
        return FALSE;
    if (driver->cgroups != NULL && driver->privileged)
        vm->resources->cgroup_name = cgroup_name(vm->id, vm->name);
    vm_set_origin(vm, vm->live != NULL ? vm->live : vm->persistent);
    vm_set_live(vm, domain_def_copy(start->def));
    vm_set_state(vm, VM_PAUSED, VM_PAUSED_STARTING_UP);
    if (start->def->qemu_arguments.n > 0 || start->def->qemu_variables.n > 0)
        vm_taint(vm, VM_TAINT_CUSTOM_ARGV);
    vm_publish(vm);
    return status_save(vm, error);
}

static void
busy_changed(void *daemon)
{
    daemon_busy_changed(daemon);
}

/* QEMU's RESUME comes before the start is complete, and clients hear of it at once. */
static gboolean
is_heard_to_run(const Start *start)
{
    const Vm *vm = start->vm;
    gboolean is_starting = vm->state == VM_PAUSED && vm->reason == VM_PAUSED_STARTING_UP;
    return vm->state != VM_SHUTOFF && !is_starting && (start->flags & START_PAUSED) == 0;
}

/* A guest that goes with its failed start shows its document until start_drop(). */
void
start_drop_identity(Start *start)
{
    Vm *vm = start->vm;
    gboolean is_heard = is_heard_to_run(start);
    resources_release(vm);
    status_remove(vm);
    obj_table_set_id(start->driver->guests, start->ref, -1);
    vm->id = -1;
    if (vm->persistent != NULL)
        vm_set_live(vm, NULL);
    vm_set_origin(vm, NULL);
    vm_set_state(vm, VM_SHUTOFF, VM_SHUTOFF_FAILED);
    atomic_fetch_sub(&start->driver->n_active, 1);
    loop_post(start->driver->loop, busy_changed, start->driver->daemon);
    vm_publish(vm);
    if (is_heard)
        vm_emit_lifecycle(vm, VM_EVENT_STOPPED,
                          cancel_is_set(start->cancel) ? VM_STOPPED_DESTROYED : VM_STOPPED_FAILED);
}
