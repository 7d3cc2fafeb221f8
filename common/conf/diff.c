/*
 * diff — see diff.h.
 */
#include "common/conf/diff.h"

#include <string.h>

#include "common/conf/engine.h"
#include "common/conf/raw.h"
#include "common/conf/value.h"

typedef struct {
    GPtrArray *changes;
    GString *path;
    unsigned outer; /* GUEST_ABI, when a structure around has it */
} Diff;

static void diff_rows(Diff *diff, const ConfType *type, const void *a, const void *b);

static void
change_free(void *data)
{
    ConfChange *change = data;
    g_free(change->path);
    g_free(change->before);
    g_free(change->after);
    g_free(change);
}

static void
add(Diff *diff, ConfChangeKind kind, const ConfField *field, const char *before, const char *after)
{
    ConfChange *change = g_new0(ConfChange, 1);
    *change = (ConfChange){.kind = kind,
                           .path = g_strdup(diff->path->str),
                           .before = g_strdup(before),
                           .after = g_strdup(after),
                           .flags = field->flags | diff->outer};
    g_ptr_array_add(diff->changes, change);
}

/* Goes down by a row; the length to go back to. */
static size_t
enter(Diff *diff, const char *step)
{
    size_t before = diff->path->len;
    if (*step != '\0')
        g_string_append_printf(diff->path, "/%s", step);
    return before;
}

static void
diff_value(Diff *diff, const ConfField *field, const void *a, const void *b)
{
    g_autofree char *before = conf_value_text(field, a);
    g_autofree char *after = conf_value_text(field, b);
    gboolean was = conf_value_is_set(field, a), is = conf_value_is_set(field, b);
    if (was != is)
        add(diff, is ? CONF_ADDED : CONF_REMOVED, field, before, after);
    else if (strcmp(before, after) != 0)
        add(diff, CONF_CHANGED, field, before, after);
}

static void
diff_structs(Diff *diff, const ConfField *field, const ConfType *type, const void *a, const void *b)
{
    unsigned outer = diff->outer;
    diff->outer |= field->flags & GUEST_ABI;
    diff_rows(diff, type, a, b);
    diff->outer = outer;
}

/* The row of a table by its path, its member in `item` as text; NULL: no such row. */
static char *
key_of(const ConfField *list, const void *item)
{
    for (const ConfField *field = list->type->fields; field->kind != CONF_END; field++) {
        if (conf_kind_is_value(field->kind) && strcmp(field->path, list->key) == 0)
            return conf_value_text(field, conf_member(field, item));
    }
    return NULL;
}

/* The place of the item in `list` that is the same as `item`; n: none. */
static size_t
match(const ConfField *field, const ConfList *list, size_t place, const void *item)
{
    if (field->key == NULL)
        return MIN(place, list->n);
    g_autofree char *wanted = key_of(field, item);
    for (size_t i = 0; i < list->n; i++) {
        g_autofree char *key = key_of(field, list->items[i]);
        if (g_strcmp0(key, wanted) == 0)
            return i;
    }
    return list->n;
}

static size_t
enter_item(Diff *diff, const ConfField *field, size_t place, const void *item)
{
    size_t before = enter(diff, field->path);
    if (field->key == NULL) {
        g_string_append_printf(diff->path, "[%zu]", place + 1);
        return before;
    }
    g_autofree char *key = key_of(field, item);
    g_string_append_printf(diff->path, "[%s='%s']", field->key, key);
    return before;
}

static void
diff_list(Diff *diff, const ConfField *field, const ConfList *a, const ConfList *b)
{
    for (size_t i = 0; i < a->n; i++) {
        size_t other = match(field, b, i, a->items[i]);
        size_t before = enter_item(diff, field, i, a->items[i]);
        if (other < b->n)
            diff_structs(diff, field, field->type, a->items[i], b->items[other]);
        else
            add(diff, CONF_REMOVED, field, "", "");
        g_string_truncate(diff->path, before);
    }
    for (size_t i = 0; i < b->n; i++) {
        if (match(field, a, i, b->items[i]) < a->n)
            continue;
        size_t before = enter_item(diff, field, i, b->items[i]);
        add(diff, CONF_ADDED, field, "", "");
        g_string_truncate(diff->path, before);
    }
}

