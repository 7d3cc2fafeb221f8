/*
 * Getters: numbers of 64 bits are exact both ways, and a member that is missing, of another kind or
 * out of range is an error that names it and leaves the result alone.
 */
#include <string.h>

#include "virtqemud/qmp/json.h"

static Json *
parse(const char *text)
{
    Json *value = json_parse(text, strlen(text), NULL, NULL);
    g_assert_nonnull(value);
    return value;
}

static void
test_exact(void)
{
    static const char text[] =
        "{\"max\":18446744073709551615,\"half\":9223372036854775808,"
        "\"int\":9223372036854775807,\"min\":-9223372036854775808,\"zero\":-0}";
    g_autoptr(Json) object = parse(text);
    uint64_t number;
    int64_t signed_number;
    g_assert_true(json_get_uint(object, "max", &number, NULL));
    g_assert_cmpuint(number, ==, UINT64_MAX);
    g_assert_true(json_get_uint(object, "half", &number, NULL));
    g_assert_cmpuint(number, ==, UINT64_C(1) << 63);
    g_assert_true(json_get_int(object, "int", &signed_number, NULL));
    g_assert_cmpint(signed_number, ==, INT64_MAX);
    g_assert_true(json_get_int(object, "min", &signed_number, NULL));
    g_assert_cmpint(signed_number, ==, INT64_MIN);

    g_autoptr(Json) made = json_new_object();
    json_add_uint(made, "max", UINT64_MAX);
    json_add_int(made, "min", INT64_MIN);
    json_add_string(made, "text", "a/\"\n");
    json_add_bool(made, "yes", TRUE);
    json_add(made, "none", NULL);
    Json *array = json_new_array();
    json_append(array, json_new_int(-1));
    json_add(made, "list", array);
    g_autofree char *printed = json_print(made);
    g_assert_cmpstr(printed, ==,
                    "{\"max\":18446744073709551615,\"min\":-9223372036854775808,"
                    "\"text\":\"a/\\\"\\n\",\"yes\":true,\"none\":null,\"list\":[-1]}");
}

static void
assert_error(gboolean result, GError **error, const char *name)
{
    g_assert_false(result);
    g_assert_error(*error, VIRT_ERROR, VIRT_ERR_PARSE_FAILED);
    g_assert_nonnull(strstr((*error)->message, name));
    g_clear_error(error);
}

static void
test_wrong(void)
{
    g_autoptr(Json) object = parse("{\"s\":\"x\",\"nul\":\"a\\u0000b\",\"n\":-1,\"f\":1.5,"
                                   "\"big\":9223372036854775808,\"huge\":1e999,\"z\":null,"
                                   "\"a\":[1],\"o\":{\"i\":{\"k\":7}}}");
    GError *error = NULL;
    uint64_t number = 42;
    int64_t signed_number = 42;
    double real = 42;
    gboolean truth = TRUE;
    const char *text = "42";
    Json *value = NULL;
    assert_error(json_get_uint(object, "missing", &number, &error), &error, "'missing'");
    assert_error(json_get_uint(object, "s", &number, &error), &error, "'s'");
    assert_error(json_get_uint(object, "n", &number, &error), &error, "'n'");
    assert_error(json_get_uint(object, "f", &number, &error), &error, "'f'");
    assert_error(json_get_uint(object, "z", &number, &error), &error, "'z'");
    assert_error(json_get_int(object, "big", &signed_number, &error), &error, "'big'");
    assert_error(json_get_int(object, "f", &signed_number, &error), &error, "'f'");
    assert_error(json_get_double(object, "huge", &real, &error), &error, "'huge'");
    assert_error(json_get_bool(object, "n", &truth, &error), &error, "'n'");
    assert_error(json_get_string(object, "nul", &text, &error), &error, "'nul'");
    assert_error(json_get_string(object, "a", &text, &error), &error, "'a'");
    assert_error(json_get_kind(object, "a", JSON_OBJECT, &value, &error), &error, "'a'");
    /* What is no object has no members. */
    assert_error(json_get_string(json_get(object, "a"), "s", &text, &error), &error, "'s'");
    assert_error(json_get_string(NULL, "s", &text, &error), &error, "'s'");
    g_assert_cmpuint(number, ==, 42);
    g_assert_cmpint(signed_number, ==, 42);
    g_assert_cmpfloat(real, ==, 42);
    g_assert_cmpstr(text, ==, "42");
    g_assert_true(truth);
    g_assert_null(value);
}

static void
test_look(void)
{
    g_autoptr(Json) object = parse("{\"a\":[1,\"x\"],\"o\":{\"i\":{\"k\":7}},\"z\":null}");
    uint64_t number;
    g_assert_true(json_as_uint(json_at(object, "o/i/k"), &number));
    g_assert_cmpuint(number, ==, 7);
    g_assert_null(json_at(object, "o/x/k"));
    g_assert_null(json_at(object, "a/i/k"));
    g_assert_true(json_has(object, "z"));
    g_assert_null(json_get(object, "z"));
    g_assert_cmpuint(json_length(json_get(object, "a")), ==, 2);
    g_assert_cmpstr(json_as_string(json_item(json_get(object, "a"), 1)), ==, "x");
    g_assert_null(json_item(json_get(object, "a"), 2));
    g_assert_null(json_item(object, 0));
    g_assert_null(json_item(NULL, 0));
    g_assert_cmpuint(json_length(NULL), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/json/exact", test_exact);
    g_test_add_func("/qmp/json/wrong", test_wrong);
    g_test_add_func("/qmp/json/look", test_look);
    return g_test_run();
}
