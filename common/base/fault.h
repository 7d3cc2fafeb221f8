/*
 * fault — points at which a test lets the daemon die, to see what a later one finds.
 *
 * VIREO_CRASH_AT=NAME in the environment kills the process with SIGKILL when it passes the point of
 * that name. In release builds the points are empty. Any thread.
 */
#pragma once

#ifdef VIREO_FAULTS
/* `name` is compared with VIREO_CRASH_AT. */
void fault_point(const char *name);
#else
static inline void
fault_point(const char *name)
{
    (void)name;
}
#endif
