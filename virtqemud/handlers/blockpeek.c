/*
 * blockpeek — bytes of a guest's disk, read from its image on the host: of raw images only, where
 * they stand as the guest wrote them.
 */
#include "virtqemud/handlers/handlers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/asked.h"
#include "virtqemud/handlers/disks.h"

typedef struct {
    char *path;
    char *target; /* of the disk, for messages */
    uint64_t offset;
    size_t n;
    uint8_t *bytes;
    GError *error;
} PeekWork;

/* As many bytes as were asked for: less are an error. */
static void
read_bytes(PeekWork *work, int fd)
{
    size_t had = 0;
    while (had < work->n) {
        ssize_t n = TEMP_FAILURE_RETRY(
            pread(fd, work->bytes + had, work->n - had, (off_t)(work->offset + had)));
        if (n < 0)
            virt_error_set_errno(&work->error, VIRT_FROM_QEMU, errno, "cannot read '%s'",
                                 work->path);
        else if (n == 0)
            virt_error_set(&work->error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                           "disk '%s' has only %zu bytes from %" G_GUINT64_FORMAT " on",
                           work->target, had, work->offset);
        if (n <= 0)
            return;
        had += (size_t)n;
    }
}

static void
run_peek(void *data)
{
    PeekWork *work = data;
    struct stat status;
    auto_fd fd = fd_open_data(work->path, O_RDONLY);
    if (fd < 0 || fstat(fd, &status) != 0)
        virt_error_set_errno(&work->error, VIRT_FROM_QEMU, errno, "cannot open '%s'", work->path);
    else if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
        virt_error_set(&work->error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                       "'%s' is neither a file nor a block device", work->path);
    else
        read_bytes(work, fd);
}

static void
free_peek(void *data)
{
    PeekWork *work = data;
    g_free(work->path);
    g_free(work->target);
    g_free(work->bytes);
    g_clear_error(&work->error);
    g_free(work);
}

static gboolean
fill_peek(const Asked *asked, const Query *query, void *data, GError **error)
{
    RemoteDomainBlockPeekRet *ret = data;
    const PeekWork *work = query_result(query, 0);
    const GError *why = work != NULL ? work->error : query_error(query, 0);
    if (why != NULL) {
        g_propagate_error(error, g_error_copy(why));
        return FALSE;
    }
    ret->buffer.len = (uint32_t)work->n;
    ret->buffer.bytes = arena_alloc(rpc_call_arena(asked->call), work->n);
    memcpy(ret->buffer.bytes, work->bytes, work->n);
    return TRUE;
}

/* The disk, whose bytes stand in its image as they are. */
static const Disk *
find_raw(const VmView *view, const char *name, GError **error)
{
    const Disk *disk = disks_find(vm_view_current(view), name);
    if (disk == NULL)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "the guest has no disk '%s'",
                       name);
    else if (disks_path(disk) == NULL || g_strcmp0(disk->driver.format, "raw") != 0)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_UNSUPPORTED,
                       "only bytes of raw images can be read, and disk '%s' has none",
                       disk->target);
    else if (disks_is_lent(disk))
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_UNSUPPORTED,
                       "the image of disk '%s' is lent as descriptors and cannot be read",
                       disk->target);
    else
        return disk;
    return NULL;
}

gboolean
handle_domain_block_peek(RpcCall *call, const VmView *view, const RemoteDomainBlockPeekArgs *args,
                         RemoteDomainBlockPeekRet *ret, GError **error)
{
    static const QueryWork kind = {run_peek, free_peek};
    if (args->size > REMOTE_DOMAIN_BLOCK_PEEK_BUFFER_MAX ||
        args->offset > (uint64_t)INT64_MAX - args->size) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                       "%u bytes from %" G_GUINT64_FORMAT " on are too many", args->size,
                       args->offset);
        return FALSE;
    }
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error))
        return FALSE;
    const Disk *disk = find_raw(view, args->path, error);
    if (disk == NULL)
        return FALSE;
    PeekWork *work = g_new0(PeekWork, 1);
    *work = (PeekWork){.path = g_strdup(disks_path(disk)),
                       .target = g_strdup(disk->target),
                       .offset = args->offset,
                       .n = args->size,
                       .bytes = g_malloc0(args->size)};
    Query *query = asked_query(call);
    (void)query_work(query, view, &kind, work); /* the only one: number 0 */
    const Asked asked = {call, view, args, fill_peek};
    return asked_run(&asked, query);
}
