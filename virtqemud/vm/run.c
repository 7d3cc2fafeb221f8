/*
 * run — see run.h.
 */
#include "virtqemud/vm/run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/log.h"
#include "common/base/strand.h"
#include "virtqemud/vm/monitor.h"

enum {
    CUT_AFTER_EXIT_MS = 1000,  /* the monitor's end comes with the process's, or never */
    EXIT_AFTER_CUT_MS = 10000, /* a QEMU that closed its monitor is of no use */
    DRAIN_MS = 1000            /* for the answers to what QEMU has, before SIGTERM */
};

/* ---- control ---- */

struct VmControl {
    atomic_int refs;
    Driver *driver;
    LeafLock lock;
    VmRun *run;
    Cancel *starting;
};

VmControl *
vm_control_new(Driver *driver)
{
    VmControl *control = g_new0(VmControl, 1);
    atomic_init(&control->refs, 1);
    control->driver = driver;
    leaf_init(&control->lock);
    return control;
}

VmControl *
vm_control_ref(VmControl *control)
{
    atomic_fetch_add_explicit(&control->refs, 1, memory_order_relaxed);
    return control;
}

void
vm_control_unref(VmControl *control)
{
    if (control == NULL || atomic_fetch_sub_explicit(&control->refs, 1, memory_order_acq_rel) != 1)
        return;
    vm_run_unref(control->run);
    cancel_unref(control->starting);
    leaf_clear(&control->lock);
    g_free(control);
}

Driver *
vm_control_driver(const VmControl *control)
{
    return control->driver;
}

VmRun *
vm_control_run(const VmControl *control)
{
    VmControl *mine = (VmControl *)control;
    leaf_lock(&mine->lock);
    VmRun *run = mine->run != NULL ? vm_run_ref(mine->run) : NULL;
    leaf_unlock(&mine->lock);
    return run;
}

void
vm_control_set_run(VmControl *control, VmRun *run)
{
    leaf_lock(&control->lock);
    VmRun *before = control->run;
    control->run = run != NULL ? vm_run_ref(run) : NULL;
    leaf_unlock(&control->lock);
    vm_run_unref(before);
}

void
vm_control_set_starting(VmControl *control, Cancel *cancel)
{
    leaf_lock(&control->lock);
    Cancel *before = control->starting;
    control->starting = cancel != NULL ? cancel_ref(cancel) : NULL;
    leaf_unlock(&control->lock);
    cancel_unref(before);
}

gboolean
vm_control_cancel(const VmControl *control, const char *reason)
{
    VmControl *mine = (VmControl *)control;
    leaf_lock(&mine->lock);
    g_autoptr(Cancel) starting = mine->starting != NULL ? cancel_ref(mine->starting) : NULL;
    g_autoptr(Cancel) running = mine->run != NULL ? cancel_ref(mine->run->cancel) : NULL;
    leaf_unlock(&mine->lock);
    if (starting != NULL)
        cancel_trigger(starting, reason);
    if (running != NULL)
        cancel_trigger(running, reason);
    return starting != NULL;
}

/* ---- a run ---- */

void
vm_qmp_event_free(VmQmpEvent *event)
{
    if (event == NULL)
        return;
    g_free(event->name);
    json_unref(event->data);
    g_free(event);
}

VmRun *
vm_run_ref(VmRun *run)
{
    atomic_fetch_add_explicit(&run->refs, 1, memory_order_relaxed);
    return run;
}

void
vm_run_unref(VmRun *run)
{
    if (run == NULL || atomic_fetch_sub_explicit(&run->refs, 1, memory_order_acq_rel) != 1)
        return;
    obj_ref_unref(run->ref);
    fd_close(run->pidfd);
    fd_close(run->record_fd);
    fd_close(run->log_fd);
    cancel_unref(run->cancel);
    qmp_client_unref(run->qmp);
    future_unref(run->exited);
    future_unref(run->bell);
    g_clear_error(&run->given_up);
    g_queue_clear_full(&run->inbox, (GDestroyNotify)vm_qmp_event_free);
    leaf_clear(&run->lock);
    g_free(run);
}

static void
run_free(void *data)
{
    vm_run_unref(data);
}

/* Both have ended: what is left is the strand's. */
static void
on_over(VmRun *run)
{
    g_clear_pointer(&run->kill_timer, loop_timer_remove);
    g_clear_pointer(&run->drain_timer, loop_timer_remove);
    g_queue_remove(&run->driver->runs, run);
    cancel_trigger(run->cancel, "the guest has ended");
    (void)future_complete(run->exited, NULL, NULL);
    strand_post(obj_ref_strand(run->ref), vm_monitor_exit_step, vm_run_ref(run), run_free);
    vm_run_unref(run); /* the watch's */
}

