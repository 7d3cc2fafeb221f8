/*
 * A number that is not there, one that is 0, and a switch that is off stay three things.
 */
#include "tests/unit/conf/toys.h"

#define DISK(more) "<domain type='x'><name>a</name><devices>" more "</devices></domain>"

static void
test_printed(void)
{
    g_autofree char *out =
        toy_round(DISK("<disk type='file'><target dev='a'/></disk>"
                       "<disk type='file'><target dev='b' tray='off'/><weight>0</weight></disk>"),
                  0);
    g_assert_cmpstr(out, ==,
                    "<domain type='x'>\n"
                    "  <name>a</name>\n"
                    "  <devices>\n"
                    "    <disk type='file'>\n"
                    "      <target dev='a'/>\n"
                    "    </disk>\n"
                    "    <disk type='file'>\n"
                    "      <target dev='b' tray='off'/>\n"
                    "      <weight>0</weight>\n"
                    "    </disk>\n"
                    "  </devices>\n"
                    "</domain>\n");
}

static void
test_read(void)
{
    g_autoptr(Arena) arena = arena_new();
    ConfContext context = {CONF_FROM_USER, false, NULL};
    Toy *toy = toy_parse(arena,
                         DISK("<disk type='file'><target dev='a'/></disk><disk type='file'>"
                              "<target dev='b' tray='off'/><weight>0</weight></disk>"),
                         &context, NULL);
    g_assert_nonnull(toy);
    g_assert_cmpuint(toy->disks.n, ==, 2);
    g_assert_false(toy->disks.items[0]->weight.set);
    g_assert_cmpint(toy->disks.items[0]->tray, ==, SWITCH_ABSENT);
    g_assert_true(toy->disks.items[1]->weight.set);
    g_assert_cmpint(toy->disks.items[1]->tray, ==, SWITCH_OFF);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conf/absent/printed", test_printed);
    g_test_add_func("/conf/absent/read", test_read);
    return g_test_run();
}
