/*
 * What a definition asks for and no builder makes true is refused before anything is opened, by its
 * place; each place of the list of what is built is one that the tables have.
 */
#include "tests/unit/build/guest.h"
#include "virtqemud/build/rows.h"

typedef struct {
    const char *mark;
    const char *piece;
    const char *told; /* NULL: it is built */
} Row;

static const Row rows[] = {
    {"<os>", "<title>a</title>", NULL},
    {"<os>", "<iothreads>2</iothreads>", NULL},
    {"</domain>", "<seclabel type='none' model='dac'/>", NULL},
    {"<os>", "<memtune><hard_limit>9999</hard_limit></memtune>", "/domain/memtune"},
    {"<os>", "<cputune><shares>9</shares></cputune>", "/domain/cputune"},
    {"<os>", "<blkiotune><weight>500</weight></blkiotune>", "/domain/blkiotune"},
    {"<os>", "<numatune><memory mode='strict' nodeset='0'/></numatune>", "/domain/numatune"},
    {"<os>", "<memoryBacking><hugepages/></memoryBacking>", "/domain/memoryBacking/hugepages"},
    {"<os>", "<memoryBacking><locked/></memoryBacking>", "/domain/memoryBacking/locked"},
    {"<os>", "<memoryBacking><source type='file'/></memoryBacking>", "<source type='file'>"},
    {"<clock", "<features><acpi/><viridian/></features>", "/domain/features/viridian"},
    {"<clock", "<features><acpi/><hap/></features>", "/domain/features/hap"},
    {"</devices>", "<tpm model='tpm-tis'><backend type='emulator'/></tpm>", "/domain/devices/tpm"},
    {"</devices>", "<vsock model='virtio'><cid address='9'/></vsock>", "/domain/devices/vsock"},
    {"</devices>", "<redirdev bus='usb' type='spicevmc'/>", "/domain/devices/redirdev"},
    {"</devices>", "<shmem name='a'/>", "/domain/devices/shmem"},
    {"</devices>", "<graphics type='spice' port='5900'/>", "vnc only"},
    {"</devices>", "<video><model type='virtio'><acceleration accel3d='yes'/></model></video>",
     "acceleration"},
    {"</devices>", "<sound model='pcspk'><alias name='sound0'/></sound>", "sound0"},
    {"</devices>", "<serial type='nmdm'><source master='a' slave='b'/></serial>", "source"},
    {"</devices>", "<input type='passthrough' bus='virtio'><source evdev='/dev/a'/></input>",
     "/domain/devices/input/source/@evdev"},
    {"</devices>", "<interface type='direct'><source dev='a' mode='vepa'/></interface>",
     "/domain/devices/interface/source/@dev"},
    {"</devices>",
     "<disk type='network' device='disk'><driver name='qemu' type='raw'/>"
     "<source protocol='nbd' name='a'/><target dev='vda' bus='virtio'/></disk>",
     "/domain/devices/disk/source/@protocol"},
    {"</devices>",
     "<disk type='file' device='disk'><source file='/a'/>"
     "<target dev='vda' bus='virtio'/><transient/></disk>",
     "/domain/devices/disk/transient"},
    {"</devices>", "<watchdog model='itco' action='reset'><alias name='dog'/></watchdog>", "dog"},
    {"</devices>", "<watchdog model='i6300esb' action='reset'><alias name='dog'/></watchdog>",
     NULL},
};

static void
test_refused(void)
{
    g_autoptr(QemuCaps) caps = guest_caps(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(DomainDef) def = guest_with("least-pc", rows[i].mark, rows[i].piece);
        g_autoptr(GError) error = NULL;
        gboolean is_built = build_check(def, caps, &error);
        g_test_message("%s: %s", rows[i].piece, error != NULL ? error->message : "is built");
        g_assert_cmpint(is_built, ==, rows[i].told == NULL);
        if (is_built)
            continue;
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_CONFIG_UNSUPPORTED);
        g_assert_nonnull(strstr(error->message, rows[i].told));
    }
}

typedef struct {
    GHashTable *built;
    size_t unbuilt_n;
} Seen;

static void
note(void *data, const char *path, gboolean is_built)
{
    Seen *seen = data;
    g_assert_true(g_str_has_prefix(path, "/domain/"));
    if (is_built)
        g_hash_table_add(seen->built, g_strdup(path));
    else
        seen->unbuilt_n++;
}

static void
test_list(void)
{
    g_autoptr(GHashTable) built = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Seen seen = {.built = built};
    rows_each(note, &seen);
    g_assert_cmpuint(seen.unbuilt_n, >, 0);
    g_assert_true(g_hash_table_contains(built, "/domain/devices/disk/source/@file"));
    g_assert_true(g_hash_table_contains(built, "/domain/devices/channel/target/@name"));
    g_autofree char *stale = rows_first_stale(built);
    g_assert_cmpstr(stale, ==, NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/build/what-nobody-builds-is-refused", test_refused);
    g_test_add_func("/build/the-list-of-what-is-built-is-not-stale", test_list);
    return g_test_run();
}
