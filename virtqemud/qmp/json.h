/*
 * json — JSON documents of peers that may be hostile: QEMU's monitor and the guest's agent.
 *
 * json-c does the work behind this header and nothing else includes it. What is parsed was scanned
 * before: its bytes, depth and number of values are bounded, whole numbers outside of 64 bits are
 * refused instead of bent, and so are the liberties that json-c takes (NaN, single quotes). Numbers
 * from -2^63 to 2^64-1 are exact. Getters say what is wrong with a document; they never assume.
 *
 * A Json is counted, but not atomically: hand it over to another thread, do not share it. JSON's
 * null is the pointer NULL: every function takes it. Pure; any thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

typedef struct json_object Json;

/* 0: the default that stands beside it. */
typedef struct {
    size_t bytes;  /* 10 MiB */
    size_t depth;  /* 64: containers in each other */
    size_t values; /* 500,000: values in all, 50 to 150 bytes of memory each */
} JsonLimits;

/* The object that `text` is; anything else, also another kind of value, is refused. The text needs
 * no NUL. `limits` may be NULL. Errors: VIRT_ERR_PARSE_FAILED. */
Json *json_parse(const char *text, size_t n, const JsonLimits *limits, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* One line without a line end, the caller's to free. */
char *json_print(const Json *value);
Json *json_ref(const Json *value);
/* Takes NULL. */
void json_unref(Json *value);

typedef enum {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
} JsonKind;

JsonKind json_kind(const Json *value);
/* "an object", "a string"; for messages. */
const char *json_kind_text(JsonKind kind);

/* Members of an object, borrowed. NULL when it is null, absent, or `object` is none. */
Json *json_get(const Json *object, const char *name);
gboolean json_has(const Json *object, const char *name);
/* The member of a member: names separated by '/'. */
Json *json_at(const Json *object, const char *path);
/* Members of an object or items of an array; 0 for other kinds. */
size_t json_length(const Json *value);
/* Borrowed; NULL beyond the end and for what is no array. */
Json *json_item(const Json *array, size_t i);
/* Calls fn for each member in order, until it answers FALSE. FALSE then. */
typedef gboolean (*JsonMemberFn)(void *data, const char *name, Json *value);
gboolean json_each(const Json *object, JsonMemberFn fn, void *data);

/*
 * Values of members, with a reason when they are not there, of another kind, or outside the range.
 * Strings are borrowed and hold no NUL. Errors: VIRT_ERR_PARSE_FAILED naming the member.
 */
gboolean json_get_string(const Json *object, const char *name, const char **ret_text,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean json_get_bool(const Json *object, const char *name, gboolean *ret_value, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean json_get_int(const Json *object, const char *name, int64_t *ret_value, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean json_get_uint(const Json *object, const char *name, uint64_t *ret_value, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* Finite; whole numbers are taken as well. */
gboolean json_get_double(const Json *object, const char *name, double *ret_value, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean json_get_kind(const Json *object, const char *name, JsonKind kind, Json **ret_value,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same where nothing has to be said: whatever is absent or of another kind is NULL, FALSE, 0.
 */
const char *json_text(const Json *object, const char *name);
gboolean json_flag(const Json *object, const char *name);
int64_t json_int(const Json *object, const char *name);
uint32_t json_u32(const Json *object, const char *name);
/* The value itself, as an item of an array has no name. NULL and FALSE for what is none. */
const char *json_as_string(const Json *value);
gboolean json_as_uint(const Json *value, uint64_t *ret_value);

/* Building. What is added or appended is taken over; adding to a name replaces its value. */
Json *json_new_object(void);
Json *json_new_array(void);
/* `text` NULL: null. */
Json *json_new_string(const char *text);
Json *json_new_int(int64_t value);
Json *json_new_uint(uint64_t value);
Json *json_new_bool(gboolean value);
void json_add(Json *object, const char *name, Json *value);
void json_add_string(Json *object, const char *name, const char *text);
void json_add_int(Json *object, const char *name, int64_t value);
void json_add_uint(Json *object, const char *name, uint64_t value);
void json_add_bool(Json *object, const char *name, gboolean value);
void json_append(Json *array, Json *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_unref)
