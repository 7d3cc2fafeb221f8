/*
 * disks — see disks.h.
 */
#include "virtqemud/handlers/disks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/image/image.h"

/* --- by name --- */

const char *
disks_path(const Disk *disk)
{
    if (disk->type == DISK_TYPE_FILE)
        return disk->source.file.path;
    return disk->type == DISK_TYPE_BLOCK ? disk->source.block.path : NULL;
}

gboolean
disks_is_lent(const Disk *disk)
{
    return disk->type == DISK_TYPE_FILE && disk->source.file.fd_group != NULL;
}

gboolean
disks_is(const Disk *disk, const char *name)
{
    return g_strcmp0(disk->target, name) == 0 || g_strcmp0(disks_path(disk), name) == 0;
}

const Disk *
disks_find(const DomainDef *def, const char *name)
{
    const Devices *devices = &def->devices;
    for (size_t i = 0; i < devices->disks.n; i++) {
        if (disks_is(devices->disks.items[i], name))
            return devices->disks.items[i];
    }
    return NULL;
}

static gboolean
is_index(OptU32 told, uint32_t index)
{
    return told.set && told.value == index;
}

static const DiskPath *
backing_path(const DiskBacking *backing)
{
    if (backing->type == DISK_TYPE_FILE)
        return &backing->source.file;
    return backing->type == DISK_TYPE_BLOCK ? &backing->source.block : NULL;
}

const char *
disks_image_path(const Disk *disk, uint32_t index)
{
    for (const DiskBacking *backing = disk->backing; backing != NULL; backing = backing->backing) {
        const DiskPath *path = backing_path(backing);
        if (path != NULL && (is_index(backing->index, index) || is_index(path->index, index)))
            return path->path;
    }
    return NULL;
}

/* --- sizes of files --- */

typedef struct {
    char *path; /* NULL: no medium, or lent */
    char *format;
    DiskSize size;
    GError *error;
} SizeItem;

typedef struct {
    size_t n;
    SizeItem *items;
} SizeWork;

static gboolean
read_physical(int fd, const char *path, DiskSize *ret_size, GError **error)
{
    struct stat status;
    uint64_t bytes = 0;
    if (fstat(fd, &status) != 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot look at '%s'", path);
        return FALSE;
    }
    if (S_ISREG(status.st_mode)) {
        ret_size->physical = (uint64_t)status.st_size;
        ret_size->allocation = (uint64_t)status.st_blocks * 512;
        return TRUE;
    }
    if (!S_ISBLK(status.st_mode)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                       "'%s' is neither a file nor a block device", path);
        return FALSE;
    }
    if (ioctl(fd, BLKGETSIZE64, &bytes) != 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot ask for the size of '%s'", path);
        return FALSE;
    }
    ret_size->physical = bytes;
    ret_size->allocation = bytes;
    return TRUE;
}

/* Of an image that holds another: what its header says. */
static gboolean
read_capacity(int fd, const SizeItem *item, DiskSize *ret_size, GError **error)
{
    ret_size->capacity = ret_size->physical;
    if (item->format == NULL || g_str_equal(item->format, "raw"))
        return TRUE;
    g_autofree uint8_t *header = g_malloc(IMAGE_HEADER_BYTES);
    g_autoptr(Arena) arena = arena_new();
    ImageInfo info;
    ssize_t n = TEMP_FAILURE_RETRY(pread(fd, header, IMAGE_HEADER_BYTES, 0));
    if (n < 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot read '%s'", item->path);
        return FALSE;
    }
    if (!image_parse(header, (size_t)n, item->format, arena, &info, error))
        return FALSE;
    if (info.virtual_bytes > 0)
        ret_size->capacity = info.virtual_bytes;
    return TRUE;
}

static void
read_item(SizeItem *item)
{
    if (item->path == NULL) {
        virt_error_set(&item->error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "there is no medium");
        return;
    }
    auto_fd fd = fd_open_data(item->path, O_RDONLY);
    DiskSize size = {0};
    if (fd < 0)
        virt_error_set_errno(&item->error, VIRT_FROM_QEMU, errno, "cannot open '%s'", item->path);
    else if (read_physical(fd, item->path, &size, &item->error) &&
             read_capacity(fd, item, &size, &item->error))
        item->size = size;
}

static void
run_sizes(void *data)
{
    SizeWork *work = data;
    for (size_t i = 0; i < work->n; i++)
        read_item(&work->items[i]);
}

static void
free_sizes(void *data)
{
    SizeWork *work = data;
    for (size_t i = 0; i < work->n; i++) {
        g_free(work->items[i].path);
        g_free(work->items[i].format);
        g_clear_error(&work->items[i].error);
    }
    g_free(work->items);
    g_free(work);
}

static void
set_item(SizeItem *item, const Disk *disk)
{
    item->path = disks_is_lent(disk) ? NULL : g_strdup(disks_path(disk));
    item->format = g_strdup(disk->driver.format);
}

size_t
disks_ask_sizes(Query *query, const VmView *view, const Disk *disk)
{
    static const QueryWork kind = {run_sizes, free_sizes};
    const Devices *devices = &vm_view_current(view)->devices;
    SizeWork *work = g_new0(SizeWork, 1);
    work->n = disk != NULL ? 1 : devices->disks.n;
    work->items = g_new0(SizeItem, work->n);
    for (size_t i = 0; i < work->n; i++)
        set_item(&work->items[i], disk != NULL ? disk : devices->disks.items[i]);
    return query_work(query, view, &kind, work);
}

gboolean
disks_size(const Query *query, size_t number, size_t place, DiskSize *ret_size, GError **error)
{
    const SizeWork *work = query_result(query, number);
    const GError *why = work == NULL ? query_error(query, number) : work->items[place].error;
    if (why != NULL) {
        g_propagate_error(error, g_error_copy(why));
        return FALSE;
    }
    *ret_size = work->items[place].size;
    return TRUE;
}
