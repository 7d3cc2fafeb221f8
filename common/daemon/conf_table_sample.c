/*
 * conf_table_sample — prints the configuration file that ships, from the table of keys.
 */
#include "common/daemon/conf_table.h"

#include <string.h>

#define COLUMNS 78

/* `text` as comment lines, broken at blanks. */
static void
append_comment(GString *out, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    size_t used = 0;
    for (char **word = words; *word != NULL; word++) {
        size_t len = strlen(*word);
        if (used > 0 && used + 1 + len > COLUMNS) {
            g_string_append_c(out, '\n');
            used = 0;
        }
        if (used == 0) {
            g_string_append_c(out, '#');
            used = 1;
        }
        g_string_append_printf(out, " %s", *word);
        used += 1 + len;
    }
    g_string_append_c(out, '\n');
}

static void
append_section(GString *out, const char *title)
{
    g_string_append_c(out, '\n');
    for (size_t i = 0; i < COLUMNS; i++)
        g_string_append_c(out, '#');
    g_string_append_printf(out, "\n# %s\n", title);
}

static void
append_key(GString *out, const ConfigKey *key, const char *daemon)
{
    /* Keys without a text of their own belong to the one before. */
    if (key->doc != NULL) {
        g_string_append_c(out, '\n');
        append_comment(out, key->doc);
    }
    g_auto(GStrv) parts =
        g_strsplit(key->value != NULL ? key->value : key->example, "%DAEMON%", -1);
    g_autofree char *value = g_strjoinv(daemon, parts);
    g_string_append_printf(out, "#%s = %s\n", key->name, value);
}

char *
conf_table_sample(const ConfTable *table, const char *head)
{
    GString *out = g_string_new(NULL);
    append_comment(out, head);
    for (size_t i = 0; i < table->n_keys; i++) {
        const ConfigKey *key = &table->keys[i];
        if ((key->daemons & table->program) == 0)
            continue;
        if (key->section != NULL)
            append_section(out, key->section);
        else
            append_key(out, key, table->program_name);
    }
    return g_string_free(out, FALSE);
}
