/*
 * Id, terminals and given aliases come from a status document only, and are left out of the
 * inactive form; a user's own alias stays.
 */
#include "tests/unit/domain/guests.h"

static const char xml[] =
    "<domain type='kvm' id='7'><name>a</name><memory>1</memory><os><type>hvm</type></os><devices>"
    "<console type='pty' tty='/dev/pts/1'><alias name='console0'/></console>"
    "<input type='mouse'><alias name='ua-mouse'/></input></devices></domain>";

/* Whoever wrote it: a user, a stored definition, a snapshot, another host. */
static void
test_others(void)
{
    static const ConfOrigin origins[] = {CONF_FROM_USER, CONF_FROM_DISK, CONF_FROM_SNAPSHOT,
                                         CONF_FROM_MIGRATION};
    for (size_t i = 0; i < G_N_ELEMENTS(origins); i++) {
        g_autoptr(DomainDef) def = guest_must_read(xml, origins[i]);
        g_assert_false(def->id.set);
        g_assert_null(def->devices.consoles.items[0]->info.alias);
        g_assert_null(def->devices.consoles.items[0]->tty);
        g_assert_cmpstr(def->devices.inputs.items[0]->info.alias, ==, "ua-mouse");
    }
}

static void
test_status(void)
{
    g_autoptr(DomainDef) def = guest_must_read(xml, CONF_FROM_STATUS);
    g_assert_cmpuint(def->id.value, ==, 7);
    g_autofree char *live = domain_def_format(def, 0);
    g_assert_nonnull(strstr(live, "<domain type='kvm' id='7'>"));
    g_assert_nonnull(strstr(live, "<console type='pty' tty='/dev/pts/1'>"));
    g_assert_nonnull(strstr(live, "<alias name='console0'/>"));
    g_autofree char *inactive = domain_def_format(def, CONF_FORMAT_INACTIVE);
    g_assert_null(strstr(inactive, "id='7'"));
    g_assert_null(strstr(inactive, "console0"));
    g_assert_null(strstr(inactive, "pts"));
    g_assert_nonnull(strstr(inactive, "ua-mouse"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain/running/others", test_others);
    g_test_add_func("/domain/running/status", test_status);
    return g_test_run();
}
