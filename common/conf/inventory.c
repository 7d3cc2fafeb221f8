/*
 * inventory — see inventory.h. The rows are a file of their own, inventory_rows.inc.
 */
#include "common/conf/inventory.h"

#include <stdlib.h>
#include <string.h>

static const ConfInventoryRow rows[] = {
#include "common/conf/inventory_rows.inc"
};

const ConfInventoryRow *
conf_inventory_rows(size_t *ret_n)
{
    *ret_n = G_N_ELEMENTS(rows);
    return rows;
}

static int
compare(const void *key, const void *row)
{
    return strcmp(key, ((const ConfInventoryRow *)row)->path);
}

static const ConfInventoryRow *
find(const char *path)
{
    return bsearch(path, rows, G_N_ELEMENTS(rows), sizeof rows[0], compare);
}

/* The row of an element. Each step down may lead to another place in the table: an element that
 * repeats an ancestor, a document within another, or one of any name. */
static const ConfInventoryRow *
find_element(const char *path)
{
    g_auto(GStrv) names = g_strsplit(path + 1, "/", -1);
    g_autoptr(GString) place = g_string_new(NULL);
    const ConfInventoryRow *row = NULL;
    for (size_t i = 0; names[i] != NULL; i++) {
        size_t before = place->len;
        g_string_append_printf(place, "/%s", names[i]);
        row = find(place->str);
        if (row == NULL) {
            g_string_truncate(place, before);
            g_string_append(place, "/*");
            row = find(place->str);
        }
        if (row == NULL)
            return NULL;
        if (row->same_as != NULL) {
            g_string_assign(place, row->same_as);
            row = find(place->str);
        }
    }
    return row;
}

static gboolean
has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += len) {
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return TRUE;
    }
    return FALSE;
}

gboolean
conf_inventory_knows(const char *path)
{
    const char *attribute = strstr(path, "/@");
    if (attribute == NULL)
        return find_element(path) != NULL;
    g_autofree char *element = g_strndup(path, (size_t)(attribute - path));
    const ConfInventoryRow *row = find_element(element);
    return row != NULL &&
           (has_word(row->attributes, attribute + 2) || has_word(row->attributes, "*"));
}
