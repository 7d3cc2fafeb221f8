/*
 * lifecycle — guests are started, asked, held, reset and stopped.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/error.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/agent.h"
#include "virtqemud/vm/define.h"
#include "virtqemud/vm/destroy.h"
#include "virtqemud/vm/power.h"
#include "virtqemud/vm/start.h"

/* ---- start ---- */

/* What virDomainCreateXML takes and virDomainCreate does not. */
enum { START_VALIDATE = 16 };

/* Descriptors are for the first process of a container: a machine has none to give them to. */
static gboolean
check_files(RpcCall *call, GError **error)
{
    if (rpc_call_n_fds(call) == 0)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_ARGUMENT_UNSUPPORTED,
                   "a guest of QEMU cannot be given open files");
    return FALSE;
}

static gboolean
start(RpcCall *call, Vm *vm, uint32_t flags, GError **error)
{
    if (!start_guest(vm, flags, error))
        return FALSE;
    if ((flags & START_AUTODESTROY) != 0)
        destroy_with_client(call, vm);
    return TRUE;
}

static gboolean
start_defined(RpcCall *call, Vm *vm, uint32_t flags, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, flags, START_FLAGS, error))
        return FALSE;
    if (vm_is_active(vm)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                       "domain is already running");
        return FALSE;
    }
    return start(call, vm, flags, error);
}

gboolean
handle_domain_create(RpcCall *call, Vm *vm, const RemoteDomainCreateArgs *args, GError **error)
{
    return start_defined(call, vm, 0, error);
}

gboolean
handle_domain_create_with_flags(RpcCall *call, Vm *vm, const RemoteDomainCreateWithFlagsArgs *args,
                                RemoteDomainCreateWithFlagsRet *ret, GError **error)
{
    if (!start_defined(call, vm, args->flags, error))
        return FALSE;
    vm_fill(&ret->dom, vm);
    ret->dom.name = arena_strdup(rpc_call_arena(call), vm->name);
    return TRUE;
}

gboolean
handle_domain_create_with_files(RpcCall *call, Vm *vm, const RemoteDomainCreateWithFilesArgs *args,
                                RemoteDomainCreateWithFilesRet *ret, GError **error)
{
    if (!check_files(call, error) || !start_defined(call, vm, args->flags, error))
        return FALSE;
    vm_fill(&ret->dom, vm);
    ret->dom.name = arena_strdup(rpc_call_arena(call), vm->name);
    return TRUE;
}

/* ---- start from a document ---- */

typedef struct {
    const char *xml;
    uint32_t flags;
} CreateArgs;

/* The guest that `args` makes, in the table and off; or the one that is there already. `claim` is
 * taken. */
static Vm *
make_transient(RpcCall *call, Reservation *claim, const CreateArgs *args, GError **error)
{
    g_autoptr(Reservation) reservation = claim;
    Driver *driver = driver_of(call);
    ObjRef *ref = reservation != NULL ? reservation_ref(reservation) : rpc_call_ref_object(call);
    DefineSource source = {args->xml, (args->flags & START_VALIDATE) != 0};
    DomainDef *def = define_read(driver, ref, &source, error);
    if (def == NULL)
        return NULL;
    if (reservation == NULL) {
        Vm *vm = obj_ref_object(ref);
        if (!vm_is_active(vm)) {
            start_use(vm, def);
            return vm;
        }
        domain_def_free(def);
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_INVALID,
                       "domain '%s' is already active", vm->name);
        return NULL;
    }
    Vm *vm = vm_new(driver, ref);
    reservation_set_object(reservation, vm);
    start_use(vm, def);
    strand_mark(STRAND_CHANGED);
    reservation_commit(g_steal_pointer(&reservation), vm_view(vm));
    return vm;
}

static gboolean
create_xml(RpcCall *call, Reservation *reservation, const CreateArgs *args, RemoteDomain *ret_dom,
           GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, START_FLAGS | START_VALIDATE, error)) {
        reservation_abort(reservation);
        return FALSE;
    }
    Vm *vm = make_transient(call, reservation, args, error);
    if (vm == NULL)
        return FALSE;
    if (!start(call, vm, args->flags & START_FLAGS, error)) {
        start_drop(vm);
        return FALSE;
    }
    vm_fill(ret_dom, vm);
    ret_dom->name = arena_strdup(rpc_call_arena(call), vm->name);
    return TRUE;
}

gboolean
handle_domain_create_xml(RpcCall *call, Reservation *reservation,
                         const RemoteDomainCreateXmlArgs *args, RemoteDomainCreateXmlRet *ret,
                         GError **error)
{
    CreateArgs create = {args->xml_desc, args->flags};
    return create_xml(call, reservation, &create, &ret->dom, error);
}

gboolean
handle_domain_create_xml_with_files(RpcCall *call, Reservation *reservation,
                                    const RemoteDomainCreateXmlWithFilesArgs *args,
                                    RemoteDomainCreateXmlWithFilesRet *ret, GError **error)
{
    CreateArgs create = {args->xml_desc, args->flags};
    if (check_files(call, error))
        return create_xml(call, reservation, &create, &ret->dom, error);
    reservation_abort(reservation);
    return FALSE;
}

/* ---- asked and held ---- */

/* virDomainShutdownFlags and virDomainRebootFlags: who is asked; 0: whoever there is. */
enum { BY_ACPI = 1, BY_AGENT = 2 };

static gboolean
ask(Vm *vm, PowerWish wish, uint32_t ways, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, ways, BY_ACPI | BY_AGENT, error))
        return FALSE;
    if (ways == BY_AGENT)
        return vm_check_active(vm, error) && agent_refuse(vm_def(vm), error);
    return power_ask(vm, wish, error);
}

gboolean
handle_domain_shutdown(RpcCall *call, Vm *vm, const RemoteDomainShutdownArgs *args, GError **error)
{
    return ask(vm, POWER_OFF, 0, error);
}

gboolean
handle_domain_shutdown_flags(RpcCall *call, Vm *vm, const RemoteDomainShutdownFlagsArgs *args,
                             GError **error)
{
    return ask(vm, POWER_OFF, args->flags, error);
}

gboolean
handle_domain_reboot(RpcCall *call, Vm *vm, const RemoteDomainRebootArgs *args, GError **error)
{
    return ask(vm, POWER_REBOOT, args->flags, error);
}

gboolean
handle_domain_reset(RpcCall *call, Vm *vm, const RemoteDomainResetArgs *args, GError **error)
{
    return arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error) && power_reset(vm, error);
}

gboolean
handle_domain_suspend(RpcCall *call, Vm *vm, const RemoteDomainSuspendArgs *args, GError **error)
{
    return power_suspend(vm, error);
}

gboolean
handle_domain_resume(RpcCall *call, Vm *vm, const RemoteDomainResumeArgs *args, GError **error)
{
    return power_resume(vm, error);
}

/* ---- destroyed ---- */

gboolean
handle_domain_destroy(RpcCall *call, const VmControl *control, const RemoteDomainDestroyArgs *args,
                      GError **error)
{
    destroy_begin(call, control, 0);
    return TRUE;
}

gboolean
handle_domain_destroy_flags(RpcCall *call, const VmControl *control,
                            const RemoteDomainDestroyFlagsArgs *args, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, DESTROY_GRACEFUL | DESTROY_REMOVE_LOGS,
                               error))
        return FALSE;
    destroy_begin(call, control, args->flags);
    return TRUE;
}
