/*
 * units — see units.h.
 */
#include "common/base/units.h"

#include <string.h>

/* Decimal digits at the start of `text`; where they end, NULL when there are none or too many. */
static const char *
parse_digits(const char *text, uint64_t *ret_number)
{
    uint64_t number = 0;
    const char *end = text;
    for (; g_ascii_isdigit(*end); end++) {
        if (__builtin_mul_overflow(number, UINT64_C(10), &number) ||
            __builtin_add_overflow(number, (uint64_t)(*end - '0'), &number))
            return NULL;
    }
    *ret_number = number;
    return end > text ? end : NULL;
}

gboolean
units_parse_u64(const char *text, uint64_t max, uint64_t *ret_number)
{
    uint64_t number;
    const char *end = parse_digits(text, &number);
    if (end == NULL || *end != '\0' || number > max)
        return FALSE;
    *ret_number = number;
    return TRUE;
}

gboolean
units_parse_i64(const char *text, int64_t min, int64_t max, int64_t *ret_number)
{
    gboolean negative = *text == '-';
    uint64_t size;
    if (!units_parse_u64(text + (negative ? 1 : 0), (uint64_t)INT64_MAX + (negative ? 1 : 0),
                         &size))
        return FALSE;
    int64_t number = negative ? (int64_t)(0 - size) : (int64_t)size;
    if (number < min || number > max)
        return FALSE;
    *ret_number = number;
    return TRUE;
}

/* The power that a prefix letter stands for; 0: none. */
static unsigned
prefix_power(char letter)
{
    static const char letters[] = "kmgtpe";
    const char *found = letter != '\0' ? strchr(letters, g_ascii_tolower(letter)) : NULL;
    return found != NULL ? (unsigned)(found - letters) + 1 : 0;
}

static uint64_t
power_of(uint64_t base, unsigned power)
{
    uint64_t result = 1;
    while (power-- > 0)
        result *= base; /* at most 1024^6 = 2^60 */
    return result;
}

gboolean
units_scale_bytes(const char *unit, uint64_t *ret_bytes, GError **error)
{
    if (g_ascii_strcasecmp(unit, "b") == 0 || g_ascii_strcasecmp(unit, "byte") == 0 ||
        g_ascii_strcasecmp(unit, "bytes") == 0) {
        *ret_bytes = 1;
        return TRUE;
    }
    unsigned power = prefix_power(unit[0]);
    if (power > 0 && (unit[1] == '\0' || g_ascii_strcasecmp(unit + 1, "ib") == 0)) {
        *ret_bytes = power_of(1024, power);
        return TRUE;
    }
    if (power > 0 && g_ascii_strcasecmp(unit + 1, "b") == 0) {
        *ret_bytes = power_of(1000, power);
        return TRUE;
    }
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG, "'%s' is no unit of size", unit);
    return FALSE;
}

gboolean
units_to_bytes(uint64_t value, const char *unit, const uint64_t scale_limit[2], uint64_t *ret_bytes,
               GError **error)
{
    uint64_t scale = scale_limit[0], bytes;
    if (unit != NULL && *unit != '\0' && !units_scale_bytes(unit, &scale, error))
        return FALSE;
    if (__builtin_mul_overflow(value, scale, &bytes) || bytes > scale_limit[1]) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OVERFLOW,
                       "%" G_GUINT64_FORMAT " %s is too large", value,
                       unit != NULL && *unit != '\0' ? unit : "units");
        return FALSE;
    }
    *ret_bytes = bytes;
    return TRUE;
}

gboolean
units_parse_bytes(const char *text, const uint64_t scale_limit[2], uint64_t *ret_bytes,
                  GError **error)
{
    uint64_t value;
    while (g_ascii_isspace(*text))
        text++;
    const char *end = parse_digits(text, &value);
    if (end == NULL) {
        gboolean digits = g_ascii_isdigit(*text);
        virt_error_set(error, VIRT_FROM_NONE, digits ? VIRT_ERR_OVERFLOW : VIRT_ERR_INVALID_ARG,
                       digits ? "'%s' is too large" : "'%s' is no size", text);
        return FALSE;
    }
    g_autofree char *unit = g_strstrip(g_strdup(end));
    return units_to_bytes(value, unit, scale_limit, ret_bytes, error);
}

uint64_t
units_bytes_to_kib(uint64_t bytes)
{
    return bytes / 1024 + (bytes % 1024 != 0 ? 1 : 0);
}
