/*
 * kernel — kernel, initrd and ROM as sealed copies in memory, which QEMU opens as /proc/self/fd/N:
 * its -kernel and -bios take no fdset (QEMU 7.2). On the guest's strand; may block on files.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"

#define KERNEL_MAX_BYTES (UINT64_C(1) << 30)

/*
 * A read-only descriptor of a sealed copy, the caller's; -1 on error. `what` names it in messages
 * ("kernel"). Errors: SYSTEM_ERROR, CONFIG_UNSUPPORTED (no regular file, or more than
 * KERNEL_MAX_BYTES).
 */
int kernel_copy(const char *what, const char *path, GError **error);
