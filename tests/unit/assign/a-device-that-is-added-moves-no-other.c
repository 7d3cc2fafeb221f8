/*
 * A guest that has its addresses gets further devices: every device that was there keeps its
 * address, controllers included, whatever is added and wherever the list of its kind stands.
 */
#include "tests/unit/assign/guests.h"

#include "virtqemud/assign/device_refs.h"

#define DISK(dev, bus)                                                                             \
    "<disk type='file' device='disk'><source file='/" dev "'/><target dev='" dev "' bus='" bus     \
    "'/></disk>"
#define NIC "<interface type='user'><model type='virtio'/></interface>"
#define OLD_NIC "<interface type='user'><model type='e1000'/></interface>"
#define CHANNEL(name) "<channel type='null'><target type='virtio' name='" name "'/></channel>"
#define TABLET "<input type='tablet' bus='usb'/>"
/* clang-format off */
#define FEW                                                                                        \
    DISK("vdb", "virtio") DISK("sdb", "scsi") DISK("sdc", "sata") NIC CHANNEL("b") TABLET          \
    "<graphics type='vnc'/><rng model='virtio'><backend model='builtin'/></rng>"
/* clang-format on */
#define TEN(x) x x x x x x x x x x

static const char *const added[] = {
    DISK("vda", "virtio"),
    DISK("sda", "scsi"),
    DISK("sdz", "scsi"),
    DISK("sdd", "sata"),
    DISK("sde", "usb"),
    NIC,
    OLD_NIC,
    TEN(TEN(NIC)),
    TEN(TEN(OLD_NIC)),
    CHANNEL("a"),
    TEN(TABLET),
    "<watchdog model='i6300esb'/>",
    "<video><model type='virtio'/></video>",
    "<sound model='ich9'/>",
    "<controller type='scsi' model='virtio-scsi'/>",
    "<controller type='usb' index='3' model='qemu-xhci'/>",
    "<serial type='null'><target type='pci-serial'/></serial>",
    "<hub type='usb'/>",
    "<vsock model='virtio'><cid auto='yes'/></vsock>",
};

/* What names a device in both definitions. */
static char *
key_of(const DeviceRef *ref)
{
    if (ref->kind == REF_DISK)
        return g_strdup_printf("disk %s", ref->disk->target);
    if (ref->kind == REF_CONTROLLER)
        return g_strdup_printf("controller %d %u", ref->controller->type,
                               ref->controller->index.value);
    return g_strdup_printf("%d %zu", ref->kind, ref->index);
}

static GHashTable *
addresses_of(const DomainDef *def)
{
    GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(DeviceRefs) refs = device_refs_collect_all(&def->devices);
    for (size_t i = 0; i < refs.n; i++) {
        const Address *address = refs.items[i].info->address;
        if (address == NULL)
            continue;
        /* another function of the slot may come: then this one must say so */
        Address plain = *address;
        if (plain.type == ADDRESS_PCI)
            plain.at.pci.multifunction = 0;
        g_hash_table_insert(found, key_of(&refs.items[i]),
                            conf_format(&address_conf, &plain, 0, 0));
    }
    return found;
}

static void
check_unmoved(const DomainDef *before, const DomainDef *after)
{
    g_autoptr(GHashTable) old = addresses_of(before);
    g_autoptr(GHashTable) new = addresses_of(after);
    GHashTableIter iter;
    gpointer key;
    gpointer place;
    g_assert_cmpuint(g_hash_table_size(old), >, 6);
    g_hash_table_iter_init(&iter, old);
    while (g_hash_table_iter_next(&iter, &key, &place))
        g_assert_cmpstr(g_hash_table_lookup(new, key), ==, place);
}

static void
check_machine(const char *document, const QemuCaps *caps)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) before = guest_define(document, caps, &error);
    g_assert_no_error(error);
    g_autofree char *xml = guest_print(before);
    const char *end = strstr(xml, "  </devices>");
    for (size_t i = 0; i < G_N_ELEMENTS(added); i++) {
        g_autofree char *larger = g_strdup_printf("%.*s%s%s", (int)(end - xml), xml, added[i], end);
        g_autoptr(DomainDef) after = guest_define(larger, caps, &error);
        g_assert_no_error(error);
        check_unmoved(before, after);
    }
}

static void
test_added(void)
{
    g_autoptr(QemuCaps) caps = guest_caps();
    check_machine(GUEST("pc", FEW), caps);
    check_machine(GUEST("q35", FEW), caps);
    check_machine(GUEST("pc", FEW TEN(NIC) TEN(NIC)), caps);
    check_machine(GUEST("q35", FEW OLD_NIC TEN(NIC) "<memballoon model='none'/>"), caps);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/assign/added", test_added);
    return g_test_run();
}
