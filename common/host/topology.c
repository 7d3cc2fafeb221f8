/*
 * topology — see topology.h. Files: the kernel's Documentation/admin-guide/cputopology.rst and
 * Documentation/ABI/stable/sysfs-devices-node.
 */
#include "common/host/topology.h"

#include <errno.h>
#include <string.h>

#include "common/base/units.h"
#include "common/host/file.h"
#include "common/host/memory.h"

#define CPU_DIR "sys/devices/system/cpu"
#define NODE_DIR "sys/devices/system/node"

enum { DISTANCES_MAX_BYTES = 16 * 1024, DISTANCE_MAX = 255 };

/* What nobody can use is left out of the set of the present ones. */
gboolean
host_topology_read_sets(int root, Bitmap **ret_present, Bitmap **ret_online, GError **error)
{
    g_autoptr(Bitmap) present = host_file_list(root, CPU_DIR "/present", HOST_CPUS_MAX);
    if (present == NULL)
        present = host_dir_numbers(root, CPU_DIR, "cpu", HOST_CPUS_MAX);
    if (present == NULL || bitmap_count(present) == 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, ENOENT, "no processors found in /" CPU_DIR);
        return FALSE;
    }
    /* a kernel that cannot take processors offline does not say which are online */
    g_autoptr(Bitmap) online = host_file_list(root, CPU_DIR "/online", HOST_CPUS_MAX);
    if (online == NULL || !bitmap_is_subset(online, present))
        g_clear_pointer(&online, bitmap_free);
    *ret_online = online != NULL ? g_steal_pointer(&online) : bitmap_copy(present);
    *ret_present = g_steal_pointer(&present);
    return TRUE;
}

/* Some firmware leaves an id unset; the kernel shows -1 or 65535 then. */
static int32_t
read_id(int root, size_t cpu, const char *name)
{
    g_autofree char *path = g_strdup_printf(CPU_DIR "/cpu%zu/topology/%s", cpu, name);
    uint64_t id = 0;
    return host_file_number(root, path, INT32_MAX, &id) ? (int32_t)id : -1;
}

static Bitmap *
read_siblings(int root, size_t cpu, size_t n_cpus)
{
    g_autofree char *path = g_strdup_printf(CPU_DIR "/cpu%zu/topology/thread_siblings_list", cpu);
    Bitmap *siblings = host_file_list(root, path, n_cpus);
    if (siblings == NULL)
        siblings = bitmap_new(n_cpus);
    (void)bitmap_set(siblings, cpu, TRUE); /* within: it is present */
    return siblings;
}

static void
read_cpus(int root, HostTopology *topology)
{
    for (size_t i = 0; i < topology->n_cpus; i++) {
        HostCpu *cpu = &topology->cpus[i];
        *cpu = (HostCpu){.package = -1, .die = -1, .cluster = -1, .core = -1, .cell = -1};
        if (!bitmap_get(topology->online, i))
            continue;
        cpu->package = read_id(root, i, "physical_package_id");
        cpu->die = read_id(root, i, "die_id");
        cpu->cluster = read_id(root, i, "cluster_id");
        cpu->core = read_id(root, i, "core_id");
        cpu->siblings = read_siblings(root, i, topology->n_cpus);
    }
}

/* The file has a number for each cell, in the cells' order. */
static void
read_distances(int root, const HostTopology *topology, HostCell *cell)
{
    g_autofree char *path = g_strdup_printf(NODE_DIR "/node%u/distance", cell->id);
    g_autofree char *text = host_file_text(root, path, DISTANCES_MAX_BYTES, NULL);
    if (text == NULL)
        return;
    g_auto(GStrv) words = g_strsplit_set(g_strstrip(text), " \t\n", HOST_CELLS_MAX + 1);
    cell->distances = g_new0(HostDistance, topology->n_cells);
    for (size_t i = 0; words[i] != NULL && cell->n_distances < topology->n_cells; i++) {
        uint64_t value = 0;
        if (words[i][0] == '\0')
            continue;
        if (!units_parse_u64(words[i], DISTANCE_MAX, &value))
            break;
        cell->distances[cell->n_distances] =
            (HostDistance){topology->cells[cell->n_distances].id, (uint32_t)value};
        cell->n_distances++;
    }
    if (cell->n_distances < topology->n_cells)
        cell->n_distances = 0; /* which is whose is then unknown */
}

