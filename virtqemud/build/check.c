/*
 * check — see build.h: whether the program, and what is built here, can be what is asked for.
 *
 * Rows that nobody builds are refused first (rows.h), then values that are only partly built, then
 * devices: each is built, and the program must have the driver that came out.
 */
#include <string.h>

#include "virtqemud/build/check_devices.h"
#include "virtqemud/build/display.h"
#include "virtqemud/build/rows.h"
#include "virtqemud/conf/vcpu_list.h"

#define refuse(error, ...)                                                                         \
    virt_error_refuse(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED, __VA_ARGS__)

static gboolean
check_rows(const DomainDef *def, GError **error)
{
    const char *no_table = domain_def_unsupported(def);
    g_autofree char *unbuilt = no_table == NULL ? rows_first_unbuilt(def) : NULL;
    if (no_table != NULL || unbuilt != NULL)
        return refuse(error, "%s cannot be given to a guest",
                      no_table != NULL ? no_table : unbuilt);
    return TRUE;
}

static gboolean
check_type(const DomainDef *def, const QemuCaps *caps, GError **error)
{
    if (def->type != DOMAIN_QEMU && def->type != DOMAIN_KVM)
        return refuse(error, "the type of the domain is neither qemu nor kvm");
    if (def->type == DOMAIN_KVM && !qemu_caps_has_accel(caps, QEMU_ACCEL_KVM))
        return refuse(error, "KVM does not run guests on this host: %s",
                      qemu_caps_accel_reason(caps, QEMU_ACCEL_KVM));
    if (g_strcmp0(def->os.type, "hvm") != 0)
        return refuse(error, "the os type '%s' is not hvm", def->os.type);
    if (g_strcmp0(def->os.arch, qemu_caps_arch(caps)) != 0)
        return refuse(error, "%s emulates %s, not %s", qemu_caps_program(caps),
                      qemu_caps_arch(caps), def->os.arch);
    return TRUE;
}

static gboolean
check_machine(const DomainDef *def, const QemuCaps *caps, GError **error)
{
    const QemuMachine *machine =
        def->os.machine != NULL ? qemu_caps_machine(caps, def->os.machine) : NULL;
    if (machine == NULL)
        return refuse(error, "%s has no machine '%s'", qemu_caps_program(caps), def->os.machine);
    if (!context_is_q35(def) && !context_is_i440fx(def))
        return refuse(error, "the machine '%s' is neither a pc nor a q35", def->os.machine);
    if (def->vcpus > machine->cpus_max)
        return refuse(error, "the machine '%s' has at most %u processors, not %u", def->os.machine,
                      machine->cpus_max, def->vcpus);
    if (def->os.loader_secure == SWITCH_ON && def->os.loader_type != LOADER_PFLASH)
        return refuse(error, "only a loader of type pflash can be secure");
    if (def->features.smm_tseg.set && !context_is_q35(def))
        return refuse(error, "only a q35 machine has a tseg");
    if (def->os.smbios == SMBIOS_HOST)
        return refuse(error, "<smbios mode='host'> is not supported");
    if (def->sysinfo != NULL && def->sysinfo->type != SYSINFO_SMBIOS)
        return refuse(error, "<sysinfo> is supported for type smbios only");
    return TRUE;
}

static gboolean
check_topology(const DomainDef *def, GError **error)
{
    const CpuTopology *topology = def->cpu != NULL ? def->cpu->topology : NULL;
    if (def->vcpu_placement == VCPU_AUTO)
        return refuse(error, "<vcpu placement='auto'> is not supported");
    if (!vcpu_list_check_orders(def, error))
        return FALSE;
    if (topology == NULL)
        return TRUE;
    uint64_t all =
        (uint64_t)topology->sockets * MAX(topology->dies, 1) * topology->cores * topology->threads;
    if (all != def->vcpus)
        return refuse(error,
                      "the topology is of %" G_GUINT64_FORMAT " processors, the guest has %u", all,
                      def->vcpus);
    return TRUE;
}