static void
on_timer(void *data)
{
    g_autoptr(VmRun) run = vm_run_ref(data);
    GError *reason = NULL;
    if (!run->has_exited) {
        (void)pidfd_send_signal(run->pidfd, SIGKILL, NULL, 0);
        return;
    }
    virt_error_set(&reason, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED, "QEMU has ended");
    if (run->qmp != NULL)
        qmp_client_close(run->qmp, reason);
    g_error_free(reason);
}

static void
arm(VmRun *run, int64_t ms)
{
    Loop *loop = run->driver->loop;
    if (run->kill_timer == NULL)
        run->kill_timer = loop_add_timer(loop, on_timer, run);
    loop_timer_set(run->kill_timer, g_get_monotonic_time() + ms * 1000);
}

/* A kill that is due sooner stays. */
static void
arm_kill(VmRun *run, int64_t ms)
{
    int64_t due_us = g_get_monotonic_time() + ms * 1000;
    if (run->kill_due_us != 0 && run->kill_due_us <= due_us)
        return;
    run->kill_due_us = due_us;
    arm(run, ms);
}

static void
on_process_exit(void *data, uint32_t events)
{
    VmRun *run = data;
    run->has_exited = TRUE;
    g_clear_pointer(&run->exit_watch, loop_fd_remove);
    if (run->is_cut)
        on_over(run);
    else if (run->qmp == NULL)
        on_over(run);
    else
        arm(run, CUT_AFTER_EXIT_MS);
}

static void
watch(void *data)
{
    VmRun *run = data;
    run->exit_watch = loop_add_fd(run->driver->loop, run->pidfd, EPOLLIN, on_process_exit, run);
    g_queue_push_tail(&run->driver->runs, run);
}

static void
no_step(void *data)
{
}

static void
let_go(void *data)
{
    VmRun *run = data;
    vm_forget_run(obj_ref_object(run->ref), run);
    vm_run_unref(run); /* the watch's */
}

static void
detach(VmRun *run)
{
    g_clear_pointer(&run->exit_watch, loop_fd_remove);
    g_clear_pointer(&run->kill_timer, loop_timer_remove);
    g_clear_pointer(&run->drain_timer, loop_timer_remove);
    run->is_detached = TRUE;
    if (run->qmp != NULL && !run->is_cut) {
        g_autoptr(GError) reason = NULL;
        virt_error_set(&reason, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_ABORTED, "the daemon ends");
        qmp_client_close(run->qmp, reason);
    }
    cancel_trigger(run->cancel, "the daemon ends");
    /* the guest lets go of its run, which has a reference to the guest */
    strand_post(obj_ref_strand(run->ref), no_step, run, let_go);
}

void
vm_run_detach_all(Driver *driver)
{
    VmRun *run;
    while ((run = g_queue_pop_head(&driver->runs)) != NULL)
        detach(run);
}

VmRun *
vm_run_new(Driver *driver, ObjRef *ref, pid_t pid, uint64_t start_time, int pidfd)
{
    VmRun *run = g_new0(VmRun, 1);
    atomic_init(&run->refs, 1);
    run->driver = driver;
    run->ref = obj_ref_ref(ref);
    run->pid = pid;
    run->start_time = start_time;
    run->pidfd = pidfd;
    run->cancel = cancel_new();
    run->exited = future_new("the end of QEMU");
    run->record_fd = -1;
    run->log_fd = -1;
    g_queue_init(&run->inbox);
    leaf_init(&run->lock);
    loop_post(driver->loop, watch, vm_run_ref(run));
    return run;
}

QmpClient *
vm_run_qmp(VmRun *run)
{
    leaf_lock(&run->lock);
    QmpClient *client = run->is_ready ? run->qmp : NULL;
    leaf_unlock(&run->lock);
    return client;
}

void
vm_run_expect_exit(VmRun *run, VmExpectExit expect)
{
    leaf_lock(&run->lock);
    if (run->expect_exit == VM_EXPECT_NOTHING)
        run->expect_exit = expect;
    leaf_unlock(&run->lock);
}

void
vm_run_unexpect_exit(VmRun *run)
{
    leaf_lock(&run->lock);
    run->expect_exit = VM_EXPECT_NOTHING;
    leaf_unlock(&run->lock);
}

VmExpectExit
vm_run_expected_exit(VmRun *run)
{
    leaf_lock(&run->lock);
    VmExpectExit expect = run->expect_exit;
    leaf_unlock(&run->lock);
    return expect;
}

typedef struct {
    VmRun *run;
    int64_t kill_after_ms;
} End;

