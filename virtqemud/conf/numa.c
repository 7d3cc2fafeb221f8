/*
 * numa — see numa.h. https://libvirt.org/formatdomain.html#cpu-model-and-topology
 */
#include "virtqemud/conf/numa.h"

#include "common/conf/fields.h"
#include "virtqemud/conf/patterns.h"

/* clang-format off */
static const ConfField distance_rows[] = {
    ATTR_NUM(NumaDistance, id, "id", 0, UINT32_MAX, REQUIRED | ALWAYS | GUEST_ABI, "Other cell."),
    ATTR_NUM(NumaDistance, value, "value", 10, 255, REQUIRED | GUEST_ABI, "10 is the cell itself."),
    END};
static const ConfType distance_conf = CONF_TYPE(NumaDistance, "sibling", distance_rows, NULL);

static const ConfField cell_rows[] = {
    ATTR_NUM(NumaCell, id, "id", 0, UINT32_MAX, DERIVED | GUEST_ABI, "Number."),
    ATTR_STR(NumaCell, cpus, "cpus", &cpuset_pattern, GUEST_ABI, "Processors of the guest."),
    ATTR_SIZE(NumaCell, memory_kib, "@memory", REQUIRED | GUEST_ABI, "Memory."),
    ATTR_STR(NumaCell, mem_access, "memAccess", ONE_OF("shared private"), OPTIONAL,
             "shared or private."),
    ATTR_ENUM(NumaCell, discard, "discard", yes_no_enum, OPTIONAL, "Dropped at the end."),
    LIST(NumaCell, distances, "distances/sibling", NumaDistance, distance_conf, NULL, GUEST_ABI,
         "How far the others are."),
    EXTRA(NumaCell, extra, NULL),
    END};
static const ConfType cell_conf = CONF_TYPE(NumaCell, "cell", cell_rows, NULL);

static const ConfField numa_rows[] = {
    LIST(Numa, cells, "cell", NumaCell, cell_conf, NULL, REQUIRED | GUEST_ABI, "Cells."),
    EXTRA(Numa, extra, NULL),
    END};
/* clang-format on */
const ConfType numa_conf = CONF_TYPE(Numa, "numa", numa_rows, NULL);
