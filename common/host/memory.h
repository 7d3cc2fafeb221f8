/*
 * memory — how much memory the host and its NUMA cells have.
 *
 * Cell -1 is the whole host. Where the kernel knows cells, totals are the sum over them, as libvirt
 * counts; elsewhere they are those of /proc/meminfo. Reads files: not for the io thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/bitmap.h"
#include "common/base/error.h"

typedef enum {
    HOST_MEMORY_TOTAL,
    HOST_MEMORY_FREE,
    HOST_MEMORY_BUFFERS,
    HOST_MEMORY_CACHED,
    HOST_MEMORY_AVAILABLE,
    HOST_MEMORY_N_FIELDS
} HostMemoryField;

typedef struct {
    uint64_t kib[HOST_MEMORY_N_FIELDS];
    gboolean has[HOST_MEMORY_N_FIELDS];
} HostMemory;

/* The text of /proc/meminfo or of a cell's meminfo ("Node 0 MemTotal: ..."). Lines that are
 * something else are passed over. */
HostMemory host_memory_parse(const char *text);
/* Errors: VIRT_ERR_SYSTEM_ERROR, which names the file; VIRT_ERR_INTERNAL_ERROR when it tells
 * neither total nor free. */
gboolean host_memory_read(int root, int32_t cell, HostMemory *ret_memory, GError **error);
/* The numbers of the cells, of HOST_CELLS_MAX bits; NULL: the kernel knows none. */
Bitmap *host_memory_cells(int root);
/* The highest number of a cell; 0 where the kernel knows none. Those below it may be missing. */
int32_t host_memory_highest_cell(int root);
/* Total and free memory over all cells. */
gboolean host_memory_sum(int root, uint64_t *ret_total_kib, uint64_t *ret_free_kib, GError **error);
