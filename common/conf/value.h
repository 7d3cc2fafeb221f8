/*
 * value — single values between text and member: numbers, strings, enums, uuids, sizes.
 *
 * All engines read, print and compare values through these functions, so a kind of value is
 * described once. Pure; any thread.
 */
#pragma once

#include "common/conf/conf.h"

/* Whether the row holds one value. */
static inline gboolean
conf_kind_is_value(ConfKind kind)
{
    return kind >= CONF_STRING && kind <= CONF_SIZE;
}
/* Reads `text` into the member. FALSE: `ret_why` says what is wrong with it, for the caller to
 * free. `unit` is for CONF_SIZE, NULL: none given. */
gboolean conf_value_parse(const ConfField *field, Arena *arena, void *member, const char *text,
                          char **ret_why);
/* Whether a text that was parsed is also what the schema asks for. */
gboolean conf_value_fits_schema(const ConfField *field, const char *text, char **ret_why);
gboolean conf_value_parse_size(uint64_t *member, const char *text, const char *unit,
                               char **ret_why);
/* Whether there is anything to print. */
gboolean conf_value_is_set(const ConfField *field, const void *member);
/* The value as it is printed, "" for none; the caller frees. */
char *conf_value_text(const ConfField *field, const void *member);

/* The name of a value; NULL for 0 and for what is none. */
const char *conf_enum_name(const ConfEnum *values, int value);
/* 0: no such name. */
int conf_enum_value(const ConfEnum *values, const char *name);
