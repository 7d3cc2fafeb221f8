/*
 * domain_life — guests are defined, started, stopped, renamed and forgotten.
 */
#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "tests/daemon/testd/domain.h"

enum { START_AUTODESTROY = 2 };

static void
invalid(GError **error, const Vm *vm, const char *state)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "guest '%s' is %s", vm->name,
                   state);
}

gboolean
vm_define(RpcCall *call, Reservation *reservation, const RemoteDomainDefineXmlArgs *args,
          RemoteDomainDefineXmlRet *ret, GError **error)
{
    TestWorld *world = testd_world(call);
    Vm *vm;
    if (reservation != NULL) {
        vm = vm_new(world, reservation_ref(reservation));
        reservation_set_object(reservation, vm);
        strand_mark(STRAND_CHANGED);
        reservation_commit(reservation, vm_view(vm));
    } else {
        vm = obj_ref_object(rpc_call_ref_object(call));
        vm_publish(vm, rpc_call_ref_object(call));
    }
    vm_emit(vm, VM_DEFINED, reservation != NULL ? 0 : 1);
    vm_fill(&ret->dom, vm);
    ret->dom.name = arena_strdup(rpc_call_arena(call), vm->name);
    return TRUE;
}

gboolean
vm_undefine(RpcCall *call, Vm *vm, const RemoteDomainUndefineArgs *args, GError **error)
{
    TestWorld *world = testd_world(call);
    if (vm->active) {
        invalid(error, vm, "running");
        return FALSE;
    }
    obj_table_hide(world->table, rpc_call_ref_object(call));
    vm_emit(vm, VM_UNDEFINED, 0);
    obj_table_remove(world->table, rpc_call_ref_object(call));
    return TRUE;
}

static gboolean
start(RpcCall *call, Vm *vm, GError **error)
{
    TestWorld *world = testd_world(call);
    ObjRef *ref = rpc_call_ref_object(call);
    if (vm->active) {
        invalid(error, vm, "running");
        return FALSE;
    }
    vm->active = TRUE;
    vm->id = atomic_fetch_add(&world->next_id, 1) + 1;
    vm_publish(vm, ref);
    obj_table_set_id(world->table, ref, vm->id);
    vm_emit(vm, VM_STARTED, 0);
    return TRUE;
}

gboolean
vm_create(RpcCall *call, Vm *vm, const RemoteDomainCreateArgs *args, GError **error)
{
    return start(call, vm, error);
}

/* --- stopping: from outside of the strand --- */

typedef struct {
    TestWorld *world;
    RpcCall *call; /* NULL: the client has gone */
    ObjRef *ref;
} Stop;

static void
stop_step(void *data)
{
    Stop *stop = data;
    GError *error = NULL;
    if (!obj_ref_is_current(stop->ref))
        return;
    Vm *vm = obj_ref_object(stop->ref);
    if (vm->active) {
        vm->active = FALSE;
        vm->id = -1;
        vm_publish(vm, stop->ref);
        obj_table_set_id(stop->world->table, stop->ref, -1);
        vm_emit(vm, VM_STOPPED, 1);
    } else {
        invalid(&error, vm, "off");
    }
    if (stop->call != NULL)
        rpc_call_complete(g_steal_pointer(&stop->call), error);
    else
        g_clear_error(&error);
}

static void
stop_free(void *data)
{
    Stop *stop = data;
    GError *error = NULL;
    if (stop->call != NULL) {
        virt_error_set(&error, VIRT_FROM_QEMU, VIRT_ERR_NO_DOMAIN, "'%s' is gone",
                       obj_ref_name(stop->ref));
        rpc_call_complete(stop->call, error);
    }
    obj_ref_unref(stop->ref);
    g_free(stop);
}

static void
stop_post(TestWorld *world, RpcCall *call, ObjRef *ref)
{
    Stop *stop = g_new(Stop, 1);
    *stop = (Stop){world, call, obj_ref_ref(ref)};
    strand_post(obj_ref_strand(ref), stop_step, stop, stop_free);
}

gboolean
vm_destroy(RpcCall *call, const VmControl *control, const RemoteDomainDestroyArgs *args,
           GError **error)
{
    vm_cancel(control, "the guest is stopped");
    rpc_call_defer(call);
    stop_post(control->world, call, rpc_call_ref_object(call));
    return TRUE;
}

/* --- starting with more --- */

typedef struct {
    TestWorld *world;
    ObjRef *ref;
} Autodestroy;

static void
on_client_gone(void *data)
{
    Autodestroy *autodestroy = data;
    atomic_fetch_add(&autodestroy->world->counts.clients_gone, 1);
    stop_post(autodestroy->world, NULL, autodestroy->ref);
    obj_ref_unref(autodestroy->ref);
    g_free(autodestroy);
}

static const RpcLeaverKind leaver = {"autodestroy", on_client_gone, NULL, NULL};

static void
set_autodestroy(RpcCall *call)
{
    Autodestroy *autodestroy = g_new(Autodestroy, 1);
    *autodestroy = (Autodestroy){testd_world(call), obj_ref_ref(rpc_call_ref_object(call))};
    rpc_call_on_client_gone(call, &leaver, autodestroy);
}

gboolean
vm_create_with_flags(RpcCall *call, Vm *vm, const RemoteDomainCreateWithFlagsArgs *args,
                     RemoteDomainCreateWithFlagsRet *ret, GError **error)
{
    if (!start(call, vm, error))
        return FALSE;
    if ((args->flags & START_AUTODESTROY) != 0)
        set_autodestroy(call);
    vm_fill(&ret->dom, vm);
    return TRUE;
}

/* The note becomes what can be read from the descriptors. */
gboolean
vm_create_with_files(RpcCall *call, Vm *vm, const RemoteDomainCreateWithFilesArgs *args,
                     RemoteDomainCreateWithFilesRet *ret, GError **error)
{
    g_autoptr(GString) note = g_string_new(NULL);
    for (uint32_t i = 0; i < rpc_call_n_fds(call); i++) {
        char text[256];
        int fd = rpc_call_take_fd(call, i);
        ssize_t n = read(fd, text, sizeof text);
        g_string_append_len(note, text, MAX(n, 0));
        close(fd);
    }
    g_free(vm->note);
    vm->note = g_strdup(note->str);
    if (!start(call, vm, error))
        return FALSE;
    vm_fill(&ret->dom, vm);
    return TRUE;
}

gboolean
vm_rename(RpcCall *call, Vm *vm, const RemoteDomainRenameArgs *args, RemoteDomainRenameRet *ret,
          GError **error)
{
    Reservation *claim;
    if (args->new_name == NULL || *args->new_name == '\0') {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "a guest needs a name");
        return FALSE;
    }
    if (!obj_table_rename(testd_world(call)->table, rpc_call_ref_object(call), args->new_name,
                          &claim, error))
        return FALSE;
    g_free(vm->name);
    vm->name = g_strdup(args->new_name);
    strand_mark(STRAND_CHANGED);
    reservation_commit(claim, vm_view(vm));
    vm_emit(vm, VM_DEFINED, 2);
    return TRUE;
}
