/*
 * conf_syntax — the syntax of libvirt's configuration files, without any meaning of the keys.
 *
 *   key = "text"  |  'text'  |  """text over several lines"""  |  -5  |  [ "a", "b" ]     # comment
 *
 * One setting a line, or several parted by ';'. Quoted text has no escapes. Lists hold texts and
 * integers, and may span lines; they do not nest. A pure parser: bytes in, entries in an arena out;
 * bounded in size, without recursion. Any thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"

/* Files with more than that are refused. */
#define CONF_SYNTAX_MAX_BYTES (1024 * 1024)
#define CONF_SYNTAX_MAX_ENTRIES 4096

typedef enum { CONF_VALUE_INTEGER, CONF_VALUE_STRING, CONF_VALUE_LIST } ConfValueType;

typedef struct ConfValue ConfValue;
struct ConfValue {
    ConfValueType type;
    int64_t integer;        /* CONF_VALUE_INTEGER */
    const char *string;     /* CONF_VALUE_STRING: UTF-8 */
    const ConfValue *items; /* CONF_VALUE_LIST */
    size_t n_items;
    uint32_t line; /* both count from 1, columns in bytes */
    uint32_t column;
};

typedef struct {
    const char *key;
    uint32_t line;
    uint32_t column;
    ConfValue value;
} ConfEntry;

typedef struct {
    const ConfEntry *entries; /* as they stand in the file, duplicates included */
    size_t n_entries;
} ConfFile;

/*
 * Reads `len` bytes of `text`. `name` is the file's name for messages. Everything is allocated in
 * `arena`. Errors: VIRT_ERR_CONF_SYNTAX with name, line and column.
 */
const ConfFile *conf_syntax_parse(Arena *arena, const char *text, size_t len, const char *name,
                                  GError **error);
/* The first entry of that key (the one that counts), or NULL. */
const ConfEntry *conf_syntax_find(const ConfFile *file, const char *key);
/* "an integer", "a string", "a list": for messages. */
const char *conf_syntax_type_name(ConfValueType type);
