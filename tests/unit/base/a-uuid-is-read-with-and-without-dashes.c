/*
 * The forms of a uuid that users write, the one that is printed, and what is refused.
 */
#include <string.h>

#include "common/base/uuid.h"

static const uint8_t wanted[UUID_BYTES] = {0x1b, 0x4e, 0x28, 0xba, 0x2f, 0xa1, 0x11, 0xd2,
                                           0x88, 0x3f, 0x00, 0x16, 0xd3, 0xcc, 0xa4, 0x27};

static void
test_accepts(void)
{
    const char *const forms[] = {
        "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        "1b4e28ba2fa111d2883f0016d3cca427",
        "1B4E28BA-2FA1-11D2-883F-0016D3CCA427",
        "  1b4e28ba-2fa1-11d2-883f-0016d3cca427\n",
        "1b4e 28ba 2fa1 11d2 883f 0016 d3cc a427",
        "1b-4e-28-ba-2f-a1-11-d2-88-3f-00-16-d3-cc-a4-27",
        "1b4e28ba--2fa1-11d2-883f-0016d3cca427",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        uint8_t uuid[UUID_BYTES] = {0};
        g_assert_true(uuid_parse(forms[i], uuid));
        g_assert_true(uuid_equal(uuid, wanted));
    }
}

static void
test_refuses(void)
{
    const char *const forms[] = {
        "",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca42",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca4271",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca42g",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca427-",
        "-1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        "1b4e28b-a2fa1-11d2-883f-0016d3cca427",
        "1b4e28ba_2fa1_11d2_883f_0016d3cca427",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca427 x",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        uint8_t uuid[UUID_BYTES];
        memset(uuid, 0x55, sizeof(uuid));
        g_assert_false(uuid_parse(forms[i], uuid));
        g_assert_cmpint(uuid[0], ==, 0x55); /* untouched */
        g_assert_cmpint(uuid[15], ==, 0x55);
    }
}

static void
test_format(void)
{
    char text[UUID_TEXT_BYTES];
    g_assert_cmpstr(uuid_format(wanted, text), ==, "1b4e28ba-2fa1-11d2-883f-0016d3cca427");
}

static void
test_random(void)
{
    uint8_t a[UUID_BYTES], b[UUID_BYTES];
    uuid_random(a);
    uuid_random(b);
    g_assert_false(uuid_equal(a, b));
    g_assert_cmpint(a[6] >> 4, ==, 4);
    g_assert_cmpint(a[8] >> 6, ==, 2);
    g_assert_true(uuid_is_usable(a));
    memset(b, 0xff, sizeof(b));
    g_assert_false(uuid_is_usable(b));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/uuid/accepts", test_accepts);
    g_test_add_func("/uuid/refuses", test_refuses);
    g_test_add_func("/uuid/format", test_format);
    g_test_add_func("/uuid/random", test_random);
    return g_test_run();
}
