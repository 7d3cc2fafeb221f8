/*
 * start_host — a start before QEMU runs: what is to run is settled, and the host is asked for it.
 */
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "common/base/bitmap.h"
#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/log.h"
#include "common/daemon/peer.h"
#include "virtqemud/assign/assign.h"
#include "virtqemud/caps/cache.h"
#include "virtqemud/hostres/folder.h"
#include "virtqemud/hostres/guest_log.h"
#include "virtqemud/hostres/kernel.h"
#include "virtqemud/hostres/label.h"
#include "virtqemud/hostres/nvram.h"
#include "virtqemud/hostres/port.h"
#include "virtqemud/hostres/sockets.h"
#include "virtqemud/vm/belongings.h"
#include "virtqemud/vm/channels.h"
#include "virtqemud/vm/define.h"
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
    if ((start->request->flags & START_FORCE_BOOT) != 0)
        return belongings_remove_save(lib, name, error);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_UNSUPPORTED,
                   "guest '%s' has a saved state, which cannot be restored yet: start it with "
                   "--force-boot to drop that state",
                   name);
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
    start->caps = define_caps(start->driver, def, error);
    if (start->caps == NULL)
        return FALSE;
    start->def = domain_def_copy(def);
    return assign_aliases(start->def, error) && build_check(start->def, start->caps, error) &&
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
    }
    return TRUE;
}

/* Where displays listen when the document does not say. */
static void
fill_listen(Start *start)
{
    const char *usual = start->driver->config->vnc_listen;
    for (size_t i = 0; i < start->def->devices.graphics.n; i++) {
        Graphics *graphics = start->def->devices.graphics.items[i];
        if (graphics->type != GRAPHICS_VNC)
            continue;
        for (size_t k = 0; k < graphics->listens.n; k++) {
            GraphicsListen *listen = graphics->listens.items[k];
            if (listen->type == LISTEN_ADDRESS && listen->address == NULL)
                listen->address =
                    arena_strdup(start->def->arena, usual != NULL ? usual : "127.0.0.1");
        }
        if (graphics->as.vnc.listen == NULL && graphics->listens.n > 0)
            graphics->as.vnc.listen = graphics->listens.items[0]->address;
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
    vm_set_live(vm, domain_def_copy(start->def));
    vm_set_state(vm, VM_PAUSED, VM_PAUSED_STARTING_UP);
    if (start->def->qemu_arguments.n > 0 || start->def->qemu_variables.n > 0)
        vm_taint(vm, VM_TAINT_CUSTOM_ARGV);
    vm_publish(vm);
    status_write(vm);
    return TRUE;
}

static void
busy_changed(void *daemon)
{
    daemon_busy_changed(daemon);
}

void
start_drop_identity(Start *start)
{
    Vm *vm = start->vm;
    resources_release(vm);
    status_remove(vm);
    obj_table_set_id(start->driver->guests, start->ref, -1);
    vm->id = -1;
    vm_set_live(vm, NULL);
    vm_set_state(vm, VM_SHUTOFF, VM_SHUTOFF_FAILED);
    atomic_fetch_sub(&start->driver->n_active, 1);
    loop_post(start->driver->loop, busy_changed, start->driver->daemon);
    if (vm->persistent != NULL)
        vm_publish(vm);
}

/* ---- what the host gives ---- */

static const Owner *
qemu_owner(const Start *start)
{
    return start->driver->privileged ? &start->driver->config->owner : NULL;
}

static gboolean
make_folders(Start *start, GError **error)
{
    const char *name = start->vm->resources->folder;
    g_autofree char *channels = channels_folder(start->driver);
    return folder_make(start->driver->paths.lib, name, qemu_owner(start), NULL, error) &&
           folder_make(channels, name, qemu_owner(start), NULL, error);
}

static gboolean
open_log(Start *start, GError **error)
{
    GuestLogSpec spec = {.folder = start->driver->paths.log, .guest = start->vm->name};
    start->log_fd = guest_log_open(&spec, error);
    return start->log_fd >= 0;
}

static gboolean
make_cgroup(Start *start, GError **error)
{
    VmResources *resources = start->vm->resources;
    if (resources->cgroup_name == NULL)
        return TRUE;
    resources->cgroup = cgroup_make(start->driver->cgroups, resources->cgroup_name, error);
    uint32_t most = start->driver->config->max_threads_per_process;
    if (resources->cgroup == NULL || most == 0)
        return resources->cgroup != NULL;
    g_autofree char *text = g_strdup_printf("%u", most);
    return cgroup_write(resources->cgroup, CGROUP_PIDS, "pids.max", text, error);
}

/* A disk that its policy lets be missing has no medium in this run, or is not there. */
static void
apply_outcome(Start *start, size_t i, HostDiskOutcome outcome)
{
    Devices *devices = &start->def->devices;
    if (outcome != HOST_DISK_DROPPED)
        return;
    Disk *disk = devices->disks.items[i];
    if (disk->device != DISK_DEVICE_DISK) {
        disk->source.file.path = NULL;
        return;
    }
    memmove(&devices->disks.items[i], &devices->disks.items[i + 1],
            (devices->disks.n - i - 1) * sizeof *devices->disks.items);
    devices->disks.n--;
}

static gboolean
open_disks(Start *start, GError **error)
{
    Devices *devices = &start->def->devices;
    for (size_t i = devices->disks.n; i > 0; i--) {
        HostDiskOutcome outcome;
        if (!host_disks_open(start->disks, devices->disks.items[i - 1], &outcome, error))
            return FALSE;
        apply_outcome(start, i - 1, outcome);
    }
    return TRUE;
}

static gboolean
open_firmware(Start *start, GError **error)
{
    Os *os = &start->def->os;
    if (os->loader == NULL)
        return TRUE;
    if (os->loader_type != LOADER_PFLASH) {
        start->rom_fd = kernel_copy("loader", os->loader, error);
        return start->rom_fd >= 0;
    }
    if (os->nvram == NULL && os->loader_readonly != SWITCH_ON)
        return host_disks_open_raw(start->disks, "pflash0", os->loader, FALSE, error);
    if (!host_disks_open_raw(start->disks, "pflash0", os->loader, os->loader_readonly != SWITCH_OFF,
                             error))
        return FALSE;
    if (os->nvram == NULL)
        return TRUE;
    gboolean reset = (start->request->flags & START_RESET_NVRAM) != 0;
    return nvram_prepare(os->nvram, nvram_find_template(os, start->driver->config), reset, error) &&
           host_disks_open_raw(start->disks, "pflash1", os->nvram, FALSE, error);
}

static gboolean
parse_mac(const char *text, uint8_t ret_mac[TAP_MAC_BYTES])
{
    return text != NULL && sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &ret_mac[0], &ret_mac[1],
                                  &ret_mac[2], &ret_mac[3], &ret_mac[4], &ret_mac[5]) == 6;
}

