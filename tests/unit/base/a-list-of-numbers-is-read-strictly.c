/*
 * The text form of number sets: what is accepted, what it means, how it is printed, what is
 * refused.
 */
#include "common/base/bitmap.h"

typedef struct {
    const char *text;
    const char *printed; /* NULL: refused */
} Case;

static const Case cases[] = {
    {"0", "0"},
    {"0-3,^2,5", "0-1,3,5"},
    {" 1 , 2 ", "1-2"},
    {"3,1,2", "1-3"},
    {"0-63", "0-63"},
    {"62-65", "62-65"},
    {"^2,2", "2"},
    {"127", "127"},
    {"128", NULL},
    {"0-128", NULL},
    {"", NULL},
    {",", NULL},
    {"1,", NULL},
    {"1,,2", NULL},
    {"3-1", NULL},
    {"1-", NULL},
    {"-1", NULL},
    {"1-2-3", NULL},
    {"^", NULL},
    {"0-3,^1-2", NULL},
    {"a", NULL},
    {"1 2", NULL},
    {"+1", NULL},
    {"0x1", NULL},
    {"4294967296", NULL},
    {"18446744073709551616", NULL},
    {"18446744073709551617", NULL},
    {"1,^1", NULL},
};

static void
test_parse(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Bitmap) bitmap = bitmap_parse(cases[i].text, 128, &error);
        g_test_message("'%s'", cases[i].text);
        if (cases[i].printed == NULL) {
            g_assert_null(bitmap);
            g_assert_true(virt_error_matches(error, VIRT_ERR_INVALID_ARG));
            continue;
        }
        g_assert_no_error(error);
        g_autofree char *printed = bitmap_format(bitmap);
        g_assert_cmpstr(printed, ==, cases[i].printed);
    }
}

static void
test_bits(void)
{
    g_autoptr(Bitmap) bitmap = bitmap_new(70);
    g_assert_true(bitmap_set(bitmap, 69, TRUE));
    g_assert_false(bitmap_set(bitmap, 70, TRUE));
    g_assert_false(bitmap_get(bitmap, 70));
    g_assert_true(bitmap_set(bitmap, 0, TRUE));
    g_assert_cmpint(bitmap_next(bitmap, 0), ==, 0);
    g_assert_cmpint(bitmap_next(bitmap, 1), ==, 69);
    g_assert_cmpint(bitmap_next(bitmap, 70), ==, -1);
    g_assert_cmpint(bitmap_next(bitmap, 1000), ==, -1);
    g_assert_cmpuint(bitmap_count(bitmap), ==, 2);
    g_assert_true(bitmap_set(bitmap, 0, FALSE));
    g_assert_cmpuint(bitmap_count(bitmap), ==, 1);
}

static void
test_bytes(void)
{
    const uint8_t wire[] = {0x81, 0x02, 0xff};
    g_autoptr(Bitmap) bitmap = bitmap_from_bytes(wire, sizeof(wire), 17);
    g_autofree char *printed = bitmap_format(bitmap);
    g_assert_cmpstr(printed, ==, "0,7,9,16");
    uint8_t back[4] = {0xff, 0xff, 0xff, 0xff};
    bitmap_to_bytes(bitmap, back, sizeof(back));
    g_assert_cmpmem(back, 4, ((const uint8_t[]){0x81, 0x02, 0x01, 0x00}), 4);
    bitmap_to_bytes(bitmap, back, 1); /* shorter: only what fits */
    g_assert_cmpuint(back[0], ==, 0x81);
}

static void
test_sets(void)
{
    g_autoptr(Bitmap) small = bitmap_parse("1-2", 8, NULL);
    g_autoptr(Bitmap) large = bitmap_parse("1-2", 200, NULL);
    g_assert_true(bitmap_equal(small, large));
    g_assert_true(bitmap_is_subset(large, small));
    bitmap_set(large, 150, TRUE);
    g_assert_false(bitmap_equal(small, large));
    g_assert_true(bitmap_is_subset(small, large));
    g_assert_false(bitmap_is_subset(large, small));
    g_assert_true(bitmap_overlaps(small, large));
    g_autoptr(Bitmap) other = bitmap_parse("150", 200, NULL);
    g_assert_false(bitmap_overlaps(small, other));
    g_autoptr(Bitmap) copy = bitmap_copy(large);
    g_assert_true(bitmap_equal(copy, large));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bitmap/parse", test_parse);
    g_test_add_func("/bitmap/bits", test_bits);
    g_test_add_func("/bitmap/bytes", test_bytes);
    g_test_add_func("/bitmap/sets", test_sets);
    return g_test_run();
}
