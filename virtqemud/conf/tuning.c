/*
 * tuning — see tuning.h. https://libvirt.org/formatdomain.html#resource-partitioning and around it
 */
#include "virtqemud/conf/tuning.h"

#include "common/conf/fields.h"
#include "virtqemud/conf/patterns.h"

/* clang-format off */
#define MINUS_ONE ((uint64_t)INT64_C(-1))

/* ---- <memoryBacking> ---- */
static const ConfEnumItem source_items[] = {
    {"anonymous", MEMORY_ANONYMOUS, ""}, {"file", MEMORY_FILE, ""}, {"memfd", MEMORY_MEMFD, ""},
};
static const ConfEnum source_enum = CONF_ENUM_OF("memory_source", source_items);

static const ConfEnumItem access_items[] = {
    {"shared", MEMORY_SHARED, "Other processes may map it."}, {"private", MEMORY_PRIVATE, ""},
};
static const ConfEnum access_enum = CONF_ENUM_OF("memory_access", access_items);

static const ConfEnumItem allocation_items[] = {
    {"immediate", MEMORY_IMMEDIATE, "At start."}, {"ondemand", MEMORY_ONDEMAND, "When it is used."},
};
static const ConfEnum allocation_enum = CONF_ENUM_OF("memory_allocation", allocation_items);

static const ConfField page_rows[] = {
    ATTR_SIZE(HugePage, size_kib, "@size", REQUIRED, "Size of a page."),
    ATTR_STR(HugePage, nodeset, "nodeset", &cpuset_pattern, OPTIONAL,
             "For these cells of the guest."),
    END};
static const ConfType page_conf = CONF_TYPE(HugePage, "page", page_rows, NULL);

static const ConfField hugepages_rows[] = {
    LIST(HugePages, pages, "page", HugePage, page_conf, NULL, OPTIONAL, "Sizes."),
    END};
static const ConfType hugepages_conf = CONF_TYPE(HugePages, "hugepages", hugepages_rows, NULL);

static const ConfField backing_rows[] = {
    SUB_TABLE_PTR(MemoryBacking, hugepages, "hugepages", HugePages, hugepages_conf, OPTIONAL,
                  "Huge pages."),
    FLAG(MemoryBacking, nosharepages, "nosharepages", "Not merged with others."),
    FLAG(MemoryBacking, locked, "locked", "Never swapped."),
    SUB_ENUM(MemoryBacking, source, "source/@type", source_enum, SCHEMA_REQUIRED,
             "Where it comes from."),
    SUB_ENUM(MemoryBacking, access, "access/@mode", access_enum, SCHEMA_REQUIRED,
             "Who may map it."),
    SUB_ENUM(MemoryBacking, allocation, "allocation/@mode", allocation_enum, OPTIONAL, "When."),
    SUB_NUM(MemoryBacking, allocation_threads, "allocation/@threads", 1, UINT32_MAX, OPTIONAL,
            "By how many threads."),
    FLAG(MemoryBacking, discard, "discard", "Dropped at the end."),
    EXTRA(MemoryBacking, extra, NULL),
    END};

/* ---- <memtune> ---- */
static const ConfField memtune_rows[] = {
    SUB_SIZE(Memtune, hard_limit_kib, "hard_limit", LIVE, "More kills the guest."),
    SUB_SIZE(Memtune, soft_limit_kib, "soft_limit", LIVE, "More is taken back first."),
    SUB_SIZE(Memtune, min_guarantee_kib, "min_guarantee", LIVE, "Other hypervisors only."),
    SUB_SIZE(Memtune, swap_hard_limit_kib, "swap_hard_limit", LIVE, "Memory and swap."),
    END};

/* ---- <blkiotune> ---- */
static const ConfField blkio_device_rows[] = {
    TEXT(BlkioDevice, path, "path", &absolute_path_pattern, REQUIRED, "Path of the device."),
    SUB_NUM(BlkioDevice, weight, "weight", 0, 1000, LIVE, "Share."),
    SUB_NUM(BlkioDevice, read_iops_sec, "read_iops_sec", 0, UINT32_MAX, LIVE, "Limit."),
    SUB_NUM(BlkioDevice, write_iops_sec, "write_iops_sec", 0, UINT32_MAX, LIVE, "Limit."),
    SUB_NUM(BlkioDevice, read_bytes_sec, "read_bytes_sec", 0, UINT64_MAX, LIVE, "Limit."),
    SUB_NUM(BlkioDevice, write_bytes_sec, "write_bytes_sec", 0, UINT64_MAX, LIVE, "Limit."),
    END};
static const ConfType blkio_device_conf = CONF_TYPE(BlkioDevice, "device", blkio_device_rows, NULL);

