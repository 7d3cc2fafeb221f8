/*
 * value — see value.h.
 */
#include "common/conf/value.h"

#include <string.h>

#include "common/base/units.h"

enum { SUGGESTION_DISTANCE = 2, LONGEST_NAME = 64, QUOTED_NAMES = 12 };

const char *
conf_enum_name(const ConfEnum *values, int value)
{
    for (size_t i = 0; i < values->n; i++) {
        if (values->items[i].value == value)
            return values->items[i].name;
    }
    return NULL;
}

int
conf_enum_value(const ConfEnum *values, const char *name)
{
    for (size_t i = 0; i < values->n; i++) {
        if (strcmp(values->items[i].name, name) == 0)
            return values->items[i].value;
    }
    return 0;
}

/* Single-character changes from one word to the other; a swap of neighbours counts as one. */
static unsigned
distance(const char *a, const char *b)
{
    unsigned rows[3][LONGEST_NAME + 1];
    size_t n = strlen(b), m = strlen(a);
    if (n > LONGEST_NAME || m > LONGEST_NAME)
        return LONGEST_NAME;
    for (size_t j = 0; j <= n; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= m; i++) {
        unsigned *before = rows[(i - 1) % 3], *now = rows[i % 3];
        const unsigned *earlier = rows[(i + 1) % 3];
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            unsigned cost = a[i - 1] != b[j - 1];
            now[j] = MIN(MIN(before[j] + 1, now[j - 1] + 1), before[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = MIN(now[j], earlier[j - 2] + 1);
        }
    }
    return rows[m % 3][n];
}

/* The name that is nearest; NULL: none is near. */
static const char *
suggest(char *const *names, const char *text)
{
    const char *best = NULL;
    unsigned least = SUGGESTION_DISTANCE + 1;
    for (size_t i = 0; names[i] != NULL; i++) {
        unsigned far = distance(text, names[i]);
        if (far < least && far < strlen(text)) {
            least = far;
            best = names[i];
        }
    }
    return best;
}

static char *
explain_names(char *const *names, const char *text)
{
    GString *why = g_string_new(NULL);
    g_string_printf(why, "'%s' is not one of ", text);
    for (size_t i = 0; names[i] != NULL && i < QUOTED_NAMES; i++)
        g_string_append_printf(why, "%s'%s'", i > 0 ? ", " : "", names[i]);
    if (g_strv_length((char **)names) > QUOTED_NAMES)
        g_string_append(why, ", …");
    const char *better = suggest(names, text);
    if (better != NULL)
        g_string_append_printf(why, "; did you mean '%s'?", better);
    return g_string_free(why, FALSE);
}

static char *
explain_enum(const ConfEnum *values, const char *text)
{
    g_autofree char **names = g_new0(char *, values->n + 1);
    for (size_t i = 0; i < values->n; i++)
        names[i] = (char *)(uintptr_t)values->items[i].name;
    return explain_names(names, text);
}

static gboolean
parse_hex(const char *text, uint64_t *ret_number)
{
    if (text[0] != '0' || (text[1] != 'x' && text[1] != 'X') || !g_ascii_isxdigit(text[2]))
        return FALSE;
    char *end = NULL;
    if (strlen(text) > 2 + 16)
        return FALSE;
    *ret_number = g_ascii_strtoull(text + 2, &end, 16);
    return *end == '\0';
}

static gboolean
parse_signed(const ConfField *field, OptI64 *member, const char *text, char **ret_why)
{
    int64_t value, least = (int64_t)field->range->min, most = (int64_t)field->range->max;
    if (!units_parse_i64(text, least, most, &value)) {
        *ret_why =
            g_strdup_printf("'%s' is not a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                            text, least, most);
        return FALSE;
    }
    *member = (OptI64){true, value};
    return TRUE;
}

static gboolean
parse_number(const ConfField *field, void *member, const char *text, char **ret_why)
{
    uint64_t value;
    const ConfRange *range = field->range;
    gboolean wide = field->kind == CONF_U64 || field->kind == CONF_OPT_U64;
    uint64_t most = wide ? range->max : MIN(range->max, UINT32_MAX);
    if ((!units_parse_u64(text, most, &value) && !parse_hex(text, &value)) || value > most ||
        value < range->min) {
        *ret_why =
            g_strdup_printf("'%s' is not a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                            text, range->min, most);
        return FALSE;
    }
    if (field->kind == CONF_U32)
        *(uint32_t *)member = (uint32_t)value;
    else if (field->kind == CONF_U64)
        *(uint64_t *)member = value;
    else if (field->kind == CONF_OPT_U32)
        *(OptU32 *)member = (OptU32){true, (uint32_t)value};
    else
        *(OptU64 *)member = (OptU64){true, value};
    return TRUE;
}

/* Whether it is one of the words; `ret_why` says what is wrong. */
static gboolean
check_words(const char *words, const char *text, char **ret_why)
{
    g_auto(GStrv) names = g_strsplit(words, " ", -1);
    if (g_strv_contains((const char *const *)names, text))
        return TRUE;
    *ret_why = explain_names(names, text);
    return FALSE;
}

static gboolean
check_pattern(const ConfPattern *pattern, const char *text, char **ret_why)
{
    if (pattern->words != NULL)
        return check_words(pattern->words, text, ret_why);
    if (pattern->accepts == NULL || pattern->accepts(text))
        return TRUE;
    *ret_why = g_strdup_printf("'%s' is not %s", text, pattern->what);
    return FALSE;
}

static gboolean
parse_string(const ConfField *field, Arena *arena, const char **member, const char *text,
             char **ret_why)
{
    const ConfPattern *pattern = field->pattern;
    if (pattern != NULL && !pattern->of_schema && !check_pattern(pattern, text, ret_why))
        return FALSE;
    *member = arena_strdup(arena, text);
    return TRUE;
}

gboolean
conf_value_fits_schema(const ConfField *field, const char *text, char **ret_why)
{
    return field->kind != CONF_STRING || field->pattern == NULL ||
           check_pattern(field->pattern, text, ret_why);
}

static gboolean
parse_uuid(OptUuid *member, const char *text, char **ret_why)
{
    if (!uuid_parse(text, member->bytes)) {
        *ret_why = g_strdup_printf("'%s' is not a uuid", text);
        return FALSE;
    }
    member->set = true;
    return TRUE;
}

gboolean
conf_value_parse_size(uint64_t *member, const char *text, const char *unit, char **ret_why)
{
    /* whole KiB, so that what is rounded up can be read again */
    static const uint64_t kib_up_to_all[2] = {1024, INT64_MAX - 1023};
    uint64_t number, bytes;
    g_autofree char *trimmed = g_strstrip(g_strdup(text));
    if (!units_parse_u64(trimmed, UINT64_MAX, &number)) {
        *ret_why = g_strdup_printf("'%s' is not a size", text);
        return FALSE;
    }
    g_autoptr(GError) error = NULL;
    if (!units_to_bytes(number, unit, kib_up_to_all, &bytes, &error)) {
        *ret_why = virt_error_get_code(error) == VIRT_ERR_OVERFLOW
                       ? g_strdup_printf("'%s' is too large", text)
                       : g_strdup_printf("'%s' is not a unit", unit);
        return FALSE;
    }
    *member = units_bytes_to_kib(bytes);
    return TRUE;
}

gboolean
conf_value_parse(const ConfField *field, Arena *arena, void *member, const char *text,
                 char **ret_why)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(text));
    switch (field->kind) {
    case CONF_STRING:
        return parse_string(field, arena, member, text, ret_why);
    case CONF_OPT_I64:
        return parse_signed(field, member, trimmed, ret_why);
    case CONF_UUID:
        return parse_uuid(member, trimmed, ret_why);
    case CONF_SIZE:
        return conf_value_parse_size(member, trimmed, NULL, ret_why);
    case CONF_FLAG:
        *(bool *)member = true;
        return TRUE;
    case CONF_ENUM:
        *(int *)member = conf_enum_value(field->values, text);
        if (*(int *)member == 0)
            *ret_why = explain_enum(field->values, text);
        return *(int *)member != 0;
    default:
        return parse_number(field, member, trimmed, ret_why);
    }
}

gboolean
conf_value_is_set(const ConfField *field, const void *member)
{
    switch (field->kind) {
    case CONF_STRING:
        return *(const char *const *)member != NULL;
    case CONF_U32:
        return *(const uint32_t *)member != 0;
    case CONF_U64:
    case CONF_SIZE:
        return *(const uint64_t *)member != 0;
    case CONF_OPT_U32:
        return ((const OptU32 *)member)->set;
    case CONF_OPT_U64:
        return ((const OptU64 *)member)->set;
    case CONF_OPT_I64:
        return ((const OptI64 *)member)->set;
    case CONF_ENUM:
        return *(const int *)member != 0;
    case CONF_UUID:
        return ((const OptUuid *)member)->set;
    case CONF_FLAG:
        return *(const bool *)member;
    default:
        return FALSE;
    }
}

static char *
number_text(const ConfField *field, uint64_t value)
{
    if ((field->flags & HEX) != 0)
        return g_strdup_printf("0x%0*" G_GINT64_MODIFIER "x", (int)MAX(field->digits, 1), value);
    char digits[24], *start = digits + sizeof digits - 1;
    *start = '\0';
    do
        *--start = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    return g_strdup(start);
}

char *
conf_value_text(const ConfField *field, const void *member)
{
    if (!conf_value_is_set(field, member) && (field->flags & ALWAYS) == 0)
        return g_strdup("");
    switch (field->kind) {
    case CONF_STRING: {
        const char *text = *(const char *const *)member;
        return g_strdup(text != NULL ? text : "");
    }
    case CONF_U32:
        return number_text(field, *(const uint32_t *)member);
    case CONF_U64:
    case CONF_SIZE:
        return number_text(field, *(const uint64_t *)member);
    case CONF_OPT_U32:
        return number_text(field, ((const OptU32 *)member)->value);
    case CONF_OPT_U64:
        return number_text(field, ((const OptU64 *)member)->value);
    case CONF_OPT_I64:
        return g_strdup_printf("%" G_GINT64_FORMAT, ((const OptI64 *)member)->value);
    case CONF_ENUM: {
        const char *name = conf_enum_name(field->values, *(const int *)member);
        return g_strdup(name != NULL ? name : "");
    }
    case CONF_UUID: {
        char text[UUID_TEXT_BYTES];
        return g_strdup(uuid_format(((const OptUuid *)member)->bytes, text));
    }
    default:
        return g_strdup("");
    }
}
