/*
 * start — see start.h.
 */
#include "virtqemud/vm/start.h"

#include <errno.h>
#include <fcntl.h>

#include "common/base/error.h"
#include "common/base/fault.h"
#include "common/base/fd.h"
#include "common/base/log.h"
#include "virtqemud/vm/define.h"
#include "virtqemud/vm/events.h"
#include "virtqemud/vm/start_private.h"
#include "virtqemud/vm/status.h"

/* `undo` is for a start that fails at a later step, and for this one half done; NULL: nothing to
 * undo. */
typedef struct {
    const char *what; /* "while WHAT" */
    gboolean (*run)(Start *start, GError **error);
    void (*undo)(Start *start);
    gboolean is_intent; /* it makes what outlives us: written down before it is entered */
} StartStep;

static gboolean
run_hook(Start *start, HookOperation operation, GError **error)
{
    return vm_run_hook(start->vm, start->def, operation, start->cancel, error);
}

static gboolean
run_prepare_hook(Start *start, GError **error)
{
    return run_hook(start, HOOK_PREPARE, error);
}

/* Both, as stock runs them, however far the start came. */
static void
run_end_hooks(Start *start)
{
    (void)vm_run_hook(start->vm, start->def, HOOK_STOPPED, NULL, NULL);
    (void)vm_run_hook(start->vm, start->def, HOOK_RELEASE, NULL, NULL);
}

static gboolean
run_start_hook(Start *start, GError **error)
{
    return run_hook(start, HOOK_START, error);
}

static gboolean
run_started_hook(Start *start, GError **error)
{
    return run_hook(start, HOOK_STARTED, error);
}

static const StartStep steps[] = {
    {"checking the definition", start_prepare_definition, NULL},
    {"taking its name and number", start_take_identity, start_drop_identity},
    {"running the hook 'prepare'", run_prepare_hook, run_end_hooks},
    {"acquiring what it needs of the host", start_acquire, start_close_files, TRUE},
    {"making QEMU's arguments", start_build, NULL},
    {"running the hook 'start'", run_start_hook, NULL},
    {"starting QEMU", start_spawn, start_kill, TRUE},
    {"connecting to QEMU's monitor", start_connect, NULL},
    {"asking QEMU what it made", start_learn, NULL},
    {"plugging processors", start_plug, NULL},
    {"setting it up", start_tune, NULL},
    {"letting it run", start_run, NULL},
    {"running the hook 'started'", run_started_hook, NULL},
    {"telling of it", start_tell, NULL},
};

/* To put back what a start has made takes descriptors, too, and a start may fail for want of them.
 */
static gboolean
keep_spare(Start *start, GError **error)
{
    while (start->n_spare < G_N_ELEMENTS(start->spare)) {
        int fd = open("/", O_PATH | O_CLOEXEC);
        if (fd < 0) {
            virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot start guest '%s'",
                                 start->vm->name);
            return FALSE;
        }
        start->spare[start->n_spare++] = fd;
    }
    return TRUE;
}

static void
drop_spare(Start *start)
{
    while (start->n_spare > 0)
        fd_close(start->spare[--start->n_spare]);
}

/* The error keeps its code. */
static void
say_while(GError *error, const char *what)
{
    char *message = g_strdup_printf("%s (while %s)", error->message, what);
    g_free(error->message);
    error->message = message;
}

static gboolean
run_steps(Start *start, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        GError *mine = NULL;
        start->vm->step = steps[i].what;
        gboolean is_cancelled = cancel_is_set(start->cancel);
        gboolean ok = !is_cancelled && (!steps[i].is_intent || status_save(start->vm, &mine));
        fault_point(steps[i].what);
        if (is_cancelled)
            virt_error_set(&mine, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_ABORTED,
                           "the start of guest '%s' was given up", start->vm->name);
        if (ok && steps[i].run(start, &mine))
            continue;
        if (i > 0)
            say_while(mine, steps[i].what);
        drop_spare(start);
        for (size_t k = i + 1; k > 0; k--) {
            if (steps[k - 1].undo != NULL)
                steps[k - 1].undo(start);
        }
        g_propagate_error(error, mine);
        return FALSE;
    }
    fault_point("answering that it was started");
    return TRUE;
}

static void
start_clear(Start *start)
{
    vm_control_set_starting(start->vm->control, NULL);
    start->vm->starting = FALSE;
    start->vm->step = NULL;
    drop_spare(start);
    obj_ref_unref(start->ref);
    cancel_unref(start->cancel);
    qemu_caps_unref(start->caps);
    domain_def_free(start->def);
    exec_plan_free(start->plan);
    start_close_files(start);
    fd_close(start->log_fd);
    g_free(start->monitor_path);
    g_clear_pointer(&start->argv, g_ptr_array_unref);
    g_clear_pointer(&start->env, g_ptr_array_unref);
}

gboolean
start_guest(Vm *vm, uint32_t flags, GError **error)
{
    Start start = {
        .vm = vm,
        .driver = vm->driver,
        .flags = flags,
        .ref = vm_find_ref(vm),
        .cancel = cancel_new(),
        .plan = exec_plan_new(),
        .log_fd = -1,
        .rom_fd = -1,
        .kernel_fd = -1,
        .initrd_fd = -1,
        .monitor_fd = -1,
    };
    vm->starting = TRUE;
    vm_control_set_starting(vm->control, start.cancel);
    int64_t began_us = g_get_monotonic_time();
    gboolean ok = keep_spare(&start, error) && run_steps(&start, error);
    start_clear(&start);
    if (ok)
        log_info("guest '%s' was started in %" G_GINT64_FORMAT " ms", vm->name,
                 (g_get_monotonic_time() - began_us) / 1000);
    return ok;
}

void
start_use(Vm *vm, DomainDef *def)
{
    vm_set_live(vm, def);
}

void
start_drop(Vm *vm)
{
    vm_set_live(vm, NULL);
    if (vm->persistent == NULL)
        define_drop(vm);
    else
        vm_publish(vm);
}
