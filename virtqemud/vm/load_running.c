/*
 * load_running — the guests whose QEMU may still run: found by their status files.
 *
 * Before anybody is served each file becomes a guest that runs, or one that does not: the process
 * is the one of the file when pid and start time are. What takes the io thread (the monitor,
 * scripts) follows in a step of its own, for all guests at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/log.h"
#include "virtqemud/hostres/guest_log.h"
#include "virtqemud/hostres/port.h"
#include "virtqemud/hostres/sockets.h"
#include "virtqemud/hostres/tap.h"
#include "virtqemud/vm/handed.h"
#include "virtqemud/vm/load_private.h"
#include "virtqemud/vm/monitor.h"
#include "virtqemud/vm/proc.h"
#include "virtqemud/vm/resources.h"
#include "virtqemud/vm/status.h"
#include "virtqemud/vm/stop.h"

enum { CONNECT_MS = 10000, ID_MAX = 1 << 30 };

typedef struct {
    GuestLoading *loading;
    Reservation *reservation; /* NULL: it has a definition */
    ObjRef *ref;
    DomainStatus *status;
} Found;

/* ---- the process ---- */

typedef struct {
    int pidfd;
    uint64_t start_time;
} Process;

static gboolean
read_start_time(pid_t pid, uint64_t *ret_start_time)
{
    g_autofree char *path = g_strdup_printf("/proc/%d", (int)pid);
    auto_fd folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    ProcStat stat;
    if (folder < 0 || !proc_read_stat(folder, &stat) || stat.state == 'Z')
        return FALSE;
    *ret_start_time = stat.start_time;
    return TRUE;
}

/* A daemon that ended while it started QEMU did not write down which process that is; virt-exec
 * did. */
static void
find_pid(const Driver *driver, DomainStatus *status)
{
    if (status->pid != 0 || status->own == NULL || status->own->exit_record == NULL)
        return;
    g_autoptr(GBytes) record = store_read(driver->status, status->own->exit_record, NULL);
    size_t n = 0;
    const char *bytes = record != NULL ? g_bytes_get_data(record, &n) : NULL;
    g_autofree char *text = g_strndup(bytes, n);
    unsigned pid;
    unsigned long long start_time;
    if (text == NULL || sscanf(text, "started %u %llu", &pid, &start_time) != 2)
        return;
    status->pid = pid;
    status->own->start_time = (OptU64){true, start_time};
}

/* A stock daemon does not write down when it was started: it is the one whose arguments name the
 * guest. */
static gboolean
is_named(const DomainStatus *status)
{
    g_autofree char *path = g_strdup_printf("/proc/%u/cmdline", status->pid);
    g_autofree char *argument = g_strdup_printf("guest=%s,", status->def->name);
    g_autofree char *text = NULL;
    gsize n;
    return g_file_get_contents(path, &text, &n, NULL) &&
           memmem(text, n, argument, strlen(argument)) != NULL;
}

static gboolean
is_process(const DomainStatus *status, uint64_t *ret_start_time)
{
    if (!read_start_time((pid_t)status->pid, ret_start_time))
        return FALSE;
    if (status->own == NULL || !status->own->start_time.set)
        return is_named(status);
    return status->own->start_time.value == *ret_start_time;
}

/* A pidfd of the process that the file tells of; -1: it is gone. */
static int
open_process(const DomainStatus *status, uint64_t *ret_start_time)
{
    gboolean is_pid = status->pid > 1 && status->pid <= INT32_MAX;
    int pidfd = is_pid ? pidfd_open((pid_t)status->pid, 0) : -1;
    if (pidfd < 0)
        return -1;
    gboolean is_it = is_process(status, ret_start_time);
    if (!is_it)
        fd_clear(&pidfd);
    return pidfd;
}

static void
claim_again(Vm *vm)
{
    char owner[UUID_TEXT_BYTES];
    const Devices *devices = &vm_def(vm)->devices;
    uuid_format(vm->uuid, owner);
    for (size_t i = 0; i < devices->graphics.n; i++) {
        const Graphics *graphics = devices->graphics.items[i];
        if (graphics->type == GRAPHICS_VNC && graphics->as.vnc.port.value > 0)
            (void)port_claim(vm->driver->claims, owner, (uint16_t)graphics->as.vnc.port.value,
                             NULL);
    }
    for (size_t i = 0; i < devices->interfaces.n; i++) {
        if (devices->interfaces.items[i]->target != NULL)
            (void)tap_claim(vm->driver->claims, owner, devices->interfaces.items[i]->target, NULL);
    }
}

