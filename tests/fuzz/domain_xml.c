/*
 * domain_xml — fuzzes the definition of a guest, and the status document of a running one: what is
 * printed of a document that was taken can be read again, and is then printed the same; a copy as
 * well.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virtqemud/conf/dump.h"
#include "virtqemud/conf/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned all = CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE;

static void
differ(const char *what, const char *first, const char *second)
{
    fprintf(stderr, "%s\n--- first\n%s\n--- second\n%s\n", what, first, second);
    abort();
}

static void
check_again(const char *printed)
{
    static const ConfContext disk = {CONF_FROM_DISK, false, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) def = domain_def_parse(printed, strlen(printed), &disk, &error);
    if (def == NULL)
        differ("what was printed is refused", printed, error->message);
    g_autofree char *again = domain_def_format(def, all);
    if (strcmp(again, printed) != 0)
        differ("it is printed differently", printed, again);
    g_autoptr(DomainDef) copy = domain_def_copy(def);
    g_clear_pointer(&def, domain_def_free);
    g_autofree char *of_copy = domain_def_format(copy, all);
    if (strcmp(of_copy, printed) != 0)
        differ("the copy is printed differently", printed, of_copy);
}

static void
check_status(const char *xml, size_t size)
{
    g_autoptr(DomainStatus) status = domain_status_parse(xml, size, NULL);
    if (status == NULL)
        return;
    g_autofree char *printed = domain_status_format(status);
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainStatus) back = domain_status_parse(printed, strlen(printed), &error);
    if (back == NULL)
        differ("the status that was printed is refused", printed, error->message);
    g_autofree char *again = domain_status_format(back);
    if (strcmp(again, printed) != 0)
        differ("the status is printed differently", printed, again);
    g_autofree char *dump = domain_dump(back->def, back->cpu, DOMAIN_XML_MIGRATABLE);
    check_again(dump);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ConfContext user = {CONF_FROM_USER, false, NULL};
    g_autofree char *copy = g_malloc(size > 0 ? size : 1);
    if (size > 0)
        memcpy(copy, data, size);
    g_autoptr(DomainDef) def = domain_def_parse(copy, size, &user, NULL);
    if (def == NULL) {
        check_status(copy, size);
        return 0;
    }
    g_autofree char *written = domain_def_format(def, all);
    check_again(written);
    domain_def_fill_defaults(def);
    g_autofree char *filled = domain_def_format(def, all);
    check_again(filled);
    return 0;
}
