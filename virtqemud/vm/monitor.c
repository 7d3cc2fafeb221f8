/*
 * monitor — see monitor.h. The order of states and events is what stock's clients see
 * (tests/data/stock/events).
 */
#include "virtqemud/vm/monitor.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/event.h"
#include "common/spec/acl.h"
#include "common/spec/qemu.h"
#include "virtqemud/vm/events.h"
#include "virtqemud/vm/power.h"
#include "virtqemud/vm/status.h"
#include "virtqemud/vm/stop.h"
#include "virtqemud/vm/vcpu_plug.h"

static const char *
text_of(const Json *data, const char *name)
{
    const char *text = json_text(data, name);
    return text != NULL ? text : "";
}

/* ---- running and not ---- */

static const int32_t suspended_details[] = {
    [VM_PAUSED_UNKNOWN] = VM_SUSPENDED_PAUSED,
    [VM_PAUSED_USER] = VM_SUSPENDED_PAUSED,
    [VM_PAUSED_MIGRATION] = VM_SUSPENDED_MIGRATED,
    [VM_PAUSED_SAVE] = VM_SUSPENDED_PAUSED,
    [VM_PAUSED_DUMP] = VM_SUSPENDED_PAUSED,
    [VM_PAUSED_IOERROR] = VM_SUSPENDED_IOERROR,
    [VM_PAUSED_WATCHDOG] = VM_SUSPENDED_WATCHDOG,
    [VM_PAUSED_FROM_SNAPSHOT] = VM_SUSPENDED_FROM_SNAPSHOT,
    [VM_PAUSED_SHUTTING_DOWN] = VM_SUSPENDED_PAUSED,
    [VM_PAUSED_SNAPSHOT] = VM_SUSPENDED_PAUSED,
    [VM_PAUSED_CRASHED] = VM_SUSPENDED_PAUSED,
    [VM_PAUSED_STARTING_UP] = VM_SUSPENDED_PAUSED,
    [VM_PAUSED_POSTCOPY] = VM_SUSPENDED_POSTCOPY,
    [VM_PAUSED_POSTCOPY_FAILED] = VM_SUSPENDED_POSTCOPY_FAILED,
};

static void
change_state(Vm *vm, VmState state, int32_t reason)
{
    vm_set_state(vm, state, reason);
    vm_publish(vm);
    status_write(vm);
}

static void
pause_for(Vm *vm, VmPausedReason reason)
{
    change_state(vm, VM_PAUSED, (int32_t)reason);
    vm_emit_lifecycle(vm, VM_EVENT_SUSPENDED, suspended_details[reason]);
}

static void
on_stop(Vm *vm, const Json *data)
{
    VmPausedReason reason = vm->expect_paused;
    vm->has_stopped = TRUE;
    if (vm->is_restarting)
        return;
    vm->expect_paused = VM_PAUSED_UNKNOWN;
    if (vm->state == VM_RUNNING)
        pause_for(vm, reason);
}

static void
on_resume(Vm *vm, const Json *data)
{
    VmRunningReason reason = vm->expect_running;
    vm->expect_running = VM_RUNNING_UNKNOWN;
    vm->has_resumed = TRUE;
    vm->is_restarting = FALSE;
    if (vm->state == VM_RUNNING)
        return;
    if (reason == VM_RUNNING_UNKNOWN)
        reason = VM_RUNNING_UNPAUSED;
    change_state(vm, VM_RUNNING, (int32_t)reason);
    vm_emit_lifecycle(vm, VM_EVENT_RESUMED, VM_RESUMED_UNPAUSED);
}

