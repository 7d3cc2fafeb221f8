/*
 * conf_syntax — see conf_syntax.h. The syntax was learnt from libvirt's shipped configuration
 * files, its augeas lenses, and from what its daemon accepts and refuses.
 */
#include "common/daemon/conf_syntax.h"

#include <string.h>

#include "common/base/error.h"

typedef struct {
    const char *at;
    const char *end;
    const char *line_start;
    uint32_t line;
    const char *name;
    Arena *arena;
    GError **error;
} Reader;

static int
peek(const Reader *reader)
{
    return reader->at < reader->end ? (unsigned char)*reader->at : -1;
}

static void
step(Reader *reader)
{
    gboolean newline = *reader->at == '\n';
    reader->at++;
    if (newline) {
        reader->line++;
        reader->line_start = reader->at;
    }
}

static uint32_t
column(const Reader *reader)
{
    return (uint32_t)(reader->at - reader->line_start) + 1;
}

/* Refuses what stands at the reader's place. */
static gboolean
refuse(const Reader *reader, const char *why)
{
    virt_error_set(reader->error, VIRT_FROM_CONF, VIRT_ERR_CONF_SYNTAX, "%s:%u:%u: %s",
                   reader->name, reader->line, column(reader), why);
    return FALSE;
}

static gboolean
is_name_start(int c)
{
    return c == '_' || g_ascii_isalpha((gchar)c);
}

static gboolean
is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void
skip_blanks(Reader *reader)
{
    while (is_blank(peek(reader)))
        step(reader);
}

/* Blanks, and the comment that may follow them, but not the newline. */
static void
skip_to_line_end(Reader *reader)
{
    skip_blanks(reader);
    if (peek(reader) != '#')
        return;
    while (peek(reader) >= 0 && peek(reader) != '\n')
        step(reader);
}

/* Also newlines and further comments. */
static void
skip_lines(Reader *reader)
{
    skip_to_line_end(reader);
    while (peek(reader) == '\n') {
        step(reader);
        skip_to_line_end(reader);
    }
}

static gboolean
read_name(Reader *reader, const char **ret_name)
{
    const char *start = reader->at;
    if (peek(reader) < 0 || !is_name_start(peek(reader)))
        return refuse(reader, "a key was expected");
    while (peek(reader) >= 0 && (is_name_start(peek(reader)) || g_ascii_isdigit(*reader->at)))
        step(reader);
    *ret_name = arena_strndup(reader->arena, start, (size_t)(reader->at - start));
    return TRUE;
}

/* Refuses the number that begins at `start`. */
static gboolean
refuse_number(Reader *reader, const char *start)
{
    reader->at = start;
    return refuse(reader, "the number is too large");
}

static gboolean
read_integer(Reader *reader, ConfValue *value)
{
    const char *start = reader->at;
    gboolean negative = peek(reader) == '-';
    if (negative)
        step(reader);
    if (peek(reader) < '0' || peek(reader) > '9')
        return refuse(reader, "digits were expected");
    int64_t number = 0;
    while (peek(reader) >= '0' && peek(reader) <= '9') {
        int digit = peek(reader) - '0';
        /* Counts down, so that the smallest number fits too. */
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, digit, &number))
            return refuse_number(reader, start);
        step(reader);
    }
    if (!negative && number == INT64_MIN)
        return refuse_number(reader, start);
    value->type = CONF_VALUE_INTEGER;
    value->integer = negative ? number : -number;
    return TRUE;
}

static gboolean
at_text(const Reader *reader, const char *text)
{
    size_t len = strlen(text);
    return (size_t)(reader->end - reader->at) >= len && memcmp(reader->at, text, len) == 0;
}

/* From behind the opening quote to the closing one. */
static gboolean
read_string(Reader *reader, const char *quote, ConfValue *value)
{
    gboolean many_lines = strlen(quote) > 1;
    const char *start = reader->at;
    while (!at_text(reader, quote)) {
        if (peek(reader) < 0 || (peek(reader) == '\n' && !many_lines))
            return refuse(reader, "the text has no closing quote");
        step(reader);
    }
    value->type = CONF_VALUE_STRING;
    value->string = arena_strndup(reader->arena, start, (size_t)(reader->at - start));
    reader->at += strlen(quote);
    return TRUE;
}

/* An integer or a text. */
static gboolean
read_scalar(Reader *reader, ConfValue *value)
{
    static const char *const quotes[] = {"\"\"\"", "\"", "'"};
    value->line = reader->line;
    value->column = column(reader);
    for (size_t i = 0; i < G_N_ELEMENTS(quotes); i++) {
        if (at_text(reader, quotes[i])) {
            reader->at += strlen(quotes[i]);
            return read_string(reader, quotes[i], value);
        }
    }
    if (peek(reader) == '-' || (peek(reader) >= '0' && peek(reader) <= '9'))
        return read_integer(reader, value);
    return refuse(reader, "a value was expected: a number, a quoted text or a list");
}