static void
raise_last_id(Driver *driver, int32_t id)
{
    int last = atomic_load(&driver->last_id);
    while (last < id && !atomic_compare_exchange_weak(&driver->last_id, &last, id))
        continue;
}

static VmRun *
run_of(Vm *vm, ObjRef *ref, const DomainStatus *status, const Process *process)
{
    VmRun *run =
        vm_run_new(vm->driver, ref, (pid_t)status->pid, process->start_time, process->pidfd);
    if (status->own != NULL && status->own->exit_record != NULL)
        run->record_fd = openat(store_get_fd(vm->driver->status), status->own->exit_record,
                                O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    GuestLogSpec spec = {.folder = vm->driver->paths.log, .guest = vm->name};
    run->log_fd = guest_log_open(&spec, NULL);
    run->log_start = run->log_fd >= 0 ? lseek(run->log_fd, 0, SEEK_END) : 0;
    return run;
}

/* ---- later, with the io thread ---- */

typedef struct {
    VmRun *run;
    VmExpectExit end; /* that was under way; NOTHING: none was */
} Again;

static void
again_free(void *data)
{
    Again *again = data;
    vm_run_unref(again->run);
    g_free(again);
}

/* What the program before us left, or else a new connection. The events that QEMU told meanwhile
 * come before its state of now. */
static gboolean
connect_again(Vm *vm, VmRun *run, GError **error)
{
    QmpRest rest = {0};
    int fd = handed_monitors_take(vm->driver->handed, vm->uuid, &rest);
    g_autoptr(GBytes) input = rest.input;
    if (fd < 0) {
        g_autofree char *path = resources_monitor_path(vm);
        fd = sockets_connect(path, error);
    }
    if (fd < 0 || !vm_run_connect(run, fd, VM_CONNECT_FOUND, input != NULL ? &rest : NULL,
                                  strand_deadline_in_ms(CONNECT_MS), error))
        return FALSE;
    vm_monitor_drain(vm);
    return vm->run != run || vm_monitor_resync(vm, error);
}

static void
again_step(void *data)
{
    Again *again = data;
    Vm *vm = obj_ref_object(again->run->ref);
    g_autoptr(GError) error = NULL;
    if (vm->run != again->run)
        return;
    if (again->end != VM_EXPECT_NOTHING) {
        log_warning("guest '%s' was being %s when the daemon ended: it is stopped", vm->name,
                    again->end == VM_EXPECT_FAILED ? "started" : "stopped");
        if (!stop_now(vm, again->end, STOP_FORCED, &error))
            log_error("%s", error->message);
        return;
    }
    if (connect_again(vm, again->run, &error)) {
        log_info("guest '%s' (process %d) was found running", vm->name, (int)again->run->pid);
        (void)vm_run_hook(vm, vm_def(vm), HOOK_RECONNECT, NULL, NULL);
        return;
    }
    if (vm->run != again->run)
        return; /* it has ended meanwhile */
    vm_run_set_unresponsive(again->run);
    log_error("the monitor of guest '%s' (process %d) cannot be reached: %s", vm->name,
              (int)again->run->pid, error->message);
}

/* ---- before anybody is served ---- */

static void
resume_run(Vm *vm, Found *found, const Process *process)
{
    Again *again = g_new(Again, 1);
    again->run = run_of(vm, found->ref, found->status, process);
    again->end = stop_was_expected(found->status);
    vm->run = vm_run_ref(again->run);
    vm_control_set_run(vm->control, vm->run);
    strand_post(vm->strand, again_step, again, again_free);
}

/* How the process of the file ended, from the record that virt-exec left. */
static VmExpectExit
how_it_ended(const Vm *vm, const DomainStatus *status)
{
    const StatusOwn *own = status->own;
    VmExpectExit expected = stop_was_expected(status);
    if (expected != VM_EXPECT_NOTHING)
        return expected;
    if (own == NULL || own->exit_record == NULL)
        return VM_EXPECT_NOTHING;
    g_autoptr(GBytes) record = store_read(vm->driver->status, own->exit_record, NULL);
    size_t n = 0;
    const char *text = record != NULL ? g_bytes_get_data(record, &n) : NULL;
    return g_strstr_len(text, (gssize)n, "\nexit 0\n") != NULL ? VM_EXPECT_SHUTDOWN
                                                               : VM_EXPECT_NOTHING;
}

static void
found_step(void *data)
{
    Found *found = data;
    Driver *driver = found->loading->driver;
    Vm *vm;
    if (found->reservation != NULL) {
        vm = vm_new(driver, found->ref);
        reservation_set_object(found->reservation, vm);
    } else {
        vm = obj_ref_object(found->ref);
    }
    find_pid(driver, found->status);
    status_apply(vm, found->status);
    raise_last_id(driver, vm->id);
    atomic_fetch_add(&driver->n_active, 1);
    claim_again(vm);
    strand_mark(STRAND_CHANGED);
    if (found->reservation != NULL)
        reservation_commit(g_steal_pointer(&found->reservation), vm_view(vm));
    Process process = {0};
    process.pidfd = open_process(found->status, &process.start_time);
    if (process.pidfd < 0) {
        stop_lost(vm, how_it_ended(vm, found->status));
        return;
    }
    obj_table_set_id(driver->guests, found->ref, vm->id);
    resume_run(vm, found, &process);
    vm_publish(vm);
}

static void
found_free(void *data)
{
    Found *found = data;
    GuestLoading *loading = found->loading;
    obj_ref_unref(found->ref);
    domain_status_free(found->status);
    g_free(found);
    loading_end(&loading->steps);
}

static gboolean
refuse(GError **error, const DomainDef *def, const char *what)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_XML_ERROR, "the status of guest '%s' %s",
                   def->name, what);
    return FALSE;
}

