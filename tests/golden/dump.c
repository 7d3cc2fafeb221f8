/*
 * What clients get of a running guest is what a stock daemon gave (tests/data/stock/dump/), byte
 * for byte but for the order of controllers: live, with secrets, and for another host. The guests
 * are those of tests/data/stock/status/. Shows XML-01.
 */
#include <string.h>

#include "virtqemud/conf/dump.h"
#include "virtqemud/conf/status.h"

static const char *folder;

static char *
read_file(const char *place, const char *name, const char *suffix)
{
    g_autofree char *file = g_strdup_printf("%s%s", name, suffix);
    g_autofree char *path = g_build_filename(folder, "stock", place, file, NULL);
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

/* Stock's file does not say what was found and what was told. */
static void
mark_what_start_added(DomainDef *def, gboolean has_seclabel)
{
    for (size_t i = 0; i < def->devices.disks.n; i++) {
        DiskBacking *backing = def->devices.disks.items[i]->backing;
        if (backing != NULL && backing->type != 0)
            backing->detected = SWITCH_ON;
    }
    for (size_t i = 0; i < def->seclabels.n && !has_seclabel; i++)
        def->seclabels.items[i]->implicit = SWITCH_ON;
}

static int
compare_blocks(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Stock reads its own document again for another host, which moves controllers, and numbers virtio
 * consoles anew. */
static char *
sorted_lines(const char *xml)
{
    g_auto(GStrv) lines = g_strsplit(xml, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (strstr(lines[i], "<target type='virtio' port='") != NULL)
            lines[i][0] = '\0';
    }
    qsort(lines, g_strv_length(lines), sizeof *lines, compare_blocks);
    return g_strjoinv("\n", lines);
}

static void
check(const char *name, const DomainStatus *status, const char *suffix, unsigned flags)
{
    g_autofree char *expected = read_file("dump", name, suffix);
    if (expected == NULL)
        return;
    g_autofree char *out = domain_dump(status->def, status->cpu, flags);
    if ((flags & DOMAIN_XML_MIGRATABLE) == 0) {
        g_assert_cmpstr(out, ==, expected);
        return;
    }
    g_autofree char *ours = sorted_lines(out);
    g_autofree char *theirs = sorted_lines(expected);
    g_assert_cmpstr(ours, ==, theirs);
}

static void
test_guest(const void *data)
{
    const char *name = data;
    g_autofree char *xml = read_file("status", name, ".xml");
    g_assert_nonnull(xml);
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainStatus) status = domain_status_parse(xml, strlen(xml), &error);
    g_assert_no_error(error);
    mark_what_start_added(status->def, strcmp(name, "disks-and-a-bridge") == 0);
    check(name, status, ".live.xml", 0);
    check(name, status, ".secure.xml", DOMAIN_XML_SECURE);
    check(name, status, ".migratable.xml", DOMAIN_XML_MIGRATABLE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_getenv("TEST_DATA");
    g_assert_nonnull(folder);
    g_test_add_data_func("/golden/dump/disks-and-a-bridge", "disks-and-a-bridge", test_guest);
    g_test_add_data_func("/golden/dump/lines-and-a-taint", "lines-and-a-taint", test_guest);
    g_test_add_data_func("/golden/dump/a-network-and-lines", "a-network-and-lines", test_guest);
    g_test_add_data_func("/golden/dump/least", "least", test_guest);
    return g_test_run();
}
