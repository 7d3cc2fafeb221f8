/*
 * The documents in tests/golden/domain/: what a stock daemon dumped (stock-*.xml) comes out of ours
 * byte for byte; what a user wrote (NAME.xml) comes out as NAME.out.xml, which REGENERATE=1 writes.
 * Everything that comes out is a fixpoint, and a copy prints the same.
 */
#include <string.h>

#include "virtqemud/conf/domain.h"

static const char *folder;

static DomainDef *
read_document(const char *xml, ConfOrigin origin)
{
    ConfContext context = {origin, false, NULL};
    g_autoptr(GError) error = NULL;
    DomainDef *def = domain_def_parse(xml, strlen(xml), &context, &error);
    g_assert_no_error(error);
    return def;
}

static void
check_fixpoint(const char *xml)
{
    g_autoptr(DomainDef) def = read_document(xml, CONF_FROM_DISK);
    g_autofree char *again = domain_def_format(def, CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE);
    g_assert_cmpstr(again, ==, xml);
    g_autoptr(DomainDef) copy = domain_def_copy(def);
    g_autofree char *of_copy = domain_def_format(copy, CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE);
    g_assert_cmpstr(of_copy, ==, xml);
}

static char *
read_file(const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static void
test_stock(const void *data)
{
    g_autofree char *xml = read_file(data);
    check_fixpoint(xml);
}

static void
test_users(const void *data)
{
    const char *name = data;
    g_autofree char *xml = read_file(name);
    g_autoptr(DomainDef) def = read_document(xml, CONF_FROM_USER);
    domain_def_fill_defaults(def);
    g_autofree char *out = domain_def_format(def, CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE);
    g_autofree char *out_name =
        g_strdup_printf("%.*s.out.xml", (int)(strlen(name) - strlen(".xml")), name);
    if (g_getenv("REGENERATE") != NULL) {
        g_autofree char *path = g_build_filename(folder, out_name, NULL);
        g_assert_true(g_file_set_contents(path, out, -1, NULL));
    }
    g_autofree char *expected = read_file(out_name);
    g_assert_cmpstr(out, ==, expected);
    check_fixpoint(out);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_getenv("GOLDEN_DOMAINS");
    g_assert_nonnull(folder);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        if (g_str_has_suffix(name, ".xml") && !g_str_has_suffix(name, ".out.xml"))
            g_ptr_array_add(names, g_strdup(name));
    }
    g_assert_cmpuint(names->len, >=, 8);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *path = g_strdup_printf("/golden/domain/%s", name);
        g_test_add_data_func(path, name,
                             g_str_has_prefix(name, "stock-") ? test_stock : test_users);
    }
    return g_test_run();
}
