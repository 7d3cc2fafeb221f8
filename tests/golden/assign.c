/*
 * Defines every document of a folder as a daemon would, and writes what comes of it to another:
 * NAME.xml or NAME.error (code, domain, text), NAME.again.xml (its result, defined once more) and
 * NAME.live.xml (with aliases). tests/golden/assign.py compares.
 *
 *     golden-assign DOCUMENTS PROGRAM.caps RESULTS
 */
#include <stdio.h>
#include <string.h>

#include "virtqemud/assign/assign.h"

enum { INACTIVE = CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE };

static void
write_file(const char *folder, const char *name, const char *suffix, const char *text)
{
    g_autofree char *base = g_strconcat(name, suffix, NULL);
    g_autofree char *path = g_build_filename(folder, base, NULL);
    g_autoptr(GError) error = NULL;
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

static DomainDef *
define(const char *xml, const QemuCaps *caps, GError **error)
{
    const ConfContext context = {CONF_FROM_USER, false, NULL};
    g_autoptr(DomainDef) def = domain_def_parse(xml, strlen(xml), &context, error);
    if (def == NULL)
        return NULL;
    domain_def_fill_defaults(def);
    if (!assign_definition(def, caps, error))
        return NULL;
    assign_nvram(def, "/var/lib/libvirt/qemu/nvram");
    return g_steal_pointer(&def);
}

static void
write_error(const char *folder, const char *name, const char *suffix, const GError *error)
{
    g_autofree char *text = g_strdup_printf("%d %d %s\n", virt_error_get_code(error),
                                            virt_error_get_info(error).domain, error->message);
    write_file(folder, name, suffix, text);
}

static void
run_document(const char *xml, const char *name, const char *results, const QemuCaps *caps)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) def = define(xml, caps, &error);
    if (def == NULL) {
        write_error(results, name, ".error", error);
        return;
    }
    g_autofree char *out = domain_def_format(def, INACTIVE);
    write_file(results, name, ".xml", out);
    g_assert_true(assign_definition(def, caps, &error));
    g_autofree char *twice = domain_def_format(def, INACTIVE);
    g_assert_cmpstr(twice, ==, out);
    g_autoptr(DomainDef) again = define(out, caps, &error);
    if (again == NULL) {
        write_error(results, name, ".again.error", error);
        return;
    }
    g_autofree char *out_again = domain_def_format(again, INACTIVE);
    write_file(results, name, ".again.xml", out_again);
    g_assert_true(assign_aliases(again, &error));
    g_autofree char *live = domain_def_format(again, CONF_FORMAT_SECURE);
    write_file(results, name, ".live.xml", live);
}

static QemuCaps *
read_caps(const char *path)
{
    g_autofree char *text = NULL;
    gsize len;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &text, &len, &error);
    g_assert_no_error(error);
    QemuCaps *caps = qemu_caps_parse(text, len, &error);
    g_assert_no_error(error);
    return caps;
}

int
main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: golden-assign DOCUMENTS PROGRAM.caps RESULTS\n", stderr);
        return 2;
    }
    g_autoptr(QemuCaps) caps = read_caps(argv[2]);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(argv[1], 0, &error);
    g_assert_no_error(error);
    for (const char *entry; (entry = g_dir_read_name(dir)) != NULL;) {
        if (!g_str_has_suffix(entry, ".xml"))
            continue;
        g_autofree char *path = g_build_filename(argv[1], entry, NULL);
        g_autofree char *name = g_strndup(entry, strlen(entry) - strlen(".xml"));
        g_autofree char *xml = NULL;
        g_file_get_contents(path, &xml, NULL, &error);
        g_assert_no_error(error);
        run_document(xml, name, argv[3], caps);
    }
    return 0;
}