static Tap *
open_tap(Start *start, Interface *card, GError **error)
{
    char owner[UUID_TEXT_BYTES];
    gboolean is_virtio = card->model != NULL && g_str_has_prefix(card->model, "virtio");
    TapSpec spec = {
        .target = card->target,
        .bridge = card->source.bridge.bridge,
        .mtu = card->mtu,
        .queues = card->queues,
        .vnet_header = is_virtio,
        .vhost = !is_virtio || g_strcmp0(card->driver, "qemu") == 0 ? TAP_VHOST_NO
                 : g_strcmp0(card->driver, "vhost") == 0            ? TAP_VHOST_REQUIRED
                                                                    : TAP_VHOST_IF_THERE,
    };
    if (!parse_mac(card->mac, spec.mac)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_XML_ERROR,
                       "interface '%s' has no MAC address", card->info.alias);
        return NULL;
    }
    return tap_open(start->driver->claims, uuid_format(start->vm->uuid, owner), &spec, error);
}

/* Networks are virtnetworkd's: it says whether there is one, and how to be plugged in. */
static gboolean
plug_into_network(Start *start, const Interface *card, GError **error)
{
    RemoteNetworkLookupByNameArgs args = {.name = (char *)card->source.network.network};
    PeerCall call = {RPC_FAMILY_NETWORK, REMOTE_PROC_NETWORK_LOOKUP_BY_NAME, &args, NULL, NULL};
    if (!peer_call(start->driver->daemon, &call, error))
        return FALSE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "virtnetworkd cannot plug guest '%s' into the network '%s' yet", start->vm->name,
                   card->source.network.network);
    return FALSE;
}

static gboolean
open_cards(Start *start, GError **error)
{
    Devices *devices = &start->def->devices;
    start->nets = g_new0(BuildNet, devices->interfaces.n + 1);
    for (size_t i = 0; i < devices->interfaces.n; i++) {
        Interface *card = devices->interfaces.items[i];
        if (card->type == INTERFACE_NETWORK && !plug_into_network(start, card, error))
            return FALSE;
        if (card->type != INTERFACE_BRIDGE)
            continue;
        Tap *tap = open_tap(start, card, error);
        if (tap == NULL)
            return FALSE;
        g_ptr_array_add(start->taps, tap);
        card->target = arena_strdup(start->def->arena, tap->name);
        int *numbers = arena_array_of(start->def->arena, int, tap->n_fds + tap->n_vhosts);
        for (size_t k = 0; k < tap->n_fds; k++)
            numbers[k] = exec_plan_pass_fd(start->plan, tap->fds[k]);
        for (size_t k = 0; k < tap->n_vhosts; k++)
            numbers[tap->n_fds + k] = exec_plan_pass_fd(start->plan, tap->vhosts[k]);
        start->nets[start->n_nets++] = (BuildNet){
            .alias = card->info.alias,
            .taps = numbers,
            .n_taps = tap->n_fds,
            .vhosts = numbers + tap->n_fds,
            .n_vhosts = tap->n_vhosts,
        };
    }
    return TRUE;
}