/* What the file says is whose it is, so that nothing is done to another guest. */
static gboolean
check_status(GuestLoading *loading, DomainStatus *status, const char *file, GError **error)
{
    const DomainDef *def = status->def;
    g_autofree char *own_file = g_strconcat(def->name, ".xml", NULL);
    g_autofree char *record = status_record_name(def->name);
    if (!g_str_equal(own_file, file))
        return refuse(error, def, "is not in the guest's own file");
    if (!def->uuid.set)
        return refuse(error, def, "has no uuid");
    if (!def->id.set || def->id.value >= ID_MAX)
        return refuse(error, def, "has no valid id");
    if (!g_hash_table_add(loading->ids, GUINT_TO_POINTER(def->id.value)))
        return refuse(error, def, "has the id of another guest");
    if (status->own != NULL && g_strcmp0(status->own->exit_record, record) != 0)
        status->own->exit_record = NULL;
    return TRUE;
}

static StoreVerdict
load_one(void *data, const char *name, const char *text, size_t len, GError **error)
{
    GuestLoading *loading = data;
    ObjTable *guests = loading->driver->guests;
    g_autoptr(DomainStatus) status = domain_status_parse(text, len, error);
    if (status == NULL || !check_status(loading, status, name, error))
        return STORE_LEFT;
    const DomainDef *def = status->def;
    Reservation *reservation = NULL;
    ObjRef *ref = NULL;
    if (!obj_table_reserve(guests, def->name, def->uuid.bytes, &reservation, &ref, error))
        return STORE_LEFT;
    Found *found = g_new0(Found, 1);
    found->loading = loading;
    found->reservation = reservation;
    found->ref = reservation != NULL ? obj_ref_ref(reservation_ref(reservation)) : ref;
    found->status = g_steal_pointer(&status);
    loading_begin(&loading->steps);
    if (reservation != NULL)
        reservation_post(reservation, found_step, found, found_free);
    else
        strand_post(obj_ref_strand(ref), found_step, found, found_free);
    return STORE_LOADED;
}

gboolean
load_running(GuestLoading *loading, GError **error)
{
    StoreLoadResult result;
    loading->ids = g_hash_table_new(NULL, NULL);
    gboolean ok =
        store_load_all(loading->driver->status, ".xml", load_one, loading, &result, error);
    g_clear_pointer(&loading->ids, g_hash_table_unref);
    return ok;
}
