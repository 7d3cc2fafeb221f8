/*
 * start_qemu — a start from QEMU's exec to its running guest.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/base/error.h"
#include "common/base/fault.h"
#include "common/base/fd.h"
#include "common/base/log.h"
#include "virtqemud/build/devices.h"
#include "virtqemud/hostres/guest_log.h"
#include "virtqemud/hostres/sockets.h"
#include "virtqemud/vm/events.h"
#include "virtqemud/vm/last_words.h"
#include "virtqemud/vm/monitor.h"
#include "virtqemud/vm/power.h"
#include "virtqemud/vm/start_private.h"
#include "virtqemud/vm/status.h"
#include "virtqemud/vm/vcpu_plug.h"

enum { SPAWN_MS = 30000, CONNECT_MS = 30000, KILLED_MS = 10000, DYING_MS = 1000 };

static const char ended[] = "QEMU has ended";

/* ---- the process ---- */

static gboolean
write_log_head(Start *start, GError **error)
{
    g_autofree char *version = g_strdup_printf("%u.%u.%u", qemu_caps_version(start->caps) / 1000000,
                                               qemu_caps_version(start->caps) / 1000 % 1000,
                                               qemu_caps_version(start->caps) % 1000);
    GuestLogStart head = {version, (const char *const *)start->env->pdata,
                          (const char *const *)start->argv->pdata};
    return guest_log_start(start->log_fd, &head, &start->log_begin, error);
}

static int
open_record(Start *start, GError **error)
{
    g_autofree char *name = status_record_name(start->vm->name);
    int fd = openat(store_get_fd(start->driver->status), name,
                    O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot make the file '%s'", name);
    return fd;
}

gboolean
start_spawn(Start *start, GError **error)
{
    auto_fd record = open_record(start, error);
    if (record < 0 || !write_log_head(start, error))
        return FALSE;
    ExecRequest request = {
        .helpers = start->driver->helpers,
        .helper = start->driver->paths.helper,
        .record_fd = record,
        .deadline_us = strand_deadline_in_ms(SPAWN_MS),
        .cancel = start->cancel,
    };
    ExecStarted started;
    if (!exec_start(start->plan, &request, &started, error))
        return FALSE;
    if (started.pidfd < 0) {
        LastWordsOf of = {record, start->log_fd, start->log_begin};
        g_autofree char *words = last_words(&of);
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR, "QEMU has ended at once: %s",
                       words);
        return FALSE;
    }
    Vm *vm = start->vm;
    VmRun *run =
        vm_run_new(start->driver, start->ref, started.pid, started.start_time, started.pidfd);
    run->record_fd = fd_steal(&record);
    run->log_fd = fd_dup(start->log_fd, NULL);
    run->log_start = start->log_begin;
    vm->run = run;
    vm_control_set_run(vm->control, run);
    start_close_files(start);
    fault_point("writing down which process QEMU is");
    return status_save(vm, error);
}

void
start_kill(Start *start)
{
    Vm *vm = start->vm;
    g_autoptr(VmRun) run = g_steal_pointer(&vm->run);
    if (run == NULL)
        return;
    g_autoptr(GError) error = NULL;
    vm_run_expect_exit(run, VM_EXPECT_FAILED);
    vm_run_end(run, 0);
    vm_control_set_run(vm->control, NULL);
    if (!strand_wait(run->exited, strand_deadline_in_ms(KILLED_MS), NULL, &error))
        log_error("QEMU of guest '%s' (process %d) does not end", vm->name, (int)run->pid);
}

/* A QEMU that ended explains more than what its end broke; one that refused something, or is
 * silent, has not ended. */
static gboolean
explain(Start *start, const char *when, GError **error)
{
    VmRun *run = start->vm->run;
    g_autoptr(GError) waited = NULL;
    if (cancel_is_set(start->cancel) || virt_error_matches(*error, VIRT_ERR_INTERNAL_ERROR) ||
        virt_error_matches(*error, VIRT_ERR_OPERATION_TIMEOUT) ||
        !strand_wait(run->exited, strand_deadline_in_ms(DYING_MS), NULL, &waited))
        return FALSE;
    LastWordsOf of = {run->record_fd, run->log_fd, run->log_start};
    g_autofree char *words = last_words(&of);
    g_clear_error(error);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR, "%s: %s", when, words);
    return FALSE;
}

