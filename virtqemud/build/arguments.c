/*
 * arguments — see build.h: the whole command line. Its order is a stock daemon's and does not
 * change: a guest that migrates finds its devices made in the same order.
 */
#include <string.h>

#include "virtqemud/build/devices.h"
#include "virtqemud/build/display.h"
#include "virtqemud/build/machine.h"
#include "virtqemud/build/place.h"

#define SANDBOX "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"

typedef gboolean (*Part)(Args *args, const BuildContext *context, GError **error);

/* An option for the object, or the error that made it NULL. */
static gboolean
add_json(Args *args, const char *option, Json *value)
{
    if (value != NULL)
        args_json(args, option, value);
    return value != NULL;
}

/* What is deprecated: left out of answers, refused in commands, or deadly. */
static void
add_compat(Args *args, const char *deprecation)
{
    if (deprecation == NULL)
        return;
    Json *compat = json_new_object();
    json_add_string(compat, "deprecated-output", "hide");
    if (strcmp(deprecation, "omit") != 0)
        json_add_string(compat, "deprecated-input", deprecation);
    args_json(args, "-compat", compat);
}

static gboolean
add_identity(Args *args, const BuildContext *context, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *process = g_strdup_printf("qemu:%s", context->def->name);
    args_append(text, "guest", context->def->name);
    args_append(text, "process", context->resources->set_process_name ? process : NULL);
    args_append(text, "debug-threads", "on");
    args_option(args, "-name", text->str);
    args_add(args, "-S");
    add_compat(args, context->resources->deprecation);
    (void)error; /* cannot fail */
    return TRUE;
}

static gboolean
add_sets(Args *args, const BuildContext *context, GError **error)
{
    for (size_t i = 0; i < context->resources->n_set_fds; i++) {
        const BuildSetFd *fd = &context->resources->set_fds[i];
        g_autoptr(GString) text = g_string_new(NULL);
        g_string_append_printf(text, "fd=%d,set=%u", fd->number, fd->set);
        args_append(text, "opaque", fd->opaque);
        args_option(args, "-add-fd", text->str);
    }
    (void)error; /* cannot fail */
    return TRUE;
}

static gboolean
add_machine(Args *args, const BuildContext *context, GError **error)
{
    const Cpu *cpu = context->def->cpu;
    if (cpu != NULL && cpu->mode == CPU_HOST_MODEL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "the processor of guest '%s' was not chosen", context->def->name);
        return FALSE;
    }
    if (!firmware_add_flash(args, context, error))
        return FALSE;
    machine_add_type(args, context);
    firmware_add_tseg(args, context->def);
    cpu_add(args, context->def);
    firmware_add_globals(args, context->def);
    if (!firmware_add_rom(args, context, error))
        return FALSE;
    machine_add_memory(args, context);
    machine_add_processors(args, context->def);
    machine_add_threads(args, context->def);
    machine_add_cells(args, context->def);
    return TRUE;
}

static gboolean
add_monitor(Args *args, const BuildContext *context, GError **error)
{
    char uuid[UUID_TEXT_BYTES];
    uuid_format(context->def->uuid.bytes, uuid);
    args_option(args, "-uuid", uuid);
    machine_add_smbios(args, context->def);
    if (context->def->genid != NULL)
        args_json(args, "-device", build_genid_props(context->def->genid));
    if (context->def->devices.graphics.n == 0)
        args_option(args, "-display", "none");
    args_add(args, "-no-user-config");
    args_add(args, "-nodefaults");
    args_optionf(args, "-chardev", "socket,id=charmonitor,fd=%d,server=on,wait=off",
                 context->resources->monitor);
    args_option(args, "-mon", "chardev=charmonitor,id=monitor,mode=control");
    (void)error; /* cannot fail */
    return TRUE;
}

static void
add_power(Args *args, const DomainDef *def)
{
    const char *driver = context_is_q35(def) ? "ICH9-LPC" : "PIIX4_PM";
    args_add(args, "-no-shutdown");
    if (!def->features.acpi)
        args_add(args, "-no-acpi");
    if (def->suspend_to_mem != SWITCH_ABSENT)
        args_optionf(args, "-global", "%s.disable_s3=%d", driver,
                     def->suspend_to_mem == SWITCH_OFF);
    if (def->suspend_to_disk != SWITCH_ABSENT)
        args_optionf(args, "-global", "%s.disable_s4=%d", driver,
                     def->suspend_to_disk == SWITCH_OFF);
}

static gboolean
add_boot(Args *args, const BuildContext *context, GError **error)
{
    clock_add(args, context);
    add_power(args, context->def);
    firmware_add_boot(args, context->def);
    return firmware_add_kernel(args, context, error);
}

