/*
 * Reading and printing the tests' small vocabulary.
 */
#pragma once

#include <string.h>

#include "common/conf/format.h"
#include "common/conf/parse.h"
#include "common/conf/xml_read.h"
#include "tests/unit/conf/toy.h"

/* NULL: refused. */
static inline Toy *
toy_parse(Arena *arena, const char *xml, const ConfContext *context, GError **error)
{
    g_auto(XmlRead) read = {0};
    Toy *toy = arena_new_of(arena, Toy);
    if (!xml_read(xml, strlen(xml), &read, error) ||
        !conf_parse(&toy_type, xmlDocGetRootElement(read.doc), arena, context, toy, error))
        return NULL;
    return toy;
}

/* What a document of a user comes out as. */
static inline char *
toy_round(const char *xml, unsigned flags)
{
    static const ConfContext user = {CONF_FROM_USER, false, NULL};
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    Toy *toy = toy_parse(arena, xml, &user, &error);
    g_assert_no_error(error);
    return conf_format(&toy_type, toy, flags, 0);
}

/* The error of a document that must be refused; the caller frees. */
static inline char *
toy_refusal(const char *xml, const ConfContext *context, int *ret_code)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    g_assert_null(toy_parse(arena, xml, context, &error));
    g_assert_nonnull(error);
    *ret_code = (int)virt_error_get_code(error);
    return g_strdup(error->message);
}
