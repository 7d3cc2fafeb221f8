/*
 * lifecycle_action — what happens when a guest powers off, reboots or crashes.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/error.h"
#include "common/daemon/arguments.h"
#include "virtqemud/vm/edit.h"

/* virDomainLifecycle */
enum { ON_POWEROFF, ON_REBOOT, ON_CRASH, N_LIFECYCLES };
/* virDomainLifecycleAction has the order of OnEvent, from 0. */
enum { N_ACTIONS = ON_EVENT_COREDUMP_RESTART };

static const char *const type_names[] = {"poweroff", "reboot", "crash"};
static const char *const action_names[] = {"destroy",  "restart",          "rename-restart",
                                           "preserve", "coredump-destroy", "coredump-restart"};

typedef struct {
    uint32_t type;
    OnEvent action;
} Change;

static gboolean
check_args(const RemoteDomainSetLifecycleActionArgs *args, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, VM_AFFECT_LIVE | VM_AFFECT_CONFIG,
                               error))
        return FALSE;
    if (args->type >= N_LIFECYCLES) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "invalid lifecycle type '%u'",
                       args->type);
        return FALSE;
    }
    if (args->action >= N_ACTIONS) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "invalid lifecycle action '%u'",
                       args->action);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_action(const Change *change, GError **error)
{
    gboolean is_crash = change->type == ON_CRASH;
    if (change->action == ON_EVENT_DESTROY || change->action == ON_EVENT_RESTART ||
        (is_crash && change->action != ON_EVENT_RENAME_RESTART))
        return TRUE;
    /* What is no action of any driver, and what is none of this one, have domains of their own. */
    virt_error_set(error, change->action > ON_EVENT_PRESERVE ? VIRT_FROM_DOMAIN : VIRT_FROM_QEMU,
                   VIRT_ERR_CONFIG_UNSUPPORTED, "a guest cannot do '%s' on %s",
                   action_names[change->action - 1], type_names[change->type]);
    return FALSE;
}

static gboolean
edit(DomainDef *def, const void *data, GError **error)
{
    const Change *change = data;
    OnEvent *const members[] = {&def->on_poweroff, &def->on_reboot, &def->on_crash};
    *members[change->type] = change->action;
    /* QEMU cannot be told to end by one and to go on by the other. */
    if (change->type == ON_CRASH || def->on_poweroff != ON_EVENT_RESTART ||
        def->on_reboot != ON_EVENT_DESTROY)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "a guest that ends on reboot cannot restart on poweroff");
    return FALSE;
}

/* QEMU itself handles a reboot. */
static gboolean
tell_qemu(Vm *vm, const Change *change, GError **error)
{
    if (change->type != ON_REBOOT)
        return TRUE;
    Json *args = json_new_object();
    json_add_string(args, "reboot", change->action == ON_EVENT_DESTROY ? "shutdown" : "reset");
    return vm_qmp(vm, QMP_SET_ACTION, args, NULL, error);
}

gboolean
handle_domain_set_lifecycle_action(RpcCall *call, Vm *vm,
                                   const RemoteDomainSetLifecycleActionArgs *args, GError **error)
{
    uint32_t affect;
    if (!check_args(args, error) || !vm_resolve_affect(vm, args->flags, &affect, error))
        return FALSE;
    Change change = {args->type, (OnEvent)(args->action + 1)};
    if (!check_action(&change, error))
        return FALSE;
    if ((affect & VM_AFFECT_LIVE) != 0) {
        g_autoptr(DomainDef) trial = domain_def_copy(shared_def_get(vm->live));
        if (!edit(trial, &change, error) || !tell_qemu(vm, &change, error))
            return FALSE;
    }
    return edit_definitions(vm, affect, edit, &change, error);
}
