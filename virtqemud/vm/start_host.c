/*
 * start_host — the step of a start that asks the host: folders, log, control group, images,
 * firmware, cards, lines, kernel, monitor.
 */
#include <stdio.h>
#include <string.h>

#include "common/base/error.h"
#include "common/base/fault.h"
#include "common/base/fd.h"
#include "common/daemon/peer.h"
#include "virtqemud/hostres/folder.h"
#include "virtqemud/hostres/guest_log.h"
#include "virtqemud/hostres/kernel.h"
#include "virtqemud/hostres/label.h"
#include "virtqemud/hostres/nvram.h"
#include "virtqemud/hostres/sockets.h"
#include "virtqemud/vm/channels.h"
#include "virtqemud/vm/start_private.h"
#include "virtqemud/vm/status.h"

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
    gboolean reset = (start->flags & START_RESET_NVRAM) != 0;
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

static const struct {
    const char *what;
    gboolean (*take)(Start *start, GError **error);
} parts[] = {
    {"acquiring: folders", make_folders},   {"acquiring: log", open_log},
    {"acquiring: group", make_cgroup},      {"acquiring: disks", open_disks},
    {"acquiring: firmware", open_firmware}, {"acquiring: cards", open_cards},
    {"acquiring: lines", open_lines},       {"acquiring: kernel", copy_kernel},
    {"acquiring: monitor", listen_monitor},
};

gboolean
start_acquire(Start *start, GError **error)
{
    start->sets = open_sets_new(1);
    start->disks = host_disks_new(start->sets, 1);
    host_disks_set_groups(start->disks, start->vm->lent);
    start->chardevs = chardev_files_new(start->sets, qemu_owner(start));
    start->taps = g_ptr_array_new_with_free_func((GDestroyNotify)tap_free);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        fault_point(parts[i].what);
        if (!parts[i].take(start, error))
            return FALSE;
    }
    return TRUE;
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