static void
on_shutdown(Vm *vm, const Json *data)
{
    VmExpectExit expected = vm_run_expected_exit(vm->run);
    if (vm->state == VM_SHUTDOWN || vm->state == VM_CRASHED)
        return;
    if (expected == VM_EXPECT_DESTROY && json_has(data, "guest") && !json_flag(data, "guest"))
        vm_emit_lifecycle(vm, VM_EVENT_SHUTDOWN, VM_SHUTDOWN_HOST);
    if (expected != VM_EXPECT_NOTHING)
        return;
    if (power_restarts_after_shutdown(vm)) {
        power_restart(vm, VM_RUNNING_BOOTED);
        return;
    }
    change_state(vm, VM_SHUTDOWN, VM_SHUTDOWN_UNKNOWN);
    VmShutdownDetail detail = VM_SHUTDOWN_FINISHED;
    if (json_has(data, "guest"))
        detail = json_flag(data, "guest") ? VM_SHUTDOWN_GUEST : VM_SHUTDOWN_HOST;
    vm_emit_lifecycle(vm, VM_EVENT_SHUTDOWN, (int32_t)detail);
    power_after_shutdown(vm);
}

static void
on_reset(Vm *vm, const Json *data)
{
    vm_emit_reboot(vm);
    if (vm->state == VM_PMSUSPENDED)
        change_state(vm, VM_RUNNING, VM_RUNNING_WAKEUP);
}

static void
on_panicked(Vm *vm, const Json *data)
{
    change_state(vm, VM_CRASHED, VM_CRASHED_PANICKED);
    vm_emit_lifecycle(vm, VM_EVENT_CRASHED, VM_CRASHED_DETAIL_PANICKED);
    power_after_crash(vm);
}

static void
on_crashloaded(Vm *vm, const Json *data)
{
    vm_emit_lifecycle(vm, VM_EVENT_CRASHED, VM_CRASHED_DETAIL_CRASHLOADED);
}

static void
on_suspend(Vm *vm, const Json *data)
{
    if (vm->state != VM_RUNNING)
        return;
    change_state(vm, VM_PMSUSPENDED, 0);
    vm_emit_lifecycle(vm, VM_EVENT_PMSUSPENDED, 0);
    vm_emit_pm_suspend(vm);
}

static void
on_suspend_disk(Vm *vm, const Json *data)
{
    if (vm->state == VM_RUNNING) {
        change_state(vm, VM_PMSUSPENDED, 0);
        vm_emit_lifecycle(vm, VM_EVENT_PMSUSPENDED, 1);
    }
    vm_emit_pm_suspend_disk(vm);
}

static void
on_wakeup(Vm *vm, const Json *data)
{
    if (vm->state == VM_PMSUSPENDED) {
        change_state(vm, VM_RUNNING, VM_RUNNING_WAKEUP);
        vm_emit_lifecycle(vm, VM_EVENT_STARTED, VM_STARTED_WAKEUP);
    }
    vm_emit_pm_wakeup(vm);
}

/* ---- errors and alarms ---- */

/* QEMU's word and the number of virDomainEventWatchdogAction. */
static const char *const watchdog_actions[] = {"none",     "pause", "reset",     "poweroff",
                                               "shutdown", "debug", "inject-nmi"};

static void
on_watchdog(Vm *vm, const Json *data)
{
    const char *action = text_of(data, "action");
    int32_t number = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(watchdog_actions); i++) {
        if (g_str_equal(action, watchdog_actions[i]))
            number = (int32_t)i;
    }
    gboolean pauses = g_str_equal(action, "pause") && vm->state == VM_RUNNING;
    if (pauses)
        change_state(vm, VM_PAUSED, VM_PAUSED_WATCHDOG);
    vm_emit_watchdog(vm, number);
    if (pauses)
        vm_emit_lifecycle(vm, VM_EVENT_SUSPENDED, VM_SUSPENDED_WATCHDOG);
}

static const Disk *
disk_of(const Vm *vm, const char *qom_path)
{
    const Devices *devices = &vm_def(vm)->devices;
    const char *id = strrchr(qom_path, '/');
    for (size_t i = 0; id != NULL && i < devices->disks.n; i++) {
        const Disk *disk = devices->disks.items[i];
        if (g_strcmp0(disk->info.alias, id + 1) == 0)
            return disk;
    }
    return NULL;
}