static void
diff_pointer(Diff *diff, const ConfField *field, const void *a, const void *b)
{
    if (a != NULL && b != NULL)
        diff_structs(diff, field, field->type, a, b);
    else if (a != b)
        add(diff, b != NULL ? CONF_ADDED : CONF_REMOVED, field, "", "");
}

static void
diff_choices(Diff *diff, const ConfField *field, const ConfChoiceList *a, const ConfChoiceList *b)
{
    for (size_t i = 0; i < MAX(a->n, b->n); i++) {
        const ConfChoice *was = i < a->n ? &a->items[i] : NULL;
        const ConfChoice *is = i < b->n ? &b->items[i] : NULL;
        size_t before = enter(diff, was != NULL ? was->type->name : is->type->name);
        g_string_append_printf(diff->path, "[%zu]", i + 1);
        if (was != NULL && is != NULL && was->type == is->type)
            diff_structs(diff, field, was->type, was->item, is->item);
        else
            add(diff,
                was == NULL  ? CONF_ADDED
                : is == NULL ? CONF_REMOVED
                             : CONF_CHANGED,
                field, "", "");
        g_string_truncate(diff->path, before);
    }
}

static gboolean
opaque_equal(const ConfField *field, const void *a, const void *b)
{
    if (field->kind == CONF_RAW)
        return conf_node_equal(*(const ConfNode *const *)a, *(const ConfNode *const *)b);
    if (field->kind == CONF_EXTRA)
        return field->names != NULL ||
               conf_extra_equal(*(const ConfExtra *const *)a, *(const ConfExtra *const *)b);
    return field->hook->equal == NULL || field->hook->equal(a, b);
}

/* A union of two kinds is a change of its tag, which is told by the tag's own row. */
static void
diff_row(Diff *diff, const ConfField *field, const void *a, const void *b)
{
    const void *was = conf_member(field, a), *is = conf_member(field, b);
    switch (field->kind) {
    case CONF_TABLE:
    case CONF_INCLUDE:
        diff_structs(diff, field, field->type, was, is);
        break;
    case CONF_TABLE_PTR:
        diff_pointer(diff, field, *(const void *const *)was, *(const void *const *)is);
        break;
    case CONF_CHOICE:
        diff_choices(diff, field, was, is);
        break;
    case CONF_UNION:
        if (conf_union_type(field, a) != NULL &&
            conf_union_type(field, a) == conf_union_type(field, b))
            diff_structs(diff, field, conf_union_type(field, a), was, is);
        break;
    case CONF_RAW:
    case CONF_EXTRA:
    case CONF_HOOK:
        if (!opaque_equal(field, was, is))
            add(diff, CONF_CHANGED, field, "", "");
        break;
    default:
        diff_value(diff, field, was, is);
    }
}

static void
diff_rows(Diff *diff, const ConfType *type, const void *a, const void *b)
{
    for (const ConfField *field = type->fields; field->kind != CONF_END; field++) {
        if (field->kind == CONF_LIST) {
            diff_list(diff, field, conf_member(field, a), conf_member(field, b));
            continue;
        }
        size_t before = enter(diff, field->path);
        diff_row(diff, field, a, b);
        g_string_truncate(diff->path, before);
    }
}

GPtrArray *
conf_diff(const ConfType *type, const void *before, const void *after)
{
    g_autoptr(GString) path = g_string_new("/");
    g_string_append(path, type->name);
    Diff diff = {g_ptr_array_new_with_free_func(change_free), path, 0};
    diff_rows(&diff, type, before, after);
    return diff.changes;
}
