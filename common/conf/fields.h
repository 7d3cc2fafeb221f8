/*
 * fields — the macros that rows are written with; see conf.h for what a row is.
 *
 * Each names the struct, the member, its place in the XML, flags, and a sentence for the reference
 * page. A member of the wrong type does not compile: numbers and strings choose the row's kind by
 * _Generic, structures are compared with the type that the row names. Included by files that define
 * tables, never by headers.
 */
#pragma once

#include "common/conf/conf.h"

#define CONF_MEMBER(T, m) (((T *)0)->m)
/* The offset of a member that must have this type. */
#define CONF_OFFSET_AS(T, m, Wanted)                                                               \
    (offsetof(T, m) +                                                                              \
     0 * sizeof(                                                                                   \
             char[__builtin_types_compatible_p(__typeof__(CONF_MEMBER(T, m)), Wanted) ? 1 : -1]))
#define CONF_OFFSET_ENUM(T, m)                                                                     \
    (offsetof(T, m) + 0 * sizeof(char[sizeof(CONF_MEMBER(T, m)) == sizeof(int) ? 1 : -1]) +        \
     0 * _Generic(CONF_MEMBER(T, m), const char *: (char (*)[1])0, default: 0))
#define CONF_TEXT_KIND(T, m)                                                                       \
    _Generic(CONF_MEMBER(T, m), const char * : CONF_STRING, OptUuid : CONF_UUID)
#define CONF_NUMBER_KIND(T, m)                                                                     \
    _Generic(CONF_MEMBER(T, m), uint32_t                                                           \
             : CONF_U32, uint64_t                                                                  \
             : CONF_U64, OptU32                                                                    \
             : CONF_OPT_U32, OptU64                                                                \
             : CONF_OPT_U64, OptI64                                                                \
             : CONF_OPT_I64)

/* clang-format off */
#define SUB_STR(T, m, where, pat, flag, text)                                                      \
    {.kind = CONF_TEXT_KIND(T, m), .path = where, .offset = offsetof(T, m), .flags = (flag),       \
     .pattern = (pat), .doc = text}
#define SUB_NUM(T, m, where, least, most, flag, text)                                              \
    {.kind = CONF_NUMBER_KIND(T, m), .path = where, .offset = offsetof(T, m), .flags = (flag),     \
     .range = &(const ConfRange){(least), (most)}, .doc = text}
/* Printed as 0x and `width` digits; 0: as many as it has. */
#define ATTR_HEX(T, m, name, most, width, flag, text)                                              \
    {.kind = CONF_NUMBER_KIND(T, m), .path = "@" name, .offset = offsetof(T, m),                   \
     .flags = (flag) | HEX, .range = &(const ConfRange){0, (most)}, .digits = (width), .doc = text}
#define SUB_ENUM(T, m, where, enumeration, flag, text)                                             \
    {.kind = CONF_ENUM, .path = where, .offset = CONF_OFFSET_ENUM(T, m), .flags = (flag),          \
     .values = &(enumeration), .doc = text}
#define ATTR_STR(T, m, name, pat, flag, text) SUB_STR(T, m, "@" name, pat, flag, text)
#define ATTR_NUM(T, m, name, least, most, flag, text)                                              \
    SUB_NUM(T, m, "@" name, least, most, flag, text)
#define ATTR_ENUM(T, m, name, enumeration, flag, text)                                             \
    SUB_ENUM(T, m, "@" name, enumeration, flag, text)
/* `value` where the document does not say. */
#define ATTR_ENUM_OR(T, m, name, enumeration, value, flag, text)                                   \
    {.kind = CONF_ENUM, .path = "@" name, .offset = CONF_OFFSET_ENUM(T, m), .flags = (flag),       \
     .values = &(enumeration), .otherwise = (value), .doc = text}
/* The text of a child element. */
#define TEXT(T, m, where, pat, flag, text) SUB_STR(T, m, where, pat, flag, text)
/* A child element that is there or not. */
#define FLAG(T, m, where, text)                                                                    \
    {.kind = CONF_FLAG, .path = where, .offset = CONF_OFFSET_AS(T, m, bool), .doc = text}
