/*
 * domstats_block — see domstats.h: the group "block". An entry for each disk, and with backing
 * images for each image.
 */
#include "virtqemud/handlers/disks.h"
#include "virtqemud/handlers/domstats.h"
#include "virtqemud/vm/replies.h"

typedef struct {
    DomStats *stats;
    uint32_t number; /* of the next entry */
} Entries;

static void
fill_counters(Params *params, uint32_t number, const Json *device)
{
    BlockCounters counters;
    if (!replies_block_counters(device, &counters))
        return;
    params_ullong(params, (uint64_t)counters.rd_operations, "block.%u.rd.reqs", number);
    params_ullong(params, (uint64_t)counters.rd_bytes, "block.%u.rd.bytes", number);
    params_ullong(params, (uint64_t)counters.rd_total_ns, "block.%u.rd.times", number);
    params_ullong(params, (uint64_t)counters.wr_operations, "block.%u.wr.reqs", number);
    params_ullong(params, (uint64_t)counters.wr_bytes, "block.%u.wr.bytes", number);
    params_ullong(params, (uint64_t)counters.wr_total_ns, "block.%u.wr.times", number);
    params_ullong(params, (uint64_t)counters.flush_operations, "block.%u.fl.reqs", number);
    params_ullong(params, (uint64_t)counters.flush_total_ns, "block.%u.fl.times", number);
}

static void
fill_names(Params *params, uint32_t number, const Disk *disk, const char *path)
{
    params_text(params, disk->target, "block.%u.name", number);
    if (path != NULL)
        params_text(params, path, "block.%u.path", number);
}

static void
fill_sizes(Params *params, uint32_t number, const BlockImage *image)
{
    if (!image->has_image)
        return;
    params_ullong(params, image->allocation, "block.%u.allocation", number);
    params_ullong(params, image->capacity, "block.%u.capacity", number);
    params_ullong(params, image->stored > 0 ? image->stored : image->physical, "block.%u.physical",
                  number);
}

/* `device` is its entry in QEMU's counters; NULL: QEMU did not tell. */
static void
fill_running(Entries *entries, const Disk *disk, const Json *device)
{
    Params *params = &entries->stats->params;
    g_autoptr(GArray) images =
        replies_block_images(device, domstats_reply(entries->stats, entries->stats->item->nodes));
    guint n = entries->stats->with_backing ? MAX(images->len, 1) : 1;
    for (guint i = 0; i < n; i++) {
        const BlockImage *image =
            i < images->len ? &g_array_index(images, BlockImage, i) : &(BlockImage){0};
        const char *path = i == 0 ? disks_path(disk) : disks_image_path(disk, image->index);
        fill_names(params, entries->number, disk, path);
        if (image->index != 0)
            params_uint(params, image->index, "block.%u.backingIndex", entries->number);
        if (i == 0)
            fill_counters(params, entries->number, device);
        fill_sizes(params, entries->number, image);
        entries->number++;
    }
}

static void
fill_off(Entries *entries, const Disk *disk, size_t place)
{
    Params *params = &entries->stats->params;
    size_t question = entries->stats->item->sizes;
    DiskSize size;
    fill_names(params, entries->number, disk, disks_path(disk));
    if (question != DOMSTATS_NOT_ASKED &&
        disks_size(entries->stats->query, question, place, &size, NULL)) {
        if (size.allocation > 0)
            params_ullong(params, size.allocation, "block.%u.allocation", entries->number);
        params_ullong(params, size.capacity, "block.%u.capacity", entries->number);
        params_ullong(params, size.physical, "block.%u.physical", entries->number);
    }
    entries->number++;
}

void
domstats_fill_blocks(DomStats *stats)
{
    const Devices *devices = &stats->def->devices;
    const Json *devices_reply = domstats_reply(stats, stats->item->blocks);
    Entries entries = {stats, 0};
    uint32_t count_at = stats->params.n;
    params_uint(&stats->params, 0, "block.count");
    for (size_t i = 0; i < devices->disks.n; i++) {
        const Disk *disk = devices->disks.items[i];
        if (stats->item->view->head.active)
            fill_running(&entries, disk, replies_find_device(devices_reply, disk->info.alias));
        else
            fill_off(&entries, disk, i);
    }
    stats->params.items[count_at].value.value.ui = entries.number;
}