static const ConfField blkiotune_rows[] = {
    SUB_NUM(Blkiotune, weight, "weight", 0, 1000, LIVE, "Share."),
    LIST(Blkiotune, devices, "device", BlkioDevice, blkio_device_conf, "path", LIVE, "Each."),
    END};

/* ---- <vcpus>, <iothreadids> ---- */
static const ConfField vcpu_rows[] = {
    ATTR_NUM(VcpuEntry, id, "id", 0, 65535, REQUIRED | ALWAYS | GUEST_ABI, "Number."),
    ATTR_ENUM(VcpuEntry, enabled, "enabled", yes_no_enum, REQUIRED | LIVE, "Is it plugged."),
    ATTR_ENUM(VcpuEntry, hotpluggable, "hotpluggable", yes_no_enum, OPTIONAL,
              "Whether it can be unplugged."),
    ATTR_NUM(VcpuEntry, order, "order", 1, 65535, OPTIONAL, "Turn when plugged."),
    END};

static const ConfField iothread_rows[] = {
    ATTR_NUM(IothreadEntry, id, "id", 1, UINT32_MAX, REQUIRED, "Number."),
    ATTR_NUM(IothreadEntry, thread_pool_min, "thread_pool_min", MINUS_ONE, INT32_MAX, OPTIONAL,
             "Least workers."),
    ATTR_NUM(IothreadEntry, thread_pool_max, "thread_pool_max", MINUS_ONE, INT32_MAX, OPTIONAL,
             "Most workers."),
    EXTRA(IothreadEntry, extra, NULL),
    END};

/* ---- <cputune> ---- */
static const ConfField vcpupin_rows[] = {
    ATTR_NUM(CpuPin, id, "vcpu", 0, 65535, REQUIRED | ALWAYS, "Processor of the guest."),
    ATTR_STR(CpuPin, cpuset, "cpuset", &cpuset_pattern, REQUIRED | LIVE, "Processors of the host."),
    END};
static const ConfType vcpupin_conf = CONF_TYPE(CpuPin, "vcpupin", vcpupin_rows, NULL);

static const ConfField iothreadpin_rows[] = {
    ATTR_NUM(CpuPin, id, "iothread", 1, UINT32_MAX, REQUIRED, "I/O thread."),
    ATTR_STR(CpuPin, cpuset, "cpuset", &cpuset_pattern, REQUIRED | LIVE, "Processors of the host."),
    END};
static const ConfType iothreadpin_conf = CONF_TYPE(CpuPin, "iothreadpin", iothreadpin_rows, NULL);

static gboolean
has_priorities(const CpuScheduler *how)
{
    return g_str_equal(how->scheduler, "fifo") || g_str_equal(how->scheduler, "rr");
}

static bool
scheduler_validate(const void *object, GError **error)
{
    const CpuScheduler *how = object;
    if (how->priority.set || !has_priorities(how))
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "@priority of '%s' is missing",
                   how->scheduler);
    return false;
}

static bool
scheduler_validate_schema(const void *object, GError **error)
{
    const CpuScheduler *how = object;
    if (!how->priority.set || has_priorities(how))
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "'%s' has no @priority",
                   how->scheduler);
    return false;
}

#define SCHEDULER_ROWS                                                                             \
    ATTR_STR(CpuScheduler, scheduler, "scheduler", ONE_OF("batch idle fifo rr"), REQUIRED,         \
             "How."),                                                                              \
    ATTR_NUM(CpuScheduler, priority, "priority", 1, 99, OPTIONAL, "Of fifo and rr."), END
static const ConfField emulatorsched_rows[] = {SCHEDULER_ROWS};
static const ConfType emulatorsched_conf =
    CONF_TYPE_WITH_SCHEMA(CpuScheduler, "emulatorsched", emulatorsched_rows, scheduler_validate,
                          scheduler_validate_schema);

static const ConfField vcpusched_rows[] = {
    ATTR_STR(CpuScheduler, ids, "vcpus", &cpuset_pattern, REQUIRED, "Processors of the guest."),
    SCHEDULER_ROWS};
static const ConfType vcpusched_conf =
    CONF_TYPE_WITH_SCHEMA(CpuScheduler, "vcpusched", vcpusched_rows, scheduler_validate,
                          scheduler_validate_schema);

static const ConfField iothreadsched_rows[] = {
    ATTR_STR(CpuScheduler, ids, "iothreads", &cpuset_pattern, REQUIRED, "I/O threads."),
    SCHEDULER_ROWS};
static const ConfType iothreadsched_conf =
    CONF_TYPE_WITH_SCHEMA(CpuScheduler, "iothreadsched", iothreadsched_rows, scheduler_validate,
                          scheduler_validate_schema);

