/*
 * Status documents: what stock daemons wrote (tests/data/stock/status/) comes out of ours as it
 * was, but for its comment and the place where a namespace is declared; ours of every format
 * (tests/data/status/) come out byte for byte, with what a newer release added.
 */
#include <string.h>

#include "virtqemud/conf/status.h"

static const char *folder;

static DomainStatus *
read_status(const char *xml)
{
    g_autoptr(GError) error = NULL;
    DomainStatus *status = domain_status_parse(xml, strlen(xml), &error);
    g_assert_no_error(error);
    return status;
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

/* Without declarations of the passthrough's namespace. */
static void
drop_declaration(char *xml)
{
    static const char declaration[] = " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";
    for (char *at; (at = strstr(xml, declaration)) != NULL;)
        memmove(at, at + strlen(declaration), strlen(at + strlen(declaration)) + 1);
}

static void
test_stock(const void *data)
{
    g_autofree char *xml = read_file(data);
    g_autoptr(DomainStatus) status = read_status(xml);
    g_assert_null(status->own);
    int state, reason;
    g_assert_true(domain_status_find_state(status, &state, &reason));
    g_assert_cmpstr(domain_status_reason_name(state, reason), ==, status->reason);
    g_autofree char *out = domain_status_format(status);
    drop_declaration(out);
    drop_declaration(xml);
    const char *root = strstr(xml, "<domstatus");
    g_assert_nonnull(root);
    g_assert_cmpstr(out, ==, root);
}

static void
test_ours(const void *data)
{
    g_autofree char *xml = read_file(data);
    g_autoptr(DomainStatus) status = read_status(xml);
    g_assert_nonnull(status->own);
    g_assert_cmpuint(status->own->format, >=, 1);
    g_assert_cmpuint(status->own->start_time.value, ==, 123456);
    g_assert_cmpuint(status->own->claims.n, ==, 2);
    g_autofree char *out = domain_status_format(status);
    g_assert_cmpstr(out, ==, xml);
    g_autoptr(DomainDef) def = domain_def_copy(status->def);
    g_autofree char *live = domain_def_format(def, 0);
    g_assert_null(strstr(live, "privateData"));
    g_assert_null(strstr(live, "somethingNew"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_getenv("TEST_DATA");
    g_assert_nonnull(folder);
    static const struct {
        const char *folder;
        GTestDataFunc test;
    } kinds[] = {{"stock/status", test_stock}, {"status", test_ours}};
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *place = g_build_filename(folder, kinds[i].folder, NULL);
        g_autoptr(GDir) dir = g_dir_open(place, 0, NULL);
        g_assert_nonnull(dir);
        for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
            char *file = g_build_filename(kinds[i].folder, name, NULL);
            g_autofree char *path = g_strdup_printf("/golden/status/%s", file);
            g_ptr_array_add(names, file);
            g_test_add_data_func(path, file, kinds[i].test);
        }
    }
    g_assert_cmpuint(names->len, >=, 4);
    return g_test_run();
}
