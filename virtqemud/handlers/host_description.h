/*
 * host_description — what the daemon tells of its host: the facts for <capabilities>, gathered. In
 * a step: QEMU may have to be asked.
 */
#pragma once

#include "virtqemud/vm/driver.h"

/* <capabilities>. A host without a QEMU for its own architecture is described too. The caller
 * frees. */
char *host_description_format(Driver *driver, GError **error);
