/*
 * vcpus — a guest's processors: how many, how busy, where they may run; and the same of the threads
 * beside them. From the view and /proc; nothing here asks QEMU.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/agent.h"
#include "virtqemud/handlers/cpumaps.h"

/* virDomainVcpuFlags beside LIVE and CONFIG */
enum { VCPUS_MAXIMUM = 4, VCPUS_GUEST = 8 };
enum { VCPUS_FLAGS = VM_AFFECT_LIVE | VM_AFFECT_CONFIG | VCPUS_MAXIMUM | VCPUS_GUEST };
/* virVcpuState */
enum { VCPU_RUNNING = 1 };

/* --- how many --- */

gboolean
handle_domain_get_max_vcpus(RpcCall *call, const VmView *view,
                            const RemoteDomainGetMaxVcpusArgs *args,
                            RemoteDomainGetMaxVcpusRet *ret, GError **error)
{
    if (!vm_view_check_active(view, error))
        return FALSE;
    ret->num = (int32_t)vm_view_current(view)->vcpus;
    return TRUE;
}

/* What only the guest's agent knows. */
static gboolean
refuse_guest_count(const VmView *view, GError **error)
{
    if (view->head.active)
        return agent_refuse_view(view, error);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                   "only the agent of a running guest knows what the guest uses");
    return FALSE;
}

gboolean
handle_domain_get_vcpus_flags(RpcCall *call, const VmView *view,
                              const RemoteDomainGetVcpusFlagsArgs *args,
                              RemoteDomainGetVcpusFlagsRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, VCPUS_FLAGS, error))
        return FALSE;
    const DomainDef *def = vm_view_def(view, args->flags, error);
    if (def == NULL)
        return FALSE;
    if ((args->flags & VCPUS_GUEST) != 0)
        return refuse_guest_count(view, error);
    ret->num = (int32_t)((args->flags & VCPUS_MAXIMUM) != 0 ? def->vcpus : sample_vcpus(def));
    return TRUE;
}

/* --- what they do --- */

static void
fill_vcpu(int process, const ProcThread *thread, RemoteVcpuInfo *ret_info)
{
    ProcStat stat = {0};
    (void)proc_read_thread_stat(process, thread->tid, &stat); /* zeros: it has just ended */
    *ret_info = (RemoteVcpuInfo){.number = thread->number,
                                 .state = VCPU_RUNNING,
                                 .cpu_time = stat.user_ns + stat.system_ns,
                                 .cpu = stat.cpu};
}

gboolean
handle_domain_get_vcpus(RpcCall *call, const VmView *view, const RemoteDomainGetVcpusArgs *args,
                        RemoteDomainGetVcpusRet *ret, GError **error)
{
    if (!cpumaps_check(args->maxinfo, args->maplen, error))
        return FALSE;
    if (args->maxinfo == 0) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG, "there is no room given");
        return FALSE;
    }
    if (!view->head.active) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                       "the processors of a guest that is off do nothing");
        return FALSE;
    }
    uint32_t room = (uint32_t)args->maxinfo;
    auto_fd process = sample_process(view);
    g_autoptr(GArray) threads = proc_threads(process);
    CpuMaps maps = cpumaps_make(call, args->maxinfo, args->maplen, &ret->cpumaps);
    ret->info.items = arena_array_of(rpc_call_arena(call), RemoteVcpuInfo, MIN(room, threads->len));
    for (guint i = 0; i < threads->len && ret->info.len < room; i++) {
        const ProcThread *thread = &g_array_index(threads, ProcThread, i);
        if (thread->kind != PROC_VCPU_THREAD)
            continue;
        g_autoptr(Bitmap) cpus = cpumaps_of_thread(process, thread);
        cpumaps_put(&maps, ret->info.len, cpus);
        fill_vcpu(process, thread, &ret->info.items[ret->info.len++]);
    }
    return TRUE;
}

/* --- where they may run --- */

static gboolean
check_maps(int32_t count, int32_t each, GError **error)
{
    if (!cpumaps_check(count, each, error))
        return FALSE;
    if (count > 0 && each > 0)
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG, "there is no room given");
    return FALSE;
}

