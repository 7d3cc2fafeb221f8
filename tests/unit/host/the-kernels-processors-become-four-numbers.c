/*
 * the-kernels-processors-become-four-numbers — sockets in a cell, cores, threads, for regular
 * hosts; others, and those with dies, count as one socket of so many cores. What stock reports of
 * the same trees is recorded in tests/data/stock/host-table.tsv.
 */
#include "common/host/topology.h"
#include "tests/unit/host/tree.h"

typedef struct {
    const char *tree;
    HostShape shape;
    size_t n_cpus;
    const char *online;
} Row;

static const Row rows[] = {
    {"hyperthreads", {8, 1, 1, 4, 2}, 8, "0-7"},
    {"two-nodes", {8, 2, 1, 2, 2}, 8, "0-7"},
    {"two-nodes-offline", {6, 2, 1, 2, 2}, 8, "0-5"},
    {"offline-sibling", {3, 1, 1, 2, 2}, 4, "0-2"},
    {"no-numa", {2, 1, 1, 2, 1}, 2, "0-1"},
    {"no-numa-sockets", {7, 1, 2, 2, 2}, 8, "0-4,6-7"},
    {"hybrid", {8, 1, 1, 8, 1}, 8, "0-7"},
    {"sub-numa", {4, 2, 1, 2, 1}, 4, "0-3"},
    {"dies", {4, 1, 1, 4, 1}, 4, "0-3"},
    {"sparse", {4, 1, 1, 4, 1}, 6, "0-1,4-5"},
    {"sparse-nodes", {4, 2, 1, 2, 1}, 4, "0-3"},
    {"memory-node-threads", {4, 1, 1, 4, 1}, 4, "0-3"},
    {"uneven-threads", {3, 1, 1, 3, 1}, 3, "0-2"},
};

static void
test_row(gconstpointer data)
{
    const Row *row = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Tree) tree = tree_load(row->tree);
    g_autoptr(HostTopology) topology = host_topology_read(tree->root, &error);
    g_assert_no_error(error);
    HostShape shape = host_topology_shape(topology);
    g_assert_cmpuint(shape.online, ==, row->shape.online);
    g_assert_cmpuint(shape.nodes, ==, row->shape.nodes);
    g_assert_cmpuint(shape.sockets, ==, row->shape.sockets);
    g_assert_cmpuint(shape.cores, ==, row->shape.cores);
    g_assert_cmpuint(shape.threads, ==, row->shape.threads);
    g_assert_cmpuint(topology->n_cpus, ==, row->n_cpus);
    g_autofree char *online = bitmap_format(topology->online);
    g_assert_cmpstr(online, ==, row->online);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = g_strconcat("/shape/", rows[i].tree, NULL);
        g_test_add_data_func(name, &rows[i], test_row);
    }
    return g_test_run();
}
