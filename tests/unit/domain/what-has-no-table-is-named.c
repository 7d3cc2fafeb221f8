/*
 * A guest with parts that are kept as XML only names the first of them, wherever it stands.
 */
#include "tests/unit/domain/guests.h"

static void
name(const char *xml, const char *path)
{
    g_autoptr(DomainDef) def = guest_must_read(xml, CONF_FROM_DISK);
    g_assert_cmpstr(domain_def_unsupported(def), ==, path);
    g_autoptr(DomainDef) copy = domain_def_copy(def);
    g_assert_cmpstr(domain_def_unsupported(copy), ==, path);
}

static void
test_named(void)
{
    name(GUEST("", ""), NULL);
    name(GUEST("<metadata><x/></metadata>", "<input type='mouse'/>"), NULL);
    name(GUEST("<cputune><shares>1</shares></cputune>", ""), NULL);
    name(GUEST("<cputune><cachetune vcpus='0'/></cputune>", ""), "/domain/cputune/cachetune");
    name(GUEST("", "<hostdev mode='subsystem' type='usb'/>"), "/domain/devices/hostdev");
    name(GUEST("",
               "<disk type='network'><source protocol='nbd' tls='yes'/><target dev='vda'/></disk>"),
         "/domain/devices/disk/source/@tls");
    name(GUEST("", "<disk type='block'><source dev='/a'><encryption format='luks'/></source>"
                   "<target dev='vda'/></disk>"),
         "/domain/devices/disk/source/encryption");
    name(GUEST("", "<disk type='block' sgio='filtered'><source dev='/a'/><target dev='a'/></disk>"),
         "/domain/devices/disk/@sgio");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain/no-table", test_named);
    return g_test_run();
}