static void
terminate(void *data)
{
    VmRun *run = data;
    g_clear_pointer(&run->drain_timer, loop_timer_remove);
    if (!run->has_exited)
        (void)pidfd_send_signal(run->pidfd, SIGTERM, NULL, 0);
}

static void
on_drained(void *data)
{
    VmRun *run = data;
    if (run->drain_timer != NULL)
        terminate(run);
}

/* QEMU up to 8.0 may hang for good in the end of its monitor when a command comes to it while it
 * ends, so it gets none any more, and SIGTERM only once it has answered the last one. */
static void
drain_and_terminate(VmRun *run)
{
    g_autoptr(GError) reason = NULL;
    virt_error_set(&reason, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_INVALID, "domain is not running");
    if (run->qmp == NULL || run->is_cut || qmp_client_quiesce(run->qmp, reason)) {
        terminate(run);
        return;
    }
    if (run->drain_timer != NULL)
        return;
    run->drain_timer = loop_add_timer(run->driver->loop, terminate, run);
    loop_timer_set(run->drain_timer, g_get_monotonic_time() + (int64_t)DRAIN_MS * 1000);
}

static void
end_on_io(void *data)
{
    End *end = data;
    VmRun *run = end->run;
    if (!run->has_exited && end->kill_after_ms == 0)
        (void)pidfd_send_signal(run->pidfd, SIGKILL, NULL, 0);
    else if (!run->has_exited) {
        drain_and_terminate(run);
        if (end->kill_after_ms > 0)
            arm_kill(run, end->kill_after_ms);
    }
    vm_run_unref(run);
    g_free(end);
}

void
vm_run_end(VmRun *run, int64_t kill_after_ms)
{
    End *end = g_new(End, 1);
    *end = (End){vm_run_ref(run), kill_after_ms};
    loop_post(run->driver->loop, end_on_io, end);
}

gboolean
vm_run_is_ending(const VmRun *run)
{
    return run->has_exited || run->drain_timer != NULL || run->kill_due_us != 0;
}

int64_t
vm_run_unresponsive_since_us(VmRun *run)
{
    leaf_lock(&run->lock);
    int64_t since_us = run->unresponsive_since_us;
    leaf_unlock(&run->lock);
    return since_us;
}

void
vm_run_set_unresponsive(VmRun *run)
{
    leaf_lock(&run->lock);
    if (!run->is_ready)
        run->unresponsive_since_us = g_get_monotonic_time();
    leaf_unlock(&run->lock);
}

/* ---- events ---- */

VmQmpEvent *
vm_run_next_event(VmRun *run)
{
    leaf_lock(&run->lock);
    VmQmpEvent *event = g_queue_pop_head(&run->inbox);
    leaf_unlock(&run->lock);
    return event;
}

gboolean
vm_run_wait_event(VmRun *run, int64_t deadline_us, GError **error)
{
    leaf_lock(&run->lock);
    g_autoptr(Future) bell = NULL;
    if (g_queue_is_empty(&run->inbox)) {
        if (run->bell == NULL)
            run->bell = future_new("an event of QEMU");
        bell = future_ref(run->bell);
    }
    leaf_unlock(&run->lock);
    return bell == NULL || strand_wait(bell, deadline_us, run->cancel, error);
}

static void
ring(VmRun *run)
{
    leaf_lock(&run->lock);
    Future *bell = g_steal_pointer(&run->bell);
    leaf_unlock(&run->lock);
    if (bell != NULL)
        (void)future_complete(bell, NULL, NULL);
    future_unref(bell);
}

static void
on_event(void *data, const QmpEvent *event)
{
    VmRun *run = data;
    VmQmpEvent *copy = g_new0(VmQmpEvent, 1);
    copy->id = event->id;
    copy->name = g_strdup(event->name);
    copy->time_us = event->time_us;
    if (event->data != NULL) {
        g_autofree char *text = json_print(event->data);
        copy->data = json_parse(text, strlen(text), NULL, NULL);
    }
    vm_monitor_forward(run, event);
    leaf_lock(&run->lock);
    g_queue_push_tail(&run->inbox, copy);
    leaf_unlock(&run->lock);
    ring(run);
    strand_post(obj_ref_strand(run->ref), vm_monitor_events_step, vm_run_ref(run), run_free);
}

/* ---- the monitor ---- */

/* Long enough for a machine that was asleep; a timer can be set to it. */
enum { FOUND_GREETING_MS = INT32_MAX };

typedef struct {
    VmRun *run;
    int fd;
    QmpOptions options;
    QmpRest rest; /* without input: there is none */
    Future *made;
} Connect;

