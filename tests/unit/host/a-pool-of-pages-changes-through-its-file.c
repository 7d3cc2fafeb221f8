/*
 * a-pool-of-pages-changes-through-its-file — free pages by size and cell, pools made larger or set;
 * ordinary pages and what the host lacks are refused.
 */
#include "common/host/pages.h"
#include "tests/unit/host/tree.h"

#define POOL_1 "sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages"
#define POOL_ALL "sys/kernel/mm/hugepages/hugepages-2048kB/"

static uint64_t
free_pages(Tree *tree, int32_t cell, uint32_t size_kib)
{
    g_autoptr(GError) error = NULL;
    uint64_t free = 0;
    g_assert_true(host_pages_free(tree->root, cell, size_kib, &free, &error));
    g_assert_no_error(error);
    return free;
}

static void
test_free(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Tree) tree = tree_load("two-nodes");
    const uint32_t ordinary = host_pages_ordinary_kib();
    uint64_t free = 0;
    tree_put(tree, POOL_ALL "free_hugepages", "77\n");
    g_assert_cmpuint(free_pages(tree, 0, ordinary), ==, 1000000 / ordinary);
    g_assert_cmpuint(free_pages(tree, -1, ordinary), ==, 2000001 / ordinary);
    g_assert_cmpuint(free_pages(tree, 1, 2048), ==, 8);
    g_assert_cmpuint(free_pages(tree, -1, 2048), ==, 77);
    g_assert_false(host_pages_free(tree->root, 0, 8, &free, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_OPERATION_FAILED));
    g_clear_error(&error);
    g_assert_false(host_pages_free(tree->root, 2, ordinary, &free, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_OPERATION_FAILED));
    g_clear_error(&error);
    g_assert_false(host_pages_free(tree->root, -2, ordinary, &free, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_OPERATION_FAILED));
}

/* Its only cell is then the whole host. */
static void
test_free_without_cells(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Tree) tree = tree_load("no-numa");
    uint64_t free = 0;
    g_assert_cmpuint(free_pages(tree, 0, host_pages_ordinary_kib()), ==,
                     2000000 / host_pages_ordinary_kib());
    g_assert_false(host_pages_free(tree->root, 1, host_pages_ordinary_kib(), &free, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_OPERATION_FAILED));
}

static void
assert_file(Tree *tree, const char *path, const char *wanted)
{
    g_autofree char *text = tree_get(tree, path);
    g_assert_cmpstr(text, ==, wanted);
}

static void
test_change(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Tree) tree = tree_load("two-nodes");
    const HostPages five = {.size_kib = 2048, .total = 5};
    g_assert_true(host_pages_change(tree->root, 1, &five, HOST_PAGES_ADD, &error));
    assert_file(tree, POOL_1, "45");
    g_assert_true(host_pages_change(tree->root, 1, &five, HOST_PAGES_SET, &error));
    assert_file(tree, POOL_1, "5");
    tree_put(tree, POOL_ALL "nr_hugepages", "1\n");
    g_assert_true(host_pages_change(tree->root, -1, &five, HOST_PAGES_ADD, &error));
    assert_file(tree, POOL_ALL "nr_hugepages", "6");
    g_assert_no_error(error);
}

static void
assert_refused(Tree *tree, const HostPages *wanted, VirtErrorCode code)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(host_pages_change(tree->root, 1, wanted, HOST_PAGES_ADD, &error));
    g_assert_cmpint(error->code, ==, code);
    assert_file(tree, POOL_1, "40\n");
}

static void
test_refused(void)
{
    g_autoptr(Tree) tree = tree_load("two-nodes");
    const HostPages ordinary = {.size_kib = host_pages_ordinary_kib(), .total = 1};
    const HostPages strange = {.size_kib = 12, .total = 1};
    const HostPages endless = {.size_kib = 2048, .total = UINT64_MAX};
    assert_refused(tree, &ordinary, VIRT_ERR_OPERATION_UNSUPPORTED);
    assert_refused(tree, &strange, VIRT_ERR_OPERATION_FAILED);
    assert_refused(tree, &endless, VIRT_ERR_OVERFLOW);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pages/free", test_free);
    g_test_add_func("/pages/free-without-cells", test_free_without_cells);
    g_test_add_func("/pages/change", test_change);
    g_test_add_func("/pages/refused", test_refused);
    return g_test_run();
}
