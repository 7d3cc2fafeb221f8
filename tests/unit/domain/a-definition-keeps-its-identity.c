/*
 * The definition that was read has the name and the uuid that the access check saw.
 */
#include "tests/unit/domain/guests.h"

static void
compare(const char *first, const char *second, gboolean same)
{
    g_autoptr(DomainDef) def = guest_must_read(first, CONF_FROM_USER);
    XmlIds ids;
    g_assert_true(xml_ids_scan(second, strlen(second), &ids, NULL));
    g_assert_cmpint(domain_def_has_ids(def, &ids), ==, same);
}

#define UUID(last) "<uuid>11111111-2222-3333-4444-55555555555" last "</uuid>"

static void
test_ids(void)
{
    compare(GUEST("", ""), GUEST("", ""), TRUE);
    compare(GUEST(UUID("5"), ""), GUEST(UUID("5"), ""), TRUE);
    compare(GUEST(UUID("5"), ""), GUEST(UUID("6"), ""), FALSE);
    compare(GUEST(UUID("5"), ""), GUEST("", ""), FALSE);
    compare(GUEST("", ""), GUEST(UUID("5"), ""), FALSE);
    compare(GUEST("", ""), "<domain><name>b</name></domain>", FALSE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain/ids", test_ids);
    return g_test_run();
}
