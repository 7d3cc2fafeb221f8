/*
 * Thousands of devices in one document are placed, or refused for want of room, within a bounded
 * time: what a client sends must not hold a daemon.
 */
#include <time.h>

#include "tests/unit/assign/guests.h"

enum { MANY = 10000, SECONDS = 20 };

static const char *const crowds[] = {
    "<disk type='file'><source file='/x'/><target dev='%s' bus='virtio'/></disk>",
    "<disk type='file'><source file='/x'/><target dev='%s' bus='scsi'/></disk>",
    "<disk type='file'><source file='/x'/><target dev='%s' bus='usb'/></disk>",
    "<interface type='user'><model type='virtio'/><!--%s--></interface>",
    "<interface type='user'><model type='e1000'/><!--%s--></interface>",
    "<controller type='scsi' model='virtio-scsi'><!--%s--></controller>",
    "<controller type='usb' model='ich9-uhci1'><!--%s--></controller>",
    "<controller type='pci' model='pci-bridge'><!--%s--></controller>",
    "<channel type='null'><target type='virtio' name='%s'/></channel>",
    "<serial type='null'><target type='isa-serial'/><!--%s--></serial>",
    "<serial type='null'><target type='usb-serial'/><!--%s--></serial>",
    "<input type='tablet' bus='usb'><!--%s--></input>",
    "<hub type='usb'><!--%s--></hub>",
    "<video><model type='virtio'/><!--%s--></video>",
};

/* sdaaa, sdaab and so on: as many targets as are asked for. */
static char *
target_name(int number)
{
    enum { LETTERS = 26 };
    return g_strdup_printf("sd%c%c%c", 'a' + number / LETTERS / LETTERS % LETTERS,
                           'a' + number / LETTERS % LETTERS, 'a' + number % LETTERS);
}

static char *
crowd(const char *machine, const char *piece)
{
    GString *text = g_string_new("<domain type='qemu'><name>a</name><memory>65536</memory>");
    g_string_append_printf(text, "<os><type machine='%s'>hvm</type></os><devices>", machine);
    g_auto(GStrv) around = g_strsplit(piece, "%s", 2);
    for (int i = 0; i < MANY; i++) {
        g_autofree char *name = target_name(i);
        g_string_append_printf(text, "%s%s%s", around[0], name, around[1]);
    }
    g_string_append(text, "</devices></domain>");
    return g_string_free(text, FALSE);
}

static void
test_crowds(void)
{
    g_autoptr(QemuCaps) caps = guest_caps();
    static const char *const machines[] = {"pc", "q35"};
    for (size_t i = 0; i < G_N_ELEMENTS(machines) * G_N_ELEMENTS(crowds); i++) {
        g_autofree char *xml = crowd(machines[i % 2], crowds[i / 2]);
        g_autoptr(GError) error = NULL;
        clock_t start = clock(); /* of the processor: others may be busy */
        g_autoptr(DomainDef) def = guest_define(xml, caps, &error);
        g_assert_true((def != NULL) != (error != NULL));
        clock_t spent = clock() - start;
        g_test_message("%s, %s: %s in %.3f s", machines[i % 2], crowds[i / 2],
                       def != NULL ? "placed" : error->message, (double)spent / CLOCKS_PER_SEC);
        g_assert_cmpint(spent, <, SECONDS * CLOCKS_PER_SEC);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/assign/crowds", test_crowds);
    return g_test_run();
}
