/*
 * Many disks, features and unknown elements in one document take time in proportion, not its
 * square.
 */
#include <time.h>

#include "tests/unit/domain/guests.h"

enum { MANY = 12000, SECONDS = 20 }; /* as many as a document may have */

static char *
crowd(const char *before, const char *piece, const char *behind, const char *after)
{
    GString *text = g_string_new("<domain type='kvm'><name>a</name><memory>1</memory><os><type>hvm"
                                 "</type></os>");
    g_string_append(text, before);
    for (int i = 0; i < MANY; i++)
        g_string_append_printf(text, "%s%d%s", piece, i, behind);
    g_string_append(text, after);
    g_string_append(text, "</domain>");
    return g_string_free(text, FALSE);
}

static void
check(char *xml)
{
    g_autofree char *owned = xml;
    clock_t start = clock(); /* of the processor: others may be busy */
    g_autoptr(DomainDef) def = guest_must_read(owned, CONF_FROM_USER);
    g_autofree char *out = domain_def_format(def, 0);
    g_assert_cmpuint(strlen(out), >, MANY * 10);
    g_assert_cmpint(clock() - start, <, SECONDS * CLOCKS_PER_SEC);
}

static void
test_crowds(void)
{
    check(crowd("<devices>", "<disk type='block'><source dev='/x'/><target dev='vd", "'/></disk>",
                "</devices>"));
    check(crowd("<cpu><model>a</model>", "<feature name='f", "'/>", "</cpu>"));
    check(crowd("<devices>", "<hostdev type='", "'/>", "</devices>"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain/crowd", test_crowds);
    return g_test_run();
}