/* Models and features are judged when they are resolved (caps/cpu_resolve.h). */
static gboolean
check_cpu(const DomainDef *def, GError **error)
{
    if (def->cpu != NULL && def->cpu->mode == CPU_HOST_PASSTHROUGH && def->type != DOMAIN_KVM)
        return refuse(error, "<cpu mode='host-passthrough'> needs KVM");
    return TRUE;
}

static gboolean
check_memory(const DomainDef *def, GError **error)
{
    const MemoryBacking *backing = def->memory_backing;
    gboolean has_cells = def->cpu != NULL && def->cpu->numa != NULL && def->cpu->numa->cells.n > 0;
    if (def->max_memory_kib != 0 && (def->memory_slots == 0 || !has_cells))
        return refuse(error, "<maxMemory> needs slots and a NUMA cell");
    if (backing == NULL)
        return TRUE;
    if (backing->source == MEMORY_FILE)
        return refuse(error, "<memoryBacking><source type='file'> is not supported");
    return TRUE;
}

/* Of the timers, those whose wish has an option; other values would be left out silently. */
static gboolean
check_clock(const DomainDef *def, GError **error)
{
    const Clock *clock = &def->clock;
    gboolean adjusts = clock->offset == CLOCK_OFFSET_VARIABLE;
    /* "reset" is what happens without: the clock begins anew at each start. */
    if (clock->adjustment != NULL && !adjusts && strcmp(clock->adjustment, "reset") != 0)
        return refuse(error, "<clock adjustment> is supported for the offset variable only");
    for (size_t i = 0; i < clock->timers.n; i++) {
        const ClockTimer *timer = clock->timers.items[i];
        gboolean is_rtc = timer->name == TIMER_RTC, is_pit = timer->name == TIMER_PIT;
        if (timer->name == TIMER_PLATFORM || timer->name == TIMER_ARMVTIMER)
            return refuse(error, "timer %zu of <clock> is not of this machine", i + 1);
        if (timer->tick_policy != 0 && !is_rtc && !is_pit)
            return refuse(error, "timer %zu of <clock> has no tickpolicy", i + 1);
        if ((is_rtc && timer->tick_policy > TICK_CATCHUP) ||
            (is_pit && (timer->tick_policy == TICK_CATCHUP || timer->tick_policy == TICK_MERGE)))
            return refuse(error, "the tickpolicy of timer %zu of <clock> is not supported", i + 1);
        if (timer->track != 0 && (!is_rtc || timer->track == TRACK_BOOT))
            return refuse(error, "the track of timer %zu of <clock> is not supported", i + 1);
        if ((is_rtc || is_pit) && timer->present == SWITCH_OFF)
            return refuse(error, "timer %zu of <clock> cannot be left out", i + 1);
    }
    return TRUE;
}

/* Files are opened by descriptor whatever their owner is, and QEMU runs as the configured user, in
 * the partition that all guests have. */
static gboolean
check_labels(const DomainDef *def, GError **error)
{
    if (def->partition != NULL && strcmp(def->partition, "/machine") != 0)
        return refuse(error, "the partition '%s' is not supported, only /machine", def->partition);
    for (size_t i = 0; i < def->seclabels.n; i++) {
        const Seclabel *label = def->seclabels.items[i];
        gboolean is_dac = label->model == NULL || strcmp(label->model, "dac") == 0 ||
                          strcmp(label->model, "none") == 0;
        if (!is_dac && label->type != SECLABEL_NONE)
            return refuse(error, "the security model '%s' is not supported", label->model);
        if (label->type == SECLABEL_STATIC)
            return refuse(error, "<seclabel type='static'> is not supported");
    }
    return TRUE;
}