#define PERIOD(m) SUB_NUM(Cputune, m, #m, 1000, 1000000, LIVE, "Microseconds of a period.")
#define QUOTA(m)                                                                                   \
    SUB_NUM(Cputune, m, #m, MINUS_ONE, INT64_MAX, LIVE, "Microseconds that it may run; -1: all.")
static const ConfField cputune_rows[] = {
    SUB_NUM(Cputune, shares, "shares", 1, UINT64_MAX, LIVE, "Share."),
    PERIOD(period), QUOTA(quota),
    PERIOD(global_period), QUOTA(global_quota),
    PERIOD(emulator_period), QUOTA(emulator_quota),
    PERIOD(iothread_period), QUOTA(iothread_quota),
    LIST(Cputune, vcpupins, "vcpupin", CpuPin, vcpupin_conf, "@vcpu", LIVE, "Where each runs."),
    SUB_STR(Cputune, emulatorpin, "emulatorpin/@cpuset", &cpuset_pattern, REQUIRED_INSIDE | LIVE,
            "Where QEMU runs."),
    LIST(Cputune, iothreadpins, "iothreadpin", CpuPin, iothreadpin_conf, "@iothread", LIVE,
         "Where each runs."),
    SUB_TABLE_PTR(Cputune, emulatorsched, "emulatorsched", CpuScheduler, emulatorsched_conf,
                  OPTIONAL, "How QEMU is scheduled."),
    LIST(Cputune, vcpuscheds, "vcpusched", CpuScheduler, vcpusched_conf, NULL, OPTIONAL,
         "How processors are."),
    LIST(Cputune, iothreadscheds, "iothreadsched", CpuScheduler, iothreadsched_conf, NULL,
         OPTIONAL, "How I/O threads are."),
    EXTRA(Cputune, extra, NULL),
    END};

/* ---- <numatune> ---- */
static const ConfEnumItem mode_items[] = {
    {"strict", NUMATUNE_STRICT, ""}, {"preferred", NUMATUNE_PREFERRED, ""},
    {"interleave", NUMATUNE_INTERLEAVE, ""}, {"restrictive", NUMATUNE_RESTRICTIVE, ""},
};
static const ConfEnum mode_enum = CONF_ENUM_OF("numatune_mode", mode_items);

static const ConfEnumItem placement_items[] = {
    {"static", NUMATUNE_STATIC, ""}, {"auto", NUMATUNE_AUTO, "Where the host's advisor says."},
};
static const ConfEnum placement_enum = CONF_ENUM_OF("numatune_placement", placement_items);

static const ConfField numatune_cell_rows[] = {
    ATTR_NUM(NumatuneCell, cell, "cellid", 0, UINT32_MAX, REQUIRED, "Cell of the guest."),
    ATTR_ENUM(NumatuneCell, mode, "mode", mode_enum, SCHEMA_REQUIRED, "How strictly."),
    ATTR_STR(NumatuneCell, nodeset, "nodeset", &cpuset_pattern, REQUIRED, "Nodes of the host."),
    END};
static const ConfType numatune_cell_conf =
    CONF_TYPE(NumatuneCell, "memnode", numatune_cell_rows, NULL);

static const ConfField numatune_rows[] = {
    SUB_ENUM(Numatune, mode, "memory/@mode", mode_enum, OPTIONAL, "How strictly."),
    SUB_STR(Numatune, nodeset, "memory/@nodeset", &cpuset_pattern, LIVE, "Nodes of the host."),
    SUB_ENUM(Numatune, placement, "memory/@placement", placement_enum, OPTIONAL, "Who says."),
    LIST(Numatune, cells, "memnode", NumatuneCell, numatune_cell_conf, NULL, OPTIONAL, "Cells."),
    EXTRA(Numatune, extra, NULL),
    END};
/* clang-format on */

static bool
numatune_validate_schema(const void *object, GError **error)
{
    const Numatune *tune = object;
    if (tune->nodeset == NULL || tune->placement != NUMATUNE_AUTO)
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "memory/@nodeset is for the placement 'static'");
    return false;
}

const ConfType memory_backing_conf = CONF_TYPE(MemoryBacking, "memoryBacking", backing_rows, NULL);
const ConfType memtune_conf = CONF_TYPE(Memtune, "memtune", memtune_rows, NULL);
const ConfType blkiotune_conf = CONF_TYPE(Blkiotune, "blkiotune", blkiotune_rows, NULL);
const ConfType vcpu_entry_conf = CONF_TYPE(VcpuEntry, "vcpu", vcpu_rows, NULL);
const ConfType iothread_entry_conf = CONF_TYPE(IothreadEntry, "iothread", iothread_rows, NULL);
const ConfType cputune_conf = CONF_TYPE(Cputune, "cputune", cputune_rows, NULL);
const ConfType numatune_conf =
    CONF_TYPE_WITH_SCHEMA(Numatune, "numatune", numatune_rows, NULL, numatune_validate_schema);
