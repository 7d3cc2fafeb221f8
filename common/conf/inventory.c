/*
 * inventory — see inventory.h. The rows are files of their own: inventory_rows.inc is
 * release 9.0.0, inventory_newer.inc what came later.
 */
#include "common/conf/inventory.h"

#include <stdlib.h>
#include <string.h>

static const ConfInventoryRow rows[] = {
#include "common/conf/inventory_rows.inc"
};

static const ConfInventoryRow newer_rows[] = {
#include "common/conf/inventory_newer.inc"
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

const ConfInventoryRow *
conf_inventory_newer_rows(size_t *ret_n)
{
    *ret_n = G_N_ELEMENTS(newer_rows);
    return newer_rows;
}

static const ConfInventoryRow *
find_newer(const char *path)
{
    return bsearch(path, newer_rows, G_N_ELEMENTS(newer_rows), sizeof newer_rows[0], compare);
}

static const ConfInventoryRow *
find(const char *path)
{
    const ConfInventoryRow *row = bsearch(path, rows, G_N_ELEMENTS(rows), sizeof rows[0], compare);
    return row != NULL ? row : find_newer(path);
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
    if (row == NULL)
        return FALSE;
    const ConfInventoryRow *newer = find_newer(row->path);
    return has_word(row->attributes, attribute + 2) || has_word(row->attributes, "*") ||
           (newer != NULL && has_word(newer->attributes, attribute + 2));
}
