/*
 * logs — see logs.h.
 */
#include "virtqemud/vm/logs.h"

#include "virtqemud/hostres/guest_log.h"

enum { EVERY_S = 60 };

struct Logs {
    Driver *driver;
    LoopTimer *timer;
};

static void
cap_step(void *data)
{
    VmRun *run = data;
    const Vm *vm = obj_ref_object(run->ref);
    GuestLogSpec spec = {.folder = vm->driver->paths.log, .guest = vm->name};
    if (vm->run == run && run->log_fd >= 0)
        guest_log_cap(&spec, run->log_fd, &run->log_start);
}

static void
unref_run(void *data)
{
    vm_run_unref(data);
}

static void
arm(Logs *logs)
{
    loop_timer_set(logs->timer, loop_now_us(logs->driver->loop) + EVERY_S * G_USEC_PER_SEC);
}

static void
on_timer(void *data)
{
    Logs *logs = data;
    for (const GList *link = logs->driver->runs.head; link != NULL; link = link->next) {
        VmRun *run = link->data;
        strand_post(obj_ref_strand(run->ref), cap_step, vm_run_ref(run), unref_run);
    }
    arm(logs);
}

Logs *
logs_new(Driver *driver)
{
    Logs *logs = g_new(Logs, 1);
    logs->driver = driver;
    logs->timer = loop_add_timer(driver->loop, on_timer, logs);
    arm(logs);
    return logs;
}

void
logs_free(Logs *logs)
{
    if (logs == NULL)
        return;
    loop_timer_remove(logs->timer);
    g_free(logs);
}
