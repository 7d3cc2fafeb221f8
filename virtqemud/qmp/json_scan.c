/*
 * json_scan — see json_scan.h. One pass without memory of its own.
 *
 * json-c 0.16 bends numbers outside of 64 bits to the nearest bound without an error, also in its
 * strict mode, and takes NaN, Infinity and strings in single quotes: found by trying. RFC 8259 has
 * none of them.
 */
#include "virtqemud/qmp/json_scan.h"

#include <string.h>

enum { BYTES_MAX = 10 * 1024 * 1024, DEPTH_MAX = 64, VALUES_MAX = 500000 };

static gboolean
refuse(GError **error, const char *why)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_PARSE_FAILED, "%s", why);
    return FALSE;
}

/* The index behind the string that begins at `i`; `n` when it does not end. */
static size_t
skip_string(const char *text, size_t n, size_t i)
{
    for (i++; i < n && text[i] != '"'; i++) {
        if (text[i] == '\\')
            i++;
    }
    return MIN(i + 1, n);
}

static size_t
skip_number(const char *text, size_t n, size_t i)
{
    while (i < n && (g_ascii_isdigit(text[i]) || (text[i] != '\0' && strchr("+-.eE", text[i]))))
        i++;
    return i;
}

/* Whether the digits are at most those of `bound`; neither has leading zeros. */
static gboolean
is_at_most(const char *digits, size_t n, const char *bound)
{
    size_t most = strlen(bound);
    return n < most || (n == most && memcmp(digits, bound, n) <= 0);
}

/* Fractions and what is no number at all are for json-c to judge. */
static gboolean
number_fits(const char *text, size_t n)
{
    gboolean negative = text[0] == '-';
    const char *digits = text + negative;
    size_t n_digits = n - negative;
    for (size_t i = 0; i < n_digits; i++) {
        if (!g_ascii_isdigit(digits[i]))
            return TRUE;
    }
    return is_at_most(digits, n_digits, negative ? "9223372036854775808" : "18446744073709551615");
}

gboolean
json_scan(const char *text, size_t n, const JsonLimits *limits, GError **error)
{
    JsonLimits most = limits != NULL ? *limits : (JsonLimits){0};
    if (n > (most.bytes != 0 ? most.bytes : BYTES_MAX))
        return refuse(error, "the document is too large");
    size_t depth_max = most.depth != 0 ? most.depth : DEPTH_MAX;
    size_t values_max = most.values != 0 ? most.values : VALUES_MAX;
    size_t depth = 0, values = 0;
    for (size_t i = 0; i < n;) {
        char c = text[i];
        if (c == '"') {
            i = skip_string(text, n, i);
            continue;
        }
        if (c == '-' || g_ascii_isdigit(c)) {
            size_t end = skip_number(text, n, i);
            if (!number_fits(text + i, end - i))
                return refuse(error, "a number does not fit into 64 bits");
            i = end;
            continue;
        }
        if (c == '\'' || c == 'N' || c == 'I' || c == '\0')
            return refuse(error, "the document is no JSON");
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && depth > 0)
            depth--;
        values += c == '{' || c == '[' || c == ',';
        if (depth > depth_max)
            return refuse(error, "the document is nested too deeply");
        if (values > values_max)
            return refuse(error, "the document has too many values");
        i++;
    }
    return TRUE;
}