static gboolean
check_source(const Disk *disk, GError **error)
{
    static const char *const formats[] = {"raw", "qcow2",     "qcow", "qed",   "vmdk",
                                          "vdi", "vpc",       "vhdx", "bochs", "cloop",
                                          "dmg", "parallels", NULL};
    if (disk->type != DISK_TYPE_FILE && disk->type != DISK_TYPE_BLOCK)
        return refuse(error, "disk '%s': only sources of type file and block are supported",
                      disk->target);
    if (disk->device == DISK_DEVICE_LUN)
        return refuse(error, "disk '%s': the device lun is not supported", disk->target);
    if (disk->driver.format != NULL && !g_strv_contains(formats, disk->driver.format))
        return refuse(error, "disk '%s': the format '%s' is not supported", disk->target,
                      disk->driver.format);
    size_t slices = disk->source.file.slices.n;
    if (slices > 1 || (slices > 0 && g_strcmp0(disk->driver.format, "raw") != 0))
        return refuse(error, "disk '%s': one slice, of a raw image, is supported", disk->target);
    for (const DiskBacking *backing = disk->backing; backing != NULL; backing = backing->backing) {
        if (backing->type != 0 && backing->type != DISK_TYPE_FILE &&
            backing->type != DISK_TYPE_BLOCK)
            return refuse(error,
                          "disk '%s': only backing images of type file and block are "
                          "supported",
                          disk->target);
    }
    return TRUE;
}

static gboolean
has_thread(const DomainDef *def, uint32_t id)
{
    for (size_t i = 0; i < def->iothread_entries.n; i++) {
        if (def->iothread_entries.items[i]->id == id)
            return TRUE;
    }
    return id <= def->iothreads && def->iothread_entries.n == 0;
}

static gboolean
has_virtio_options(const Controller *controller)
{
    const VirtioOptions *options = &controller->virtio;
    return options->iommu != 0 || options->ats != 0 || options->packed != 0 ||
           options->page_per_vq != 0;
}

static gboolean
check_disks(const DomainDef *def, GError **error)
{
    for (size_t i = 0; i < def->devices.disks.n; i++) {
        const Disk *disk = def->devices.disks.items[i];
        uint32_t thread = disk->driver.iothread;
        if (!check_source(disk, error))
            return FALSE;
        if (thread != 0 && (disk->bus != DISK_BUS_VIRTIO || !has_thread(def, thread)))
            return refuse(error, "disk '%s' has no I/O thread %u", disk->target, thread);
    }
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        gboolean is_port = controller->model != NULL &&
                           (strcmp(controller->model, "pcie-root-port") == 0 ||
                            strcmp(controller->model, "pcie-switch-downstream-port") == 0);
        if (controller->iothread != 0 && !has_thread(def, controller->iothread))
            return refuse(error, "a controller has no I/O thread %u", controller->iothread);
        if (has_virtio_options(controller) && controller->type != CONTROLLER_VIRTIO_SERIAL &&
            (controller->type != CONTROLLER_SCSI || controller->model == NULL ||
             !g_str_has_prefix(controller->model, "virtio")))
            return refuse(error, "options of virtio on a controller that is none");
        if (controller->hotplug != SWITCH_ABSENT && !is_port)
            return refuse(error, "<target hotplug> is supported for pcie ports only");
    }
    return TRUE;
}

static gboolean
check_interfaces(const DomainDef *def, GError **error)
{
    static const InterfaceType built[] = {INTERFACE_USER,   INTERFACE_BRIDGE, INTERFACE_NETWORK,
                                          INTERFACE_SERVER, INTERFACE_CLIENT, INTERFACE_MCAST,
                                          INTERFACE_UDP};
    for (size_t i = 0; i < def->devices.interfaces.n; i++) {
        const Interface *interface = def->devices.interfaces.items[i];
        gboolean is_built = FALSE;
        for (size_t j = 0; j < G_N_ELEMENTS(built); j++)
            is_built |= built[j] == interface->type;
        if (!is_built)
            return refuse(error, "interface %zu: its type is not supported", i + 1);
        if (interface->model == NULL || interface->mac == NULL)
            return refuse(error, "interface %zu has no model or no address", i + 1);
        if (interface->ips.n > 0 && interface->type != INTERFACE_USER)
            return refuse(error, "interface %zu: <ip> is supported for the type user only", i + 1);
        if (interface->mtu != 0 && interface->type == INTERFACE_USER)
            return refuse(error, "interface %zu: the type user has no <mtu>", i + 1);
    }
    return TRUE;
}