static const ConfValue *
copy_values(Arena *arena, const GArray *values)
{
    ConfValue *copy = arena_array_of(arena, ConfValue, values->len);
    if (values->len > 0)
        memcpy(copy, values->data, values->len * sizeof(ConfValue));
    return copy;
}

/* From behind '[' to behind ']'. A comma may stand behind the last item. */
static gboolean
read_list(Reader *reader, ConfValue *value)
{
    g_autoptr(GArray) items = g_array_new(FALSE, TRUE, sizeof(ConfValue));
    skip_lines(reader);
    while (peek(reader) != ']') {
        ConfValue item = {0};
        if (!read_scalar(reader, &item))
            return FALSE;
        g_array_append_val(items, item);
        skip_lines(reader);
        if (peek(reader) == ',') {
            step(reader);
            skip_lines(reader);
        } else if (peek(reader) != ']') {
            return refuse(reader, "a comma or the list's closing bracket was expected");
        }
    }
    step(reader);
    value->type = CONF_VALUE_LIST;
    value->items = copy_values(reader->arena, items);
    value->n_items = items->len;
    return TRUE;
}

static gboolean
read_value(Reader *reader, ConfValue *value)
{
    if (peek(reader) != '[')
        return read_scalar(reader, value);
    value->line = reader->line;
    value->column = column(reader);
    step(reader);
    return read_list(reader, value);
}

/* One setting, up to the end of its line or behind its ';'. */
static gboolean
read_entry(Reader *reader, ConfEntry *entry)
{
    entry->line = reader->line;
    entry->column = column(reader);
    if (!read_name(reader, &entry->key))
        return FALSE;
    skip_blanks(reader);
    if (peek(reader) != '=')
        return refuse(reader, "an equals sign was expected");
    step(reader);
    skip_blanks(reader);
    if (!read_value(reader, &entry->value))
        return FALSE;
    skip_to_line_end(reader);
    if (peek(reader) == ';')
        step(reader);
    else if (peek(reader) >= 0 && peek(reader) != '\n')
        return refuse(reader, "the end of the line was expected");
    return TRUE;
}

/* What every reader of strings relies on: UTF-8 without NUL. Leaves the reader at the offence. */
static gboolean
check_text(Reader *reader)
{
    const char *valid_end;
    if ((size_t)(reader->end - reader->at) > CONF_SYNTAX_MAX_BYTES)
        return refuse(reader, "the file is too large");
    if (g_utf8_validate_len(reader->at, (gsize)(reader->end - reader->at), &valid_end))
        return TRUE;
    while (reader->at < valid_end)
        step(reader);
    return refuse(reader, "this is not UTF-8 text");
}

const ConfFile *
conf_syntax_parse(Arena *arena, const char *text, size_t len, const char *name, GError **error)
{
    Reader reader = {text, text + len, text, 1, name, arena, error};
    if (len == 0)
        return arena_new_of(arena, ConfFile);
    if (!check_text(&reader))
        return NULL;
    g_autoptr(GArray) entries = g_array_new(FALSE, TRUE, sizeof(ConfEntry));
    for (skip_lines(&reader); peek(&reader) >= 0; skip_lines(&reader)) {
        ConfEntry entry = {0};
        if (entries->len == CONF_SYNTAX_MAX_ENTRIES) {
            refuse(&reader, "the file has too many settings");
            return NULL;
        }
        if (!read_entry(&reader, &entry))
            return NULL;
        g_array_append_val(entries, entry);
    }
    ConfEntry *copy = arena_array_of(arena, ConfEntry, entries->len);
    if (entries->len > 0)
        memcpy(copy, entries->data, entries->len * sizeof(ConfEntry));
    ConfFile *file = arena_new_of(arena, ConfFile);
    *file = (ConfFile){copy, entries->len};
    return file;
}

const ConfEntry *
conf_syntax_find(const ConfFile *file, const char *key)
{
    for (size_t i = 0; i < file->n_entries; i++) {
        if (strcmp(file->entries[i].key, key) == 0)
            return &file->entries[i];
    }
    return NULL;
}

const char *
conf_syntax_type_name(ConfValueType type)
{
    static const char *const names[] = {
        [CONF_VALUE_INTEGER] = "an integer",
        [CONF_VALUE_STRING] = "a text in quotes",
        [CONF_VALUE_LIST] = "a list",
    };
    return names[type];
}
