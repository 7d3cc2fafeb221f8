/*
 * What libvirt's parser lets pass and its schema does not is refused to those who ask to validate,
 * and to nobody else.
 */
#include "tests/unit/domain/guests.h"

static void
check(const char *top, const char *devices, const char *why)
{
    static const ConfContext validated = {CONF_FROM_USER, true, NULL};
    g_autofree char *xml = g_strdup_printf(GUEST("%s", "%s"), top, devices);
    g_autoptr(DomainDef) def = guest_must_read(xml, CONF_FROM_USER);
    g_assert_nonnull(def);
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) same = domain_def_parse(xml, strlen(xml), &validated, &error);
    g_assert_null(same);
    g_assert_true(virt_error_matches(error, VIRT_ERR_XML_ERROR));
    g_assert_nonnull(strstr(error->message, why));
}

static void
test_told(void)
{
    check("<vcpu>1</vcpu><vcpu>2</vcpu>", "", "/domain/vcpu[2]: is there more than once");
    check("", "<sound model='ac97'><boot order='1'/></sound>", "boot: is not known");
    check("", "<interface type='user'><link/></interface>", "link/@state: is missing");
    check("<blkiotune><device><path>a</path></device></blkiotune>", "",
          "'a' is not an absolute path");
    check("", "<controller type='usb'><target chassis='1'/></controller>", "of PCI controllers");
}

static void
test_silent(void)
{
    static const ConfContext validated = {CONF_FROM_USER, true, NULL};
    static const char good[] =
        GUEST("<vcpu>1</vcpu>", "<interface type='user'><link state='up'/></interface>");
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) def = domain_def_parse(good, strlen(good), &validated, &error);
    g_assert_no_error(error);
    g_assert_nonnull(def);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain/validated/told", test_told);
    g_test_add_func("/domain/validated/silent", test_silent);
    return g_test_run();
}