/* By the number in the name of one of its nodes: "libvirt-3-format". */
static const Disk *
disk_of_node(const Vm *vm, const char *node)
{
    const Devices *devices = &vm_def(vm)->devices;
    unsigned index;
    if (sscanf(node, "libvirt-%u-", &index) != 1)
        return NULL;
    for (size_t i = 0; i < devices->disks.n; i++) {
        const Disk *disk = devices->disks.items[i];
        if (disk->source.file.index.set && disk->source.file.index.value == index)
            return disk;
    }
    return NULL;
}

/* The disk that an event is about: by the path of the device, by its alias, or by its node. */
static const Disk *
disk_of_event(const Vm *vm, const Json *data)
{
    static const char *const members[] = {"qom-path", "id", "qdev", "device"};
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        g_autofree char *name = g_strdup(text_of(data, members[i]));
        if (g_str_has_suffix(name, "/virtio-backend"))
            name[strlen(name) - strlen("/virtio-backend")] = '\0';
        g_autofree char *path = g_strconcat("/", name, NULL);
        const Disk *disk = *name != '\0' ? disk_of(vm, path) : NULL;
        if (disk != NULL)
            return disk;
    }
    return disk_of_node(vm, text_of(data, "node-name"));
}

/* virDomainEventIOErrorAction */
enum { IO_ERROR_NONE, IO_ERROR_PAUSE, IO_ERROR_REPORT };

static void
on_block_io_error(Vm *vm, const Json *data)
{
    const Disk *disk = disk_of_event(vm, data);
    const char *action = text_of(data, "action");
    VmIoError io_error = {
        .path = disk != NULL ? disk->source.file.path : NULL,
        .alias = disk != NULL ? disk->info.alias : NULL,
        .action = g_str_equal(action, "stop")     ? IO_ERROR_PAUSE
                  : g_str_equal(action, "report") ? IO_ERROR_REPORT
                                                  : IO_ERROR_NONE,
        .reason = json_flag(data, "nospace") ? "enospc" : "",
    };
    gboolean pauses = io_error.action == IO_ERROR_PAUSE && vm->state == VM_RUNNING;
    if (pauses)
        change_state(vm, VM_PAUSED, VM_PAUSED_IOERROR);
    vm_emit_io_error(vm, &io_error);
    if (pauses)
        vm_emit_lifecycle(vm, VM_EVENT_SUSPENDED, VM_SUSPENDED_IOERROR);
}

static void
on_memory_failure(Vm *vm, const Json *data)
{
    static const char *const actions[] = {"ignore", "inject", "fatal", "reset"};
    VmMemoryFailure failure = {
        .recipient = g_str_equal(text_of(data, "recipient"), "guest") ? 1 : 0,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (g_str_equal(text_of(data, "action"), actions[i]))
            failure.action = (int32_t)i;
    }
    const Json *flags = json_get(data, "flags");
    failure.flags =
        (json_flag(flags, "action-required") ? 1u : 0u) | (json_flag(flags, "recursive") ? 2u : 0u);
    vm_emit_memory_failure(vm, &failure);
}

/* ---- devices ---- */

static void
on_rtc_change(Vm *vm, const Json *data)
{
    vm->runtime.rtc_adjust_s = json_int(data, "offset");
    vm->runtime.has_rtc_adjust = TRUE;
    vm_publish(vm);
    vm_emit_rtc_change(vm, vm->runtime.rtc_adjust_s);
}

static void
on_balloon_change(Vm *vm, const Json *data)
{
    vm->runtime.balloon_kib = (uint64_t)json_int(data, "actual") / 1024;
    vm_publish(vm);
    status_write(vm);
    vm_emit_balloon_change(vm, vm->runtime.balloon_kib);
}

