/*
 * host_caches — <cache>: the processors' caches that several of them share, as far as the kernel
 * tells. Reads files of /sys: not for the io thread.
 */
#pragma once

#include <glib.h>

#include "common/host/topology.h"

/* Nothing where the kernel tells of none. */
void host_caches_add(GString *xml, int root, const HostTopology *topology);
