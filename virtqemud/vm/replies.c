/*
 * replies — see replies.h.
 */
#include "virtqemud/vm/replies.h"

#include <string.h>

#include "common/base/units.h"

enum { CHAIN_MAX = 256 };

/* Numbers and names of virDomainMemoryStatTags and of QEMU's docs/interop: virtio-balloon-stats. */
const BalloonRow replies_balloon_rows[BALLOON_ROWS] = {
    {"stat-swap-in", "swap_in", 0, TRUE},
    {"stat-swap-out", "swap_out", 1, TRUE},
    {"stat-major-faults", "major_fault", 2, FALSE},
    {"stat-minor-faults", "minor_fault", 3, FALSE},
    {"stat-free-memory", "unused", 4, TRUE},
    {"stat-total-memory", "available", 5, TRUE},
    {"stat-available-memory", "usable", 8, TRUE},
    {"stat-disk-caches", "disk_caches", 10, TRUE},
    {"stat-htlb-pgalloc", "hugetlb_pgalloc", 11, FALSE},
    {"stat-htlb-pgfail", "hugetlb_pgfail", 12, FALSE},
};

/* --- devices --- */

/* Whether the id or path of a device is that of `alias`: "ALIAS", "/machine/peripheral/ALIAS", or
 * a part of it behind a slash, as virtio's disks have. */
static gboolean
is_device(const char *qdev, const char *alias)
{
    static const char folder[] = "/machine/peripheral/";
    if (qdev == NULL)
        return FALSE;
    if (g_str_has_prefix(qdev, folder))
        qdev += strlen(folder);
    size_t n = strlen(alias);
    return strncmp(qdev, alias, n) == 0 && (qdev[n] == '\0' || qdev[n] == '/');
}

static const char *
string_of(const Json *object, const char *name)
{
    return json_as_string(json_get(object, name));
}

const Json *
replies_find_device(const Json *list, const char *alias)
{
    for (size_t i = 0; alias != NULL && i < json_length(list); i++) {
        const Json *entry = json_item(list, i);
        if (is_device(string_of(entry, "qdev"), alias))
            return entry;
    }
    return NULL;
}

gboolean
replies_block_counters(const Json *entry, BlockCounters *ret_counters)
{
    static const struct {
        const char *name;
        size_t offset;
    } rows[] = {
        {"rd_operations", offsetof(BlockCounters, rd_operations)},
        {"rd_bytes", offsetof(BlockCounters, rd_bytes)},
        {"rd_total_time_ns", offsetof(BlockCounters, rd_total_ns)},
        {"wr_operations", offsetof(BlockCounters, wr_operations)},
        {"wr_bytes", offsetof(BlockCounters, wr_bytes)},
        {"wr_total_time_ns", offsetof(BlockCounters, wr_total_ns)},
        {"flush_operations", offsetof(BlockCounters, flush_operations)},
        {"flush_total_time_ns", offsetof(BlockCounters, flush_total_ns)},
    };
    const Json *stats = json_get(entry, "stats");
    BlockCounters counters;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int64_t value;
        if (!json_get_int(stats, rows[i].name, &value, NULL) || value < 0)
            return FALSE;
        memcpy((char *)&counters + rows[i].offset, &value, sizeof value);
    }
    *ret_counters = counters;
    return TRUE;
}

/* --- images --- */

/* The number in "libvirt-NUMBER-format" or "-storage"; 0: another name. */
static uint32_t
index_of(const char *node)
{
    static const char prefix[] = "libvirt-";
    uint64_t index = 0;
    if (node == NULL || !g_str_has_prefix(node, prefix))
        return 0;
    const char *number = node + strlen(prefix);
    const char *end = strchr(number, '-');
    g_autofree char *digits = end != NULL ? g_strndup(number, (size_t)(end - number)) : NULL;
    return digits != NULL && units_parse_u64(digits, UINT32_MAX, &index) ? (uint32_t)index : 0;
}

static const Json *
find_node(const Json *nodes, const char *name)
{
    for (size_t i = 0; name != NULL && i < json_length(nodes); i++) {
        const Json *node = json_item(nodes, i);
        if (g_strcmp0(string_of(node, "node-name"), name) == 0)
            return node;
    }
    return NULL;
}

