/*
 * Elements come in the order of the rows, choices in the document's; secrets, namespaces and what
 * belongs to a running guest only where they are due.
 */
#include "tests/unit/conf/toys.h"

static void
test_order(void)
{
    g_autofree char *out = toy_round("<domain type='x'><features><apic eoi='off'/><acpi/><apic/>"
                                     "</features><memory unit='MiB' dumpCore='on'>1</memory>"
                                     "<name>a</name></domain>",
                                     0);
    g_assert_cmpstr(out, ==,
                    "<domain type='x'>\n"
                    "  <name>a</name>\n"
                    "  <memory dumpCore='on' unit='KiB'>1024</memory>\n"
                    "  <features>\n"
                    "    <apic eoi='off'/>\n"
                    "    <acpi/>\n"
                    "    <apic/>\n"
                    "  </features>\n"
                    "</domain>\n");
}

static void
test_namespace(void)
{
    static const char xml[] =
        "<domain type='x' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
        "  <name>a</name>\n"
        "  <qemu:commandline>\n"
        "    <qemu:arg value='&lt;&apos;&quot;&amp;'/>\n"
        "  </qemu:commandline>\n"
        "</domain>\n";
    g_autofree char *out = toy_round(xml, 0);
    g_assert_cmpstr(out, ==, xml);
    g_autofree char *other_prefix = toy_round(
        "<domain type='x' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><name>a</name>"
        "<q:commandline><q:arg value='&lt;&apos;&quot;&amp;'/></q:commandline></domain>",
        0);
    g_assert_cmpstr(other_prefix, ==, xml);
    g_autofree char *unused = toy_round(
        "<domain type='x' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>a</name>"
        "</domain>",
        0);
    g_assert_null(strstr(unused, "xmlns"));
}

static void
test_secret(void)
{
    static const char xml[] = "<domain type='x'><name>a</name><devices><graphics passwd='geheim'/>"
                              "</devices></domain>";
    g_autofree char *public = toy_round(xml, 0);
    g_assert_null(strstr(public, "geheim"));
    g_assert_nonnull(strstr(public, "<graphics/>"));
    g_autofree char *secure = toy_round(xml, CONF_FORMAT_SECURE);
    g_assert_nonnull(strstr(secure, "<graphics passwd='geheim'/>"));
}

static void
test_running(void)
{
    static const char xml[] = "<domain type='x'><name>a</name><devices><graphics port='5'/>"
                              "</devices></domain>";
    g_autoptr(Arena) arena = arena_new();
    ConfContext user = {CONF_FROM_USER, false, NULL}, status = {CONF_FROM_STATUS, false, NULL};
    Toy *toy = toy_parse(arena, xml, &user, NULL);
    g_assert_nonnull(toy);
    g_assert_cmpuint(toy->screen->port, ==, 0);
    toy = toy_parse(arena, xml, &status, NULL);
    g_assert_nonnull(toy);
    g_assert_cmpuint(toy->screen->port, ==, 5);
    g_autofree char *live = conf_format(&toy_type, toy, 0, 0);
    g_assert_nonnull(strstr(live, "port='5'"));
    g_autofree char *inactive = conf_format(&toy_type, toy, CONF_FORMAT_INACTIVE, 0);
    g_assert_null(strstr(inactive, "port='5'"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conf/output/order", test_order);
    g_test_add_func("/conf/output/namespace", test_namespace);
    g_test_add_func("/conf/output/secret", test_secret);
    g_test_add_func("/conf/output/running", test_running);
    return g_test_run();
}
