/*
 * A copy prints the same after the original's memory is gone.
 */
#include "common/conf/copy.h"
#include "common/conf/diff.h"
#include "tests/unit/conf/toys.h"

static const char xml[] =
    "<domain type='x' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"
    "<name>a</name><uuid>11111111-2222-3333-4444-555555555555</uuid>"
    "<metadata><m:x xmlns:m='urn:m' m:k='v'>text</m:x></metadata>"
    "<memory dumpCore='off'>1</memory><features><apic eoi='on'/><acpi/></features>"
    "<devices><disk type='file' sgio='filtered'><source file='/x'/><target dev='a'/>"
    "<iotune><total_bytes_sec>1</total_bytes_sec></iotune></disk>"
    "<graphics passwd='s'/></devices><cputune><shares>5</shares></cputune>"
    "<qemu:commandline><qemu:arg value='-x'/></qemu:commandline></domain>";

static void
test_copy(void)
{
    Arena *first = arena_new();
    g_autoptr(Arena) second = arena_new();
    ConfContext context = {CONF_FROM_USER, false, NULL};
    Toy *toy = toy_parse(first, xml, &context, NULL);
    g_assert_nonnull(toy);
    g_autofree char *before = conf_format(&toy_type, toy, CONF_FORMAT_SECURE, 0);
    Toy *copy = conf_copy(&toy_type, toy, second);
    g_autoptr(GPtrArray) changes = conf_diff(&toy_type, toy, copy);
    g_assert_cmpuint(changes->len, ==, 0);
    /* overwritten, so that what is shared shows, with and without a sanitizer */
    memset(toy->disks.items[0], 0xff, sizeof(ToyDisk));
    memset(toy, 0xff, sizeof *toy);
    arena_free(first);
    g_autofree char *after = conf_format(&toy_type, copy, CONF_FORMAT_SECURE, 0);
    g_assert_cmpstr(after, ==, before);
    g_assert_nonnull(strstr(after, "<total_bytes_sec>1<"));
    g_assert_nonnull(strstr(after, "passwd='s'"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conf/copy", test_copy);
    return g_test_run();
}
