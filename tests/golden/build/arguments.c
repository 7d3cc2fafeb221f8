/*
 * The running guests that a stock daemon dumped (tests/data/stock/start/live) as QEMU's arguments:
 * argv/NAME holds one argument a line, or why the guest cannot be started, opened/NAME the
 * descriptors that QEMU would have (resources.h).
 * REGENERATE=1 writes them.
 */
#include <string.h>

#include "tests/golden/build/resources.h"
#include "virtqemud/build/build.h"

static const char *documents, *golden;
static QemuCaps *caps[QEMU_N_ACCELS];

static char *
read_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static QemuCaps *
read_caps(const char *path)
{
    g_autofree char *text = read_file(path);
    g_autoptr(GError) error = NULL;
    QemuCaps *read = qemu_caps_parse(text, strlen(text), &error);
    g_assert_no_error(error);
    return read;
}

static char *
lines_of(GPtrArray *texts)
{
    GString *lines = g_string_new(NULL);
    for (guint i = 0; g_ptr_array_index(texts, i) != NULL; i++)
        g_string_append_printf(lines, "%s\n", (char *)g_ptr_array_index(texts, i));
    return g_string_free(lines, FALSE);
}

/* The arguments and the environment, or the refusal. */
static char *
build(const DomainDef *def, Arena *arena, GString *opened)
{
    QemuCaps *program = caps[def->type == DOMAIN_KVM ? QEMU_ACCEL_KVM : QEMU_ACCEL_TCG];
    g_autoptr(GError) error = NULL;
    if (!build_check(def, program, &error)) {
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_CONFIG_UNSUPPORTED);
        return g_strdup_printf("refused: %s\n", error->message);
    }
    g_autoptr(GPtrArray) arguments =
        build_arguments(def, program, build_resources_of(def, arena, opened), &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) environment = build_environment(def);
    g_autofree char *first = lines_of(environment);
    g_autofree char *rest = lines_of(arguments);
    return g_strconcat(first, rest, NULL);
}

static void
check(const char *folder, const char *name, const char *is)
{
    g_autofree char *path = g_build_filename(golden, folder, name, NULL);
    if (g_getenv("REGENERATE") != NULL)
        g_assert_true(g_file_set_contents(path, is, -1, NULL));
    g_autofree char *expected = read_file(path);
    g_assert_cmpstr(is, ==, expected);
}

static void
test_document(const void *data)
{
    const char *name = data;
    g_autofree char *path = g_strdup_printf("%s/%s.xml", documents, name);
    g_autofree char *xml = read_file(path);
    ConfContext context = {CONF_FROM_STATUS, false, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) def = domain_def_parse(xml, strlen(xml), &context, &error);
    g_assert_no_error(error);
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GString) opened = g_string_new(NULL);
    g_autofree char *is = build(def, arena, opened);
    check("argv", name, is);
    check("opened", name, opened->str);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    documents = g_getenv("BUILD_DOCUMENTS");
    golden = g_getenv("BUILD_GOLDEN");
    caps[QEMU_ACCEL_TCG] = read_caps(g_getenv("BUILD_CAPS"));
    caps[QEMU_ACCEL_KVM] = read_caps(g_getenv("BUILD_CAPS_KVM"));
    g_autoptr(GDir) dir = g_dir_open(documents, 0, NULL);
    g_assert_nonnull(dir);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
        g_ptr_array_add(names, g_strndup(name, strlen(name) - strlen(".xml")));
    g_assert_cmpuint(names->len, >=, 120);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *path = g_strdup_printf("/golden/build/%s", name);
        g_test_add_data_func(path, name, test_document);
    }
    int status = g_test_run();
    qemu_caps_unref(caps[QEMU_ACCEL_TCG]);
    qemu_caps_unref(caps[QEMU_ACCEL_KVM]);
    return status;
}
