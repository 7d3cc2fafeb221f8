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
    Vm *vm = obj_ref_object(data);
    GuestLogSpec spec = {.folder = vm->driver->paths.log, .guest = vm->name};
    if (vm->run != NULL && vm->run->log_fd >= 0)
        guest_log_cap(&spec, vm->run->log_fd, &vm->run->log_start);
}

static void
unref_ref(void *data)
{
    obj_ref_unref(data);
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
    g_autoptr(GPtrArray) refs = obj_table_refs(logs->driver->guests);
    for (guint i = 0; i < refs->len; i++) {
        ObjRef *ref = refs->pdata[i];
        if (obj_ref_id(ref) >= 0)
            strand_post(obj_ref_strand(ref), cap_step, obj_ref_ref(ref), unref_ref);
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
