/*
 * blockstats — how much a guest reads and writes, and how large its images are: asked of QEMU, or
 * read from the images of a guest that is off.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/daemon/arguments.h"
#include "virtqemud/handlers/asked.h"
#include "virtqemud/handlers/disks.h"
#include "virtqemud/handlers/params.h"
#include "virtqemud/vm/replies.h"

/* --- counters --- */

static void
add_counters(BlockCounters *sum, const BlockCounters *more)
{
    sum->rd_operations += more->rd_operations;
    sum->rd_bytes += more->rd_bytes;
    sum->rd_total_ns += more->rd_total_ns;
    sum->wr_operations += more->wr_operations;
    sum->wr_bytes += more->wr_bytes;
    sum->wr_total_ns += more->wr_total_ns;
    sum->flush_operations += more->flush_operations;
    sum->flush_total_ns += more->flush_total_ns;
}

/* Counters of the disk that `path` names, of all for "". */
static gboolean
find_counters(const Asked *asked, const Query *query, const char *path, BlockCounters *ret_counters,
              GError **error)
{
    const Devices *devices = &vm_view_current(asked->view)->devices;
    const Json *reply = query_reply(query, 0);
    BlockCounters sum = {0};
    if (reply == NULL) {
        g_propagate_error(error, g_error_copy(query_error(query, 0)));
        return FALSE;
    }
    for (size_t i = 0; i < devices->disks.n; i++) {
        const Disk *disk = devices->disks.items[i];
        BlockCounters counters;
        if (*path != '\0' && !disks_is(disk, path))
            continue;
        if (replies_block_counters(replies_find_device(reply, disk->info.alias), &counters)) {
            add_counters(&sum, &counters);
        } else if (*path != '\0') {
            virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                           "QEMU counts nothing for disk '%s'", disk->target);
            return FALSE;
        }
    }
    *ret_counters = sum;
    return TRUE;
}

/* Running, and with such a disk. */
static gboolean
check_counted(const VmView *view, const char *path, GError **error)
{
    if (!vm_view_check_active(view, error))
        return FALSE;
    if (*path == '\0' || disks_find(vm_view_current(view), path) != NULL)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "the guest has no disk '%s'", path);
    return FALSE;
}

static gboolean
ask_counters(RpcCall *call, const VmView *view, const void *args, AskedFillFn fill)
{
    Query *query = asked_query(call);
    (void)query_ask(query, view, QMP_QUERY_BLOCKSTATS, NULL); /* the only one: number 0 */
    const Asked asked = {call, view, args, fill};
    return asked_run(&asked, query);
}

static gboolean
fill_block_stats(const Asked *asked, const Query *query, void *data, GError **error)
{
    const RemoteDomainBlockStatsArgs *args = asked->args;
    RemoteDomainBlockStatsRet *ret = data;
    BlockCounters counters;
    if (!find_counters(asked, query, args->path, &counters, error))
        return FALSE;
    *ret = (RemoteDomainBlockStatsRet){.rd_req = counters.rd_operations,
                                       .rd_bytes = counters.rd_bytes,
                                       .wr_req = counters.wr_operations,
                                       .wr_bytes = counters.wr_bytes,
                                       .errs = -1};
    return TRUE;
}

gboolean
handle_domain_block_stats(RpcCall *call, const VmView *view, const RemoteDomainBlockStatsArgs *args,
                          RemoteDomainBlockStatsRet *ret, GError **error)
{
    return check_counted(view, args->path, error) &&
           ask_counters(call, view, args, fill_block_stats);
}

static gboolean
fill_block_stats_flags(const Asked *asked, const Query *query, void *data, GError **error)
{
    const RemoteDomainBlockStatsFlagsArgs *args = asked->args;
    RemoteDomainBlockStatsFlagsRet *ret = data;
    BlockCounters counters;
    if (!find_counters(asked, query, args->path, &counters, error))
        return FALSE;
    Params params = {.arena = rpc_call_arena(asked->call)};
    params_llong(&params, counters.wr_bytes, "wr_bytes");
    params_llong(&params, counters.wr_operations, "wr_operations");
    params_llong(&params, counters.rd_bytes, "rd_bytes");
    params_llong(&params, counters.rd_operations, "rd_operations");
    params_llong(&params, counters.flush_operations, "flush_operations");
    params_llong(&params, counters.wr_total_ns, "wr_total_times");
    params_llong(&params, counters.rd_total_ns, "rd_total_times");
    params_llong(&params, counters.flush_total_ns, "flush_total_times");
    params_reply(&params, args->nparams, ret);
    return TRUE;
}

gboolean
handle_domain_block_stats_flags(RpcCall *call, const VmView *view,
                                const RemoteDomainBlockStatsFlagsArgs *args,
                                RemoteDomainBlockStatsFlagsRet *ret, GError **error)
{
    return arguments_check_nparams(args->nparams, REMOTE_DOMAIN_BLOCK_STATS_PARAMETERS_MAX,
                                   error) &&
           arguments_check_flags(VIRT_FROM_QEMU, args->flags, PARAMS_TEXTS_OKAY, error) &&
           check_counted(view, args->path, error) &&
           ask_counters(call, view, args, fill_block_stats_flags);
}

/* --- sizes --- */

