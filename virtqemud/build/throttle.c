/*
 * throttle — <iotune>: a disk's limits, as the monitor's block_set_io_throttle takes them. They are
 * set before the guest runs: "-device" has no words for them.
 *
 * https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms (iotune),
 * https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html (BlockIOThrottle)
 */
#include "virtqemud/build/devices.h"

typedef struct {
    size_t offset; /* in DiskIotune */
    const char *argument;
} LimitRow;

#define LIMIT(member, argument)                                                                    \
    {                                                                                              \
        offsetof(DiskIotune, member), argument                                                     \
    }
/* Told always: 0 is no limit. */
static const LimitRow limits[] = {
    LIMIT(total_bytes_sec, "bps"),
    LIMIT(read_bytes_sec, "bps_rd"),
    LIMIT(write_bytes_sec, "bps_wr"),
    LIMIT(total_iops_sec, "iops"),
    LIMIT(read_iops_sec, "iops_rd"),
    LIMIT(write_iops_sec, "iops_wr"),
    LIMIT(total_bytes_sec_max, "bps_max"),
    LIMIT(read_bytes_sec_max, "bps_rd_max"),
    LIMIT(write_bytes_sec_max, "bps_wr_max"),
    LIMIT(total_iops_sec_max, "iops_max"),
    LIMIT(read_iops_sec_max, "iops_rd_max"),
    LIMIT(write_iops_sec_max, "iops_wr_max"),
    LIMIT(size_iops_sec, "iops_size"),
};
/* Told where they are set: 0 is refused. */
static const LimitRow lengths[] = {
    LIMIT(total_bytes_sec_max_length, "bps_max_length"),
    LIMIT(read_bytes_sec_max_length, "bps_rd_max_length"),
    LIMIT(write_bytes_sec_max_length, "bps_wr_max_length"),
    LIMIT(total_iops_sec_max_length, "iops_max_length"),
    LIMIT(read_iops_sec_max_length, "iops_rd_max_length"),
    LIMIT(write_iops_sec_max_length, "iops_wr_max_length"),
};

static uint64_t
value_of(const DiskIotune *iotune, const LimitRow *row)
{
    return *(const uint64_t *)(const void *)((const char *)iotune + row->offset);
}

char *
build_disk_backend(const Disk *disk)
{
    switch (disk->bus) {
    case DISK_BUS_VIRTIO:
        return g_strdup_printf("/machine/peripheral/%s/virtio-backend", disk->info.alias);
    case DISK_BUS_USB: /* a SCSI disk that usb-storage makes for itself */
        return g_strdup_printf("/machine/peripheral/%s/%s.0/legacy[0]", disk->info.alias,
                               disk->info.alias);
    default:
        return g_strdup(disk->info.alias);
    }
}

Json *
build_throttle(const Disk *disk)
{
    const DiskIotune *iotune = disk->iotune;
    gboolean is_local = disk->type == DISK_TYPE_FILE || disk->type == DISK_TYPE_BLOCK;
    if (iotune == NULL || !is_local || disk->source.file.path == NULL)
        return NULL;
    Json *arguments = json_new_object();
    g_autofree char *id = build_disk_backend(disk);
    json_add_string(arguments, "id", id);
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++)
        json_add_uint(arguments, limits[i].argument, value_of(iotune, &limits[i]));
    context_add_text(arguments, "group", iotune->group_name);
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        if (value_of(iotune, &lengths[i]) != 0)
            json_add_uint(arguments, lengths[i].argument, value_of(iotune, &lengths[i]));
    }
    return arguments;
}