static void
read_cell(int root, HostTopology *topology, HostCell *cell)
{
    g_autofree char *path = g_strdup_printf(NODE_DIR "/node%u", cell->id);
    HostMemory memory;
    /* the list of the cell has online ones only, the links have all */
    cell->cpus = host_dir_numbers(root, path, "cpu", topology->n_cpus);
    if (cell->cpus == NULL)
        cell->cpus = bitmap_new(topology->n_cpus);
    for (gssize i = bitmap_next(cell->cpus, 0); i >= 0; i = bitmap_next(cell->cpus, (size_t)i + 1))
        topology->cpus[i].cell = (int32_t)cell->id;
    if (host_memory_read(root, (int32_t)cell->id, &memory, NULL))
        cell->memory_kib = memory.kib[HOST_MEMORY_TOTAL];
    cell->n_pools = host_pages_pools(root, (int32_t)cell->id, cell->pools);
    read_distances(root, topology, cell);
}

static void
read_cells(int root, HostTopology *topology)
{
    g_autoptr(Bitmap) ids = host_memory_cells(root);
    if (ids == NULL)
        return;
    topology->cells = g_new0(HostCell, bitmap_count(ids));
    for (gssize id = bitmap_next(ids, 0); id >= 0; id = bitmap_next(ids, (size_t)id + 1))
        topology->cells[topology->n_cells++].id = (uint32_t)id;
    for (size_t i = 0; i < topology->n_cells; i++)
        read_cell(root, topology, &topology->cells[i]);
}

HostTopology *
host_topology_read(int root, GError **error)
{
    g_autoptr(HostTopology) topology = g_new0(HostTopology, 1);
    if (!host_topology_read_sets(root, &topology->present, &topology->online, error))
        return NULL;
    for (gssize i = bitmap_next(topology->present, 0); i >= 0;
         i = bitmap_next(topology->present, (size_t)i + 1))
        topology->n_cpus = (size_t)i + 1;
    topology->cpus = g_new0(HostCpu, topology->n_cpus);
    read_cpus(root, topology);
    read_cells(root, topology);
    return g_steal_pointer(&topology);
}

void
host_topology_free(HostTopology *topology)
{
    if (topology == NULL)
        return;
    for (size_t i = 0; topology->cpus != NULL && i < topology->n_cpus; i++)
        bitmap_free(topology->cpus[i].siblings);
    for (size_t i = 0; i < topology->n_cells; i++) {
        bitmap_free(topology->cells[i].cpus);
        g_free(topology->cells[i].distances);
    }
    bitmap_free(topology->present);
    bitmap_free(topology->online);
    g_free(topology->cpus);
    g_free(topology->cells);
    g_free(topology);
}

/* --- the shape --- */

static int
compare_keys(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Packages, and the most cores in one of them: keys have the package above the core. */
static void
count_keys(GArray *keys, HostShape *shape)
{
    uint32_t packages = 0, cores = 0;
    g_array_sort(keys, compare_keys);
    for (guint i = 0; i < keys->len; i++) {
        uint64_t key = g_array_index(keys, uint64_t, i);
        uint64_t last = i == 0 ? ~key : g_array_index(keys, uint64_t, i - 1);
        if (i == 0 || key >> 32 != last >> 32) {
            packages++;
            cores = 0;
        }
        if (key != last)
            cores++;
        shape->cores = MAX(shape->cores, cores);
    }
    shape->sockets = MAX(shape->sockets, packages);
}

/* The processors of one cell; returns how many of them are offline. */
static uint32_t
count_cell(const HostTopology *topology, const Bitmap *cpus, HostShape *shape)
{
    g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    uint32_t offline = 0;
    for (gssize i = bitmap_next(cpus, 0); i >= 0; i = bitmap_next(cpus, (size_t)i + 1)) {
        const HostCpu *cpu = &topology->cpus[i];
        if (cpu->siblings == NULL) {
            offline += bitmap_get(topology->present, (size_t)i) ? 1 : 0;
            continue;
        }
        uint32_t package = (uint32_t)MAX(cpu->package, 0);
        uint32_t core = (uint32_t)(cpu->core >= 0 ? cpu->core : (int32_t)i);
        uint64_t key = (uint64_t)package << 32 | core;
        g_array_append_val(keys, key);
        shape->threads = MAX(shape->threads, (uint32_t)bitmap_count(cpu->siblings));
    }
    count_keys(keys, shape);
    return offline;
}

HostShape
host_topology_shape(const HostTopology *topology)
{
    HostShape shape = {
        .online = (uint32_t)bitmap_count(topology->online),
        .nodes = (uint32_t)MAX(topology->n_cells, 1u),
    };
    uint32_t offline = 0;
    for (size_t i = 0; i < topology->n_cells; i++)
        offline += count_cell(topology, topology->cells[i].cpus, &shape);
    if (topology->n_cells == 0)
        offline = count_cell(topology, topology->present, &shape);
    uint64_t product =
        (uint64_t)shape.nodes * shape.sockets * shape.cores * (uint64_t)shape.threads;
    if (product != shape.online + offline)
        shape = (HostShape){shape.online, 1, 1, shape.online + offline, 1};
    return shape;
}