static gboolean
add_controllers(Args *args, const BuildContext *context, GError **error)
{
    static const ControllerType order[] = {
        CONTROLLER_PCI,  CONTROLLER_USB,           CONTROLLER_SCSI, CONTROLLER_IDE,
        CONTROLLER_SATA, CONTROLLER_VIRTIO_SERIAL, CONTROLLER_CCID, CONTROLLER_FDC};
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        for (size_t j = 0; j < devices->controllers.n; j++) {
            Json *props = NULL;
            if (devices->controllers.items[j]->type != order[i])
                continue;
            if (!build_controller_props(context, devices->controllers.items[j], &props, error))
                return FALSE;
            (void)add_json(args, "-device", props); /* NULL: part of the machine */
        }
    }
    return TRUE;
}

static gboolean
add_hubs(Args *args, const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->hubs.n; i++) {
        if (!add_json(args, "-device", build_hub_props(context, devices->hubs.items[i], error)))
            return FALSE;
    }
    return TRUE;
}

/* The files of a chain, the last one first. */
static void
add_chain(Args *args, const Disk *disk, const BuildNode *top, const BuildNode *node)
{
    if (node == NULL)
        return;
    add_chain(args, disk, top, node->backing);
    g_autofree char *storage = build_storage_name(node);
    g_autofree char *format = build_format_name(node);
    args_json(args, "-blockdev", build_storage_node(disk, node, storage));
    args_json(args, "-blockdev", build_format_node(disk, top, node, format));
}

/* A floppy's turn is a property of its controller. */
static void
add_floppy_boot(Args *args, const BuildContext *context, const Disk *disk)
{
    uint32_t turn = place_boot_index(context, &disk->info, BOOT_FD);
    if (turn == 0 || disk->info.address == NULL)
        return;
    args_optionf(args, "-global", "isa-fdc.bootindex%c=%u",
                 disk->info.address->at.drive.unit == 0 ? 'A' : 'B', turn);
}

