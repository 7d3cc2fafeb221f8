/*
 * A string becomes a C string, so a zero byte inside it is refused wherever it stands; in its
 * padding any byte may stand.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/spec/xdr.h"

static gboolean
decode_text(const char *bytes, size_t len, GError **error)
{
    g_autoptr(Arena) arena = arena_new();
    char *text = NULL;
    gboolean done =
        xdr_decode(&xdr_type_string, (const uint8_t *)bytes, len, arena, &text, NULL, error);
    if (done)
        g_assert_cmpstr(text, ==, "abcde");
    return done;
}

static void
zero_bytes_inside_are_refused(void)
{
    for (size_t at = 0; at < 5; at++) {
        g_autoptr(GError) error = NULL;
        char message[] = "\0\0\0\5abcde\0\0";
        message[4 + at] = '\0';
        g_assert_false(decode_text(message, 12, &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
    }
}

static void
padding_may_be_anything(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(decode_text("\0\0\0\5abcde\0\0\0", 12, &error));
    g_assert_no_error(error);
    g_assert_true(decode_text("\0\0\0\5abcdexyz", 12, &error));
    g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xdr/string/zero", zero_bytes_inside_are_refused);
    g_test_add_func("/xdr/string/padding", padding_may_be_anything);
    return g_test_run();
}
