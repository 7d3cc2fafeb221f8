/*
 * What the configuration syntax accepts, and where it says that something is wrong.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/daemon/conf_syntax.h"

static const ConfFile *
parse(Arena *arena, const char *text)
{
    GError *error = NULL;
    const ConfFile *file = conf_syntax_parse(arena, text, strlen(text), "a.conf", &error);
    g_assert_no_error(error);
    return file;
}

static void
test_values(void)
{
    g_autoptr(Arena) arena = arena_new();
    const ConfFile *file = parse(arena, "# comment\n"
                                        "\n"
                                        "  number = 12   # behind\n"
                                        "negative=-7\r\n"
                                        "text = \"it's # no comment\"\n"
                                        "other = 'say \"x\"'; third = 3\n"
                                        "long = \"\"\"one\ntwo \"quoted\"\n\"\"\"\n"
                                        "list = [ \"a\", 'b',\n   5, # inside\n ]\n"
                                        "empty = []\n"
                                        "_last1 = \"\"");
    g_assert_cmpuint(file->n_entries, ==, 9);
    const ConfEntry *at = file->entries;
    g_assert_cmpint(at[0].value.integer, ==, 12);
    g_assert_cmpuint(at[0].line, ==, 3);
    g_assert_cmpuint(at[0].column, ==, 3);
    g_assert_cmpuint(at[0].value.column, ==, 12);
    g_assert_cmpint(at[1].value.integer, ==, -7);
    g_assert_cmpstr(at[2].value.string, ==, "it's # no comment");
    g_assert_cmpstr(at[3].value.string, ==, "say \"x\"");
    g_assert_cmpstr(at[4].key, ==, "third");
    g_assert_cmpuint(at[4].line, ==, 6);
    g_assert_cmpstr(at[5].value.string, ==, "one\ntwo \"quoted\"\n");
    g_assert_cmpint(at[6].value.type, ==, CONF_VALUE_LIST);
    g_assert_cmpuint(at[6].value.n_items, ==, 3);
    g_assert_cmpstr(at[6].value.items[1].string, ==, "b");
    g_assert_cmpint(at[6].value.items[2].integer, ==, 5);
    g_assert_cmpuint(at[6].value.items[2].line, ==, 11);
    g_assert_cmpuint(at[7].value.n_items, ==, 0);
    g_assert_cmpstr(at[8].key, ==, "_last1");
    g_assert_cmpuint(at[8].line, ==, 14);
}

static void
test_first_one_is_found(void)
{
    g_autoptr(Arena) arena = arena_new();
    const ConfFile *file = parse(arena, "a = 1\nb = 2\na = 3\n");
    g_assert_cmpuint(file->n_entries, ==, 3);
    g_assert_cmpint(conf_syntax_find(file, "a")->value.integer, ==, 1);
    g_assert_null(conf_syntax_find(file, "c"));
}

static void
test_extremes(void)
{
    g_autoptr(Arena) arena = arena_new();
    const ConfFile *file = parse(arena, "a = 9223372036854775807\nb = -9223372036854775808\n");
    g_assert_cmpint(file->entries[0].value.integer, ==, INT64_MAX);
    g_assert_cmpint(file->entries[1].value.integer, ==, INT64_MIN);
    g_assert_cmpuint(parse(arena, "")->n_entries, ==, 0);
    g_assert_cmpuint(parse(arena, " # only this")->n_entries, ==, 0);
}

static const struct {
    const char *text;
    const char *message; /* begins so, behind the code's own text */
} wrong[] = {
    {"\n\na =\n", "a.conf:3:4: a value"},
    {"a = 5 6", "a.conf:1:7: the end of the line"},
    {"a.b = 1", "a.conf:1:2: an equals sign"},
    {"9a = 1", "a.conf:1:1: a key"},
    {"a\n= 1", "a.conf:1:2: an equals sign"},
    {"a = \"x\nb\"", "a.conf:1:7: the text has no closing quote"},
    {"a = 'x", "a.conf:1:7: the text has no closing quote"},
    {"a = \"\"\"x\n\"\"", "a.conf:2:3: the text has no closing quote"},
    {"a = [ 1, [ 2 ] ]", "a.conf:1:10: a value"},
    {"a = [ 1 2 ]", "a.conf:1:9: a comma"},
    {"a = [ , ]", "a.conf:1:7: a value"},
    {"a = [ 1,\n\n", "a.conf:3:1: a value"},
    {"a = -", "a.conf:1:6: digits"},
    {"a = 9223372036854775808", "a.conf:1:5: the number is too large"},
    {"a = -9223372036854775809", "a.conf:1:5: the number is too large"},
    {"a = 1 }", "a.conf:1:7: the end of the line"},
    {"a = yes", "a.conf:1:5: a value"},
    {"ok = 1\na = \"\xff\"", "a.conf:2:6: this is not UTF-8"},
};

static void
test_wrong(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(Arena) arena = arena_new();
        GError *error = NULL;
        g_assert_null(
            conf_syntax_parse(arena, wrong[i].text, strlen(wrong[i].text), "a.conf", &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_CONF_SYNTAX);
        g_autofree char *start =
            g_strconcat("configuration file syntax error: ", wrong[i].message, NULL);
        if (!g_str_has_prefix(error->message, start))
            g_error("case %zu: '%s'", i, error->message);
        g_clear_error(&error);
    }
}

static void
test_bounds(void)
{
    g_autoptr(Arena) arena = arena_new();
    g_autofree char *blanks = g_strnfill(CONF_SYNTAX_MAX_BYTES + 1, ' ');
    g_assert_nonnull(conf_syntax_parse(arena, blanks, CONF_SYNTAX_MAX_BYTES, "a.conf", NULL));
    g_assert_null(conf_syntax_parse(arena, blanks, CONF_SYNTAX_MAX_BYTES + 1, "a.conf", NULL));
    g_autoptr(GString) many = g_string_new(NULL);
    for (int i = 0; i < CONF_SYNTAX_MAX_ENTRIES; i++)
        g_string_append(many, "a=1\n");
    g_assert_nonnull(conf_syntax_parse(arena, many->str, many->len, "a.conf", NULL));
    g_string_append(many, "a=1\n");
    g_assert_null(conf_syntax_parse(arena, many->str, many->len, "a.conf", NULL));
    g_assert_null(conf_syntax_parse(arena, "a = \"x\0y\"", 9, "a.conf", NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conf-syntax/values", test_values);
    g_test_add_func("/conf-syntax/first", test_first_one_is_found);
    g_test_add_func("/conf-syntax/extremes", test_extremes);
    g_test_add_func("/conf-syntax/wrong", test_wrong);
    g_test_add_func("/conf-syntax/bounds", test_bounds);
    return g_test_run();
}
