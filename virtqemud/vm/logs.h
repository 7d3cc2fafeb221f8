/*
 * logs — the logs of running guests are kept small: QEMU holds them open and only appends, so
 * somebody has to cut them. Io thread; the cutting is a step of each guest's strand.
 */
#pragma once

#include "virtqemud/vm/vm.h"

typedef struct Logs Logs;

/* Looks at all logs from time to time. */
Logs *logs_new(Driver *driver);
/* Takes NULL. */
void logs_free(Logs *logs);