gboolean
start_connect(Start *start, GError **error)
{
    static const char when[] = "process exited while connecting to monitor";
    int fd = sockets_connect(start->monitor_path, error);
    if (fd < 0)
        return explain(start, when, error);
    if (!vm_run_connect(start->vm->run, fd, VM_CONNECT_STARTED, NULL,
                        strand_deadline_in_ms(CONNECT_MS), error))
        return explain(start, when, error);
    return TRUE;
}

/* ---- what QEMU made ---- */

static const char *
pty_of(const Json *chardevs, const char *alias)
{
    g_autofree char *label = g_strconcat("char", alias, NULL);
    for (size_t i = 0; i < json_length(chardevs); i++) {
        const Json *chardev = json_item(chardevs, i);
        const char *file = json_as_string(json_get(chardev, "filename"));
        if (g_strcmp0(json_as_string(json_get(chardev, "label")), label) == 0 && file != NULL &&
            g_str_has_prefix(file, "pty:/dev/pts/"))
            return file + strlen("pty:");
    }
    return NULL;
}

static void
set_pty(DomainDef *def, Chardev *line, const char *path)
{
    ChardevSource *source = arena_new_of(def->arena, ChardevSource);
    source->path = arena_strdup(def->arena, path);
    line->sources.items = arena_array_of(def->arena, ChardevSource *, 1);
    line->sources.items[0] = source;
    line->sources.n = 1;
}

static void
learn_lines(DomainDef *def, const ConfList *list, const Json *chardevs)
{
    for (size_t i = 0; i < list->n; i++) {
        Chardev *line = list->items[i];
        const char *path = line->type == CHARDEV_PTY && line->info.alias != NULL
                               ? pty_of(chardevs, line->info.alias)
                               : NULL;
        if (path != NULL)
            set_pty(def, line, path);
    }
}

/* The console that is the first serial port shows what that has. */
static void
learn_consoles(DomainDef *def)
{
    const Devices *devices = &def->devices;
    for (size_t i = 0; i < devices->consoles.n; i++) {
        Chardev *console = devices->consoles.items[i];
        if (console->target.console == CONSOLE_SERIAL && devices->serials.n > 0 &&
            devices->serials.items[0]->type == CHARDEV_PTY &&
            devices->serials.items[0]->sources.n > 0) {
            console->type = CHARDEV_PTY;
            set_pty(def, console, devices->serials.items[0]->sources.items[0]->path);
        }
        /* as old clients look for it: on the first one */
        if (i == 0 && console->type == CHARDEV_PTY && console->sources.n > 0)
            console->tty = console->sources.items[0]->path;
    }
}

static void
learn_channels(DomainDef *def, const Json *chardevs)
{
    for (size_t i = 0; i < def->devices.channels.n; i++) {
        Chardev *channel = def->devices.channels.items[i];
        if (channel->target.channel == CHANNEL_VIRTIO && channel->state == 0)
            channel->state = CHANNEL_DISCONNECTED;
    }
}

gboolean
start_learn(Start *start, GError **error)
{
    g_autoptr(Json) chardevs = NULL;
    if (!vm_qmp(start->vm, QMP_QUERY_CHARDEV, NULL, &chardevs, error))
        return explain(start, ended, error);
    DomainDef *def = start->def;
    learn_lines(def, (const ConfList *)&def->devices.serials, chardevs);
    learn_lines(def, (const ConfList *)&def->devices.parallels, chardevs);
    learn_lines(def, (const ConfList *)&def->devices.consoles, chardevs);
    learn_lines(def, (const ConfList *)&def->devices.channels, chardevs);
    learn_consoles(def);
    learn_channels(def, chardevs);
    return TRUE;
}

/* ---- what is set up by the monitor ---- */

gboolean
start_plug(Start *start, GError **error)
{
    return vcpu_plug_at_start(start->vm, start->def, error);
}

