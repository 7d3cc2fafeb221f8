/*
 * Each element and attribute of the inventory is found by its path, also below an element that
 * repeats an ancestor; a neighbour of a known name is not.
 */
#include <string.h>

#include "common/conf/inventory.h"

/* In order, each found with all its attributes, and none by a name that is nearly right. */
static void
check_rows(const ConfInventoryRow *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            g_assert_cmpint(strcmp(rows[i - 1].path, rows[i].path), <, 0);
        g_assert_true(conf_inventory_knows(rows[i].path));
        g_auto(GStrv) names = g_strsplit(rows[i].attributes, " ", -1);
        for (size_t j = 0; names[j] != NULL && *names[j] != '\0'; j++) {
            g_autofree char *attribute = g_strdup_printf("%s/@%s", rows[i].path, names[j]);
            g_assert_true(conf_inventory_knows(attribute));
            g_autofree char *wrong = g_strdup_printf("%s/@%sq", rows[i].path, names[j]);
            g_assert_true(!conf_inventory_knows(wrong) || strchr(names[j], '*') != NULL ||
                          strchr(rows[i].attributes, '*') != NULL);
        }
    }
}

static void
test_rows(void)
{
    size_t n;
    const ConfInventoryRow *rows = conf_inventory_rows(&n);
    g_assert_cmpuint(n, >, 1000);
    check_rows(rows, n);
}

static void
test_newer(void)
{
    size_t n;
    const ConfInventoryRow *rows = conf_inventory_newer_rows(&n);
    g_assert_cmpuint(n, >, 100);
    check_rows(rows, n);
    g_assert_true(conf_inventory_knows("/domain/throttlegroups/throttlegroup/total_bytes_sec"));
    g_assert_true(conf_inventory_knows("/domain/devices/disk/source/dataStore/source/@file"));
    g_assert_false(conf_inventory_knows("/domain/devices/crypto/spoon"));
}

static void
test_repeated(void)
{
    g_assert_true(conf_inventory_knows(
        "/domain/devices/disk/backingStore/backingStore/backingStore/source/@file"));
    g_assert_false(conf_inventory_knows("/domain/devices/disk/backingStore/backingStore/spoon"));
    g_assert_true(conf_inventory_knows("/domainsnapshot/domain/devices/disk/@type"));
    g_assert_true(conf_inventory_knows("/domain/metadata/a/b/c/@d"));
    g_assert_false(conf_inventory_knows("/domain/device"));
    g_assert_false(conf_inventory_knows("/domain/devices/disk/@typ"));
    g_assert_false(conf_inventory_knows("/"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conf/inventory/rows", test_rows);
    g_test_add_func("/conf/inventory/newer", test_newer);
    g_test_add_func("/conf/inventory/repeated", test_repeated);
    return g_test_run();
}
