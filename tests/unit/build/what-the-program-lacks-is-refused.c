/*
 * A guest that needs what this QEMU has not, or what this host has not, is refused, by name.
 */
#include "tests/unit/build/guest.h"

typedef struct {
    const char *document;
    const char *without; /* a text of the abilities' file */
    const char *from, *to;
    const char *told;
} Row;

static const Row rows[] = {
    {"watchdog-reset", " i6300esb ", "<devices>", "<devices>", "i6300esb"},
    {"rng-kinds", " virtio-rng-pci ", "<devices>", "<devices>", "virtio-rng-pci"},
    {"video-qxl", " qxl-vga ", "<devices>", "<devices>", "qxl-vga"},
    {"least-pc", NULL, "pc-i440fx-7.2", "pc-i440fx-99.9", "pc-i440fx-99.9"},
    {"least-pc", NULL, "arch='x86_64'", "arch='aarch64'", "aarch64"},
    {"least-pc", NULL, "<domain type='qemu'", "<domain type='kvm'", "KVM"},
    {"least-pc", NULL, ">1</vcpu>", ">9999</vcpu>", "9999"},
    {"cpu-custom", NULL, "sockets='2'", "sockets='3'", "topology"},
    {"least-pc", NULL, "<cpu mode='custom' match='exact' check='none'>",
     "<cpu mode='host-passthrough' check='none'>", "host-passthrough"},
    {"timers", NULL, "name='rtc' tickpolicy='catchup'", "name='rtc' tickpolicy='discard'",
     "tickpolicy"},
    {"clock-variable", NULL, "offset='variable'", "offset='utc'", "adjustment"},
    {"disk-iothread", NULL, "iothread='2'", "iothread='7'", "I/O thread 7"},
    {"disk-identity", NULL, "device='disk'", "device='lun'", "lun"},
    {"disks-on-every-bus", NULL, "type='raw'", "type='luks'", "luks"},
    {"least-pc", NULL, "<partition>/machine<", "<partition>/other<", "/other"},
    {"clock-absolute", NULL, "offset='absolute' start='1609459200'", "offset='utc' adjustment='9'",
     "adjustment"},
    {"virtio-driver-options", NULL, "model='virtio-scsi'", "model='lsilogic'", "virtio"},
    {"video-driver", NULL, "<driver name='qemu'", "<driver name='vhostuser'", "vhostuser"},
    {"disk-slice", NULL, "type='raw'", "type='qcow2'", "slice"},
    {"seclabel", NULL, "<devices>", "<devices>", "seclabel"},
    {"vnc-options", NULL, "port='5907'", "port='5800'", "5800"},
    {"vnc-options", NULL, "type='vnc'", "type='sdl'", "graphics"},
};

static DomainDef *
parse(const Row *row)
{
    g_autofree char *name = g_strdup_printf("stock/start/live/%s.xml", row->document);
    g_autofree char *xml = guest_file(name);
    g_autofree char *changed = guest_replace(xml, row->from, row->to);
    ConfContext context = {CONF_FROM_STATUS, false, NULL};
    g_autoptr(GError) error = NULL;
    DomainDef *def = domain_def_parse(changed, strlen(changed), &context, &error);
    g_assert_no_error(error);
    return def;
}

static void
test_refused(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(QemuCaps) caps = guest_caps(rows[i].without);
        g_autoptr(DomainDef) def = parse(&rows[i]);
        g_autoptr(GError) error = NULL;
        g_assert_false(build_check(def, caps, &error));
        g_test_message("%s: %s", rows[i].document, error->message);
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_CONFIG_UNSUPPORTED);
        g_assert_nonnull(strstr(error->message, rows[i].told));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/build/what-the-program-lacks-is-refused", test_refused);
    return g_test_run();
}