static void
on_tray_moved(Vm *vm, const Json *data)
{
    const Disk *disk = disk_of_event(vm, data);
    if (disk == NULL)
        return;
    gboolean is_open = json_flag(data, "tray-open");
    g_autofree char *alias = g_strdup(disk->info.alias);
    DomainDef *live = domain_def_copy(vm_def(vm));
    for (size_t i = 0; i < live->devices.disks.n; i++) {
        Disk *changed = live->devices.disks.items[i];
        if (g_strcmp0(changed->info.alias, alias) == 0)
            changed->tray = is_open ? DISK_TRAY_OPEN : DISK_TRAY_CLOSED;
    }
    vm_set_live(vm, live);
    vm_publish(vm);
    status_write(vm);
    vm_emit_tray_change(vm, alias, is_open ? VM_TRAY_OPENED : VM_TRAY_CLOSED);
}

static void
on_serial_port_change(Vm *vm, const Json *data)
{
    g_autofree char *id = g_strdup(text_of(data, "id"));
    gboolean is_open = json_flag(data, "open");
    gboolean is_agent = FALSE;
    DomainDef *live = domain_def_copy(vm_def(vm));
    for (size_t i = 0; i < live->devices.channels.n; i++) {
        Chardev *channel = live->devices.channels.items[i];
        if (g_strcmp0(channel->info.alias, id) != 0)
            continue;
        channel->state = is_open ? CHANNEL_CONNECTED : CHANNEL_DISCONNECTED;
        is_agent = g_strcmp0(channel->name, VM_AGENT_CHANNEL_NAME) == 0;
    }
    vm_set_live(vm, live);
    vm_publish(vm);
    status_write(vm);
    if (is_agent)
        vm_emit_agent_lifecycle(vm, is_open ? VM_AGENT_CONNECTED : VM_AGENT_DISCONNECTED,
                                VM_AGENT_CHANNEL);
}

static void
on_device_deleted(Vm *vm, const Json *data)
{
    vcpu_plug_on_deleted(vm, text_of(data, "path"));
}

static void
on_acpi_device_ost(Vm *vm, const Json *data)
{
    vcpu_plug_on_ost(vm, json_get(data, "info"));
}

/* virDomainEventGraphicsPhase and virDomainEventGraphicsAddressType */
enum { PHASE_CONNECT, PHASE_INITIALIZE, PHASE_DISCONNECT };
enum { FAMILY_IPV4, FAMILY_IPV6, FAMILY_UNIX };

static int32_t
family_of(const Json *end)
{
    const char *family = text_of(end, "family");
    return g_str_equal(family, "ipv6")   ? FAMILY_IPV6
           : g_str_equal(family, "unix") ? FAMILY_UNIX
                                         : FAMILY_IPV4;
}

static void
emit_vnc(Vm *vm, const Json *data, int32_t phase)
{
    const Json *server = json_get(data, "server");
    const Json *client = json_get(data, "client");
    VmGraphicsEvent event = {
        .phase = phase,
        .local_family = family_of(server),
        .local_node = text_of(server, "host"),
        .local_service = text_of(server, "service"),
        .remote_family = family_of(client),
        .remote_node = text_of(client, "host"),
        .remote_service = text_of(client, "service"),
        .auth_scheme = text_of(server, "auth"),
        .x509_name = json_text(client, "x509_dname"),
        .sasl_name = json_text(client, "sasl_username"),
    };
    vm_emit_graphics(vm, &event);
}

static void
on_vnc_connected(Vm *vm, const Json *data)
{
    emit_vnc(vm, data, PHASE_CONNECT);
}

static void
on_vnc_initialized(Vm *vm, const Json *data)
{
    emit_vnc(vm, data, PHASE_INITIALIZE);
}

static void
on_vnc_disconnected(Vm *vm, const Json *data)
{
    emit_vnc(vm, data, PHASE_DISCONNECT);
}

/* ---- the table ---- */

