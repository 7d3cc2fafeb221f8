/*
 * fault — see fault.h.
 */
#include "common/base/fault.h"

#ifdef VIREO_FAULTS
#include <glib.h>
#include <signal.h>

void
fault_point(const char *name)
{
    const char *wanted = g_getenv("VIREO_CRASH_AT");
    if (wanted != NULL && g_str_equal(wanted, name))
        (void)raise(SIGKILL);
}
#endif