static gboolean
check_lines(const ConfList *lines, const char *what, GError **error)
{
    for (size_t i = 0; i < lines->n; i++) {
        const Chardev *line = lines->items[i];
        if (line->type == 0 || line->type > CHARDEV_UNIX)
            return refuse(error, "%s %zu: its type is not supported", what, i + 1);
        if (line->sources.n > 0 && line->sources.items[0]->tls == SWITCH_ON)
            return refuse(error, "%s %zu: TLS is not supported", what, i + 1);
        if (line->protocol == CHARDEV_TELNETS || line->protocol == CHARDEV_TLS)
            return refuse(error, "%s %zu: its protocol is not supported", what, i + 1);
    }
    return TRUE;
}

static gboolean
check_forwards(const DomainDef *def, GError **error)
{
    for (size_t i = 0; i < def->devices.channels.n; i++) {
        const Chardev *channel = def->devices.channels.items[i];
        if (channel->target.channel == CHANNEL_GUESTFWD &&
            (channel->address == NULL || !channel->port.set))
            return refuse(error, "channel %zu has no address or no port to forward", i + 1);
    }
    return TRUE;
}

static gboolean
check_chardevs(const DomainDef *def, GError **error)
{
    const Devices *devices = &def->devices;
    return check_lines((const ConfList *)&devices->serials, "serial port", error) &&
           check_lines((const ConfList *)&devices->parallels, "parallel port", error) &&
           check_lines((const ConfList *)&devices->channels, "channel", error) &&
           check_lines((const ConfList *)&devices->consoles, "console", error) &&
           check_forwards(def, error);
}

static gboolean
check_screen(const DomainDef *def, GError **error)
{
    const Devices *devices = &def->devices;
    if (devices->graphics.n > 1)
        return refuse(error, "more than one <graphics> is not supported");
    for (size_t i = 0; i < devices->graphics.n; i++) {
        const Graphics *graphics = devices->graphics.items[i];
        const OptI64 *port = &graphics->as.vnc.port;
        if (graphics->type != GRAPHICS_VNC)
            return refuse(error, "<graphics> is supported for the type vnc only");
        if (graphics->listens.n > 1)
            return refuse(error, "<graphics> has more than one <listen>");
        if (port->set && port->value > 0 && port->value < DISPLAY_FIRST_PORT)
            return refuse(error, "the VNC port %" G_GINT64_FORMAT " is below %d", port->value,
                          DISPLAY_FIRST_PORT);
    }
    for (size_t i = 0; i < devices->videos.n; i++) {
        const Video *video = devices->videos.items[i];
        if (video->driver != NULL && strcmp(video->driver, "qemu") != 0)
            return refuse(error, "video card %zu: the driver '%s' is not supported", i + 1,
                          video->driver);
        if (video->accel2d == SWITCH_ON || video->accel3d == SWITCH_ON)
            return refuse(error, "video card %zu: acceleration is not supported", i + 1);
    }
    return TRUE;
}

gboolean
build_check(const DomainDef *def, const QemuCaps *caps, GError **error)
{
    static const BuildResources nothing_opened;
    BuildContext context = {.def = def, .caps = caps, .resources = &nothing_opened};
    return check_rows(def, error) && check_type(def, caps, error) &&
           check_machine(def, caps, error) && check_topology(def, error) && check_cpu(def, error) &&
           check_memory(def, error) && check_clock(def, error) && check_labels(def, error) &&
           check_disks(def, error) && check_interfaces(def, error) && check_chardevs(def, error) &&
           check_screen(def, error) && check_devices(&context, error);
}