/* A child element with a size and its @unit, kept in KiB. */
#define SUB_SIZE(T, m, where, flag, text)                                                          \
    {.kind = CONF_SIZE, .path = where, .offset = CONF_OFFSET_AS(T, m, uint64_t),                   \
     .flags = (flag), .doc = text}
/* The same in attributes: `where` has the number, @unit stands beside it. */
#define ATTR_SIZE(T, m, where, flag, text) SUB_SIZE(T, m, where, flag, text)
#define SUB_TABLE(T, m, where, Item, item_type, flag, text)                                        \
    {.kind = CONF_TABLE, .path = where, .offset = CONF_OFFSET_AS(T, m, Item), .flags = (flag),     \
     .type = &(item_type), .doc = text}
#define SUB_TABLE_PTR(T, m, where, Item, item_type, flag, text)                                    \
    {.kind = CONF_TABLE_PTR, .path = where, .offset = CONF_OFFSET_AS(T, m, Item *),                \
     .flags = (flag), .type = &(item_type), .doc = text}
/* `match` is the path of the item's row that tells which items are the same; NULL: the place. */
#define LIST(T, m, where, Item, item_type, match, flag, text)                                      \
    {.kind = CONF_LIST, .path = where,                                                             \
     .offset = CONF_OFFSET_AS(T, m.items, Item **) - offsetof(ConfList, items), .flags = (flag),   \
     .type = &(item_type), .key = match, .doc = text}
/* `where` is the parent of the elements, "" for this one. */
#define CHOICE(T, m, where, alternatives, flag, text)                                              \
    {.kind = CONF_CHOICE, .path = where, .offset = CONF_OFFSET_AS(T, m, ConfChoiceList),           \
     .flags = (flag), .cases = &(alternatives), .doc = text}
/* The table follows from the enum `tag`, whose row stands before; where "": at the same place. */
#define UNION(T, m, where, tag, alternatives, flag, text)                                          \
    {.kind = CONF_UNION, .path = where, .offset = offsetof(T, m), .flags = (flag),                 \
     .cases = &(alternatives), .tag_offset = CONF_OFFSET_ENUM(T, tag), .doc = text}
#define INCLUDE(T, m, Item, item_type)                                                             \
    {.kind = CONF_INCLUDE, .path = "", .offset = CONF_OFFSET_AS(T, m, Item), .type = &(item_type)}
#define RAW(T, m, where, flag, text)                                                               \
    {.kind = CONF_RAW, .path = where, .offset = CONF_OFFSET_AS(T, m, const ConfNode *),            \
     .flags = (flag), .doc = text}
/* Where elements that have no row yet are kept and printed; the last such row takes NULL. */
#define EXTRA(T, m, only)                                                                          \
    {.kind = CONF_EXTRA, .path = "", .offset = CONF_OFFSET_AS(T, m, const ConfExtra *),            \
     .names = only}
#define HOOK(T, m, where, functions, flag, text)                                                   \
    {.kind = CONF_HOOK, .path = where, .offset = offsetof(T, m), .flags = (flag),                  \
     .hook = &(functions), .doc = text}
#define END {.kind = CONF_END}
/* The rule of a string that is one of these words. */
#define ONE_OF(list) &(const ConfPattern){.words = (list)}
/* clang-format on */

#define CONF_TYPE(T, element, rows, check)                                                         \
    {                                                                                              \
        .name = element, .size = sizeof(T), .fields = rows, .validate = check                      \
    }
#define CONF_TYPE_WITH_SCHEMA(T, element, rows, check, check_schema)                               \
    {                                                                                              \
        .name = element, .size = sizeof(T), .fields = rows, .validate = check,                     \
        .validate_schema = check_schema                                                            \
    }
#define CONF_ENUM_OF(label, values)                                                                \
    {                                                                                              \
        .name = label, .items = values, .n = G_N_ELEMENTS(values)                                  \
    }
#define CONF_CASES_OF(tables)                                                                      \
    {                                                                                              \
        .types = tables, .n = G_N_ELEMENTS(tables)                                                 \
    }