static gboolean
fill_size_of_running(const Asked *asked, const Query *query, void *data, GError **error)
{
    const RemoteDomainGetBlockInfoArgs *args = asked->args;
    RemoteDomainGetBlockInfoRet *ret = data;
    const Disk *disk = disks_find(vm_view_current(asked->view), args->path);
    for (size_t i = 0; i < 2; i++) {
        if (query_error(query, i) != NULL) {
            g_propagate_error(error, g_error_copy(query_error(query, i)));
            return FALSE;
        }
    }
    const Json *entry = replies_find_device(query_reply(query, 0), disk->info.alias);
    g_autoptr(GArray) images = replies_block_images(entry, query_reply(query, 1));
    const BlockImage *image = images->len > 0 ? &g_array_index(images, BlockImage, 0) : NULL;
    if (image == NULL || !image->has_image) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                       "QEMU tells no size of disk '%s'", disk->target);
        return FALSE;
    }
    ret->capacity = image->capacity;
    ret->physical = image->physical;
    ret->allocation = image->allocation > 0          ? image->allocation
                      : disk->type == DISK_TYPE_FILE ? image->stored
                                                     : image->physical;
    return TRUE;
}

static gboolean
fill_size_of_file(const Asked *asked, const Query *query, void *data, GError **error)
{
    RemoteDomainGetBlockInfoRet *ret = data;
    DiskSize size;
    if (!disks_size(query, 0, 0, &size, error))
        return FALSE;
    ret->capacity = size.capacity;
    ret->allocation = size.allocation;
    ret->physical = size.physical;
    return TRUE;
}

/* The disk, which has a medium. */
static const Disk *
find_medium(const VmView *view, const char *path, GError **error)
{
    const Disk *disk = disks_find(vm_view_current(view), path);
    if (*path == '\0')
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG, "no disk is named");
    else if (disk == NULL)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "the guest has no disk '%s'",
                       path);
    else if (disks_path(disk) == NULL)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "there is no file or device behind disk '%s'", disk->target);
    else
        return disk;
    return NULL;
}

gboolean
handle_domain_get_block_info(RpcCall *call, const VmView *view,
                             const RemoteDomainGetBlockInfoArgs *args,
                             RemoteDomainGetBlockInfoRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error))
        return FALSE;
    const Disk *disk = find_medium(view, args->path, error);
    if (disk == NULL)
        return FALSE;
    if (disks_is_lent(disk) && !view->head.active) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_UNSUPPORTED,
                       "the image of disk '%s' is lent as descriptors: it has no size while the "
                       "guest is off",
                       disk->target);
        return FALSE;
    }
    Query *query = asked_query(call);
    Asked asked = {call, view, args, fill_size_of_file};
    if (view->head.active) {
        (void)query_ask(query, view, QMP_QUERY_BLOCKSTATS, NULL);        /* number 0 */
        (void)query_ask(query, view, QMP_QUERY_NAMED_BLOCK_NODES, NULL); /* number 1 */
        asked.fill = fill_size_of_running;
    } else {
        (void)disks_ask_sizes(query, view, disk); /* number 0 */
    }
    return asked_run(&asked, query);
}

/* --- errors --- */

static gboolean
fill_disk_errors(const Asked *asked, const Query *query, void *data, GError **error)
{
    const RemoteDomainGetDiskErrorsArgs *args = asked->args;
    RemoteDomainGetDiskErrorsRet *ret = data;
    const Devices *devices = &vm_view_current(asked->view)->devices;
    const Json *reply = query_reply(query, 0);
    if (reply == NULL) {
        g_propagate_error(error, g_error_copy(query_error(query, 0)));
        return FALSE;
    }
    Arena *arena = rpc_call_arena(asked->call);
    ret->errors.items = arena_array_of(arena, RemoteDomainDiskError, args->maxerrors);
    for (size_t i = 0; i < devices->disks.n && ret->errors.len < args->maxerrors; i++) {
        const Disk *disk = devices->disks.items[i];
        BlockError found = replies_block_error(reply, disk->info.alias);
        if (found == BLOCK_ERROR_NONE)
            continue;
        RemoteDomainDiskError *item = &ret->errors.items[ret->errors.len++];
        *item = (RemoteDomainDiskError){arena_strdup(arena, disk->target), (int32_t)found};
    }
    ret->nerrors = (int32_t)ret->errors.len;
    return TRUE;
}

gboolean
handle_domain_get_disk_errors(RpcCall *call, const VmView *view,
                              const RemoteDomainGetDiskErrorsArgs *args,
                              RemoteDomainGetDiskErrorsRet *ret, GError **error)
{
    if (args->maxerrors > REMOTE_DOMAIN_DISK_ERRORS_MAX) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                       "maxerrors is %u, it must be 0 to %u", args->maxerrors,
                       REMOTE_DOMAIN_DISK_ERRORS_MAX);
        return FALSE;
    }
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, PARAMS_TEXTS_OKAY, error) ||
        !vm_view_check_active(view, error))
        return FALSE;
    if (args->maxerrors == 0) {
        ret->nerrors = (int32_t)vm_view_current(view)->devices.disks.n;
        return TRUE;
    }
    Query *query = asked_query(call);
    (void)query_ask(query, view, QMP_QUERY_BLOCK, NULL); /* number 0 */
    const Asked asked = {call, view, args, fill_disk_errors};
    return asked_run(&asked, query);
}