static gboolean
add_disks(Args *args, const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->disks.n; i++) {
        if (devices->disks.items[i]->device == DISK_DEVICE_FLOPPY)
            add_floppy_boot(args, context, devices->disks.items[i]);
    }
    for (size_t i = 0; i < devices->disks.n; i++) {
        const Disk *disk = devices->disks.items[i];
        const BuildDisk *opened = context_disk(context, disk->info.alias);
        const BuildNode *top = opened != NULL ? opened->top : NULL;
        add_chain(args, disk, top, top);
        if (top != NULL)
            (void)add_json(args, "-blockdev", build_copy_on_read_node(disk, top)); /* may be none */
        if (!add_json(args, "-device", build_disk_props(context, disk, top, error)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_interfaces(Args *args, const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->interfaces.n; i++) {
        const Interface *interface = devices->interfaces.items[i];
        if (!add_json(args, "-netdev", build_netdev(context, interface, error)) ||
            !add_json(args, "-device", build_interface_props(context, interface, error)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_backend(Args *args, const BuildContext *context, const Chardev *chardev, GError **error)
{
    g_autofree char *text = build_chardev(context, chardev, error);
    if (text == NULL)
        return FALSE;
    args_option(args, "-chardev", text);
    return TRUE;
}

typedef Json *(*ChardevProps)(const BuildContext *, const Chardev *, GError **);

static gboolean
add_lines(Args *args, const BuildContext *context, const ConfList *lines, ChardevProps props,
          GError **error)
{
    for (size_t i = 0; i < lines->n; i++) {
        const Chardev *line = lines->items[i];
        /* The first console may be another name of the first serial port. */
        if (props == build_console_props && line->target.console == CONSOLE_SERIAL)
            continue;
        if (!add_backend(args, context, line, error))
            return FALSE;
        if (props == build_channel_props && line->target.channel == CHANNEL_GUESTFWD)
            args_json(args, "-netdev", build_forward_netdev(line));
        else if (!add_json(args, "-device", props(context, line, error)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_chardevs(Args *args, const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    return add_lines(args, context, (const ConfList *)&devices->serials, build_serial_props,
                     error) &&
           add_lines(args, context, (const ConfList *)&devices->parallels, build_parallel_props,
                     error) &&
           add_lines(args, context, (const ConfList *)&devices->channels, build_channel_props,
                     error) &&
           add_lines(args, context, (const ConfList *)&devices->consoles, build_console_props,
                     error);
}

static gboolean
add_inputs(Args *args, const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->inputs.n; i++) {
        Json *props = NULL;
        if (!build_input_props(context, devices->inputs.items[i], &props, error))
            return FALSE;
        (void)add_json(args, "-device", props); /* NULL: part of the machine */
    }
    return TRUE;
}

static gboolean
add_audios(Args *args, const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->audios.n; i++) {
        if (!add_json(args, "-audiodev", build_audio(devices->audios.items[i], error)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_sounds(Args *args, const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->sounds.n; i++) {
        const Sound *sound = devices->sounds.items[i];
        if (!add_json(args, "-device", build_sound_props(context, sound, error)))
            return FALSE;
        for (size_t j = 0; j < build_sound_codecs_n(sound); j++)
            args_json(args, "-device", build_sound_codec_props(context, sound, j));
    }
    return TRUE;
}

static gboolean
add_screen(Args *args, const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->graphics.n; i++) {
        const Graphics *graphics = devices->graphics.items[i];
        g_autofree char *audio = build_audio_id(context->def, graphics->as.vnc.audio_id);
        g_autofree char *vnc = display_vnc(context, graphics, audio, error);
        if (vnc == NULL)
            return FALSE;
        args_option(args, "-vnc", vnc);
        if (graphics->as.vnc.keymap != NULL)
            args_option(args, "-k", graphics->as.vnc.keymap);
    }
    for (size_t i = 0; i < devices->videos.n; i++) {
        if (devices->videos.items[i]->type != VIDEO_NONE &&
            !add_json(args, "-device", build_video_props(context, devices->videos.items[i], error)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_watchdogs(Args *args, const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->watchdogs.n; i++) {
        const Watchdog *watchdog = devices->watchdogs.items[i];
        if (!add_json(args, "-device", build_watchdog_props(context, watchdog, error)))
            return FALSE;
    }
    if (devices->watchdogs.n > 0)
        args_option(args, "-watchdog-action",
                    build_watchdog_action(devices->watchdogs.items[0]->action));
    return TRUE;
}

static gboolean
add_balloon(Args *args, const BuildContext *context, GError **error)
{
    const Memballoon *balloon = context->def->devices.memballoon;
    if (balloon == NULL || balloon->model == BALLOON_NONE)
        return TRUE;
    return add_json(args, "-device", build_memballoon_props(context, balloon, error));
}

static gboolean
add_rngs(Args *args, const BuildContext *context, GError **error)
{
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->rngs.n; i++) {
        const Rng *rng = devices->rngs.items[i];
        if (!add_json(args, "-object", build_rng_object(rng, error)) ||
            !add_json(args, "-device", build_rng_props(context, rng, error)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_end(Args *args, const BuildContext *context, GError **error)
{
    for (size_t i = 0; i < context->def->qemu_arguments.n; i++)
        args_add(args, context->def->qemu_arguments.items[i]->value);
    if (context->def->features.vmcoreinfo && context->def->features.vmcoreinfo_state != SWITCH_OFF)
        args_json(args, "-device", build_vmcoreinfo_props());
    args_option(args, "-sandbox", context->resources->without_sandbox ? "off" : SANDBOX);
    const Devices *devices = &context->def->devices;
    for (size_t i = 0; i < devices->panics.n; i++) {
        if (!add_json(args, "-device", build_panic_props(context, devices->panics.items[i], error)))
            return FALSE;
    }
    args_option(args, "-msg", "timestamp=on");
    return TRUE;
}

static const Part parts[] = {
    add_identity, add_sets,   add_machine,    add_monitor,  add_boot,   add_controllers,
    add_hubs,     add_disks,  add_interfaces, add_chardevs, add_inputs, add_audios,
    add_screen,   add_sounds, add_watchdogs,  add_balloon,  add_rngs,   add_end,
};

GPtrArray *
build_arguments(const DomainDef *def, const QemuCaps *caps, const BuildResources *resources,
                GError **error)
{
    BuildContext context = {.def = def, .caps = caps, .resources = resources};
    g_autoptr(Args) args = args_new(qemu_caps_program(caps));
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!parts[i](args, &context, error))
            return NULL;
    }
    return args_finish(g_steal_pointer(&args));
}

GPtrArray *
build_environment(const DomainDef *def)
{
    GPtrArray *variables = g_ptr_array_new_with_free_func(g_free);
    if (def->clock.offset == CLOCK_OFFSET_TIMEZONE && def->clock.timezone != NULL)
        g_ptr_array_add(variables, g_strdup_printf("TZ=%s", def->clock.timezone));
    for (size_t i = 0; i < def->qemu_variables.n; i++) {
        const QemuVariable *variable = def->qemu_variables.items[i];
        g_ptr_array_add(variables, g_strdup_printf("%s=%s", variable->name,
                                                   variable->value != NULL ? variable->value : ""));
    }
    g_ptr_array_add(variables, NULL);
    return variables;
}
