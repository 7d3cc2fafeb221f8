/*
 * nodestats — how the host's processors spend their time and how its memory is used. Reads files of
 * /proc and /sys, on the reader pool.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "common/host/cpu_stats.h"
#include "common/host/file.h"
#include "common/host/memory.h"

typedef struct {
    const char *name;
    uint64_t value;
} Stat;

/* Which of them a cell has too comes first. */
static const char *const memory_names[] = {"total", "free", "buffers", "cached"};
enum { N_CELL_STATS = 2 };

static gboolean
check_number(int32_t number, const char *what, GError **error)
{
    if (number >= -1)
        return TRUE;
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                   "%s %d: the only number below 0 is -1, for all", what, number);
    return FALSE;
}

gboolean
handle_node_get_cpu_stats(RpcCall *call, const RemoteNodeGetCpuStatsArgs *args,
                          RemoteNodeGetCpuStatsRet *ret, GError **error)
{
    HostCpuStats found;
    if (!arguments_check_nparams(args->nparams, REMOTE_NODE_CPU_STATS_MAX, error) ||
        !check_number(args->cpu_num, "processor", error) ||
        !arguments_check_flags(VIRT_FROM_NONE, args->flags, 0, error))
        return FALSE;
    ret->nparams = 4;
    if (args->nparams == 0)
        return TRUE;
    auto_fd root = -1;
    if (!arguments_check_exact(args->nparams, (size_t)ret->nparams, error) ||
        (root = host_root_open(error)) < 0 ||
        !host_cpu_stats_read(root, args->cpu_num, &found, error))
        return FALSE;
    const Stat stats[] = {{"kernel", found.kernel_ns},
                          {"user", found.user_ns},
                          {"idle", found.idle_ns},
                          {"iowait", found.iowait_ns}};
    ret->params.items =
        arena_array_of(rpc_call_arena(call), RemoteNodeGetCpuStats, G_N_ELEMENTS(stats));
    for (size_t i = 0; i < G_N_ELEMENTS(stats); i++)
        ret->params.items[ret->params.len++] = (RemoteNodeGetCpuStats){
            arena_strdup(rpc_call_arena(call), stats[i].name), stats[i].value};
    ret->nparams = 0; /* the number is told only when it is asked for */
    return TRUE;
}

/* Cells are numbered up to the highest one, those between that the host does not have too. */
static gboolean
check_cell(int root, int32_t cell, GError **error)
{
    int32_t highest = host_memory_highest_cell(root);
    if (cell <= highest)
        return TRUE;
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                   "there is no cell %d, the highest is %d", cell, highest);
    return FALSE;
}

static gboolean
fill_memory_stats(RpcCall *call, int root, const RemoteNodeGetMemoryStatsArgs *args,
                  RemoteNodeGetMemoryStatsRet *ret, GError **error)
{
    HostMemory memory;
    if (!arguments_check_exact(args->nparams, (size_t)ret->nparams, error) ||
        !host_memory_read(root, args->cell_num, &memory, error))
        return FALSE;
    ret->params.items =
        arena_array_of(rpc_call_arena(call), RemoteNodeGetMemoryStats, (size_t)ret->nparams);
    for (size_t i = 0; i < (size_t)ret->nparams; i++)
        ret->params.items[ret->params.len++] = (RemoteNodeGetMemoryStats){
            arena_strdup(rpc_call_arena(call), memory_names[i]), memory.kib[i]};
    ret->nparams = 0;
    return TRUE;
}

gboolean
handle_node_get_memory_stats(RpcCall *call, const RemoteNodeGetMemoryStatsArgs *args,
                             RemoteNodeGetMemoryStatsRet *ret, GError **error)
{
    auto_fd root = -1;
    if (!arguments_check_nparams(args->nparams, REMOTE_NODE_MEMORY_STATS_MAX, error) ||
        !check_number(args->cell_num, "cell", error) ||
        !arguments_check_flags(VIRT_FROM_NONE, args->flags, 0, error) ||
        (root = host_root_open(error)) < 0 || !check_cell(root, args->cell_num, error))
        return FALSE;
    ret->nparams = args->cell_num < 0 ? (int32_t)G_N_ELEMENTS(memory_names) : N_CELL_STATS;
    return args->nparams == 0 || fill_memory_stats(call, root, args, ret, error);
}
