/*
 * destroy — see destroy.h.
 */
#include "virtqemud/vm/destroy.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "virtqemud/vm/stop.h"

/* Until SIGKILL. */
enum { KILL_AFTER_MS = 10000, UNRESPONSIVE_KILL_MS = 500 };

typedef struct {
    RpcCall *call; /* NULL: nobody waits for it any more */
    ObjRef *ref;
    VmRun *run; /* that is to end; NULL: the one that there is when its turn comes */
    uint32_t flags;
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

static void
destroy_step(void *data)
{
    Destroy *destroy = data;
    Vm *vm = obj_ref_object(destroy->ref);
    GError *error = NULL;
    if (destroy->run != NULL && vm->run != destroy->run) {
        reply(destroy, NULL); /* its end was seen meanwhile */
        return;
    }
    if (!vm_check_active(vm, &error)) {
        reply(destroy, error);
        return;
    }
    StopHow how = (destroy->flags & DESTROY_GRACEFUL) != 0 ? STOP_GRACEFUL : STOP_FORCED;
    (void)stop_now(vm, VM_EXPECT_DESTROY, how, &error);
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
    vm_control_cancel(control, "the guest is being destroyed");
    vm_run_end(run, vm_run_unresponsive_since_us(run) != 0 ? UNRESPONSIVE_KILL_MS : KILL_AFTER_MS);
}

void
destroy_begin(RpcCall *call, const VmControl *control, uint32_t flags)
{
    VmRun *run = vm_control_run(control);
    if (run != NULL)
        end_run(run, control, flags);
    else
        vm_control_cancel(control, "the guest is being destroyed");
    rpc_call_defer(call);
    post((Destroy){call, obj_ref_ref(rpc_call_ref_object(call)), run, flags});
}

static void
on_client_gone(void *data)
{
    Destroy *destroy = data;
    if (!future_is_done(destroy->run->exited)) {
        vm_run_expect_exit(destroy->run, VM_EXPECT_DESTROY);
        vm_run_end(destroy->run, KILL_AFTER_MS);
        post((Destroy){NULL, obj_ref_ref(destroy->ref), vm_run_ref(destroy->run), 0});
    }
    destroy_free(destroy);
}

void
destroy_with_client(RpcCall *call, Vm *vm)
{
    Destroy destroy = {NULL, obj_ref_ref(vm->run->ref), vm_run_ref(vm->run), 0};
    rpc_call_on_client_gone(call, on_client_gone, g_memdup2(&destroy, sizeof destroy));
}
