/*
 * cpustats — processor time of a running guest, in all or on each processor of the host.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/fd.h"
#include "common/base/units.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/params.h"
#include "virtqemud/vm/sample.h"

enum { ALL_CPUS = -1, N_TOTALS = 3, N_PER_CPU = 1 };

static gboolean
refuse(GError **error, const char *why)
{
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG, "%s", why);
    return FALSE;
}

static gboolean
check_question(const RemoteDomainGetCpuStatsArgs *args, GError **error)
{
    if (args->ncpus > REMOTE_DOMAIN_GET_CPU_STATS_NCPUS_MAX ||
        args->nparams > REMOTE_DOMAIN_GET_CPU_STATS_MAX) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                       "%u figures of %u processors are too many", args->nparams, args->ncpus);
        return FALSE;
    }
    if (args->start_cpu < ALL_CPUS)
        return refuse(error, "the only processor below 0 is -1, for all");
    if (args->start_cpu == ALL_CPUS && args->ncpus != 1)
        return refuse(error, "of all processors together there is one answer");
    if (args->start_cpu != ALL_CPUS && args->ncpus == 0 &&
        (args->start_cpu != 0 || args->nparams != 0))
        return refuse(error, "figures of no processor are asked for");
    return arguments_check_flags(VIRT_FROM_QEMU, args->flags, PARAMS_TEXTS_OKAY, error);
}

static gboolean
fill_totals(RpcCall *call, const VmView *view, const RemoteDomainGetCpuStatsArgs *args,
            RemoteDomainGetCpuStatsRet *ret, GError **error)
{
    SampleCpu cpu;
    Params params = {.arena = rpc_call_arena(call)};
    auto_fd process = sample_process(view);
    if (!sample_cpu(driver_of(call), view, process, &cpu)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "the guest has ended");
        return FALSE;
    }
    params_ullong(&params, cpu.total_ns, "cpu_time");
    params_ullong(&params, cpu.user_ns, "user_time");
    params_ullong(&params, cpu.system_ns, "system_time");
    ret->params.items = params.items;
    ret->params.len = MIN(args->nparams, params.n);
    ret->nparams = (int32_t)(args->nparams == 0 ? params.n : ret->params.len);
    return TRUE;
}

/* Nanoseconds on each processor. The caller unrefs; NULL: nobody counts them. */
static GArray *
read_each(const Driver *driver, const VmView *view, GError **error)
{
    g_autoptr(Cgroup) cgroup = sample_cgroup(driver, view);
    g_autofree char *text = cgroup_read(cgroup, CGROUP_CPUACCT, "cpuacct.usage_percpu");
    if (text == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                       "the guest has no control group that counts its time on each processor");
        return NULL;
    }
    GArray *each = g_array_new(FALSE, TRUE, sizeof(uint64_t));
    g_auto(GStrv) words = g_strsplit(g_strchomp(text), " ", -1);
    uint64_t time_ns;
    for (char **word = words; *word != NULL; word++) {
        if (units_parse_u64(*word, UINT64_MAX, &time_ns))
            g_array_append_val(each, time_ns);
    }
    return each;
}

static gboolean
fill_each(RpcCall *call, const VmView *view, const RemoteDomainGetCpuStatsArgs *args,
          RemoteDomainGetCpuStatsRet *ret, GError **error)
{
    g_autoptr(GArray) each = read_each(driver_of(call), view, error);
    if (each == NULL)
        return FALSE;
    if (args->ncpus == 0) {
        ret->nparams = (int32_t)each->len;
        return TRUE;
    }
    ret->nparams = N_PER_CPU;
    if (args->nparams == 0)
        return TRUE;
    if ((guint)args->start_cpu >= each->len) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "there is no processor %d, the last is %d", args->start_cpu,
                       (int)each->len - 1);
        return FALSE;
    }
    Params params = {.arena = rpc_call_arena(call)};
    guint end = MIN(each->len, (guint)args->start_cpu + args->ncpus);
    for (guint i = (guint)args->start_cpu; i < end; i++)
        params_ullong(&params, g_array_index(each, uint64_t, i), "cpu_time");
    ret->params.items = params.items;
    ret->params.len = params.n;
    return TRUE;
}

gboolean
handle_domain_get_cpu_stats(RpcCall *call, const VmView *view,
                            const RemoteDomainGetCpuStatsArgs *args,
                            RemoteDomainGetCpuStatsRet *ret, GError **error)
{
    if (!check_question(args, error) || !vm_view_check_active(view, error))
        return FALSE;
    return args->start_cpu == ALL_CPUS ? fill_totals(call, view, args, ret, error)
                                       : fill_each(call, view, args, ret, error);
}
