/*
 * cells-have-processors-memory-pages-and-distances — what a topology tells of NUMA cells, of
 * processors that are offline, and of siblings.
 */
#include "common/host/memory.h"
#include "common/host/topology.h"
#include "tests/unit/host/tree.h"

static HostTopology *
read_tree(const Tree *tree)
{
    g_autoptr(GError) error = NULL;
    HostTopology *topology = host_topology_read(tree->root, &error);
    g_assert_no_error(error);
    return topology;
}

static void
assert_set(const Bitmap *set, const char *wanted)
{
    g_autofree char *text = bitmap_format(set);
    g_assert_cmpstr(text, ==, wanted);
}

static void
test_two_nodes(void)
{
    g_autoptr(Tree) tree = tree_load("two-nodes-offline");
    g_autoptr(HostTopology) topology = read_tree(tree);
    g_assert_cmpuint(topology->n_cells, ==, 2);
    const HostCell *second = &topology->cells[1];
    g_assert_cmpuint(second->id, ==, 1);
    g_assert_cmpuint(second->memory_kib, ==, 4000001);
    assert_set(second->cpus, "2-3,6-7");
    g_assert_cmpuint(second->n_pools, ==, 2);
    g_assert_cmpuint(second->pools[0].size_kib, ==, 2048);
    g_assert_cmpuint(second->pools[0].total, ==, 40);
    g_assert_cmpuint(second->pools[0].free, ==, 8);
    g_assert_cmpuint(second->pools[1].size_kib, ==, 1048576);
    g_assert_cmpuint(second->n_distances, ==, 2);
    g_assert_cmpuint(second->distances[0].value, ==, 21);
    g_assert_cmpuint(second->distances[1].value, ==, 10);
    assert_set(topology->cpus[4].siblings, "0,4");
    g_assert_cmpint(topology->cpus[4].cell, ==, 0);
    g_assert_cmpint(topology->cpus[3].package, ==, 1);
    g_assert_cmpint(topology->cpus[3].core, ==, 1);
    g_assert_null(topology->cpus[7].siblings);
    g_assert_cmpint(topology->cpus[7].cell, ==, 1);
    g_assert_cmpint(topology->cpus[7].package, ==, -1);
}

static void
test_numbers_with_gaps(void)
{
    g_autoptr(Tree) tree = tree_load("sparse-nodes");
    g_autoptr(HostTopology) topology = read_tree(tree);
    g_assert_cmpuint(topology->n_cells, ==, 2);
    g_assert_cmpuint(topology->cells[1].id, ==, 2);
    g_assert_cmpuint(topology->cells[0].distances[1].cell, ==, 2);
    g_assert_cmpint(host_memory_highest_cell(tree->root), ==, 2);
}

static void
test_no_cells(void)
{
    g_autoptr(Tree) tree = tree_load("no-numa");
    g_autoptr(HostTopology) topology = read_tree(tree);
    g_assert_cmpuint(topology->n_cells, ==, 0);
    g_assert_cmpint(topology->cpus[1].cell, ==, -1);
    g_assert_cmpint(host_memory_highest_cell(tree->root), ==, 0);
}

/* The sum over the cells where there are some, whatever the kernel says of the whole. */
static void
test_totals(void)
{
    g_autoptr(GError) error = NULL;
    uint64_t total_kib = 0, free_kib = 0;
    g_autoptr(Tree) with_cells = tree_load("two-nodes");
    g_assert_true(host_memory_sum(with_cells->root, &total_kib, &free_kib, &error));
    g_assert_cmpuint(total_kib, ==, 8000001);
    g_assert_cmpuint(free_kib, ==, 2000001);
    g_autoptr(Tree) without = tree_load("no-numa");
    g_assert_true(host_memory_sum(without->root, &total_kib, &free_kib, &error));
    g_assert_cmpuint(total_kib, ==, 4000000);
    g_assert_cmpuint(free_kib, ==, 2000000);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cells/two", test_two_nodes);
    g_test_add_func("/cells/gaps", test_numbers_with_gaps);
    g_test_add_func("/cells/none", test_no_cells);
    g_test_add_func("/cells/totals", test_totals);
    return g_test_run();
}