static void (*const event_rows[QMP_EVENT_COUNT])(Vm *vm, const Json *data) = {
    [QMP_EVENT_STOP] = on_stop,
    [QMP_EVENT_RESUME] = on_resume,
    [QMP_EVENT_SHUTDOWN] = on_shutdown,
    [QMP_EVENT_RESET] = on_reset,
    [QMP_EVENT_GUEST_PANICKED] = on_panicked,
    [QMP_EVENT_GUEST_CRASHLOADED] = on_crashloaded,
    [QMP_EVENT_SUSPEND] = on_suspend,
    [QMP_EVENT_SUSPEND_DISK] = on_suspend_disk,
    [QMP_EVENT_WAKEUP] = on_wakeup,
    [QMP_EVENT_WATCHDOG] = on_watchdog,
    [QMP_EVENT_BLOCK_IO_ERROR] = on_block_io_error,
    [QMP_EVENT_MEMORY_FAILURE] = on_memory_failure,
    [QMP_EVENT_RTC_CHANGE] = on_rtc_change,
    [QMP_EVENT_BALLOON_CHANGE] = on_balloon_change,
    [QMP_EVENT_DEVICE_TRAY_MOVED] = on_tray_moved,
    [QMP_EVENT_VSERPORT_CHANGE] = on_serial_port_change,
    [QMP_EVENT_DEVICE_DELETED] = on_device_deleted,
    [QMP_EVENT_ACPI_DEVICE_OST] = on_acpi_device_ost,
    [QMP_EVENT_VNC_CONNECTED] = on_vnc_connected,
    [QMP_EVENT_VNC_INITIALIZED] = on_vnc_initialized,
    [QMP_EVENT_VNC_DISCONNECTED] = on_vnc_disconnected,
};

void
vm_monitor_drain(Vm *vm)
{
    if (vm->run == NULL || vm->is_draining)
        return;
    vm->is_draining = TRUE; /* what an event leads to may ask QEMU again */
    g_autoptr(VmRun) run = vm_run_ref(vm->run);
    for (;;) {
        g_autoptr(VmQmpEvent) event = vm->run == run ? vm_run_next_event(run) : NULL;
        if (event == NULL)
            break;
        if (event_rows[event->id] != NULL)
            event_rows[event->id](vm, event->data);
    }
    vm->is_draining = FALSE;
}

gboolean
vm_monitor_wait(Vm *vm, const gboolean *seen, int64_t timeout_ms, GError **error)
{
    int64_t deadline_us = strand_deadline_in_ms(timeout_ms);
    g_autoptr(VmRun) run = vm_run_ref(vm->run);
    for (;;) {
        vm_monitor_drain(vm);
        if (*seen)
            return TRUE;
        if (!vm_run_wait_event(run, deadline_us, error))
            return FALSE;
    }
}

/* ---- steps ---- */

static Vm *
vm_of_run(VmRun *run)
{
    Vm *vm = obj_ref_object(run->ref);
    return vm->run == run ? vm : NULL;
}

void
vm_monitor_events_step(void *data)
{
    Vm *vm = vm_of_run(data);
    if (vm != NULL)
        vm_monitor_drain(vm);
}

void
vm_monitor_exit_step(void *data)
{
    VmRun *run = data;
    Vm *vm = vm_of_run(run);
    if (vm == NULL)
        return;
    vm_monitor_drain(vm);
    stop_finish(vm, run);
}

enum { ASK_TRIES = 5 };

/* QEMU's words for its state, as far as they say more than running or not. */
static void
apply_run_state(Vm *vm, const Json *status)
{
    const char *word = text_of(status, "status");
    gboolean running = json_flag(status, "running");
    /* what follows may not have been done by the daemon that wrote the state down */
    if (g_str_equal(word, "shutdown") && vm->state == VM_SHUTDOWN) {
        power_after_shutdown(vm);
    } else if (g_str_equal(word, "shutdown")) {
        on_shutdown(vm, NULL);
    } else if (g_str_equal(word, "guest-panicked") && vm->state == VM_CRASHED) {
        power_after_crash(vm);
    } else if (g_str_equal(word, "guest-panicked")) {
        on_panicked(vm, NULL);
    } else if (running && vm->state != VM_RUNNING) {
        on_resume(vm, NULL);
    } else if (!running && vm->state == VM_RUNNING) {
        VmPausedReason reason = g_str_equal(word, "io-error")   ? VM_PAUSED_IOERROR
                                : g_str_equal(word, "watchdog") ? VM_PAUSED_WATCHDOG
                                                                : VM_PAUSED_UNKNOWN;
        if (g_str_equal(word, "suspended"))
            on_suspend(vm, NULL);
        else
            pause_for(vm, reason);
    }
}

