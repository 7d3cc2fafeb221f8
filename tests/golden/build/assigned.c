/*
 * A user's document (tests/data/stock/start), completed by virtqemud/assign, gives the arguments
 * that stock's own dump of the running guest gives (argv/): defaults, addresses, aliases and
 * arguments are stock's from end to end.
 */
#include <string.h>

#include "tests/golden/build/resources.h"
#include "virtqemud/assign/assign.h"
#include "virtqemud/build/build.h"

/* Not compared, and why. */
static const char *const not_compared[][2] = {
    {"disk-chain", "images below others are found when they are opened"},
    {"disk-chain-tuned", "the same"},
    {"disk-readonly-kinds", "the same"},
    {"cpu-host-model", "the host's processor is found at start"},
    {"cpu-vendor-id", "the same"},
    {"vnc-socket-chosen", "the folder of the socket is chosen at start"},
    {"vnc-socket", "a stock daemon leaves the old attribute out"},
    {"smbios-parts", "a stock daemon sorts the entries"},
};

static const char *documents, *golden;
static QemuCaps *caps[QEMU_N_ACCELS];

static char *
read_file(const char *folder, const char *name, const char *end)
{
    g_autofree char *path = g_strdup_printf("%s/%s%s", folder, name, end);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static QemuCaps *
read_caps(const char *folder, const char *name)
{
    g_autofree char *text = read_file(folder, name, ".caps");
    g_autoptr(GError) error = NULL;
    QemuCaps *read = qemu_caps_parse(text, strlen(text), &error);
    g_assert_no_error(error);
    return read;
}

/* Ports, as a start would choose them. */
static void
choose_ports(DomainDef *def)
{
    for (size_t i = 0; i < def->devices.graphics.n; i++) {
        GraphicsVnc *vnc = &def->devices.graphics.items[i]->as.vnc;
        if (!vnc->port.set || vnc->port.value < 0)
            vnc->port = (OptI64){true, 5900};
        if (vnc->websocket.set && vnc->websocket.value < 0)
            vnc->websocket.value = 5700;
    }
}

/* Nodes, as stock numbers them: from the last disk to the first. */
static void
number_disks(DomainDef *def)
{
    uint32_t index = 0;
    for (size_t i = def->devices.disks.n; i > 0; i--) {
        Disk *disk = def->devices.disks.items[i - 1];
        if (disk->source.file.path != NULL)
            disk->source.file.index = (OptU32){true, ++index};
        else
            index++;
    }
}

static char *
build(DomainDef *def)
{
    QemuCaps *program = caps[def->type == DOMAIN_KVM ? QEMU_ACCEL_KVM : QEMU_ACCEL_TCG];
    g_autoptr(GError) error = NULL;
    domain_def_fill_defaults(def);
    g_assert_true(assign_definition(def, program, &error));
    g_assert_true(assign_aliases(def, &error));
    choose_ports(def);
    number_disks(def);
    if (!build_check(def, program, &error))
        return g_strdup_printf("refused: %s\n", error->message);
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GString) opened = g_string_new(NULL);
    g_autoptr(GPtrArray) arguments =
        build_arguments(def, program, build_resources_of(def, arena, opened), &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) environment = build_environment(def);
    GString *lines = g_string_new(NULL);
    for (guint i = 0; g_ptr_array_index(environment, i) != NULL; i++)
        g_string_append_printf(lines, "%s\n", (char *)g_ptr_array_index(environment, i));
    for (guint i = 0; g_ptr_array_index(arguments, i) != NULL; i++)
        g_string_append_printf(lines, "%s\n", (char *)g_ptr_array_index(arguments, i));
    return g_string_free(lines, FALSE);
}

static void
test_document(const void *data)
{
    g_autofree char *xml = read_file(documents, data, ".xml");
    ConfContext context = {CONF_FROM_USER, false, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) def = domain_def_parse(xml, strlen(xml), &context, &error);
    g_assert_no_error(error);
    g_autofree char *is = build(def);
    g_autofree char *expected = read_file(golden, data, "");
    g_assert_cmpstr(is, ==, expected);
}

static gboolean
is_compared(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(not_compared); i++) {
        if (strcmp(not_compared[i][0], name) == 0)
            return FALSE;
    }
    return TRUE;
}

static void
add_tests(GPtrArray *names)
{
    g_autoptr(GDir) dir = g_dir_open(documents, 0, NULL);
    g_assert_nonnull(dir);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        if (g_str_has_suffix(name, ".xml"))
            g_ptr_array_add(names, g_strndup(name, strlen(name) - strlen(".xml")));
    }
    g_assert_cmpuint(names->len, >=, 140);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *path = g_strdup_printf("/golden/build/assigned/%s", name);
        if (is_compared(name))
            g_test_add_data_func(path, name, test_document);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *abilities = g_build_filename(g_getenv("TEST_DATA"), "qemu", NULL);
    g_autofree char *users = g_build_filename(g_getenv("TEST_DATA"), "stock/start", NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    documents = users;
    golden = g_getenv("BUILD_ARGV");
    caps[QEMU_ACCEL_TCG] = read_caps(abilities, "7.2-x86_64");
    caps[QEMU_ACCEL_KVM] = read_caps(abilities, "7.2-x86_64-kvm");
    add_tests(names);
    int status = g_test_run();
    qemu_caps_unref(caps[QEMU_ACCEL_TCG]);
    qemu_caps_unref(caps[QEMU_ACCEL_KVM]);
    return status;
}
