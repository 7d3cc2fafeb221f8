/*
 * Sizes with units: powers of 1024 and of 1000, limits, and numbers at the edge of 64 bits.
 */
#include "common/base/units.h"

typedef struct {
    const char *text;
    uint64_t bytes;
    VirtErrorCode code; /* OK: `bytes` is what it means */
} Case;

static const Case cases[] = {
    {"512", 512 * UINT64_C(1024), VIRT_ERR_OK}, /* the default unit of these is KiB */
    {"0", 0, VIRT_ERR_OK},
    {"7b", 7, VIRT_ERR_OK},
    {"7 bytes", 7, VIRT_ERR_OK},
    {"1k", 1024, VIRT_ERR_OK},
    {"1K", 1024, VIRT_ERR_OK},
    {"1KiB", 1024, VIRT_ERR_OK},
    {"1kib", 1024, VIRT_ERR_OK},
    {"1KB", 1000, VIRT_ERR_OK},
    {" 2 MiB ", UINT64_C(2) << 20, VIRT_ERR_OK},
    {"2MB", 2000000, VIRT_ERR_OK},
    {"3G", UINT64_C(3) << 30, VIRT_ERR_OK},
    {"3TiB", UINT64_C(3) << 40, VIRT_ERR_OK},
    {"3PB", UINT64_C(3000000000000000), VIRT_ERR_OK},
    {"15EiB", UINT64_C(15) << 60, VIRT_ERR_OK},
    {"18EB", UINT64_C(18000000000000000000), VIRT_ERR_OK},
    {"16EiB", 0, VIRT_ERR_OVERFLOW},
    {"19EB", 0, VIRT_ERR_OVERFLOW},
    {"18446744073709551615b", UINT64_MAX, VIRT_ERR_OK},
    {"18446744073709551616b", 0, VIRT_ERR_OVERFLOW},
    {"18446744073709551615", 0, VIRT_ERR_OVERFLOW},
    {"", 0, VIRT_ERR_INVALID_ARG},
    {"KiB", 0, VIRT_ERR_INVALID_ARG},
    {"-1", 0, VIRT_ERR_INVALID_ARG},
    {"1.5G", 0, VIRT_ERR_INVALID_ARG},
    {"1Z", 0, VIRT_ERR_INVALID_ARG},
    {"1KiBs", 0, VIRT_ERR_INVALID_ARG},
    {"1iB", 0, VIRT_ERR_INVALID_ARG},
};

static void
test_parse(void)
{
    const uint64_t scale_limit[] = {1024, UINT64_MAX};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        uint64_t bytes = 12345;
        g_test_message("'%s'", cases[i].text);
        gboolean ok = units_parse_bytes(cases[i].text, scale_limit, &bytes, &error);
        g_assert_cmpint(ok, ==, cases[i].code == VIRT_ERR_OK);
        if (ok) {
            g_assert_cmpuint(bytes, ==, cases[i].bytes);
        } else {
            g_assert_true(virt_error_matches(error, cases[i].code));
            g_assert_cmpuint(bytes, ==, 12345);
        }
    }
}

static void
test_limit(void)
{
    const uint64_t scale_limit[] = {1, 1000};
    uint64_t bytes;
    g_assert_true(units_to_bytes(1000, NULL, scale_limit, &bytes, NULL));
    g_autoptr(GError) error = NULL;
    g_assert_false(units_to_bytes(1001, "", scale_limit, &bytes, &error));
    g_assert_true(virt_error_matches(error, VIRT_ERR_OVERFLOW));
    g_assert_cmpuint(units_bytes_to_kib(1024), ==, 1);
    g_assert_cmpuint(units_bytes_to_kib(1025), ==, 2);
    g_assert_cmpuint(units_bytes_to_kib(UINT64_MAX), ==, UINT64_C(1) << 54);
}

static void
test_numbers(void)
{
    uint64_t u = 5;
    int64_t i = 5;
    g_assert_true(units_parse_u64("255", 255, &u) && u == 255);
    g_assert_false(units_parse_u64("256", 255, &u));
    g_assert_false(units_parse_u64(" 1", 255, &u));
    g_assert_false(units_parse_u64("-0", 255, &u));
    g_assert_true(units_parse_i64("-9223372036854775808", INT64_MIN, INT64_MAX, &i));
    g_assert_true(i == INT64_MIN);
    g_assert_true(units_parse_i64("9223372036854775807", INT64_MIN, INT64_MAX, &i));
    g_assert_true(i == INT64_MAX);
    g_assert_false(units_parse_i64("9223372036854775808", INT64_MIN, INT64_MAX, &i));
    g_assert_false(units_parse_i64("-9223372036854775809", INT64_MIN, INT64_MAX, &i));
    g_assert_false(units_parse_i64("-2", -1, 10, &i));
    g_assert_false(units_parse_i64("--1", -1, 10, &i));
    g_assert_true(i == INT64_MAX);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/units/parse", test_parse);
    g_test_add_func("/units/limit", test_limit);
    g_test_add_func("/units/numbers", test_numbers);
    return g_test_run();
}
