/*
 * json — see json.h.
 */
#include "virtqemud/qmp/json.h"

#include <json-c/json.h>
#include <math.h>
#include <string.h>

#include "virtqemud/qmp/json_scan.h"

enum { DEPTH_MAX = 64, NAME_SHOWN = 64 };

static const char *const kind_texts[] = {
    [JSON_NULL] = "null",       [JSON_BOOL] = "a truth value", [JSON_NUMBER] = "a number",
    [JSON_STRING] = "a string", [JSON_ARRAY] = "an array",     [JSON_OBJECT] = "an object",
};

/* json-c declares its readers without const. */
static Json *
writable(const Json *value)
{
    return (Json *)(uintptr_t)value;
}

/* --- text --- */

/* White space of RFC 8259. json-c leaves what follows a document to its caller. */
static gboolean
is_blank(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' && text[i] != '\n')
            return FALSE;
    }
    return TRUE;
}

Json *
json_parse(const char *text, size_t n, const JsonLimits *limits, GError **error)
{
    if (!json_scan(text, n, limits, error))
        return NULL;
    size_t depth = limits != NULL && limits->depth != 0 ? limits->depth : DEPTH_MAX;
    /* One more: json-c counts the value in the innermost container as a level. */
    struct json_tokener *tokener = json_tokener_new_ex((int)MIN(depth, G_MAXINT - 1) + 1);
    g_assert(tokener != NULL);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    Json *value = json_tokener_parse_ex(tokener, text, (int)n);
    enum json_tokener_error failure = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    if (failure == json_tokener_success && !is_blank(text + end, n - end))
        failure = json_tokener_error_parse_unexpected;
    if (failure == json_tokener_success && json_kind(value) == JSON_OBJECT)
        return value;
    json_unref(value);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_PARSE_FAILED, "%s",
                   failure == json_tokener_success    ? "the document is no object"
                   : failure == json_tokener_continue ? "the document is cut off"
                                                      : json_tokener_error_desc(failure));
    return NULL;
}

char *
json_print(const Json *value)
{
    size_t n;
    const char *text = json_object_to_json_string_length(
        writable(value), JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);
    return g_strndup(text, n);
}

Json *
json_ref(const Json *value)
{
    return json_object_get(writable(value));
}

void
json_unref(Json *value)
{
    json_object_put(value);
}

/* --- looking --- */

JsonKind
json_kind(const Json *value)
{
    switch (json_object_get_type(value)) {
    case json_type_boolean:
        return JSON_BOOL;
    case json_type_int:
    case json_type_double:
        return JSON_NUMBER;
    case json_type_string:
        return JSON_STRING;
    case json_type_array:
        return JSON_ARRAY;
    case json_type_object:
        return JSON_OBJECT;
    case json_type_null:
        break;
    }
    return JSON_NULL;
}

const char *
json_kind_text(JsonKind kind)
{
    return kind_texts[kind];
}

Json *
json_get(const Json *object, const char *name)
{
    Json *value = NULL;
    (void)json_object_object_get_ex(object, name, &value); /* FALSE leaves NULL */
    return value;
}

gboolean
json_has(const Json *object, const char *name)
{
    return json_object_object_get_ex(object, name, NULL);
}

Json *
json_at(const Json *object, const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, "/", -1);
    Json *value = writable(object);
    for (char **name = names; *name != NULL && value != NULL; name++)
        value = json_get(value, *name);
    return value;
}

size_t
json_length(const Json *value)
{
    JsonKind kind = json_kind(value);
    if (kind == JSON_ARRAY)
        return json_object_array_length(value);
    return kind == JSON_OBJECT ? (size_t)json_object_object_length(value) : 0;
}

Json *
json_item(const Json *array, size_t i)
{
    if (json_kind(array) != JSON_ARRAY || i >= json_object_array_length(array))
        return NULL;
    return json_object_array_get_idx(array, i);
}

gboolean
json_each(const Json *object, JsonMemberFn fn, void *data)
{
    if (json_kind(object) != JSON_OBJECT)
        return TRUE;
    json_object_object_foreach(writable(object), name, value)
    {
        if (!fn(data, name, value))
            return FALSE;
    }
    return TRUE;
}

/* --- values of members --- */

static gboolean
refuse(GError **error, const char *name, const char *what)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_PARSE_FAILED, "'%.*s' %s", NAME_SHOWN, name,
                   what);
    return FALSE;
}

static gboolean
refuse_kind(GError **error, const char *name, JsonKind wanted, JsonKind found)
{
    g_autofree char *what =
        g_strdup_printf("is %s where %s must be", kind_texts[found], kind_texts[wanted]);
    return refuse(error, name, what);
}

