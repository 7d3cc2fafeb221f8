/*
 * schema — see schema.h. An index by name over the document; a path is walked each time, which
 * takes a few look-ups.
 */
#include "virtqemud/qmp/schema.h"

#include <string.h>

enum { ARRAYS_MAX = 8 };

struct QmpSchema {
    Json *reply;
    GHashTable *by_name; /* both borrowed from `reply` */
};

QmpSchema *
qmp_schema_new(const Json *reply, GError **error)
{
    if (json_kind(reply) != JSON_ARRAY) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_PARSE_FAILED, "QEMU's schema is no array");
        return NULL;
    }
    g_autoptr(QmpSchema) schema = g_new0(QmpSchema, 1);
    schema->reply = json_ref(reply);
    schema->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < json_length(reply); i++) {
        Json *entity = json_item(reply, i);
        const char *name;
        if (!json_get_string(entity, "name", &name, error))
            return NULL;
        g_hash_table_insert(schema->by_name, (gpointer)(uintptr_t)name, entity);
    }
    return g_steal_pointer(&schema);
}

void
qmp_schema_free(QmpSchema *schema)
{
    if (schema == NULL)
        return;
    if (schema->by_name != NULL)
        g_hash_table_unref(schema->by_name);
    json_unref(schema->reply);
    g_free(schema);
}

const Json *
qmp_schema_entity(const QmpSchema *schema, const char *name)
{
    return name != NULL ? g_hash_table_lookup(schema->by_name, name) : NULL;
}

static gboolean
is_meta(const Json *entity, const char *meta)
{
    return g_strcmp0(json_as_string(json_get(entity, "meta-type")), meta) == 0;
}

/* What the member `name` of `entity` names; of an array the type of its items. */
static const Json *
type_at(const QmpSchema *schema, const Json *entity, const char *name)
{
    const Json *type = qmp_schema_entity(schema, json_as_string(json_get(entity, name)));
    for (int i = 0; i < ARRAYS_MAX && is_meta(type, "array"); i++)
        type = qmp_schema_entity(schema, json_as_string(json_get(type, "element-type")));
    return type;
}

/* The item of `array` whose `key` has this text. */
static const Json *
find_item(const Json *array, const char *key, const char *text)
{
    for (size_t i = 0; i < json_length(array); i++) {
        const Json *item = json_item(array, i);
        if (g_strcmp0(json_as_string(json_get(item, key)), text) == 0)
            return item;
    }
    return NULL;
}

static gboolean
has_text(const Json *array, const char *text)
{
    for (size_t i = 0; i < json_length(array); i++) {
        if (g_strcmp0(json_as_string(json_item(array, i)), text) == 0)
            return TRUE;
    }
    return FALSE;
}

const Json *
qmp_schema_member(const QmpSchema *schema, const Json *type, const char *name, gboolean deep)
{
    if (!is_meta(type, "object"))
        return NULL;
    const Json *member = find_item(json_get(type, "members"), "name", name);
    const Json *variants = json_get(type, "variants");
    for (size_t i = 0; member == NULL && deep && i < json_length(variants); i++) {
        const Json *variant = type_at(schema, json_item(variants, i), "type");
        member = find_item(json_get(variant, "members"), "name", name);
    }
    return member;
}

/* Where a path has come to: `holder` is what features belong to, `type` what is inside. */
typedef struct {
    const Json *holder;
    const Json *type;
} Place;

static gboolean
step(const QmpSchema *schema, Place *place, const char *word)
{
    const Json *next;
    switch (word[0]) {
    case '$':
        return has_text(json_get(place->holder, "features"), word + 1);
    case '^':
        if (!is_meta(place->type, "enum"))
            return FALSE;
        /* Newer ones list members with features, older ones only values. */
        return find_item(json_get(place->type, "members"), "name", word + 1) != NULL ||
               has_text(json_get(place->type, "values"), word + 1);
    case '+':
        next = find_item(json_get(place->type, "variants"), "case", word + 1);
        *place = (Place){next, type_at(schema, next, "type")};
        return next != NULL;
    default:
        next = qmp_schema_member(schema, place->type, word, FALSE);
        *place = (Place){next, type_at(schema, next, "type")};
        return next != NULL;
    }
}

gboolean
qmp_schema_has(const QmpSchema *schema, const char *path)
{
    g_auto(GStrv) words = g_strsplit(path, "/", -1);
    const Json *entity = qmp_schema_entity(schema, words[0]);
    if (!is_meta(entity, "command") && !is_meta(entity, "event"))
        return FALSE;
    Place place = {entity, NULL};
    size_t i = 1;
    if (words[i] != NULL && g_str_has_suffix(words[i], "-type")) {
        place.type = type_at(schema, entity, words[i]);
        place.holder = place.type;
        if (place.type == NULL)
            return FALSE;
        i++;
    }
    for (; words[i] != NULL; i++) {
        if (!step(schema, &place, words[i]))
            return FALSE;
    }
    return TRUE;
}
