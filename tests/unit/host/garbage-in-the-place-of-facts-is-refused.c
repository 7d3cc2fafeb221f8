/*
 * garbage-in-the-place-of-facts-is-refused — files that are missing, odd, huge, hostile or no files
 * at all: an error that names the file or an answer without that fact, never a wrong one.
 */
#include <string.h>
#include <sys/stat.h>

#include "common/host/cpu.h"
#include "common/host/cpu_stats.h"
#include "common/host/file.h"
#include "common/host/memory.h"
#include "common/host/pages.h"
#include "common/host/topology.h"
#include "tests/unit/host/tree.h"

#define CPU "sys/devices/system/cpu/"
#define NODE "sys/devices/system/node/"

static void
test_nothing_there(void)
{
    g_autoptr(Tree) tree = tree_new();
    g_autoptr(GError) error = NULL;
    g_assert_null(host_topology_read(tree->root, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_SYSTEM_ERROR));
    g_clear_error(&error);
    HostMemory memory;
    g_assert_false(host_memory_read(tree->root, -1, &memory, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_SYSTEM_ERROR));
    g_assert_nonnull(strstr(error->message, "/proc/meminfo"));
    g_clear_error(&error);
    HostCpuStats stats;
    g_assert_false(host_cpu_stats_read(tree->root, -1, &stats, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_SYSTEM_ERROR));
    g_clear_error(&error);
    g_assert_null(host_cpu_info_read(tree->root, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_SYSTEM_ERROR));
}

static HostShape
shape_of(Tree *tree)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(HostTopology) topology = host_topology_read(tree->root, &error);
    g_assert_no_error(error);
    return host_topology_shape(topology);
}

/* A processor that tells nothing of itself is a core of its own in the only socket. */
static void
test_processors(void)
{
    g_autoptr(Tree) tree = tree_new();
    tree_put(tree, CPU "present", "0-3\n");
    g_assert_cmpuint(shape_of(tree).cores, ==, 4);
    tree_put(tree, CPU "online", "0-99999999999999999999\n");
    g_assert_cmpuint(shape_of(tree).online, ==, 4);
    tree_put(tree, CPU "online", "0-7\n");
    g_assert_cmpuint(shape_of(tree).online, ==, 4);
    tree_put(tree, CPU "cpu0/topology/core_id", "-1\n");
    tree_put(tree, CPU "cpu1/topology/core_id", "2147483648\n");
    tree_put(tree, CPU "cpu2/topology/physical_package_id", "none\n");
    tree_put(tree, CPU "cpu3/topology/thread_siblings_list", "0-1000000000\n");
    HostShape shape = shape_of(tree);
    g_assert_cmpuint(shape.cores, ==, 4);
    g_assert_cmpuint(shape.threads, ==, 1);
    g_assert_cmpuint(shape.sockets, ==, 1);
    tree_put(tree, CPU "present", "0-16384\n"); /* one more than can be told: the folders count */
    g_assert_cmpuint(shape_of(tree).online, ==, 4);
    tree_put(tree, CPU "present", "0-16383\n");
    tree_remove(tree, CPU "online");
    g_assert_cmpuint(shape_of(tree).online, ==, HOST_CPUS_MAX);
}

static void
test_cells(void)
{
    g_autoptr(Tree) tree = tree_load("two-nodes");
    tree_put(tree, NODE "node1/meminfo", "Node 1 MemTotal: many kB\nNode 1 MemFree: 1 kB\n");
    tree_put(tree, NODE "node1/distance", "10\n");
    tree_put(tree, NODE "node0/distance", "10 9999999\n");
    tree_put(tree, NODE "node4711/cpulist", "0\n"); /* above all that can be told */
    tree_put(tree, NODE "nodeX/cpulist", "0\n");
    tree_put(tree, NODE "node1/cpu99999", "0\n");
    tree_put(tree, NODE "node1/hugepages/hugepages-2048kB/nr_hugepages", "-3\n");
    g_autoptr(GError) error = NULL;
    g_autoptr(HostTopology) topology = host_topology_read(tree->root, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(topology->n_cells, ==, 2);
    g_assert_cmpuint(topology->cells[1].memory_kib, ==, 0);
    g_assert_cmpuint(topology->cells[0].n_distances, ==, 0);
    g_assert_cmpuint(topology->cells[1].n_distances, ==, 0);
    g_assert_cmpuint(bitmap_count(topology->cells[1].cpus), ==, 4);
    g_assert_cmpuint(topology->cells[1].n_pools, ==, 1);
    uint64_t total_kib = 0, free_kib = 0;
    g_assert_false(host_memory_sum(tree->root, &total_kib, &free_kib, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_INTERNAL_ERROR));
    g_assert_nonnull(strstr(error->message, "node1/meminfo"));
}

/* Opening a fifo without a writer would wait for one. */
static void
test_no_file(void)
{
    g_autoptr(Tree) tree = tree_new();
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(mkdirat(tree->root, "proc", 0700), ==, 0);
    g_assert_cmpint(mkfifoat(tree->root, "proc/meminfo", 0600), ==, 0);
    HostMemory memory;
    g_assert_false(host_memory_read(tree->root, -1, &memory, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_SYSTEM_ERROR));
    g_clear_error(&error);
    tree_put(tree, "proc/stat/cpu", "cpu 1 2 3 4 5 6 7\n");
    HostCpuStats stats;
    g_assert_false(host_cpu_stats_read(tree->root, -1, &stats, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_SYSTEM_ERROR));
}

/* Only whole lines of what fits. */
static void
test_huge_file(void)
{
    g_autoptr(Tree) tree = tree_new();
    g_autofree char *padding = g_strnfill(100, 'x');
    g_autofree char *text = g_strconcat("one\ntwo\n", padding, NULL);
    tree_put(tree, "file", text);
    g_autofree char *whole = host_file_text(tree->root, "file", 1000, NULL);
    g_assert_cmpstr(whole, ==, text);
    g_autofree char *cut = host_file_text(tree->root, "file", 20, NULL);
    g_assert_cmpstr(cut, ==, "one\ntwo\n");
}

static void
test_number(void)
{
    static const char *const bad[] = {"", "\n", "-1", "1 2", "0x10", "11", "99999999999999999999"};
    g_autoptr(Tree) tree = tree_new();
    uint64_t number = 5;
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        tree_put(tree, "n", bad[i]);
        g_assert_false(host_file_number(tree->root, "n", 10, &number));
    }
    tree_put(tree, "n", " 10 \n11\n");
    g_assert_true(host_file_number(tree->root, "n", 10, &number));
    g_assert_cmpuint(number, ==, 10);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/garbage/nothing", test_nothing_there);
    g_test_add_func("/garbage/processors", test_processors);
    g_test_add_func("/garbage/cells", test_cells);
    g_test_add_func("/garbage/no-file", test_no_file);
    g_test_add_func("/garbage/huge", test_huge_file);
    g_test_add_func("/garbage/number", test_number);
    return g_test_run();
}
