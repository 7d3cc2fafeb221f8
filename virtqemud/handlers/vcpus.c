/*
 * vcpus — a guest's processors: how many, how busy, where they may run; and the same of the threads
 * beside them. From the view and /proc; nothing here asks QEMU.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/fd.h"
#include "common/host/file.h"
#include "virtqemud/handlers/arguments.h"
#include "virtqemud/vm/sample.h"

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
    if (!view->head.active)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "only the agent of a running guest knows what the guest uses");
    else
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_ARGUMENT_UNSUPPORTED,
                       "the guest agent is not asked for processors yet");
    return FALSE;
}

gboolean
handle_domain_get_vcpus_flags(RpcCall *call, const VmView *view,
                              const RemoteDomainGetVcpusFlagsArgs *args,
                              RemoteDomainGetVcpusFlagsRet *ret, GError **error)
{
    if (!arguments_check_domain_flags(args->flags, VCPUS_FLAGS, error))
        return FALSE;
    const DomainDef *def = vm_view_def(view, args->flags, error);
    if (def == NULL)
        return FALSE;
    if ((args->flags & VCPUS_GUEST) != 0)
        return refuse_guest_count(view, error);
    ret->num = (int32_t)((args->flags & VCPUS_MAXIMUM) != 0 ? def->vcpus : sample_vcpus(def));
    return TRUE;
}

/* --- where --- */

/* Processors that the host has and that are on. */
static Bitmap *
online_cpus(void)
{
    auto_fd root = host_root_open(NULL);
    Bitmap *online =
        root >= 0 ? host_file_list(root, "sys/devices/system/cpu/online", HOST_CPUS_MAX) : NULL;
    return online != NULL ? online : bitmap_new(HOST_CPUS_MAX);
}

/* Where the definition lets them run: all that are on where it says nothing. */
static Bitmap *
pinned_cpus(const DomainDef *def)
{
    Bitmap *cpus =
        def->vcpu_cpuset != NULL ? bitmap_parse(def->vcpu_cpuset, HOST_CPUS_MAX, NULL) : NULL;
    return cpus != NULL ? cpus : online_cpus();
}

typedef struct {
    uint8_t *bytes;
    size_t each; /* bytes of one map */
} Maps;

static void
put_map(const Maps *maps, size_t number, const Bitmap *cpus)
{
    if (maps->each > 0)
        bitmap_to_bytes(cpus, maps->bytes + number * maps->each, maps->each);
}

/* Where the thread may run; `online` where that is not known. */
static void
put_thread_map(const Maps *maps, size_t number, int process, const ProcThread *thread)
{
    g_autoptr(Bitmap) cpus =
        thread != NULL ? proc_read_thread_cpus(process, thread->tid, HOST_CPUS_MAX) : NULL;
    if (cpus == NULL)
        cpus = online_cpus();
    put_map(maps, number, cpus);
}

static gboolean
check_room(int32_t count, int32_t each, GError **error)
{
    if (count >= 0 && each >= 0 && (uint32_t)count <= REMOTE_VCPUINFO_MAX &&
        (uint64_t)count * (uint64_t)each <= REMOTE_CPUMAPS_MAX)
        return TRUE;
    virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                   "%d maps of %d bytes are not a number that can be asked for", count, each);
    return FALSE;
}

static Maps
make_maps(RpcCall *call, int32_t count, int32_t each, XdrBytes *ret_bytes)
{
    size_t n = (size_t)count * (size_t)each;
    Maps maps = {arena_alloc(rpc_call_arena(call), n), (size_t)each};
    ret_bytes->bytes = maps.bytes;
    ret_bytes->len = (uint32_t)n;
    return maps;
}

static void
fill_vcpu(int process, const ProcThread *thread, uint32_t number, RemoteVcpuInfo *ret_info)
{
    ProcStat stat = {0};
    *ret_info = (RemoteVcpuInfo){.number = number, .state = VCPU_RUNNING};
    if (thread == NULL || !proc_read_thread_stat(process, thread->tid, &stat))
        return;
    ret_info->cpu_time = stat.user_ns + stat.system_ns;
    ret_info->cpu = stat.cpu;
}

gboolean
handle_domain_get_vcpus(RpcCall *call, const VmView *view, const RemoteDomainGetVcpusArgs *args,
                        RemoteDomainGetVcpusRet *ret, GError **error)
{
    if (!check_room(args->maxinfo, args->maplen, error))
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
    uint32_t n = MIN((uint32_t)args->maxinfo, sample_vcpus(vm_view_current(view)));
    auto_fd process = sample_process(view);
    g_autoptr(GArray) threads = proc_threads(process);
    Maps maps = make_maps(call, args->maxinfo, args->maplen, &ret->cpumaps);
    ret->info.items = arena_array_of(rpc_call_arena(call), RemoteVcpuInfo, n);
    for (uint32_t i = 0; i < n; i++) {
        const ProcThread *thread = proc_find_thread(threads, PROC_VCPU_THREAD, i);
        fill_vcpu(process, thread, i, &ret->info.items[ret->info.len++]);
        put_thread_map(&maps, i, process, thread);
    }
    return TRUE;
}

/* Nothing to fill, or less than nothing. */
static gboolean
check_maps(int32_t count, int32_t each, GError **error)
{
    if (!check_room(count, each, error))
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
        !arguments_check_domain_flags(args->flags, VM_AFFECT_LIVE | VM_AFFECT_CONFIG, error))
        return FALSE;
    const DomainDef *def = vm_view_def(view, args->flags, error);
    if (def == NULL)
        return FALSE;
    g_autoptr(Bitmap) cpus = pinned_cpus(def);
    Maps maps = make_maps(call, args->ncpumaps, args->maplen, &ret->cpumaps);
    ret->num = MIN(args->ncpumaps, (int32_t)def->vcpus);
    for (int32_t i = 0; i < ret->num; i++)
        put_map(&maps, (size_t)i, cpus);
    return TRUE;
}

gboolean
handle_domain_get_emulator_pin_info(RpcCall *call, const VmView *view,
                                    const RemoteDomainGetEmulatorPinInfoArgs *args,
                                    RemoteDomainGetEmulatorPinInfoRet *ret, GError **error)
{
    if (!check_maps(1, args->maplen, error) ||
        !arguments_check_domain_flags(args->flags, VM_AFFECT_LIVE | VM_AFFECT_CONFIG, error))
        return FALSE;
    const DomainDef *def = vm_view_def(view, args->flags, error);
    if (def == NULL)
        return FALSE;
    g_autoptr(Bitmap) cpus = pinned_cpus(def);
    Maps maps = make_maps(call, 1, args->maplen, &ret->cpumaps);
    put_map(&maps, 0, cpus);
    ret->ret = 1;
    return TRUE;
}
