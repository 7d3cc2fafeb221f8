/*
 * scheduler — how much of the host's processors a guest may use: what its control group says, or
 * its definition.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/units.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/params.h"
#include "virtqemud/vm/sample.h"

/* The kernel's, Documentation/scheduler/sched-bwc.rst: no limit. */
enum { DEFAULT_PERIOD_US = 100000, NO_QUOTA = -1 };

static const char missing[] = "the guest has no control group for its processor time";

typedef struct {
    uint64_t period_us;
    int64_t quota_us;
} Limit;

typedef struct {
    uint64_t shares;
    Limit vcpu, emulator, global, iothread;
} Scheduler;

/* --- of a running guest --- */

/* "max 100000" or "50000 100000" */
static gboolean
parse_cpu_max(const char *text, Limit *ret_limit)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    Limit limit = {.quota_us = NO_QUOTA};
    if (g_strv_length(words) != 2 ||
        !units_parse_u64(g_strchomp(words[1]), UINT64_MAX, &limit.period_us) ||
        (!g_str_equal(words[0], "max") &&
         !units_parse_i64(words[0], 0, INT64_MAX, &limit.quota_us)))
        return FALSE;
    *ret_limit = limit;
    return TRUE;
}

static gboolean
read_v2(const Cgroup *cgroup, Scheduler *ret)
{
    g_autofree char *weight = cgroup_read(cgroup, CGROUP_CPU, "cpu.weight");
    g_autofree char *max = cgroup_read(cgroup, CGROUP_CPU, "cpu.max");
    return weight != NULL && max != NULL &&
           units_parse_u64(g_strchomp(weight), UINT64_MAX, &ret->shares) &&
           parse_cpu_max(max, &ret->global);
}

static gboolean
read_v1(const Cgroup *cgroup, Scheduler *ret)
{
    g_autofree char *shares = cgroup_read(cgroup, CGROUP_CPU, "cpu.shares");
    g_autofree char *period = cgroup_read(cgroup, CGROUP_CPU, "cpu.cfs_period_us");
    g_autofree char *quota = cgroup_read(cgroup, CGROUP_CPU, "cpu.cfs_quota_us");
    return shares != NULL && period != NULL && quota != NULL &&
           units_parse_u64(g_strchomp(shares), UINT64_MAX, &ret->shares) &&
           units_parse_u64(g_strchomp(period), UINT64_MAX, &ret->global.period_us) &&
           units_parse_i64(g_strchomp(quota), NO_QUOTA, INT64_MAX, &ret->global.quota_us);
}

/* The parts of a guest have no groups of their own, so nothing limits them further. */
static gboolean
read_live(const Driver *driver, const VmView *view, Scheduler *ret, GError **error)
{
    static const Limit none = {DEFAULT_PERIOD_US, NO_QUOTA};
    *ret = (Scheduler){.vcpu = none, .emulator = none, .iothread = none};
    g_autoptr(Cgroup) cgroup = sample_cgroup(driver, view);
    if (cgroup_is_v2(cgroup) ? read_v2(cgroup, ret) : read_v1(cgroup, ret))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, missing);
    return FALSE;
}

/* --- of a definition --- */

static Limit
limit_of(uint64_t period_us, OptI64 quota_us)
{
    return (Limit){period_us, quota_us.set ? quota_us.value : 0};
}

static Scheduler
scheduler_of(const DomainDef *def)
{
    static const Cputune none = {0};
    const Cputune *tune = def->cputune != NULL ? def->cputune : &none;
    return (Scheduler){.shares = tune->shares,
                       .vcpu = limit_of(tune->period, tune->quota),
                       .emulator = limit_of(tune->emulator_period, tune->emulator_quota),
                       .global = limit_of(tune->global_period, tune->global_quota),
                       .iothread = limit_of(tune->iothread_period, tune->iothread_quota)};
}

/* --- the calls --- */

static void
add_limit(Params *params, const Limit *limit, const char *name)
{
    params_ullong(params, limit->period_us, "%s_period", name);
    params_llong(params, limit->quota_us, "%s_quota", name);
}

static gboolean
fill_params(RpcCall *call, const VmView *view, uint32_t affect, Params *params, GError **error)
{
    Scheduler scheduler;
    const DomainDef *def = vm_view_def(view, affect, error);
    if (def == NULL)
        return FALSE;
    gboolean is_live = view->head.active && (affect & VM_AFFECT_CONFIG) == 0;
    if (!is_live)
        scheduler = scheduler_of(def);
    else if (!read_live(driver_of(call), view, &scheduler, error))
        return FALSE;
    params->arena = rpc_call_arena(call);
    params_ullong(params, scheduler.shares, "cpu_shares");
    add_limit(params, &scheduler.vcpu, "vcpu");
    add_limit(params, &scheduler.emulator, "emulator");
    add_limit(params, &scheduler.global, "global");
    add_limit(params, &scheduler.iothread, "iothread");
    return TRUE;
}

/* It may be fewer than there are, but not none. */
static gboolean
check_room(int32_t nparams, GError **error)
{
    if (!arguments_check_nparams(nparams, REMOTE_DOMAIN_SCHEDULER_PARAMETERS_MAX, error))
        return FALSE;
    if (nparams > 0)
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG, "there is no room given");
    return FALSE;
}

gboolean
handle_domain_get_scheduler_type(RpcCall *call, const VmView *view,
                                 const RemoteDomainGetSchedulerTypeArgs *args,
                                 RemoteDomainGetSchedulerTypeRet *ret, GError **error)
{
    Params params = {0};
    if (!fill_params(call, view, VM_AFFECT_CURRENT, &params, error))
        return FALSE;
    ret->type = arena_strdup(rpc_call_arena(call), "posix");
    ret->nparams = (int32_t)params.n;
    return TRUE;
}

gboolean
handle_domain_get_scheduler_parameters(RpcCall *call, const VmView *view,
                                       const RemoteDomainGetSchedulerParametersArgs *args,
                                       RemoteDomainGetSchedulerParametersRet *ret, GError **error)
{
    Params params = {0};
    if (!check_room(args->nparams, error) ||
        !fill_params(call, view, VM_AFFECT_CURRENT, &params, error))
        return FALSE;
    ret->params.items = params.items;
    ret->params.len = MIN((uint32_t)args->nparams, params.n);
    return TRUE;
}

gboolean
handle_domain_get_scheduler_parameters_flags(
    RpcCall *call, const VmView *view, const RemoteDomainGetSchedulerParametersFlagsArgs *args,
    RemoteDomainGetSchedulerParametersFlagsRet *ret, GError **error)
{
    static const uint32_t known = VM_AFFECT_LIVE | VM_AFFECT_CONFIG | PARAMS_TEXTS_OKAY;
    Params params = {0};
    if (!check_room(args->nparams, error) ||
        !arguments_check_flags(VIRT_FROM_QEMU, args->flags, known, error) ||
        !fill_params(call, view, args->flags, &params, error))
        return FALSE;
    ret->params.items = params.items;
    ret->params.len = MIN((uint32_t)args->nparams, params.n);
    return TRUE;
}
