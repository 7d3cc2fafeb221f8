/*
 * Documents that would hurt: deep, long, many values, numbers that do not fit, what is no JSON.
 * Each is refused with PARSE_FAILED, and what is just within the bounds is taken.
 */
#include <string.h>

#include "virtqemud/qmp/json.h"

static void
assert_refused(const char *text, size_t n, const JsonLimits *limits)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(json_parse(text, n, limits, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_PARSE_FAILED);
}

/* `before`, `n` times `unit`, `after`. */
static char *
repeat(const char *before, const char *unit, size_t n, const char *after)
{
    GString *text = g_string_new(before);
    for (size_t i = 0; i < n; i++)
        g_string_append(text, unit);
    g_string_append(text, after);
    return g_string_free(text, FALSE);
}

static void
test_depth(void)
{
    static const char *const units[] = {"[", "{\"a\":", "[{\"a\":"};
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autofree char *open = repeat("{\"a\":", units[i], 100000, "");
        assert_refused(open, strlen(open), NULL);
    }
    g_autofree char *ends = repeat("", "]", 100000, "");
    g_autofree char *whole = repeat("{\"a\":", "[", 100000, ends);
    assert_refused(whole, strlen(whole), NULL);

    JsonLimits limits = {.depth = 4};
    g_autoptr(Json) fits = json_parse("{\"a\":[[[1]]]}", 13, &limits, NULL);
    g_assert_nonnull(fits);
    assert_refused("{\"a\":[[[[1]]]]}", 15, &limits);
}

static void
test_size(void)
{
    JsonLimits limits = {.bytes = 9};
    g_autoptr(Json) fits = json_parse("{\"a\":123}", 9, &limits, NULL);
    g_assert_nonnull(fits);
    assert_refused("{\"a\":1234}", 10, &limits);
    g_autofree char *large = repeat("{\"a\":\"", "x", 11 * 1024 * 1024, "\"}");
    assert_refused(large, strlen(large), NULL);
}

static void
test_values(void)
{
    JsonLimits limits = {.values = 4};
    g_autoptr(Json) fits = json_parse("{\"a\":[1,2,3]}", 13, &limits, NULL);
    g_assert_nonnull(fits);
    assert_refused("{\"a\":[1,2,3,4]}", 15, &limits);
    g_autofree char *many = repeat("{\"a\":[0", ",0", 600000, "]}");
    assert_refused(many, strlen(many), NULL);
    /* Commas inside of strings are text. */
    g_autofree char *text = repeat("{\"a\":\"\\\"", ",[{", 600000, "\"}");
    g_autoptr(Json) string = json_parse(text, strlen(text), NULL, NULL);
    g_assert_nonnull(string);
}

static void
test_no_json(void)
{
    static const char *const texts[] = {
        "",
        " ",
        "null",
        "1",
        "\"a\"",
        "[]",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":\"",
        "{\"a\":\"\\",
        "{\"a\":1}}",
        "{\"a\":1}{",
        "{\"a\":1} x",
        "{\"a\":1,}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":-Infinity}",
        "{\"a\":Infinity}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":--1}",
        "{\"a\":+1}",
        "{\"a\":1e}",
        "{\"a\":1.2.3}",
        "{\"a\":TRUE}",
        "{\"a\":18446744073709551616}",
        "{\"a\":99999999999999999999999999}",
        "{\"a\":-9223372036854775809}",
        "{\"a\":[1 2]}",
        "{\"a\":/*x*/1}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc3\"}",
        "\xff{\"a\":1}",
        "}",
        "]]]]",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_test_message("text %zu", i);
        assert_refused(texts[i], strlen(texts[i]), NULL);
    }
    assert_refused("{\"a\":1}\0", 8, NULL);
    assert_refused("{\"a\":\0"
                   "1}",
                   8, NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/json/depth", test_depth);
    g_test_add_func("/qmp/json/size", test_size);
    g_test_add_func("/qmp/json/values", test_values);
    g_test_add_func("/qmp/json/no-json", test_no_json);
    return g_test_run();
}
