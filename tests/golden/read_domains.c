/*
 * read_domains FILE... — tells of each document whether it is taken as a guest's definition: one
 * line each, "ok" or "refused" and the reason. For tests that compare with a schema.
 */
#include <stdio.h>
#include <string.h>

#include "virtqemud/conf/domain.h"

int
main(int argc, char **argv)
{
    static const ConfContext user = {CONF_FROM_USER, false, NULL};
    for (int i = 1; i < argc; i++) {
        g_autofree char *xml = NULL;
        gsize len;
        if (!g_file_get_contents(argv[i], &xml, &len, NULL)) {
            fprintf(stderr, "read_domains: cannot read %s\n", argv[i]);
            return 2;
        }
        g_autoptr(GError) error = NULL;
        g_autoptr(DomainDef) def = domain_def_parse(xml, len, &user, &error);
        printf("%s\t%s\n", def != NULL ? "ok" : "refused", def != NULL ? "" : error->message);
    }
    return 0;
}
