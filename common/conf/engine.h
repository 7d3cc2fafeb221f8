/*
 * engine — the walk over rows that the engines share: places, members, namespaces.
 *
 * Private to common/conf. Pure; any thread.
 */
#pragma once

#include "common/conf/conf.h"

/* A row's member in `object`. */
static inline void *
conf_member(const ConfField *field, const void *object)
{
    return (char *)(uintptr_t)object + field->offset;
}

/* The table that a UNION row has in `object`; NULL: none. */
const ConfType *conf_union_type(const ConfField *field, const void *object);
/* The first segment of a path, "disk" of "disk/@x", 0 for "@x" and ""; the pointer to what follows
 * it. */
size_t conf_path_segment(const char *path, const char **ret_rest);
/* Whether both paths begin with the same element. */
gboolean conf_path_same_element(const char *a, const char *b);
/* The type's extras, NULL when there are none; `ret_field` the first row, NULL when the table has
 * none. */
const ConfExtra **conf_extras(const ConfType *type, void *object);
/* The rows of an alternative of a CHOICE by its element's name. */
const ConfType *conf_choice_type(const ConfCases *cases, const char *name);

/* The namespace of a prefix that rows may use; NULL: unknown. */
const char *conf_namespace_uri(const char *prefix, size_t len);

/* How a HOOK row reads, prints, copies and compares its member. Any but `parse` and `format` may be
 * NULL: nothing to do, always equal. */
typedef struct ConfParse ConfParse;
typedef struct ConfWriter ConfWriter;
struct ConfHook {
    /* `element` is the struct's element; marks what it consumed with conf_parse_mark(). */
    gboolean (*parse)(ConfParse *parse, void *element, void *member);
    void (*format)(ConfWriter *writer, const void *member);
    void (*copy)(Arena *arena, void *member);
    gboolean (*equal)(const void *a, const void *b);
    /* What the schema says about it. */
    const char *rng;
};
