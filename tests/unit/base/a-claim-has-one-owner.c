/*
 * Claims: one owner each, all or none, numbers from a range, given up together.
 */
#include <string.h>

#include "common/base/registry.h"

static void
test_claim(void)
{
    g_autoptr(Registry) registry = registry_new(VIRT_FROM_QEMU);
    g_autoptr(GError) error = NULL;
    g_assert_true(registry_claim(registry, "pci:0000:03:00.0", "ant", NULL));
    g_assert_true(registry_claim(registry, "pci:0000:03:00.0", "ant", NULL));
    g_assert_false(registry_claim(registry, "pci:0000:03:00.0", "bee", &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_RESOURCE_BUSY));
    g_assert_nonnull(strstr(error->message, "pci:0000:03:00.0"));
    g_assert_nonnull(strstr(error->message, "ant"));
    registry_release(registry, "pci:0000:03:00.0", "bee"); /* not its own: nothing happens */
    g_autofree char *owner = registry_owner(registry, "pci:0000:03:00.0");
    g_assert_cmpstr(owner, ==, "ant");
    registry_release(registry, "pci:0000:03:00.0", "ant");
    g_assert_null(registry_owner(registry, "pci:0000:03:00.0"));
    g_assert_true(registry_claim(registry, "pci:0000:03:00.0", "bee", NULL));
}

static void
test_all_or_none(void)
{
    g_autoptr(Registry) registry = registry_new(VIRT_FROM_QEMU);
    const char *const keys[] = {"a", "b", "c", NULL};
    g_assert_true(registry_claim(registry, "c", "bee", NULL));
    g_assert_false(registry_claim_all(registry, keys, "ant", NULL));
    g_assert_null(registry_owner(registry, "a"));
    g_assert_null(registry_owner(registry, "b"));
    registry_release(registry, "c", "bee");
    g_assert_true(registry_claim_all(registry, keys, "ant", NULL));
    g_assert_cmpuint(registry_release_all(registry, "ant"), ==, 3);
    g_assert_cmpuint(registry_release_all(registry, "ant"), ==, 0);
}

static void
test_numbers(void)
{
    g_autoptr(Registry) registry = registry_new(VIRT_FROM_QEMU);
    const uint32_t range[] = {5900, 5901};
    uint32_t number = 0;
    g_autoptr(GError) error = NULL;
    g_assert_true(registry_claim_number(registry, "port", range, "ant", &number, NULL));
    g_assert_cmpuint(number, ==, 5900);
    g_assert_true(registry_claim_number(registry, "port", range, "ant", &number, NULL));
    g_assert_cmpuint(number, ==, 5901);
    g_assert_false(registry_claim_number(registry, "port", range, "bee", &number, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_RESOURCE_BUSY));
    registry_release(registry, "port:5900", "ant");
    g_assert_true(registry_claim_number(registry, "port", range, "bee", &number, NULL));
    g_assert_cmpuint(number, ==, 5900);
    const uint32_t last[] = {UINT32_MAX, UINT32_MAX};
    g_assert_true(registry_claim_number(registry, "port", last, "bee", &number, NULL));
    g_assert_cmpuint(number, ==, UINT32_MAX);
    g_assert_false(registry_claim_number(registry, "port", last, "bee", &number, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/registry/claim", test_claim);
    g_test_add_func("/registry/all-or-none", test_all_or_none);
    g_test_add_func("/registry/numbers", test_numbers);
    return g_test_run();
}