gboolean
handle_domain_get_vcpu_pin_info(RpcCall *call, const VmView *view,
                                const RemoteDomainGetVcpuPinInfoArgs *args,
                                RemoteDomainGetVcpuPinInfoRet *ret, GError **error)
{
    if (!check_maps(args->ncpumaps, args->maplen, error) ||
        !arguments_check_flags(VIRT_FROM_QEMU, args->flags, VM_AFFECT_LIVE | VM_AFFECT_CONFIG,
                               error))
        return FALSE;
    const DomainDef *def = vm_view_def(view, args->flags, error);
    if (def == NULL)
        return FALSE;
    CpuMaps maps = cpumaps_make(call, args->ncpumaps, args->maplen, &ret->cpumaps);
    ret->num = MIN(args->ncpumaps, (int32_t)def->vcpus);
    for (int32_t i = 0; i < ret->num; i++) {
        g_autoptr(Bitmap) cpus = cpumaps_of_vcpu(def, (uint32_t)i);
        cpumaps_put(&maps, (size_t)i, cpus);
    }
    return TRUE;
}

gboolean
handle_domain_get_emulator_pin_info(RpcCall *call, const VmView *view,
                                    const RemoteDomainGetEmulatorPinInfoArgs *args,
                                    RemoteDomainGetEmulatorPinInfoRet *ret, GError **error)
{
    if (!check_maps(1, args->maplen, error) ||
        !arguments_check_flags(VIRT_FROM_QEMU, args->flags, VM_AFFECT_LIVE | VM_AFFECT_CONFIG,
                               error))
        return FALSE;
    const DomainDef *def = vm_view_def(view, args->flags, error);
    if (def == NULL)
        return FALSE;
    g_autoptr(Bitmap) cpus = cpumaps_of_emulator(def);
    CpuMaps maps = cpumaps_make(call, 1, args->maplen, &ret->cpumaps);
    cpumaps_put(&maps, 0, cpus);
    ret->ret = 1;
    return TRUE;
}

/* --- I/O threads --- */

/* The ids of the definition's threads: those it lists, and then the lowest free ones. */
static GArray *
iothread_ids(const DomainDef *def)
{
    GArray *ids = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    for (size_t i = 0; i < def->iothread_entries.n; i++)
        g_array_append_val(ids, ((const IothreadEntry *)def->iothread_entries.items[i])->id);
    for (uint32_t id = 1; ids->len < def->iothreads && id <= REMOTE_IOTHREAD_INFO_MAX; id++) {
        gboolean taken = FALSE;
        for (guint i = 0; i < ids->len; i++)
            taken |= g_array_index(ids, uint32_t, i) == id;
        if (!taken)
            g_array_append_val(ids, id);
    }
    return ids;
}

gboolean
handle_domain_get_iothread_info(RpcCall *call, const VmView *view,
                                const RemoteDomainGetIothreadInfoArgs *args,
                                RemoteDomainGetIothreadInfoRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, VM_AFFECT_LIVE | VM_AFFECT_CONFIG,
                               error))
        return FALSE;
    const DomainDef *def = vm_view_def(view, args->flags, error);
    if (def == NULL)
        return FALSE;
    gboolean is_live = view->head.active && (args->flags & VM_AFFECT_CONFIG) == 0;
    g_autoptr(GArray) ids = iothread_ids(def);
    auto_fd process = is_live ? sample_process(view) : -1;
    g_autoptr(GArray) threads = proc_threads(process);
    size_t bytes = cpumaps_bytes();
    uint32_t n = MIN(ids->len, REMOTE_IOTHREAD_INFO_MAX);
    ret->info.items = arena_array_of(rpc_call_arena(call), RemoteDomainIothreadInfo, n);
    for (; ret->info.len < n; ret->info.len++) {
        RemoteDomainIothreadInfo *item = &ret->info.items[ret->info.len];
        item->iothread_id = g_array_index(ids, uint32_t, ret->info.len);
        const ProcThread *thread = proc_find_thread(threads, PROC_IO_THREAD, item->iothread_id);
        g_autoptr(Bitmap) cpus = cpumaps_of_thread(process, thread);
        if (cpus == NULL)
            cpus = cpumaps_of_iothread(def, item->iothread_id);
        CpuMaps maps = cpumaps_make(call, 1, (int32_t)bytes, &item->cpumap);
        cpumaps_put(&maps, 0, cpus);
    }
    ret->ret = ret->info.len;
    return TRUE;
}
