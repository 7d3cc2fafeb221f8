/*
 * jobinfo — long work on a guest: there is none yet, so none is told and none can be ended.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/daemon/arguments.h"
#include "virtqemud/vm/view.h"

/* VIR_DOMAIN_JOB_STATS_COMPLETED, KEEP_COMPLETED; VIR_DOMAIN_ABORT_JOB_POSTCOPY */
enum { STATS_COMPLETED = 1, STATS_KEEP_COMPLETED = 2, ABORT_POSTCOPY = 1 };

gboolean
handle_domain_get_job_info(RpcCall *call, const VmView *view,
                           const RemoteDomainGetJobInfoArgs *args, RemoteDomainGetJobInfoRet *ret,
                           GError **error)
{
    return vm_view_check_active(view, error);
}

gboolean
handle_domain_get_job_stats(RpcCall *call, const VmView *view,
                            const RemoteDomainGetJobStatsArgs *args,
                            RemoteDomainGetJobStatsRet *ret, GError **error)
{
    if ((args->flags & STATS_KEEP_COMPLETED) != 0 && (args->flags & STATS_COMPLETED) == 0) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG,
                       "only figures of a completed job can be kept");
        return FALSE;
    }
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, STATS_COMPLETED | STATS_KEEP_COMPLETED,
                               error))
        return FALSE;
    return (args->flags & STATS_COMPLETED) != 0 || vm_view_check_active(view, error);
}

static gboolean
refuse_abort(const VmControl *control, uint32_t flags, GError **error)
{
    g_autoptr(VmRun) run = vm_control_run(control);
    const char *why = run == NULL ? "domain is not running"
                      : (flags & ABORT_POSTCOPY) != 0
                          ? "there is no outgoing migration in its post-copy phase"
                          : "no job is active on the domain";
    virt_error_set(error, run == NULL ? VIRT_FROM_DOMAIN : VIRT_FROM_QEMU,
                   VIRT_ERR_OPERATION_INVALID, "%s", why);
    return FALSE;
}

gboolean
handle_domain_abort_job(RpcCall *call, const VmControl *control,
                        const RemoteDomainAbortJobArgs *args, GError **error)
{
    return refuse_abort(control, 0, error);
}

gboolean
handle_domain_abort_job_flags(RpcCall *call, const VmControl *control,
                              const RemoteDomainAbortJobFlagsArgs *args, GError **error)
{
    return arguments_check_flags(VIRT_FROM_QEMU, args->flags, ABORT_POSTCOPY, error) &&
           refuse_abort(control, args->flags, error);
}
