/*
 * nodeinfo — the host's processors and memory in a few numbers, its processor map, what confines
 * guests on it, whether it can sleep. Reads files of /proc and /sys, on the reader pool or a
 * strand.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "common/host/cpu.h"
#include "common/host/file.h"
#include "common/host/memory.h"
#include "common/host/support.h"
#include "common/host/topology.h"

gboolean
handle_node_get_info(RpcCall *call, RemoteNodeGetInfoRet *ret, GError **error)
{
    auto_fd root = host_root_open(error);
    if (root < 0)
        return FALSE;
    uint64_t free_kib = 0;
    g_autoptr(HostTopology) topology = host_topology_read(root, error);
    g_autoptr(HostCpuInfo) cpu = topology == NULL ? NULL : host_cpu_info_read(root, error);
    if (cpu == NULL || !host_memory_sum(root, &ret->memory, &free_kib, error))
        return FALSE;
    g_autofree char *arch = host_arch();
    memcpy(ret->model, arch, MIN(strlen(arch), sizeof ret->model - 1));
    HostShape shape = host_topology_shape(topology);
    ret->cpus = (int32_t)shape.online;
    ret->mhz = (int32_t)cpu->mhz;
    ret->nodes = (int32_t)shape.nodes;
    ret->sockets = (int32_t)shape.sockets;
    ret->cores = (int32_t)shape.cores;
    ret->threads = (int32_t)shape.threads;
    return TRUE;
}

/* The map is of the processors that are online, as long as the highest number of a present one
 * needs: that is also what the call returns. */
gboolean
handle_node_get_cpu_map(RpcCall *call, const RemoteNodeGetCpuMapArgs *args,
                        RemoteNodeGetCpuMapRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_NONE, args->flags, 0, error))
        return FALSE;
    auto_fd root = host_root_open(error);
    if (root < 0)
        return FALSE;
    g_autoptr(Bitmap) present = NULL;
    g_autoptr(Bitmap) online = NULL;
    if (!host_topology_read_sets(root, &present, &online, error))
        return FALSE;
    size_t n = 0;
    for (gssize i = bitmap_next(present, 0); i >= 0; i = bitmap_next(present, n))
        n = (size_t)i + 1;
    ret->ret = (int32_t)n;
    if (args->need_online)
        ret->online = (uint32_t)bitmap_count(online);
    if (args->need_map) {
        ret->cpumap.len = (uint32_t)((n + 7) / 8);
        ret->cpumap.bytes = arena_alloc(rpc_call_arena(call), ret->cpumap.len);
        bitmap_to_bytes(online, ret->cpumap.bytes, ret->cpumap.len);
    }
    return TRUE;
}

static int8_t *
text_of(RpcCall *call, const char *text, uint32_t *ret_len)
{
    *ret_len = (uint32_t)strlen(text) + 1;
    return (int8_t *)arena_strdup(rpc_call_arena(call), text);
}

/* No security module confines guests here; libvirt does not count file ownership as one. */
gboolean
handle_node_get_security_model(RpcCall *call, RemoteNodeGetSecurityModelRet *ret, GError **error)
{
    ret->model.items = text_of(call, "none", &ret->model.len);
    ret->doi.items = text_of(call, "0", &ret->doi.len);
    return TRUE;
}

/* Refuses what the host cannot do; putting one to sleep that can is not served. */
gboolean
handle_node_suspend_for_duration(RpcCall *call, const RemoteNodeSuspendForDurationArgs *args,
                                 GError **error)
{
    static const char *const names[] = {"Suspend-to-RAM", "Suspend-to-Disk", "Hybrid-Suspend"};
    if (!arguments_check_flags(VIRT_FROM_NONE, args->flags, 0, error))
        return FALSE;
    if (args->target >= G_N_ELEMENTS(names)) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                       "%u is no way to suspend a host", args->target);
        return FALSE;
    }
    auto_fd root = host_root_open(error);
    if (root < 0)
        return FALSE;
    if ((host_sleep_states(root) & 1u << args->target) == 0)
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_ARGUMENT_UNSUPPORTED, "%s",
                       names[args->target]);
    else
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_NO_SUPPORT, "virNodeSuspendForDuration");
    return FALSE;
}
