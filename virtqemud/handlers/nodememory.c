/*
 * nodememory — free memory and memory pages of the host and its NUMA cells. Reads (and for the
 * pools of huge pages writes) files of /proc and /sys, on the reader pool or a strand.
 *
 * Cells are numbered from 0 up to the highest one; what the host lacks between them has no memory.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "common/host/file.h"
#include "common/host/memory.h"
#include "common/host/pages.h"

enum { ALLOC_PAGES_SET = 1 };

gboolean
handle_node_get_free_memory(RpcCall *call, RemoteNodeGetFreeMemoryRet *ret, GError **error)
{
    uint64_t total_kib = 0, free_kib = 0;
    auto_fd root = host_root_open(error);
    if (root < 0 || !host_memory_sum(root, &total_kib, &free_kib, error))
        return FALSE;
    ret->free_mem = free_kib * 1024;
    return TRUE;
}

/* The last of `count` cells from `start` on, as far as there are any. */
static gboolean
find_last_cell(int root, int32_t start, uint32_t count, int32_t *ret_last, GError **error)
{
    int32_t highest = host_memory_highest_cell(root);
    if (start > highest) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INTERNAL_ERROR,
                       "start cell %d out of range (0-%d)", start, highest);
        return FALSE;
    }
    *ret_last = (int32_t)MIN((int64_t)start + count - 1, (int64_t)highest);
    return TRUE;
}

static gboolean
check_cells(const RemoteNodeGetCellsFreeMemoryArgs *args, GError **error)
{
    if (args->maxcells < 0 || (uint32_t)args->maxcells > REMOTE_NODE_MAX_CELLS) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_RPC, "%d cells asked for, it may be up to %u",
                       args->maxcells, REMOTE_NODE_MAX_CELLS);
        return FALSE;
    }
    if (args->maxcells == 0 || args->start_cell < 0) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                       "%d cells from number %d are none", args->maxcells, args->start_cell);
        return FALSE;
    }
    return TRUE;
}

gboolean
handle_node_get_cells_free_memory(RpcCall *call, const RemoteNodeGetCellsFreeMemoryArgs *args,
                                  RemoteNodeGetCellsFreeMemoryRet *ret, GError **error)
{
    int32_t last = 0;
    auto_fd root = -1;
    if (!check_cells(args, error) || (root = host_root_open(error)) < 0 ||
        !find_last_cell(root, args->start_cell, (uint32_t)args->maxcells, &last, error))
        return FALSE;
    g_autoptr(Bitmap) cells = host_memory_cells(root);
    ret->cells.items =
        arena_array_of(rpc_call_arena(call), uint64_t, (size_t)(last - args->start_cell + 1));
    for (int32_t cell = args->start_cell; cell <= last; cell++) {
        HostMemory memory = {0};
        gboolean is_there = cells == NULL || bitmap_get(cells, (size_t)cell);
        if (is_there && !host_memory_read(root, cells == NULL ? -1 : cell, &memory, error))
            return FALSE;
        ret->cells.items[ret->cells.len++] = memory.kib[HOST_MEMORY_FREE] * 1024;
    }
    return TRUE;
}

/* --- pages --- */

typedef struct {
    uint32_t n_sizes;
    int32_t start_cell;
    uint32_t cell_count;
} PagesQuestion;

static gboolean
check_pages(const PagesQuestion *asked, GError **error)
{
    if (asked->n_sizes > 0 && asked->cell_count > 0)
        return TRUE;
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG, "no %s given",
                   asked->n_sizes == 0 ? "page sizes" : "cells");
    return FALSE;
}

gboolean
handle_node_get_free_pages(RpcCall *call, const RemoteNodeGetFreePagesArgs *args,
                           RemoteNodeGetFreePagesRet *ret, GError **error)
{
    int32_t last = 0;
    auto_fd root = -1;
    if ((uint64_t)args->pages.len * args->cell_count > REMOTE_NODE_MAX_CELLS) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                       "%u page sizes of %u cells are more than %u numbers", args->pages.len,
                       args->cell_count, REMOTE_NODE_MAX_CELLS);
        return FALSE;
    }
    PagesQuestion asked = {args->pages.len, args->start_cell, args->cell_count};
    if (!check_pages(&asked, error) ||
        !arguments_check_flags(VIRT_FROM_NONE, args->flags, 0, error) ||
        (root = host_root_open(error)) < 0 ||
        !find_last_cell(root, args->start_cell, args->cell_count, &last, error))
        return FALSE;
    ret->counts.items =
        arena_array_of(rpc_call_arena(call), uint64_t, (size_t)args->pages.len * args->cell_count);
    for (int32_t cell = args->start_cell; cell <= last; cell++) {
        for (uint32_t i = 0; i < args->pages.len; i++) {
            uint64_t *free = &ret->counts.items[ret->counts.len];
            if (!host_pages_free(root, cell, args->pages.items[i], free, error))
                return FALSE;
            ret->counts.len++;
        }
    }
    return TRUE;
}

static gboolean
change_pools(int root, const RemoteNodeAllocPagesArgs *args, int32_t last,
             RemoteNodeAllocPagesRet *ret, GError **error)
{
    HostPagesChange change = (args->flags & ALLOC_PAGES_SET) != 0 ? HOST_PAGES_SET : HOST_PAGES_ADD;
    for (int32_t cell = args->start_cell; cell <= last; cell++) {
        for (uint32_t i = 0; i < args->page_sizes.len; i++) {
            HostPages wanted = {.size_kib = args->page_sizes.items[i],
                                .total = args->page_counts.items[i]};
            if (!host_pages_change(root, cell, &wanted, change, error))
                return FALSE;
            ret->ret++;
        }
    }
    return TRUE;
}

gboolean
handle_node_alloc_pages(RpcCall *call, const RemoteNodeAllocPagesArgs *args,
                        RemoteNodeAllocPagesRet *ret, GError **error)
{
    int32_t last = 0;
    auto_fd root = -1;
    PagesQuestion asked = {args->page_sizes.len, args->start_cell, args->cell_count};
    if (!check_pages(&asked, error))
        return FALSE;
    if (args->page_counts.len < args->page_sizes.len) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                       "%u page sizes, but numbers of pages for %u", args->page_sizes.len,
                       args->page_counts.len);
        return FALSE;
    }
    return arguments_check_flags(VIRT_FROM_NONE, args->flags, ALLOC_PAGES_SET, error) &&
           (root = host_root_open(error)) >= 0 &&
           find_last_cell(root, args->start_cell, args->cell_count, &last, error) &&
           change_pools(root, args, last, ret, error);
}