static void
fill_sizes(const Json *nodes, const char *name, BlockImage *image)
{
    const Json *top = json_get(find_node(nodes, name), "image");
    g_autofree char *below_name = g_strdup_printf("libvirt-%u-storage", image->index);
    const Json *below = json_get(find_node(nodes, below_name), "image");
    if (!json_get_uint(top, "virtual-size", &image->capacity, NULL))
        return;
    image->has_image = TRUE;
    if (!json_get_uint(below, "virtual-size", &image->physical, NULL))
        image->physical = image->capacity;
    if (!json_get_uint(top, "actual-size", &image->stored, NULL))
        image->stored = 0; /* QEMU cannot tell */
}

GArray *
replies_block_images(const Json *entry, const Json *nodes)
{
    GArray *images = g_array_new(FALSE, TRUE, sizeof(BlockImage));
    for (; entry != NULL && images->len < CHAIN_MAX; entry = json_get(entry, "backing")) {
        const char *name = string_of(entry, "node-name");
        if (name == NULL)
            break; /* no medium */
        BlockImage image = {.index = index_of(name)};
        /* That of the format's own driver counts the guest's blocks, not the file's. */
        const Json *file = json_get(entry, "parent");
        if (!json_get_uint(json_get(file != NULL ? file : entry, "stats"), "wr_highest_offset",
                           &image.allocation, NULL))
            image.allocation = 0;
        fill_sizes(nodes, name, &image);
        g_array_append_val(images, image);
    }
    return images;
}

BlockError
replies_block_error(const Json *blocks, const char *alias)
{
    const char *status = string_of(replies_find_device(blocks, alias), "io-status");
    if (g_strcmp0(status, "failed") == 0)
        return BLOCK_ERROR_UNSPECIFIED;
    return g_strcmp0(status, "nospace") == 0 ? BLOCK_ERROR_NO_SPACE : BLOCK_ERROR_NONE;
}

/* --- balloon --- */

gboolean
replies_balloon_value(const Json *guest_stats, const BalloonRow *row, uint64_t *ret_value)
{
    uint64_t value;
    /* UINT64_MAX stands for "not told". */
    if (!json_get_uint(json_get(guest_stats, "stats"), row->member, &value, NULL) ||
        value == UINT64_MAX)
        return FALSE;
    *ret_value = row->is_in_bytes ? value / 1024 : value;
    return TRUE;
}

gboolean
replies_balloon_updated(const Json *guest_stats, uint64_t *ret_time_s)
{
    return json_get_uint(guest_stats, "last-update", ret_time_s, NULL);
}

/* --- I/O threads --- */

static gint
compare_iothreads(gconstpointer a, gconstpointer b)
{
    const IoThreadPolling *one = a, *other = b;
    return one->id < other->id ? -1 : one->id > other->id;
}

GArray *
replies_iothreads(const Json *iothreads)
{
    static const char prefix[] = "iothread";
    GArray *found = g_array_new(FALSE, TRUE, sizeof(IoThreadPolling));
    for (size_t i = 0; i < json_length(iothreads); i++) {
        const Json *item = json_item(iothreads, i);
        const char *name = string_of(item, "id");
        IoThreadPolling polling = {0};
        uint64_t id;
        if (name == NULL || !g_str_has_prefix(name, prefix) ||
            !units_parse_u64(name + strlen(prefix), UINT32_MAX, &id) ||
            !json_get_int(item, "poll-max-ns", &polling.poll_max_ns, NULL) ||
            !json_get_int(item, "poll-grow", &polling.poll_grow, NULL) ||
            !json_get_int(item, "poll-shrink", &polling.poll_shrink, NULL))
            continue;
        polling.id = (uint32_t)id;
        g_array_append_val(found, polling);
    }
    g_array_sort(found, compare_iothreads);
    return found;
}

/* --- dirty rate --- */

gboolean
replies_dirty_rate(const Json *reply, DirtyRate *ret_rate)
{
    /* Their places are the numbers of virDomainDirtyRateStatus. */
    static const char *const statuses[] = {"unstarted", "measuring", "measured"};
    DirtyRate rate = {.status = -1, .mode = string_of(reply, "mode")};
    const char *status = string_of(reply, "status");
    int64_t period_s;
    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
        if (g_strcmp0(status, statuses[i]) == 0)
            rate.status = (int32_t)i;
    }
    if (rate.status < 0 || rate.mode == NULL ||
        !json_get_int(reply, "start-time", &rate.start_s, NULL) ||
        !json_get_int(reply, "calc-time", &period_s, NULL) || period_s < 0 || period_s > INT32_MAX)
        return FALSE;
    rate.period_s = (int32_t)period_s;
    rate.has_rate = json_get_int(reply, "dirty-rate", &rate.mib_per_second, NULL);
    *ret_rate = rate;
    return TRUE;
}
