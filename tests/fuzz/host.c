/*
 * host — fuzzes the readers of /proc and /sys: the input is the text of the files below, one behind
 * the other, with form feeds between. Whatever stands there, what is told of the host is possible.
 */
#include <fcntl.h>
#include <ftw.h>
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/host/cpu.h"
#include "common/host/cpu_stats.h"
#include "common/host/file.h"
#include "common/host/memory.h"
#include "common/host/topology.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CPU "sys/devices/system/cpu/"
#define NODE "sys/devices/system/node/"

static const char *const paths[] = {
    "proc/meminfo",
    "proc/stat",
    "proc/cpuinfo",
    CPU "present",
    CPU "online",
    CPU "cpu0/topology/thread_siblings_list",
    CPU "cpu0/topology/physical_package_id",
    CPU "cpu0/topology/core_id",
    CPU "cpu1/topology/thread_siblings_list",
    CPU "cpu1/topology/core_id",
    NODE "node0/meminfo",
    NODE "node0/distance",
    NODE "node0/cpu0/online",
    NODE "node2/meminfo",
    NODE "node2/distance",
    NODE "node2/hugepages/hugepages-2048kB/nr_hugepages",
    NODE "node2/hugepages/hugepages-2048kB/free_hugepages",
};

static void
require(gboolean good)
{
    if (!good)
        abort();
}

static char name[] = "/tmp/fuzz-host-XXXXXX";

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    return remove(path);
}

static void
remove_root(void)
{
    (void)nftw(name, remove_one, 8, FTW_DEPTH | FTW_PHYS); /* at the end: nobody to tell */
}

static int
make_root(void)
{
    require(mkdtemp(name) != NULL && atexit(remove_root) == 0);
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *path = g_build_filename(name, paths[i], NULL);
        g_autofree char *folder = g_path_get_dirname(path);
        require(g_mkdir_with_parents(folder, 0700) == 0);
    }
    return open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Most inputs differ from the last one in one file; NULL: it is not there. */
static GBytes *written[G_N_ELEMENTS(paths)];

static void
put(int root, size_t i, const char *text, size_t length)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, length);
    if (written[i] != NULL && g_bytes_equal(bytes, written[i]))
        return;
    int fd = openat(root, paths[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(fd >= 0 && write(fd, text, length) == (ssize_t)length);
    close(fd);
    g_clear_pointer(&written[i], g_bytes_unref);
    written[i] = g_steal_pointer(&bytes);
}

static void
put_all(int root, const char *text, size_t size)
{
    const char *end = text + size;
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        if (text == NULL) {
            if (written[i] != NULL)
                require(unlinkat(root, paths[i], 0) == 0);
            g_clear_pointer(&written[i], g_bytes_unref);
            continue;
        }
        const char *stop = memchr(text, '\f', (size_t)(end - text));
        put(root, i, text, (size_t)((stop == NULL ? end : stop) - text));
        text = stop == NULL ? NULL : stop + 1;
    }
}

static void
check_topology(int root)
{
    g_autoptr(HostTopology) topology = host_topology_read(root, NULL);
    if (topology == NULL)
        return;
    HostShape shape = host_topology_shape(topology);
    uint64_t product = (uint64_t)shape.nodes * shape.sockets * shape.cores * shape.threads;
    require(product >= shape.online && product <= HOST_CPUS_MAX);
    require(topology->n_cpus > 0 && topology->n_cpus <= HOST_CPUS_MAX);
    require(bitmap_is_subset(topology->online, topology->present));
    for (size_t i = 0; i < topology->n_cpus; i++)
        require((topology->cpus[i].siblings != NULL) == bitmap_get(topology->online, i));
    for (size_t i = 0; i < topology->n_cells; i++)
        require(topology->cells[i].n_distances == 0 ||
                topology->cells[i].n_distances == topology->n_cells);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int root = -1;
    if (root < 0)
        root = make_root();
    put_all(root, (const char *)data, size);
    check_topology(root);
    HostMemory memory;
    uint64_t total_kib = 0, free_kib = 0;
    if (host_memory_sum(root, &total_kib, &free_kib, NULL))
        require(total_kib <= UINT64_MAX / 1024 && free_kib <= UINT64_MAX / 1024);
    (void)host_memory_read(root, 2, &memory, NULL);
    for (int32_t cpu = -1; cpu < 2; cpu++) {
        HostCpuStats stats;
        if (host_cpu_stats_read(root, cpu, &stats, NULL))
            require(stats.kernel_ns <= UINT64_MAX / 4 * 3 && stats.user_ns <= UINT64_MAX / 2);
    }
    g_autoptr(HostCpuInfo) info = host_cpu_info_read(root, NULL);
    require(info == NULL || info->flags != NULL);
    return 0;
}
