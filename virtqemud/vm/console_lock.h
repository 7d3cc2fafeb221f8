/*
 * console_lock — the lock file by which programs agree on who uses a terminal: LCK..NAME with the
 * number of a process in ten digits (Filesystem Hierarchy Standard 3.0, /var/lock). Any thread.
 */
#pragma once

#include <glib.h>

/*
 * Makes the lock of `device`, a path below /dev, in `folder`. One whose process has ended, or is
 * this one, is replaced. Errors: OPERATION_FAILED naming the process that holds it; SYSTEM_ERROR
 * when no lock can be made there.
 */
gboolean console_lock_take(const char *folder, const char *device, GError **error);
void console_lock_drop(const char *folder, const char *device);
