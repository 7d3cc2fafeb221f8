/*
 * rows — see rows.h.
 */
#include "virtqemud/build/rows.h"

#include <string.h>

#include "common/conf/engine.h"
#include "common/conf/value.h"
#include "virtqemud/build/rows_built.h"

typedef struct {
    GString *path;
    char *found; /* the first row that is set and not built */
    RowFn fn;    /* of a walk over the tables alone */
    void *data;
} Walk;

static gboolean walk_rows(Walk *walk, const ConfType *type, const void *object);

/* Whether `words`, separated by blanks, has the `n` bytes at `word`. */
static gboolean
has_word(const char *words, const char *word, size_t n)
{
    for (const char *at = words; *at != '\0';) {
        size_t len = strcspn(at, " ");
        if (len == n && memcmp(at, word, n) == 0)
            return TRUE;
        at += len + strspn(at + len, " ");
    }
    return FALSE;
}

/* Whether the `n` bytes at `path` are what the pattern says. */
static gboolean
matches(const char *pattern, const char *path, size_t n)
{
    const char *end = path + n;
    for (; *pattern != '\0' && path < end; pattern++) {
        if (*pattern == '*')
            path += strcspn(path, "/");
        else if (*pattern != *path++)
            return FALSE;
    }
    return *pattern == '\0' && path == end;
}

static gboolean
is_built(const char *path)
{
    const char *leaf = strrchr(path, '/') + 1;
    for (size_t i = 0; i < G_N_ELEMENTS(rows_built); i++) {
        if (matches(rows_built[i].element, path, (size_t)(leaf - path) - 1) &&
            has_word(rows_built[i].rows, leaf, strlen(leaf)))
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_path(GHashTable *paths, const char *element, const char *row)
{
    GHashTableIter iter;
    void *path;
    g_hash_table_iter_init(&iter, paths);
    while (g_hash_table_iter_next(&iter, &path, NULL)) {
        const char *leaf = strrchr(path, '/') + 1;
        if (strcmp(leaf, row) == 0 &&
            matches(element, path, (size_t)(leaf - (const char *)path) - 1))
            return TRUE;
    }
    return FALSE;
}

char *
rows_first_stale(GHashTable *paths)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows_built); i++) {
        g_auto(GStrv) rows = g_strsplit(rows_built[i].rows, " ", -1);
        for (size_t j = 0; rows[j] != NULL; j++) {
            if (!has_path(paths, rows_built[i].element, rows[j]))
                return g_strdup_printf("%s %s", rows_built[i].element, rows[j]);
        }
    }
    return NULL;
}

/* Whether the row's table is the one that the row stands in: told once. */
static gboolean
is_recursive(const ConfType *type, const ConfField *field)
{
    return field->kind == CONF_TABLE_PTR && field->type == type;
}

/* Goes down by a row; the length to go back to. */
static size_t
enter(Walk *walk, const ConfType *type, const ConfField *field)
{
    size_t before = walk->path->len;
    if (field->path[0] != '\0' && !is_recursive(type, field))
        g_string_append_printf(walk->path, "/%s", field->path);
    return before;
}

/* What is there by itself may mean something, as an empty <hugepages/> does. TRUE: go on. */
static gboolean
judge(Walk *walk)
{
    gboolean built = is_built(walk->path->str);
    if (walk->fn != NULL)
        walk->fn(walk->data, walk->path->str, built);
    else if (!built)
        walk->found = g_strdup(walk->path->str);
    return walk->found == NULL;
}

static gboolean
walk_list(Walk *walk, const ConfField *field, const ConfList *list)
{
    if (walk->fn != NULL)
        return judge(walk) && walk_rows(walk, field->type, NULL);
    if (list->n > 0 && !judge(walk))
        return FALSE;
    for (size_t i = 0; i < list->n; i++) {
        if (!walk_rows(walk, field->type, list->items[i]))
            return FALSE;
    }
    return TRUE;
}

/* The tables of all cases, or of the one that the document chose. */
static gboolean
walk_union(Walk *walk, const ConfField *field, const void *object)
{
    for (size_t i = 0; walk->fn != NULL && i < field->cases->n; i++) {
        if (field->cases->types[i] != NULL)
            walk_rows(walk, field->cases->types[i], NULL);
    }
    if (walk->fn != NULL || conf_union_type(field, object) == NULL)
        return TRUE;
    return walk_rows(walk, conf_union_type(field, object), conf_member(field, object));
}

static gboolean
walk_choices(Walk *walk, const ConfField *field, const ConfChoiceList *list)
{
    size_t before = walk->path->len;
    for (size_t i = 0; walk->fn != NULL && i < field->cases->n; i++) {
        if (field->cases->types[i] == NULL)
            continue;
        g_string_append_printf(walk->path, "/%s", field->cases->types[i]->name);
        walk_rows(walk, field->cases->types[i], NULL);
        g_string_truncate(walk->path, before);
    }
    for (size_t i = 0; walk->fn == NULL && i < list->n; i++) {
        g_string_append_printf(walk->path, "/%s", list->items[i].type->name);
        if (!walk_rows(walk, list->items[i].type, list->items[i].item))
            return FALSE;
        g_string_truncate(walk->path, before);
    }
    return TRUE;
}

static gboolean
walk_pointer(Walk *walk, const ConfField *field, const void *const *member)
{
    if (walk->fn != NULL)
        return judge(walk) && walk_rows(walk, field->type, NULL);
    return *member == NULL || (judge(walk) && walk_rows(walk, field->type, *member));
}

static gboolean
walk_row(Walk *walk, const ConfField *field, const void *object)
{
    const void *member = object != NULL ? conf_member(field, object) : NULL;
    switch (field->kind) {
    case CONF_TABLE:
    case CONF_INCLUDE:
        return walk_rows(walk, field->type, member);
    case CONF_TABLE_PTR:
        return walk_pointer(walk, field, member);
    case CONF_LIST:
        return walk_list(walk, field, member);
    case CONF_UNION:
        return walk_union(walk, field, object);
    case CONF_CHOICE:
        return walk_choices(walk, field, member);
    case CONF_EXTRA: /* domain_def_unsupported() knows */
    case CONF_HOOK:  /* the alias */
        return TRUE;
    case CONF_RAW:
        return walk->fn == NULL && *(const ConfNode *const *)member == NULL ? TRUE : judge(walk);
    default:
        return walk->fn == NULL && !conf_value_is_set(field, member) ? TRUE : judge(walk);
    }
}

static gboolean
walk_rows(Walk *walk, const ConfType *type, const void *object)
{
    for (const ConfField *field = type->fields; field->kind != CONF_END; field++) {
        size_t before = enter(walk, type, field);
        gboolean is_told = walk->fn != NULL && is_recursive(type, field);
        if (!is_told && !walk_row(walk, field, object))
            return FALSE;
        g_string_truncate(walk->path, before);
    }
    return TRUE;
}

char *
rows_first_unbuilt(const DomainDef *def)
{
    g_autoptr(GString) path = g_string_new("/domain");
    Walk walk = {.path = path};
    (void)walk_rows(&walk, &domain_conf, def); /* what it found says it */
    return walk.found;
}

void
rows_each(RowFn fn, void *data)
{
    g_autoptr(GString) path = g_string_new("/domain");
    Walk walk = {.path = path, .fn = fn, .data = data};
    (void)walk_rows(&walk, &domain_conf, NULL); /* goes on to the end */
}
