/*
 * topology — the host's processors and NUMA cells as the kernel describes them: which processors
 * there are and which are online, how they share packages, dies, clusters and cores, which cell has
 * which processors, memory, huge pages, and how far the cells are from each other.
 *
 * A snapshot: immutable once read. Reading takes thousands of small files on a large host: not for
 * the io thread. What the kernel does not tell is -1.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/bitmap.h"
#include "common/base/error.h"
#include "common/host/pages.h"

typedef struct {
    int32_t package;
    int32_t die;
    int32_t cluster;
    int32_t core;
    int32_t cell;
    Bitmap
        *siblings; /* the threads of its core that are online, itself among them; NULL: offline */
} HostCpu;

typedef struct {
    uint32_t cell;
    uint32_t value;
} HostDistance;

typedef struct {
    uint32_t id;
    Bitmap *cpus; /* online or not */
    uint64_t memory_kib;
    HostPages pools[HOST_PAGE_SIZES_MAX];
    size_t n_pools;
    HostDistance *distances;
    size_t n_distances;
} HostCell;

typedef struct {
    HostCpu *cpus; /* by number; those that are not present too */
    size_t n_cpus; /* the highest number of a present one, and 1 */
    Bitmap *present;
    Bitmap *online;
    HostCell *cells; /* none where the kernel knows no NUMA */
    size_t n_cells;
} HostTopology;

/* Errors: VIRT_ERR_SYSTEM_ERROR when /sys tells of no processor. */
HostTopology *host_topology_read(int root, GError **error);
void host_topology_free(HostTopology *topology);
/* Only the processors' numbers: the sets are of HOST_CPUS_MAX bits. */
gboolean host_topology_read_sets(int root, Bitmap **ret_present, Bitmap **ret_online,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HostTopology, host_topology_free)

/* The host in libvirt's four numbers, whose product is the number of all processors, those that are
 * offline too: sockets in a cell, cores in a socket, threads in a core. A host that is not so
 * regular counts as one cell with one socket, each processor a core. */
typedef struct {
    uint32_t online;
    uint32_t nodes;
    uint32_t sockets;
    uint32_t cores;
    uint32_t threads;
} HostShape;

HostShape host_topology_shape(const HostTopology *topology);