static gboolean
set_passwords(Start *start, GError **error)
{
    for (size_t i = 0; i < start->def->devices.graphics.n; i++) {
        const Graphics *graphics = start->def->devices.graphics.items[i];
        const char *password = graphics->as.vnc.passwd != NULL
                                   ? graphics->as.vnc.passwd
                                   : start->driver->config->vnc_password;
        if (graphics->type != GRAPHICS_VNC || password == NULL)
            continue;
        Json *args = json_new_object();
        json_add_string(args, "protocol", "vnc");
        json_add_string(args, "password", password);
        if (!vm_qmp(start->vm, QMP_SET_PASSWORD, args, NULL, error))
            return FALSE;
        args = json_new_object();
        json_add_string(args, "protocol", "vnc");
        json_add_string(args, "time",
                        graphics->as.vnc.passwd_valid_to != NULL ? graphics->as.vnc.passwd_valid_to
                                                                 : "never");
        if (!vm_qmp(start->vm, QMP_EXPIRE_PASSWORD, args, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
set_links(Start *start, GError **error)
{
    for (size_t i = 0; i < start->def->devices.interfaces.n; i++) {
        const Interface *card = start->def->devices.interfaces.items[i];
        if (card->link != LINK_DOWN)
            continue;
        Json *args = json_new_object();
        json_add_string(args, "name", card->info.alias);
        json_add_bool(args, "up", FALSE);
        if (!vm_qmp(start->vm, QMP_SET_LINK, args, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
set_balloon(Start *start, GError **error)
{
    const DomainDef *def = start->def;
    if (def->devices.memballoon == NULL || def->devices.memballoon->model == BALLOON_NONE)
        return TRUE;
    if (def->current_memory_kib != 0 && def->current_memory_kib < def->memory_kib) {
        Json *args = json_new_object();
        json_add_uint(args, "value", def->current_memory_kib * 1024);
        if (!vm_qmp(start->vm, QMP_BALLOON, args, NULL, error))
            return FALSE;
    }
    if (def->devices.memballoon->stats_period_s == 0)
        return TRUE;
    g_autofree char *path =
        g_strconcat("/machine/peripheral/", def->devices.memballoon->info.alias, NULL);
    Json *args = json_new_object();
    json_add_string(args, "path", path);
    json_add_string(args, "property", "guest-stats-polling-interval");
    json_add_uint(args, "value", def->devices.memballoon->stats_period_s);
    return vm_qmp(start->vm, QMP_QOM_SET, args, NULL, error);
}

static gboolean
set_throttles(Start *start, GError **error)
{
    for (size_t i = 0; i < start->def->devices.disks.n; i++) {
        Json *args = build_throttle(start->def->devices.disks.items[i]);
        if (args != NULL && !vm_qmp(start->vm, QMP_BLOCK_SET_IO_THROTTLE, args, NULL, error))
            return FALSE;
    }
    return TRUE;
}

/* QEMU itself ends a guest that is not to reboot. */
static gboolean
set_reboot(Start *start, GError **error)
{
    if (start->def->on_reboot != ON_EVENT_DESTROY)
        return TRUE;
    Json *args = json_new_object();
    json_add_string(args, "reboot", "shutdown");
    return vm_qmp(start->vm, QMP_SET_ACTION, args, NULL, error);
}

gboolean
start_tune(Start *start, GError **error)
{
    return (set_reboot(start, error) && set_passwords(start, error) && set_links(start, error) &&
            set_throttles(start, error) && set_balloon(start, error)) ||
           explain(start, ended, error);
}

/* ---- the guest is there ---- */

/* Whether a guest agent may come. */
static gboolean
has_agent_channel(const DomainDef *def)
{
    for (size_t i = 0; i < def->devices.channels.n; i++) {
        if (g_strcmp0(def->devices.channels.items[i]->name, VM_AGENT_CHANNEL_NAME) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
start_run(Start *start, GError **error)
{
    Vm *vm = start->vm;
    vm_set_live(vm, domain_def_copy(start->def)); /* scripts are still given the start's */
    /* All of it, until the guest's driver gives some back. */
    vm->runtime.balloon_kib = vm_def(vm)->memory_kib;
    vm->starting = FALSE;
    if (has_agent_channel(vm_def(vm)))
        vm_emit_agent_lifecycle(vm, VM_AGENT_DISCONNECTED, VM_AGENT_GUEST_STARTED);
    if ((start->flags & START_PAUSED) == 0)
        return power_cont(vm, VM_RUNNING_BOOTED, error) || explain(start, ended, error);
    vm_set_state(vm, VM_PAUSED, VM_PAUSED_USER);
    return TRUE;
}

gboolean
start_tell(Start *start, GError **error)
{
    Vm *vm = start->vm;
    vm_publish(vm);
    status_write(vm);
    vm_emit_lifecycle(vm, VM_EVENT_STARTED, VM_STARTED_BOOTED);
    if ((start->flags & START_PAUSED) != 0)
        vm_emit_lifecycle(vm, VM_EVENT_SUSPENDED, VM_SUSPENDED_PAUSED);
    return TRUE;
}
