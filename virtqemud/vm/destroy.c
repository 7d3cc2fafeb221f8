/*
 * destroy — see destroy.h.
 */
#include "virtqemud/vm/destroy.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "virtqemud/hostres/guest_log.h"
#include "virtqemud/vm/stop.h"

/* Until SIGKILL. */
enum { KILL_AFTER_MS = 10000, UNRESPONSIVE_KILL_MS = 500 };

typedef struct {
    RpcCall *call; /* NULL: nobody waits for it any more */
    ObjRef *ref;
    VmRun *run; /* that is to end; NULL: the one that there is when its turn comes */
    uint32_t flags;
    gboolean was_starting; /* the start was cut short: being off is what was asked for */
} Destroy;

static void
reply(Destroy *destroy, GError *error)
{
    if (destroy->call != NULL)
        rpc_call_complete(g_steal_pointer(&destroy->call), error);
    else if (error != NULL) {
        log_warning("guest '%s' was not destroyed: %s", obj_ref_name(destroy->ref), error->message);
        g_error_free(error);
    }
}

/* The guest is off. */
static void
succeed(Destroy *destroy, const Driver *driver)
{
    GuestLogSpec spec = {.folder = driver->paths.log, .guest = obj_ref_name(destroy->ref)};
    if ((destroy->flags & DESTROY_REMOVE_LOGS) != 0)
        guest_log_remove(&spec);
    reply(destroy, NULL);
}

static void
destroy_step(void *data)
{
    Destroy *destroy = data;
    Vm *vm = obj_ref_object(destroy->ref);
    const Driver *driver = vm->driver;
    GError *error = NULL;
    if (destroy->run != NULL && vm->run != destroy->run) {
        succeed(destroy, driver); /* its end was seen meanwhile */
        return;
    }
    if (destroy->was_starting && !vm_is_active(vm)) {
        succeed(destroy, driver);
        return;
    }
    if (!vm_check_active(vm, &error)) {
        reply(destroy, error);
        return;
    }
    StopHow how = (destroy->flags & DESTROY_GRACEFUL) != 0 ? STOP_GRACEFUL : STOP_FORCED;
    if (stop_now(vm, VM_EXPECT_DESTROY, how, &error))
        succeed(destroy, driver);
    else
        reply(destroy, error);
}

static void
destroy_free(void *data)
{
    Destroy *destroy = data;
    if (destroy->call != NULL) {
        GError *error = NULL;
        virt_error_set(&error, VIRT_FROM_QEMU, VIRT_ERR_NO_DOMAIN,
                       "no domain with matching name '%s'", obj_ref_name(destroy->ref));
        reply(destroy, destroy->run == NULL ? error : (g_error_free(error), NULL));
    }
    obj_ref_unref(destroy->ref);
    vm_run_unref(destroy->run);
    g_free(destroy);
}

static void
post(Destroy destroy)
{
    strand_post(obj_ref_strand(destroy.ref), destroy_step, g_memdup2(&destroy, sizeof destroy),
                destroy_free);
}

/* From outside of the strand. Io thread. */
static void
end_run(VmRun *run, const VmControl *control, uint32_t flags)
{
    if ((flags & DESTROY_GRACEFUL) != 0)
        return; /* the step asks it */
    vm_run_expect_exit(run, VM_EXPECT_DESTROY);
    (void)vm_control_cancel(control, "the guest is being destroyed");
    vm_run_end(run, vm_run_unresponsive_since_us(run) != 0 ? UNRESPONSIVE_KILL_MS : KILL_AFTER_MS);
}

void
destroy_begin(RpcCall *call, const VmControl *control, uint32_t flags)
{
    Destroy destroy = {.call = call,
                       .ref = obj_ref_ref(rpc_call_ref_object(call)),
                       .run = vm_control_run(control),
                       .flags = flags};
    if (destroy.run != NULL)
        end_run(destroy.run, control, flags);
    else
        destroy.was_starting = vm_control_cancel(control, "the guest is being destroyed");
    rpc_call_defer(call);
    post(destroy);
}

/* What ends with its client. The run itself, with its descriptors, may be over long before. */
typedef struct {
    ObjRef *ref;
    VmControl *control;
    pid_t pid;
    uint64_t start_time;
} Bound;

static void
on_client_gone(void *data)
{
    Bound *bound = data;
    g_autoptr(VmRun) run = vm_control_run(bound->control);
    if (run != NULL && run->pid == bound->pid && run->start_time == bound->start_time) {
        vm_run_expect_exit(run, VM_EXPECT_DESTROY);
        vm_run_end(run, KILL_AFTER_MS);
        post((Destroy){.ref = obj_ref_ref(bound->ref), .run = vm_run_ref(run)});
    }
    vm_control_unref(bound->control);
    obj_ref_unref(bound->ref);
    g_free(bound);
}

static GVariant *
save_bound(const void *data, Handover *handover)
{
    const Bound *bound = data;
    return g_variant_new("(@ayit)", handover_bytes(obj_ref_uuid(bound->ref), OBJ_UUID_BYTES),
                         (gint32)bound->pid, bound->start_time);
}

/* NULL: the guest has ended meanwhile. */
static void *
restore_bound(void *context, GVariant *saved, Handover *handover)
{
    g_autoptr(GVariant) uuid = NULL;
    gint32 pid;
    guint64 start_time;
    Driver *driver = daemon_data(context);
    if (!g_variant_is_of_type(saved, G_VARIANT_TYPE("(ayit)")))
        return NULL;
    g_variant_get(saved, "(@ayit)", &uuid, &pid, &start_time);
    g_autoptr(ObjRef) ref = g_variant_n_children(uuid) == OBJ_UUID_BYTES
                                ? obj_table_find_uuid(driver->guests, g_variant_get_data(uuid))
                                : NULL;
    if (ref == NULL)
        return NULL;
    Bound *bound = g_new(Bound, 1);
    *bound =
        (Bound){obj_ref_ref(ref), vm_control_ref((VmControl *)vm_control_of(ref)), pid, start_time};
    return bound;
}

const RpcLeaverKind destroy_leaver = {"autodestroy", on_client_gone, save_bound, restore_bound};

void
destroy_with_client(RpcCall *call, Vm *vm)
{
    Bound *bound = g_new(Bound, 1);
    *bound = (Bound){obj_ref_ref(vm->run->ref), vm_control_ref(vm->control), vm->run->pid,
                     vm->run->start_time};
    rpc_call_on_client_gone(call, &destroy_leaver, bound);
}
