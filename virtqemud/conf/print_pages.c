/*
 * print_pages — writes the schema and the reference page of guests' definitions, from their tables.
 * A program of the build; docs/xml/ has what it printed.
 */
#include <stdio.h>
#include <string.h>

#include "common/conf/doc.h"
#include "common/conf/rng.h"
#include "virtqemud/conf/domain.h"

int
main(int argc, char **argv)
{
    gboolean schema = argc == 2 && strcmp(argv[1], "rng") == 0;
    if (!schema && !(argc == 2 && strcmp(argv[1], "page") == 0)) {
        fprintf(stderr, "usage: print_pages rng|page\n");
        return 2;
    }
    g_autofree char *text = schema ? conf_rng(&domain_conf) : conf_doc(&domain_conf);
    return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? 0 : 1;
}
