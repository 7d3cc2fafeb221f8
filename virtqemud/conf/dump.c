/*
 * dump — see dump.h. What is left out for another host is what stock 9.0.0 leaves out, so that
 * older ones understand the document.
 */
#include "virtqemud/conf/dump.h"

#include <string.h>

#include "common/conf/copy.h"

/* Names that are given at start begin with these. */
static gboolean
is_chosen_tap(const char *name)
{
    return name != NULL && (g_str_has_prefix(name, "vnet") || g_str_has_prefix(name, "macvtap"));
}

static gboolean
is_chosen_socket(const Chardev *line)
{
    const char *path = line->sources.n > 0 ? line->sources.items[0]->path : NULL;
    return line->type == CHARDEV_UNIX && path != NULL &&
           strstr(path, "/channel/target/domain-") != NULL;
}

static void
drop_line(Chardev *line)
{
    if (line->type == CHARDEV_PTY || is_chosen_socket(line))
        line->sources.n = 0;
    for (size_t i = 0; i < line->sources.n; i++) {
        if (line->sources.items[i]->tls_from_config.value == 1)
            line->sources.items[i]->tls = SWITCH_ABSENT;
    }
}

static void
drop_listens(Graphics *graphics, const char **ret_first)
{
    for (size_t i = 0; i < graphics->listens.n; i++) {
        GraphicsListen *listen = graphics->listens.items[i];
        if (listen->auto_generated == SWITCH_ON)
            listen->socket = NULL;
        if (!listen->from_config.set || listen->from_config.value == 0)
            continue;
        listen->address = NULL;
        if (i == 0)
            *ret_first = NULL;
    }
}

static const OptI64 any_port = {true, -1};

static void
drop_graphics(Graphics *graphics)
{
    if (graphics->type == GRAPHICS_VNC) {
        GraphicsVnc *vnc = &graphics->as.vnc;
        drop_listens(graphics, &vnc->listen);
        if (vnc->autoport == SWITCH_ON)
            vnc->port = any_port;
        if (vnc->websocket_generated == SWITCH_ON)
            vnc->websocket = any_port;
    } else if (graphics->type == GRAPHICS_SPICE) {
        GraphicsSpice *spice = &graphics->as.spice;
        drop_listens(graphics, &spice->listen);
        if (spice->autoport == SWITCH_ON)
            spice->port = spice->tls_port = (OptI64){0};
    }
}

static void
drop_disk(Disk *disk)
{
    if (disk->backing != NULL && disk->backing->detected == SWITCH_ON)
        disk->backing = NULL;
    if (disk->driver.format == NULL && disk->type != DISK_TYPE_VOLUME)
        disk->driver.format = "raw"; /* of an empty drive */
}

static void
drop_seclabels(DomainDef *def)
{
    size_t kept = 0;
    for (size_t i = 0; i < def->seclabels.n; i++) {
        Seclabel *seclabel = def->seclabels.items[i];
        if (seclabel->implicit == SWITCH_ON)
            continue;
        if (seclabel->type == SECLABEL_DYNAMIC)
            seclabel->label = NULL;
        seclabel->imagelabel = NULL;
        def->seclabels.items[kept++] = seclabel;
    }
    def->seclabels.n = kept;
}

void
domain_def_drop_running(DomainDef *def, const Cpu *defined_cpu)
{
    Devices *devices = &def->devices;
    def->id = (OptU32){0};
    if (defined_cpu != NULL)
        def->cpu = conf_copy(&cpu_conf, defined_cpu, def->arena);
    for (size_t i = 0; i < devices->disks.n; i++)
        drop_disk(devices->disks.items[i]);
    for (size_t i = 0; i < devices->interfaces.n; i++) {
        if (is_chosen_tap(devices->interfaces.items[i]->target))
            devices->interfaces.items[i]->target = NULL;
    }
    for (size_t i = 0; i < devices->serials.n; i++)
        drop_line(devices->serials.items[i]);
    for (size_t i = 0; i < devices->parallels.n; i++)
        drop_line(devices->parallels.items[i]);
    for (size_t i = 0; i < devices->consoles.n; i++)
        drop_line(devices->consoles.items[i]);
    for (size_t i = 0; i < devices->channels.n; i++)
        drop_line(devices->channels.items[i]);
    for (size_t i = 0; i < devices->redirdevs.n; i++)
        drop_line(devices->redirdevs.items[i]);
    for (size_t i = 0; i < devices->graphics.n; i++)
        drop_graphics(devices->graphics.items[i]);
    drop_seclabels(def);
}

/* ---- for another host ---- */

static gboolean
is_given_controller(const Controller *controller)
{
    return (controller->type == CONTROLLER_USB && controller->index.value == 0 &&
            g_strcmp0(controller->model, "piix3-uhci") == 0) ||
           (controller->type == CONTROLLER_PCI && g_strcmp0(controller->model, "pci-root") == 0);
}

static gboolean
is_given_input(const Input *input)
{
    return input->type == INPUT_KEYBOARD && input->bus == INPUT_BUS_PS2;
}

static gboolean
is_given_audio(const Audio *audio)
{
    return audio->type == AUDIO_NONE && audio->extra == NULL && audio->input.mixing_engine == 0 &&
           audio->output.mixing_engine == 0;
}

#define KEEP_UNLESS(list, is_left_out)                                                             \
    do {                                                                                           \
        size_t kept = 0;                                                                           \
        for (size_t i = 0; i < (list)->n; i++) {                                                   \
            if (!is_left_out((list)->items[i]))                                                    \
                (list)->items[kept++] = (list)->items[i];                                          \
        }                                                                                          \
        (list)->n = kept;                                                                          \
    } while (0)

/* What every machine of that kind has anyway. */
static void
drop_given(Devices *devices)
{
    KEEP_UNLESS(&devices->controllers, is_given_controller);
    KEEP_UNLESS(&devices->inputs, is_given_input);
    KEEP_UNLESS(&devices->audios, is_given_audio);
}

char *
domain_dump(const DomainDef *def, const Cpu *defined_cpu, unsigned flags)
{
    unsigned format = 0;
    gboolean for_other_host = (flags & DOMAIN_XML_MIGRATABLE) != 0;
    if ((flags & DOMAIN_XML_SECURE) != 0 || for_other_host)
        format |= CONF_FORMAT_SECURE;
    if ((flags & DOMAIN_XML_INACTIVE) != 0 || for_other_host)
        format |= CONF_FORMAT_INACTIVE;
    if (for_other_host)
        format |= CONF_FORMAT_MIGRATABLE;
    if ((format & CONF_FORMAT_INACTIVE) == 0 || (!def->id.set && !for_other_host))
        return domain_def_format(def, format);
    g_autoptr(DomainDef) copy = domain_def_copy(def);
    if (def->id.set)
        domain_def_drop_running(copy, defined_cpu);
    if (for_other_host)
        drop_given(&copy->devices);
    return domain_def_format(copy, format);
}