/* What QEMU tells by events while it is asked is newer than its answer: it is asked again. One that
 * is being started again tells by events alone what becomes of it. */
static gboolean
ask_run_state(Vm *vm, GError **error)
{
    for (int i = 0; i < ASK_TRIES; i++) {
        g_autoptr(Json) status = NULL;
        vm->has_stopped = vm->has_resumed = FALSE;
        if (!vm_qmp(vm, QMP_QUERY_STATUS, NULL, &status, error))
            return FALSE;
        if (vm->is_restarting)
            break;
        if (!vm->has_stopped && !vm->has_resumed) {
            apply_run_state(vm, status);
            break;
        }
    }
    return TRUE;
}

gboolean
vm_monitor_resync(Vm *vm, GError **error)
{
    if (!ask_run_state(vm, error))
        return FALSE;
    g_autoptr(Json) balloon = NULL;
    if (vm->run != NULL && vm_qmp(vm, QMP_QUERY_BALLOON, NULL, &balloon, NULL)) {
        uint64_t kib = (uint64_t)json_int(balloon, "actual") / 1024;
        if (kib != vm->runtime.balloon_kib) {
            vm->runtime.balloon_kib = kib;
            vm_publish(vm);
        }
    }
    return vm->run == NULL || vcpu_plug_resync(vm, error);
}

void
vm_monitor_resync_step(void *data)
{
    Vm *vm = vm_of_run(data);
    g_autoptr(GError) error = NULL;
    if (vm != NULL && !vm_monitor_resync(vm, &error))
        log_warning("the state of guest '%s' is not certain: %s", vm->name, error->message);
}

void
vm_monitor_lost_step(void *data)
{
    VmRun *run = data;
    Vm *vm = vm_of_run(run);
    if (vm == NULL)
        return;
    log_error("the monitor of guest '%s' was given up: %s", vm->name, run->given_up->message);
    vm_emit_control_error(vm);
}

/* ---- QEMU's own events, for those who registered for them ---- */

void
vm_monitor_forward(VmRun *run, const QmpEvent *event)
{
    char uuid_text[UUID_TEXT_BYTES];
    g_autofree char *details = event->data != NULL ? json_print(event->data) : NULL;
    QemuDomainMonitorEventArgs args = {
        .dom = {(char *)obj_ref_name(run->ref), {0}, obj_ref_id(run->ref)},
        .event = (char *)event->name,
        .seconds = event->time_us >= 0 ? event->time_us / G_USEC_PER_SEC : 0,
        .micros = event->time_us >= 0 ? (uint32_t)(event->time_us % G_USEC_PER_SEC) : 0,
        .details = details,
    };
    memcpy(args.dom.uuid, obj_ref_uuid(run->ref), UUID_BYTES);
    AclAttribute attributes[] = {{"domain_name", obj_ref_name(run->ref)},
                                 {"domain_uuid", uuid_format(obj_ref_uuid(run->ref), uuid_text)},
                                 {NULL, NULL}};
    RpcEventSource source = {
        .program = &qemu_program,
        .proc = rpc_program_find(&qemu_program, QEMU_PROC_DOMAIN_MONITOR_EVENT),
        .args = &args,
        .object = ACL_DOMAIN,
        .name = obj_ref_name(run->ref),
        .uuid = obj_ref_uuid(run->ref),
        .monitor_event = event->name,
        .attributes = attributes,
        .permission = ACL_DOMAIN_GETATTR,
    };
    rpc_event_emit(daemon_server(run->driver->daemon), &source);
}
