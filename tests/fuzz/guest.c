/*
 * guest — fuzzes define: a document that is taken is completed for QEMU 7.2; the result is taken
 * again and does not change, nor does it when it is completed twice; its devices get aliases.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virtqemud/assign/assign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static const unsigned all = CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE;
static QemuCaps *caps;

static void
differ(const char *what, const char *first, const char *second)
{
    fprintf(stderr, "%s\n--- first\n%s\n--- second\n%s\n", what, first, second);
    abort();
}

static DomainDef *
define(const char *xml, size_t size, GError **error)
{
    static const ConfContext user = {CONF_FROM_USER, false, NULL};
    g_autoptr(DomainDef) def = domain_def_parse(xml, size, &user, error);
    if (def == NULL)
        return NULL;
    domain_def_fill_defaults(def);
    return assign_definition(def, caps, error) ? g_steal_pointer(&def) : NULL;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    g_autofree char *text = NULL;
    gsize len;
    if (!g_file_get_contents(CAPS_FILE, &text, &len, NULL))
        abort();
    caps = qemu_caps_parse(text, len, NULL);
    if (caps == NULL)
        abort();
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *copy = g_malloc(size > 0 ? size : 1);
    if (size > 0)
        memcpy(copy, data, size);
    g_autoptr(DomainDef) def = define(copy, size, NULL);
    if (def == NULL)
        return 0;
    g_autofree char *printed = domain_def_format(def, all);
    g_autoptr(GError) error = NULL;
    if (!assign_definition(def, caps, &error))
        differ("what was completed is refused", printed, error->message);
    g_autofree char *twice = domain_def_format(def, all);
    if (strcmp(twice, printed) != 0)
        differ("completed twice, it changes", printed, twice);
    g_autoptr(DomainDef) again = define(printed, strlen(printed), &error);
    if (again == NULL)
        differ("what was printed is refused", printed, error->message);
    g_autofree char *printed_again = domain_def_format(again, all);
    if (strcmp(printed_again, printed) != 0)
        differ("defined again, it changes", printed, printed_again);
    if (!assign_aliases(again, &error))
        differ("aliases are refused", printed, error->message);
    return 0;
}