/* Who waited for it so long that it gave up has not looked at the guest. */
static void
on_ready(void *data, const QmpGreeting *greeting)
{
    VmRun *run = data;
    leaf_lock(&run->lock);
    gboolean is_late = run->unresponsive_since_us != 0;
    run->is_ready = TRUE;
    run->unresponsive_since_us = 0;
    leaf_unlock(&run->lock);
    if (!is_late)
        return;
    log_info("QEMU of guest '%s' answers again", obj_ref_name(run->ref));
    strand_post(obj_ref_strand(run->ref), vm_monitor_resync_step, vm_run_ref(run), run_free);
}

static void
on_unresponsive(void *data, int64_t since_us)
{
    VmRun *run = data;
    leaf_lock(&run->lock);
    run->unresponsive_since_us = since_us;
    leaf_unlock(&run->lock);
    if (since_us != 0)
        log_warning("QEMU of guest '%s' does not answer", obj_ref_name(run->ref));
    else
        log_info("QEMU of guest '%s' answers again", obj_ref_name(run->ref));
}

/* What was given up may have happened: the guest is looked at anew. */
static void
on_late(void *data, const QmpRequest *request, const QmpAnswer *answer)
{
    VmRun *run = data;
    if (qmp_command_changes(request->row))
        strand_post(obj_ref_strand(run->ref), vm_monitor_resync_step, vm_run_ref(run), run_free);
}

/* A QEMU that closed its monitor ends. One whose monitor we closed, since it cannot be understood,
 * is not ended for that: its guest may well run. */
static void
on_closed(void *data, const GError *reason)
{
    VmRun *run = data;
    run->is_cut = TRUE;
    ring(run);
    if (run->is_detached)
        return;
    if (run->has_exited) {
        on_over(run);
        return;
    }
    if (!virt_error_matches(reason, VIRT_ERR_INTERNAL_ERROR)) {
        arm_kill(run, EXIT_AFTER_CUT_MS);
        return;
    }
    run->given_up = g_error_copy(reason);
    strand_post(obj_ref_strand(run->ref), vm_monitor_lost_step, vm_run_ref(run), run_free);
}

static const QmpHandler handler = {
    .ready = on_ready,
    .event = on_event,
    .late = on_late,
    .drained = on_drained,
    .unresponsive = on_unresponsive,
    .closed = on_closed,
};

static void
connect_on_io(void *data)
{
    Connect *connect = data;
    VmRun *run = connect->run;
    GError *error = NULL;
    if (run->has_exited) {
        virt_error_set(&error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED, "QEMU has ended");
        fd_close(connect->fd);
    } else {
        connect->options.rest = connect->rest.input != NULL ? &connect->rest : NULL;
        QmpClient *client = qmp_client_new(run->driver->loop, connect->fd, -1, &connect->options,
                                           &handler, run, &error);
        leaf_lock(&run->lock);
        run->qmp = client;
        run->is_ready = client != NULL && connect->options.rest != NULL;
        leaf_unlock(&run->lock);
    }
    if (error != NULL)
        (void)future_fail(connect->made, error);
    else
        (void)future_complete(connect->made, NULL, NULL);
    future_unref(connect->made);
    g_clear_pointer(&connect->rest.input, g_bytes_unref);
    vm_run_unref(run);
    g_free(connect);
}

gboolean
vm_run_connect(VmRun *run, int fd, VmConnectHow how, const QmpRest *rest, int64_t deadline_us,
               GError **error)
{
    g_autoptr(Future) made = future_new("the monitor of QEMU");
    Connect *connect = g_new(Connect, 1);
    int64_t wait_ms = MAX((deadline_us - strand_now_us(strand_current())) / 1000, 1);
    int64_t greeting_ms = how == VM_CONNECT_FOUND ? FOUND_GREETING_MS : wait_ms;
    *connect = (Connect){.run = vm_run_ref(run),
                         .fd = fd,
                         .options = {.greeting_ms = greeting_ms},
                         .made = future_ref(made)};
    if (rest != NULL)
        connect->rest = (QmpRest){rest->oob, g_bytes_ref(rest->input)};
    loop_post(run->driver->loop, connect_on_io, connect);
    if (!strand_wait(made, deadline_us, NULL, error))
        return FALSE;
    /* The first command is answered once the monitor is ready, or fails when it closes. */
    QmpRequest *request = qmp_request_new(QMP_QUERY_STATUS, NULL);
    qmp_request_set_deadline(request, wait_ms);
    gboolean ok = qmp_call_request(run->qmp, request, run->cancel, NULL, error);
    qmp_request_unref(request);
    return ok;
}
