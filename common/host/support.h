/*
 * support — what the host is able to do: sleep, and keep a device's memory accesses apart. Reads
 * files: not for the io thread.
 */
#pragma once

#include <glib.h>

/* Bits, at libvirt's numbers of the targets. */
typedef enum {
    HOST_SLEEP_MEMORY = 1 << 0,
    HOST_SLEEP_DISK = 1 << 1,
    HOST_SLEEP_HYBRID = 1 << 2,
} HostSleep;

/* The states that the kernel offers: HostSleep bits. */
unsigned host_sleep_states(int root);
gboolean host_has_iommu(int root);
