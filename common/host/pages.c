/*
 * pages — see pages.h. Files: the kernel's Documentation/admin-guide/mm/hugetlbpage.rst.
 */
#include "common/host/pages.h"

#include <unistd.h>

#include "common/base/units.h"
#include "common/host/file.h"
#include "common/host/memory.h"

uint32_t
host_pages_ordinary_kib(void)
{
    return (uint32_t)(sysconf(_SC_PAGESIZE) / 1024);
}

static char *
pools_path(int32_t cell)
{
    return cell < 0 ? g_strdup("sys/kernel/mm/hugepages")
                    : g_strdup_printf("sys/devices/system/node/node%d/hugepages", cell);
}

static char *
pool_path(int32_t cell, uint32_t size_kib, const char *name)
{
    g_autofree char *pools = pools_path(cell);
    return g_strdup_printf("%s/hugepages-%ukB/%s", pools, size_kib, name);
}

static gboolean
read_pool(int root, int32_t cell, uint32_t size_kib, const char *name, uint64_t *ret_number)
{
    g_autofree char *path = pool_path(cell, size_kib, name);
    return host_file_number(root, path, UINT64_MAX, ret_number);
}

size_t
host_pages_pools(int root, int32_t cell, HostPages ret_pools[HOST_PAGE_SIZES_MAX])
{
    size_t n = 0;
    /* sizes are powers of two */
    for (uint32_t size_kib = 2 * host_pages_ordinary_kib();
         size_kib != 0 && n < HOST_PAGE_SIZES_MAX; size_kib <<= 1) {
        HostPages pool = {.size_kib = size_kib};
        if (read_pool(root, cell, size_kib, "nr_hugepages", &pool.total) &&
            read_pool(root, cell, size_kib, "free_hugepages", &pool.free))
            ret_pools[n++] = pool;
    }
    return n;
}

/* Where the kernel knows no cells, number 0 is the whole host. */
static gboolean
find_cell(int root, int32_t *cell, GError **error)
{
    if (*cell == -1)
        return TRUE;
    g_autofree char *path = g_strdup_printf("sys/devices/system/node/node%d", *cell);
    if (*cell >= 0 && host_dir_exists(root, path))
        return TRUE;
    g_autoptr(Bitmap) cells = host_memory_cells(root);
    if (*cell == 0 && cells == NULL) {
        *cell = -1;
        return TRUE;
    }
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_FAILED,
                   "NUMA node %d is not available", *cell);
    return FALSE;
}

static gboolean
no_such_size(int32_t cell, uint32_t size_kib, GError **error)
{
    if (cell < 0)
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_FAILED,
                       "page size %u is not available", size_kib);
    else
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_FAILED,
                       "page size %u is not available on node %d", size_kib, cell);
    return FALSE;
}

gboolean
host_pages_free(int root, int32_t cell, uint32_t size_kib, uint64_t *ret_free, GError **error)
{
    if (!find_cell(root, &cell, error))
        return FALSE;
    if (size_kib != host_pages_ordinary_kib())
        return read_pool(root, cell, size_kib, "free_hugepages", ret_free) ||
               no_such_size(cell, size_kib, error);
    uint64_t total_kib = 0, free_kib = 0;
    HostMemory memory;
    if (cell < 0) {
        if (!host_memory_sum(root, &total_kib, &free_kib, error))
            return FALSE;
    } else {
        if (!host_memory_read(root, cell, &memory, error))
            return FALSE;
        free_kib = memory.kib[HOST_MEMORY_FREE];
    }
    *ret_free = free_kib / size_kib;
    return TRUE;
}

gboolean
host_pages_change(int root, int32_t cell, const HostPages *wanted, HostPagesChange change,
                  GError **error)
{
    uint64_t before = 0, after = 0, target = wanted->total;
    if (!find_cell(root, &cell, error))
        return FALSE;
    if (wanted->size_kib == host_pages_ordinary_kib()) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_UNSUPPORTED,
                       "pages of %u KiB are no pool that can be changed", wanted->size_kib);
        return FALSE;
    }
    if (!read_pool(root, cell, wanted->size_kib, "nr_hugepages", &before))
        return no_such_size(cell, wanted->size_kib, error);
    if (change == HOST_PAGES_ADD && __builtin_add_overflow(before, target, &target)) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OVERFLOW, "too many pages of %u KiB",
                       wanted->size_kib);
        return FALSE;
    }
    g_autofree char *path = pool_path(cell, wanted->size_kib, "nr_hugepages");
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, target);
    if (!host_file_write(root, path, text, error))
        return FALSE;
    if (!read_pool(root, cell, wanted->size_kib, "nr_hugepages", &after) || after < target) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_FAILED,
                       "%s pages of %u KiB cannot be had, the pool has %" G_GUINT64_FORMAT
                       " of them now",
                       text, wanted->size_kib, after);
        return FALSE;
    }
    return TRUE;
}
