/*
 * console_device — opens what a guest's character device is connected to on the host. QEMU told the
 * path, so it is not believed: what is opened must be what QEMU itself could have made. Any thread.
 */
#pragma once

#include "virtqemud/vm/console.h"

/* Not blocking; the caller's. -1 with an error, see console_open(). */
int console_device_open(const ConsoleWish *wish, GError **error);
