/*
 * fault — points at which a test lets the daemon die or stand still, to see what becomes of it.
 *
 * VIREO_FAULTS in the environment names a folder. While there is a file `passed` in it, each point
 * that is passed is added to it as a line. A file `at` with "N kill" or "N hold" says what is done
 * at the Nth of them: the process dies of SIGKILL, or the thread stays there for as long as the
 * file does. In release builds the points are empty. Any thread.
 */
#pragma once

#ifdef VIREO_FAULTS
/* `name` says what is about to be done; one line. */
void fault_point(const char *name);
#else
static inline void
fault_point(const char *name)
{
    (void)name;
}
#endif
