/*
 * info — a guest in a few facts: state, sizes, kind, flags of its definition, its document. From
 * its view; nothing here waits.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/foretold.h"
#include "virtqemud/vm/belongings.h"
#include "virtqemud/vm/sample.h"
#include "virtqemud/vm/taint.h"

gboolean
handle_domain_get_info(RpcCall *call, const VmView *view, const RemoteDomainGetInfoArgs *args,
                       RemoteDomainGetInfoRet *ret, GError **error)
{
    const DomainDef *def = vm_view_current(view);
    ret->state = (uint8_t)view->state;
    ret->max_mem = def->memory_kib;
    ret->memory = vm_view_balloon_kib(view);
    ret->nr_virt_cpu = (uint16_t)sample_vcpus(def);
    if (!view->head.active)
        return TRUE;
    ProcStat stat;
    auto_fd process = sample_process(view);
    if (process >= 0 && proc_read_stat(process, &stat))
        ret->cpu_time = stat.user_ns + stat.system_ns;
    return TRUE;
}

gboolean
handle_domain_get_state(RpcCall *call, const VmView *view, const RemoteDomainGetStateArgs *args,
                        RemoteDomainGetStateRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error))
        return FALSE;
    ret->state = (int32_t)view->state;
    ret->reason = view->reason;
    return TRUE;
}

/* virDomainControlState and virDomainControlErrorReason */
enum { CONTROL_OK = 0, CONTROL_OCCUPIED = 2, CONTROL_ERROR = 3 };
enum { CONTROL_ERROR_UNKNOWN = 1 };

gboolean
handle_domain_get_control_info(RpcCall *call, const VmView *view,
                               const RemoteDomainGetControlInfoArgs *args,
                               RemoteDomainGetControlInfoRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error) ||
        !vm_view_check_active(view, error))
        return FALSE;
    g_autoptr(VmRun) run = vm_control_run(view->control);
    if (run == NULL) {
        ret->state = CONTROL_ERROR;
        ret->details = CONTROL_ERROR_UNKNOWN;
        return TRUE;
    }
    int64_t since_us = vm_run_unresponsive_since_us(run);
    ret->state = since_us == 0 ? CONTROL_OK : CONTROL_OCCUPIED;
    if (since_us != 0)
        ret->state_time = (uint64_t)MAX(0, g_get_monotonic_time() - since_us) / 1000;
    return TRUE;
}

gboolean
handle_domain_get_max_memory(RpcCall *call, const VmView *view,
                             const RemoteDomainGetMaxMemoryArgs *args,
                             RemoteDomainGetMaxMemoryRet *ret, GError **error)
{
    ret->memory = vm_view_current(view)->memory_kib;
    return TRUE;
}

gboolean
handle_domain_get_os_type(RpcCall *call, const VmView *view, const RemoteDomainGetOsTypeArgs *args,
                          RemoteDomainGetOsTypeRet *ret, GError **error)
{
    ret->type = arena_strdup(rpc_call_arena(call), vm_view_current(view)->os.type);
    return TRUE;
}

gboolean
handle_domain_is_active(RpcCall *call, const VmView *view, const RemoteDomainIsActiveArgs *args,
                        RemoteDomainIsActiveRet *ret, GError **error)
{
    ret->active = view->head.active ? 1 : 0;
    return TRUE;
}

gboolean
handle_domain_is_persistent(RpcCall *call, const VmView *view,
                            const RemoteDomainIsPersistentArgs *args,
                            RemoteDomainIsPersistentRet *ret, GError **error)
{
    ret->persistent = view->head.persistent ? 1 : 0;
    return TRUE;
}

/* Always 0 for a guest of QEMU, also for one that was defined anew while it runs: so stock answers
 * (tests/data/stock/events/redefine-running.json). */
gboolean
handle_domain_is_updated(RpcCall *call, const VmView *view, const RemoteDomainIsUpdatedArgs *args,
                         RemoteDomainIsUpdatedRet *ret, GError **error)
{
    ret->updated = 0;
    return TRUE;
}

/* We make none yet, but a stock daemon may have left one. */
gboolean
handle_domain_has_managed_save_image(RpcCall *call, const VmView *view,
                                     const RemoteDomainHasManagedSaveImageArgs *args,
                                     RemoteDomainHasManagedSaveImageRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error))
        return FALSE;
    ret->result = belongings_has_save(driver_of(call)->paths.lib, view->head.name) ? 1 : 0;
    return TRUE;
}

/* VIR_DOMAIN_XML_SECURE, INACTIVE, UPDATE_CPU, MIGRATABLE */
enum { XML_FLAGS = 1 | 2 | 4 | 8 };

/* A definition that takes more is printed by a worker: the io thread has others to answer. */
enum { SMALL_DEFINITION_BYTES = 128 * 1024 };

typedef struct {
    RpcCall *call;
    const VmView *view; /* the call's own */
    uint32_t flags;
} Print;

static void
print_document(void *data)
{
    Print *print = data;
    RemoteDomainGetXmlDescRet *ret = rpc_call_ret(print->call);
    g_autofree char *text = vm_view_format(print->view, print->flags);
    ret->xml = arena_strdup(rpc_call_arena(print->call), text);
}

static void
print_elsewhere(void *data)
{
    Print *print = data;
    print_document(print);
    rpc_call_complete(print->call, NULL);
}

gboolean
handle_domain_get_xml_desc(RpcCall *call, const VmView *view,
                           const RemoteDomainGetXmlDescArgs *args, RemoteDomainGetXmlDescRet *ret,
                           GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, XML_FLAGS, error))
        return FALSE;
    if (foretold_is_asked(view, args->flags))
        return foretold_run(call, view, args->flags);
    Print *print = arena_new_of(rpc_call_arena(call), Print);
    *print = (Print){call, view, args->flags};
    if (arena_used(vm_view_current(view)->arena) <= SMALL_DEFINITION_BYTES) {
        print_document(print);
        return TRUE;
    }
    rpc_call_defer(call);
    worker_post(daemon_workers(driver_of(call)->daemon), print_elsewhere, print);
    return TRUE;
}

/* VIR_DOMAIN_MESSAGE_DEPRECATION, VIR_DOMAIN_MESSAGE_TAINTING */
enum { MESSAGE_DEPRECATION = 1, MESSAGE_TAINTING = 2 };

gboolean
handle_domain_get_messages(RpcCall *call, const VmView *view,
                           const RemoteDomainGetMessagesArgs *args, RemoteDomainGetMessagesRet *ret,
                           GError **error)
{
    Arena *arena = rpc_call_arena(call);
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, MESSAGE_DEPRECATION | MESSAGE_TAINTING,
                               error))
        return FALSE;
    if (args->flags != 0 && (args->flags & MESSAGE_TAINTING) == 0)
        return TRUE;
    ret->msgs.items = arena_array_of(arena, char *, VM_N_TAINTS);
    for (uint32_t taint = 0; taint < VM_N_TAINTS; taint++) {
        if ((view->taint & (1u << taint)) != 0)
            ret->msgs.items[ret->msgs.len++] =
                arena_printf(arena, "tainted: %s", vm_taint_message((VmTaint)taint));
    }
    return TRUE;
}
