/*
 * pages — the host's memory pages by size: ordinary ones and the pools of huge ones, per NUMA cell
 * or (cell -1) over all.
 *
 * Reads and writes files: not for the io thread. Errors of all: VIRT_ERR_OPERATION_FAILED when
 * there is no such cell or page size.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"

typedef struct {
    uint32_t size_kib;
    uint64_t total;
    uint64_t free;
} HostPages;

enum { HOST_PAGE_SIZES_MAX = 16 };

uint32_t host_pages_ordinary_kib(void);
/* The pools of huge pages, smallest first; returns how many. */
size_t host_pages_pools(int root, int32_t cell, HostPages ret_pools[HOST_PAGE_SIZES_MAX]);
gboolean host_pages_free(int root, int32_t cell, uint32_t size_kib, uint64_t *ret_free,
                         GError **error);
/* Makes a pool larger by `count` pages, or exactly so large. Also VIRT_ERR_OPERATION_UNSUPPORTED
 * for ordinary pages, VIRT_ERR_OPERATION_FAILED when the kernel found less memory than was asked
 * for: what it did find stays in the pool. */
typedef enum { HOST_PAGES_ADD, HOST_PAGES_SET } HostPagesChange;
gboolean host_pages_change(int root, int32_t cell, const HostPages *wanted, HostPagesChange change,
                           GError **error);
