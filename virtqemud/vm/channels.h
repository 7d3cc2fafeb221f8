/*
 * channels — where the sockets of a running guest's channels are.
 */
#pragma once

#include "virtqemud/conf/domain.h"
#include "virtqemud/vm/driver.h"

/* ".../channel/target", above the guests' own folders. The caller frees. */
char *channels_folder(const Driver *driver);
/* Gives the channels of `def` that have none the path of their socket, below `folder`, the guest's
 * own. */
void channels_name(const Driver *driver, DomainDef *def, const char *folder);
