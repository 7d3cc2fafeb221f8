/*
 * arguments — see arguments.h.
 */
#include "common/daemon/arguments.h"

gboolean
arguments_check_flags(VirtErrorDomain domain, uint32_t flags, uint32_t known, GError **error)
{
    if ((flags & ~known) == 0)
        return TRUE;
    virt_error_set(error, domain, VIRT_ERR_INVALID_ARG, "unsupported flags (0x%x)", flags & ~known);
    return FALSE;
}

gboolean
arguments_check_nparams(int32_t nparams, uint32_t max, GError **error)
{
    if (nparams >= 0 && (uint32_t)nparams <= max)
        return TRUE;
    virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                   "nparams is %d, it must be 0 to %u", nparams, max);
    return FALSE;
}

gboolean
arguments_check_exact(int32_t nparams, size_t wanted, GError **error)
{
    if ((size_t)nparams == wanted)
        return TRUE;
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                   "nparams is %d, there are %zu parameters", nparams, wanted);
    return FALSE;
}
