/*
 * caps — see caps.h. Bits: the commands in the order of their table, then the rows of cap_rows.h.
 * The order is never stored.
 */
#include "virtqemud/qmp/caps.h"

#include <string.h>

typedef struct {
    const char *name;
    const char *path;
} Cap;

#define X(id, name, path) [QMP_CAP_##id] = {name, path},
static const Cap caps_rows[] = {QMP_CAPS(X)};
#undef X

static gboolean
get_bit(const QmpCaps *caps, size_t bit)
{
    return (caps->words[bit / 64] >> (bit % 64)) & 1;
}

static void
set_bit(QmpCaps *caps, size_t bit)
{
    caps->words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static const char *
bit_name(size_t bit)
{
    return bit < QMP_COMMAND_COUNT ? qmp_command((QmpCommandId)bit)->name
                                   : caps_rows[bit - QMP_COMMAND_COUNT].name;
}

static const char *
bit_path(size_t bit)
{
    return bit < QMP_COMMAND_COUNT ? qmp_command((QmpCommandId)bit)->needs
                                   : caps_rows[bit - QMP_COMMAND_COUNT].path;
}

QmpCaps
qmp_caps_from_schema(const QmpSchema *schema)
{
    QmpCaps caps = {0};
    for (size_t bit = 0; bit < QMP_CAPS_BITS; bit++) {
        if (qmp_schema_has(schema, bit_path(bit)))
            set_bit(&caps, bit);
    }
    return caps;
}

gboolean
qmp_caps_have(const QmpCaps *caps, QmpCap cap)
{
    g_assert((size_t)cap < QMP_CAP_COUNT);
    return get_bit(caps, QMP_COMMAND_COUNT + (size_t)cap);
}

gboolean
qmp_caps_have_command(const QmpCaps *caps, QmpCommandId command)
{
    g_assert((size_t)command < QMP_COMMAND_COUNT);
    return get_bit(caps, command);
}

const char *
qmp_cap_name(QmpCap cap)
{
    g_assert((size_t)cap < QMP_CAP_COUNT);
    return caps_rows[cap].name;
}

const char *
qmp_cap_path(QmpCap cap)
{
    g_assert((size_t)cap < QMP_CAP_COUNT);
    return caps_rows[cap].path;
}

/* A command and a capability may have the same word, so the kind stands before it. */
static const char *
bit_kind(size_t bit)
{
    return bit < QMP_COMMAND_COUNT ? "command" : "cap";
}

char *
qmp_caps_format(const QmpCaps *caps)
{
    GString *text = g_string_new(NULL);
    for (size_t bit = 0; bit < QMP_CAPS_BITS; bit++) {
        if (get_bit(caps, bit))
            g_string_append_printf(text, "%s %s\n", bit_kind(bit), bit_name(bit));
    }
    return g_string_free(text, FALSE);
}

static gboolean
line_is(const char *line, size_t bit)
{
    size_t n = strlen(bit_kind(bit));
    return strncmp(line, bit_kind(bit), n) == 0 && line[n] == ' ' &&
           strcmp(line + n + 1, bit_name(bit)) == 0;
}

QmpCaps
qmp_caps_parse(const char *text)
{
    QmpCaps caps = {0};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        for (size_t bit = 0; bit < QMP_CAPS_BITS; bit++) {
            if (line_is(*line, bit))
                set_bit(&caps, bit);
        }
    }
    return caps;
}
