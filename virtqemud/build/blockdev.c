/*
 * blockdev — the chain of a disk as QEMU's block nodes: for each file a node that stores and one
 * that knows the format; the names are those of a stock daemon, which jobs and events carry.
 *
 * Files are named as sets of descriptors; the backing node is always told, or told to be none, so
 * that QEMU never follows a name that an image holds.
 * https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html (BlockdevOptions)
 */
#include <string.h>

#include "virtqemud/build/devices.h"

static const char *const formats_with_backing[] = {"qcow2", "qcow", "qed", "vmdk", NULL};

static const char *const discard_names[] = {
    [DISK_DISCARD_UNMAP] = "unmap", [DISK_DISCARD_IGNORE] = "ignore"};
static const char *const zeroes_names[] = {
    [DISK_ZEROES_OFF] = "off", [DISK_ZEROES_ON] = "on", [DISK_ZEROES_UNMAP] = "unmap"};
static const char *const io_names[] = {
    [DISK_IO_THREADS] = "threads", [DISK_IO_NATIVE] = "native", [DISK_IO_URING] = "io_uring"};

static void
add_cache(Json *props, const Disk *disk)
{
    if (disk == NULL || disk->driver.cache <= DISK_CACHE_DEFAULT)
        return;
    DiskCache mode = disk->driver.cache;
    Json *cache = json_new_object();
    json_add_bool(cache, "direct", mode == DISK_CACHE_NONE || mode == DISK_CACHE_DIRECTSYNC);
    json_add_bool(cache, "no-flush", mode == DISK_CACHE_UNSAFE);
    json_add(props, "cache", cache);
}

Json *
build_storage_node(const Disk *disk, const BuildNode *node, const char *name)
{
    Json *props = json_new_object();
    json_add_string(props, "driver", node->is_block_device ? "host_device" : "file");
    g_autofree char *path = context_set_path(node->set);
    json_add_string(props, "filename", path);
    if (disk != NULL)
        context_add_text(props, "aio", io_names[disk->driver.io]);
    json_add_string(props, "node-name", name);
    add_cache(props, disk);
    /* Never for what is written: QEMU would open a second descriptor of the set at each change, and
     * the locks that it took on the one it leaves would stay, as the set keeps that open. */
    if (node->read_only && !node->is_rdwr_only)
        json_add_bool(props, "auto-read-only", TRUE);
    json_add_string(props, "discard", "unmap");
    return props;
}

static void
add_backing(Json *props, const BuildNode *node)
{
    if (node->backing != NULL) {
        g_autofree char *backing = build_format_name(node->backing);
        json_add_string(props, "backing", backing);
    } else if (g_strv_contains(formats_with_backing, node->format)) {
        json_add(props, "backing", NULL);
    }
}

/* The part of a raw image that is the disk. */
static void
add_slice(Json *props, const Disk *disk)
{
    const DiskPath *source = &disk->source.file;
    if (source->slices.n == 0)
        return;
    json_add_uint(props, "offset", source->slices.items[0]->offset_bytes);
    json_add_uint(props, "size", source->slices.items[0]->size_bytes);
}

Json *
build_format_node(const Disk *disk, const BuildNode *top, const BuildNode *node, const char *name)
{
    Json *props = json_new_object();
    json_add_string(props, "node-name", name);
    json_add_bool(props, "read-only", node->read_only);
    if (disk != NULL) {
        context_add_text(props, "discard", discard_names[disk->driver.discard]);
        if (node == top)
            context_add_text(props, "detect-zeroes", zeroes_names[disk->driver.detect_zeroes]);
    }
    add_cache(props, disk);
    json_add_string(props, "driver", node->format);
    if (disk != NULL && node == top)
        add_slice(props, disk);
    g_autofree char *storage = build_storage_name(node);
    json_add_string(props, "file", storage);
    add_backing(props, node);
    return props;
}

Json *
build_copy_on_read_node(const Disk *disk, const BuildNode *top)
{
    if (disk->driver.copy_on_read != SWITCH_ON)
        return NULL;
    Json *props = json_new_object();
    json_add_string(props, "driver", "copy-on-read");
    g_autofree char *name = build_top_name(disk, top);
    json_add_string(props, "node-name", name);
    g_autofree char *file = build_format_name(top);
    json_add_string(props, "file", file);
    json_add_string(props, "discard", "unmap");
    return props;
}

char *
build_storage_name(const BuildNode *node)
{
    return g_strdup_printf("libvirt-%u-storage", node->index);
}

char *
build_format_name(const BuildNode *node)
{
    return g_strdup_printf("libvirt-%u-format", node->index);
}

char *
build_top_name(const Disk *disk, const BuildNode *top)
{
    if (disk->driver.copy_on_read == SWITCH_ON)
        return g_strdup_printf("libvirt-CoR-%s", disk->target);
    return build_format_name(top);
}
