/*
 * Reading fills in nothing; what a user's document gets at define comes from a function of its own,
 * and is the same when it is done twice.
 */
#include "tests/unit/domain/guests.h"

static const char xml[] =
    GUEST("", "<disk type='block'><source dev='/a'/><target dev='hda'/></disk>"
              "<graphics type='vnc'/>");

static void
test_read(void)
{
    g_autoptr(DomainDef) def = guest_must_read(xml, CONF_FROM_DISK);
    g_assert_cmpuint(def->current_memory_kib, ==, 0);
    g_assert_cmpint(def->on_crash, ==, 0);
    g_assert_cmpint(def->devices.disks.items[0]->bus, ==, 0);
    g_assert_cmpuint(def->os.boot.n, ==, 0);
}

static void
test_fill(void)
{
    g_autoptr(DomainDef) def = guest_must_read(xml, CONF_FROM_USER);
    domain_def_fill_defaults(def);
    g_assert_cmpuint(def->current_memory_kib, ==, 1024);
    g_assert_cmpint(def->on_crash, ==, ON_EVENT_DESTROY);
    g_assert_cmpint(def->devices.disks.items[0]->bus, ==, DISK_BUS_IDE);
    g_assert_cmpint(def->devices.graphics.items[0]->as.vnc.autoport, ==, SWITCH_ON);
    g_assert_cmpint(def->devices.graphics.items[0]->as.vnc.port.value, ==, -1);
    g_autofree char *once = domain_def_format(def, 0);
    domain_def_fill_defaults(def);
    g_autofree char *twice = domain_def_format(def, 0);
    g_assert_cmpstr(twice, ==, once);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain/stored/read", test_read);
    g_test_add_func("/domain/stored/fill", test_fill);
    return g_test_run();
}