static gboolean
label_device(Start *start, const Chardev *line, GError **error)
{
    if (line->type != CHARDEV_DEV || line->sources.n == 0)
        return TRUE;
    LabelPolicy policy = label_policy(start->driver->config, start->driver->privileged);
    g_autofree char *old = NULL;
    if (!policy.enabled)
        return TRUE;
    if (!label_set(&policy, line->sources.items[0]->path, &old, error))
        return FALSE;
    resources_add_label(start->vm->resources, line->sources.items[0]->path, old);
    status_write(start->vm);
    return TRUE;
}

static gboolean
open_line(Start *start, const Chardev *line, GError **error)
{
    return chardev_files_open(start->chardevs, line, error) && label_device(start, line, error);
}

static gboolean
open_lines(Start *start, GError **error)
{
    const Devices *devices = &start->def->devices;
    const ConfList *lists[] = {
        (const ConfList *)&devices->serials, (const ConfList *)&devices->parallels,
        (const ConfList *)&devices->consoles, (const ConfList *)&devices->channels};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        for (size_t k = 0; k < lists[i]->n; k++) {
            const Chardev *line = lists[i]->items[k];
            /* the first console is the first serial port itself */
            if (i == 2 && line->target.console == CONSOLE_SERIAL)
                continue;
            if (!open_line(start, line, error))
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean
copy_kernel(Start *start, GError **error)
{
    const Os *os = &start->def->os;
    if (os->kernel != NULL && (start->kernel_fd = kernel_copy("kernel", os->kernel, error)) < 0)
        return FALSE;
    return os->initrd == NULL || (start->initrd_fd = kernel_copy("initrd", os->initrd, error)) >= 0;
}

static gboolean
listen_monitor(Start *start, GError **error)
{
    start->monitor_path = resources_monitor_path(start->vm);
    start->monitor_fd = sockets_listen(start->monitor_path, qemu_owner(start), error);
    return start->monitor_fd >= 0;
}

gboolean
start_acquire(Start *start, GError **error)
{
    start->sets = open_sets_new(1);
    start->disks = host_disks_new(start->sets, 1);
    start->chardevs = chardev_files_new(start->sets, qemu_owner(start));
    start->taps = g_ptr_array_new_with_free_func((GDestroyNotify)tap_free);
    return make_folders(start, error) && open_log(start, error) && make_cgroup(start, error) &&
           open_disks(start, error) && open_firmware(start, error) && open_cards(start, error) &&
           open_lines(start, error) && copy_kernel(start, error) && listen_monitor(start, error);
}

/* What is left of it in the host's folders is the identity's to remove. */
void
start_close_files(Start *start)
{
    g_clear_pointer(&start->chardevs, chardev_files_free);
    g_clear_pointer(&start->disks, host_disks_free);
    g_clear_pointer(&start->sets, open_sets_free);
    g_clear_pointer(&start->taps, g_ptr_array_unref);
    g_clear_pointer(&start->nets, g_free);
    fd_clear(&start->rom_fd);
    fd_clear(&start->kernel_fd);
    fd_clear(&start->initrd_fd);
    fd_clear(&start->monitor_fd);
}

/* ---- the arguments ---- */

static int
pass(Start *start, int fd)
{
    return fd >= 0 ? exec_plan_pass_fd(start->plan, fd) : -1;
}

static void
plan_limits(Start *start)
{
    const QemuConfig *config = start->driver->config;
    if (config->max_files > 0)
        exec_plan_addf(start->plan, EXEC_RLIMIT, "%d:%u:%u", RLIMIT_NOFILE, config->max_files,
                       config->max_files);
    if (config->max_processes > 0)
        exec_plan_addf(start->plan, EXEC_RLIMIT, "%d:%u:%u", RLIMIT_NPROC, config->max_processes,
                       config->max_processes);
    if (config->max_core_bytes != UINT64_MAX)
        exec_plan_addf(start->plan, EXEC_RLIMIT, "%d:%" PRIu64 ":%" PRIu64, RLIMIT_CORE,
                       config->max_core_bytes, config->max_core_bytes);
}

/* Where QEMU may run: all its threads begin there. */
static gboolean
plan_processors(Start *start, GError **error)
{
    const char *text = start->def->vcpu_cpuset;
    if (text == NULL)
        return TRUE;
    g_autoptr(Bitmap) cpus = bitmap_parse(text, CPU_SETSIZE, error);
    if (cpus == NULL) {
        g_prefix_error(error, "<vcpu cpuset>: ");
        return FALSE;
    }
    for (gssize cpu = bitmap_next(cpus, 0); cpu >= 0; cpu = bitmap_next(cpus, (size_t)cpu + 1))
        exec_plan_addf(start->plan, EXEC_CPU, "%zd", cpu);
    return TRUE;
}

static void
plan_identity(Start *start)
{
    const QemuConfig *config = start->driver->config;
    if (!start->driver->privileged)
        return;
    exec_plan_addf(start->plan, EXEC_UID, "%u", (unsigned)config->owner.uid);
    exec_plan_addf(start->plan, EXEC_GID, "%u", (unsigned)config->owner.gid);
    for (size_t i = 0; i < config->n_groups; i++)
        exec_plan_addf(start->plan, EXEC_GROUP, "%u", (unsigned)config->groups[i]);
}

static void
add_environment(Start *start, const char *name, const char *value)
{
    char *variable = g_strdup_printf("%s=%s", name, value);
    exec_plan_add(start->plan, EXEC_ENV, variable);
    g_ptr_array_add(start->env, variable);
}

/* QEMU's home and caches are the guest's own folder. */
static void
plan_environment(Start *start, const char *folder)
{
    g_autofree char *data = g_build_filename(folder, ".local", "share", NULL);
    g_autofree char *cache = g_build_filename(folder, ".cache", NULL);
    g_autofree char *config = g_build_filename(folder, ".config", NULL);
    start->env = g_ptr_array_new_with_free_func(g_free);
    add_environment(start, "LC_ALL", "C");
    add_environment(start, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    add_environment(start, "HOME", folder);
    add_environment(start, "XDG_DATA_HOME", data);
    add_environment(start, "XDG_CACHE_HOME", cache);
    add_environment(start, "XDG_CONFIG_HOME", config);
    g_autoptr(GPtrArray) own = build_environment(start->def);
    for (guint i = 0; own->pdata[i] != NULL; i++) {
        exec_plan_add(start->plan, EXEC_ENV, own->pdata[i]);
        g_ptr_array_add(start->env, g_strdup(own->pdata[i]));
    }
    g_ptr_array_add(start->env, NULL);
}

gboolean
start_build(Start *start, GError **error)
{
    g_autofree char *folder =
        g_build_filename(start->driver->paths.lib, start->vm->resources->folder, NULL);
    BuildResources resources = {
        .monitor = pass(start, start->monitor_fd),
        .folder = folder,
        .dump_guest_core = start->driver->config->dump_guest_core,
        .nets = start->nets,
        .n_nets = start->n_nets,
        .kernel = pass(start, start->kernel_fd),
        .initrd = pass(start, start->initrd_fd),
        .loader_rom = pass(start, start->rom_fd),
    };
    resources.set_fds = open_sets_pass(start->sets, start->plan, &resources.n_set_fds);
    resources.disks = host_disks_get(start->disks, &resources.n_disks);
    resources.chardevs = chardev_files_pass(start->chardevs, start->plan, &resources.n_chardevs);
    start->argv = build_arguments(start->def, start->caps, &resources, error);
    if (start->argv == NULL)
        return FALSE;
    live_settle_cpu(start->def, start->caps);
    live_describe_disks(start->def, resources.disks, resources.n_disks);
    if (start->driver->privileged)
        live_describe_owner(start->def, &start->driver->config->owner);
    exec_plan_add(start->plan, EXEC_PROGRAM, start->argv->pdata[0]);
    for (guint i = 0; start->argv->pdata[i] != NULL; i++)
        exec_plan_add(start->plan, EXEC_ARG, start->argv->pdata[i]);
    exec_plan_pass_fd_as(start->plan, start->log_fd, 1);
    exec_plan_pass_fd_as(start->plan, start->log_fd, 2);
    if (!plan_processors(start, error))
        return FALSE;
    plan_limits(start);
    plan_identity(start);
    plan_environment(start, folder);
    if (start->vm->resources->cgroup != NULL)
        cgroup_pass(start->vm->resources->cgroup, start->plan);
    exec_plan_add(start->plan, EXEC_UMASK, "022");
    return TRUE;
}