gboolean
json_get_kind(const Json *object, const char *name, JsonKind kind, Json **ret_value, GError **error)
{
    if (!json_has(object, name))
        return refuse(error, name, "is missing");
    Json *value = json_get(object, name);
    if (json_kind(value) != kind)
        return refuse_kind(error, name, kind, json_kind(value));
    *ret_value = value;
    return TRUE;
}

const char *
json_text(const Json *object, const char *name)
{
    return json_as_string(json_get(object, name));
}

gboolean
json_flag(const Json *object, const char *name)
{
    gboolean value = FALSE;
    return json_get_bool(object, name, &value, NULL) && value;
}

int64_t
json_int(const Json *object, const char *name)
{
    int64_t value = 0;
    return json_get_int(object, name, &value, NULL) ? value : 0;
}

uint32_t
json_u32(const Json *object, const char *name)
{
    uint64_t value = 0;
    return json_get_uint(object, name, &value, NULL) && value <= UINT32_MAX ? (uint32_t)value : 0;
}

const char *
json_as_string(const Json *value)
{
    if (json_kind(value) != JSON_STRING)
        return NULL;
    const char *text = json_object_get_string(writable(value));
    return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

gboolean
json_get_string(const Json *object, const char *name, const char **ret_text, GError **error)
{
    Json *value;
    if (!json_get_kind(object, name, JSON_STRING, &value, error))
        return FALSE;
    const char *text = json_as_string(value);
    if (text == NULL)
        return refuse(error, name, "holds a NUL");
    *ret_text = text;
    return TRUE;
}

gboolean
json_get_bool(const Json *object, const char *name, gboolean *ret_value, GError **error)
{
    Json *value;
    if (!json_get_kind(object, name, JSON_BOOL, &value, error))
        return FALSE;
    *ret_value = json_object_get_boolean(value);
    return TRUE;
}

gboolean
json_as_uint(const Json *value, uint64_t *ret_value)
{
    if (json_object_get_type(value) != json_type_int || json_object_get_int64(value) < 0)
        return FALSE;
    *ret_value = json_object_get_uint64(value);
    return TRUE;
}

gboolean
json_get_uint(const Json *object, const char *name, uint64_t *ret_value, GError **error)
{
    Json *value;
    if (!json_get_kind(object, name, JSON_NUMBER, &value, error))
        return FALSE;
    return json_as_uint(value, ret_value) ||
           refuse(error, name, "is no whole number from 0 to 2^64-1");
}

gboolean
json_get_int(const Json *object, const char *name, int64_t *ret_value, GError **error)
{
    Json *value;
    if (!json_get_kind(object, name, JSON_NUMBER, &value, error))
        return FALSE;
    if (json_object_get_type(value) != json_type_int || json_object_get_uint64(value) > INT64_MAX)
        return refuse(error, name, "is no whole number from -2^63 to 2^63-1");
    *ret_value = json_object_get_int64(value);
    return TRUE;
}

gboolean
json_get_double(const Json *object, const char *name, double *ret_value, GError **error)
{
    Json *value;
    if (!json_get_kind(object, name, JSON_NUMBER, &value, error))
        return FALSE;
    double number = json_object_get_double(value);
    if (!isfinite(number))
        return refuse(error, name, "is out of range");
    *ret_value = number;
    return TRUE;
}

/* --- building --- */

/* json-c answers NULL when it has no memory: there we stop, as GLib does. */
static Json *
made(Json *value)
{
    g_assert(value != NULL);
    return value;
}

Json *
json_new_object(void)
{
    return made(json_object_new_object());
}

Json *
json_new_array(void)
{
    return made(json_object_new_array());
}

Json *
json_new_string(const char *text)
{
    return text != NULL ? made(json_object_new_string(text)) : NULL;
}

Json *
json_new_int(int64_t value)
{
    return made(json_object_new_int64(value));
}

Json *
json_new_uint(uint64_t value)
{
    return made(json_object_new_uint64(value));
}

Json *
json_new_bool(gboolean value)
{
    return made(json_object_new_boolean(value));
}

void
json_add(Json *object, const char *name, Json *value)
{
    int failed = json_object_object_add(object, name, value);
    g_assert(failed == 0);
}

void
json_add_string(Json *object, const char *name, const char *text)
{
    json_add(object, name, json_new_string(text));
}

void
json_add_int(Json *object, const char *name, int64_t value)
{
    json_add(object, name, json_new_int(value));
}

void
json_add_uint(Json *object, const char *name, uint64_t value)
{
    json_add(object, name, json_new_uint(value));
}

void
json_add_bool(Json *object, const char *name, gboolean value)
{
    json_add(object, name, json_new_bool(value));
}

void
json_append(Json *array, Json *value)
{
    int failed = json_object_array_add(array, value);
    g_assert(failed == 0);
}
