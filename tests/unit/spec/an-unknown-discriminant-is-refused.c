/*
 * What chooses between alternatives must name one of them: 0 or 1 before an optional value, the
 * number of a known kind before a union's value. This holds for decoding and, for unions, for
 * encoding.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/spec/types.h"

static gboolean
decode_number(const XdrType *type, void *value, uint32_t number, GError **error)
{
    g_autoptr(Arena) arena = arena_new();
    uint8_t message[64] = {0};
    uint32_t big = GUINT32_TO_BE(number);
    memcpy(message, &big, 4);
    return xdr_decode(type, message, sizeof(message), arena, value, NULL, error);
}

static void
unions_know_their_kinds(void)
{
    static const uint32_t bad[] = {0, 8, 9, 0x7fffffff, 0x80000001, 0xffffffff, 0x01000000};
    for (uint32_t number = REMOTE_TYPED_PARAM_VALUE_INT; number <= REMOTE_TYPED_PARAM_VALUE_STRING;
         number++) {
        RemoteTypedParamValue value = {0};
        g_assert_true(decode_number(&remote_typed_param_value_xdr, &value, number, NULL));
        g_assert_cmpint(value.type, ==, (int32_t)number);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        RemoteTypedParamValue value = {0};
        g_assert_false(decode_number(&remote_typed_param_value_xdr, &value, bad[i], &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
    }
}

static void
a_union_of_no_kind_is_not_encoded(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GByteArray) out = g_byte_array_new();
    RemoteTypedParamValue value = {.type = 8};
    g_assert_false(xdr_encode(&remote_typed_param_value_xdr, &value, out, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
    g_assert_cmpuint(out->len, ==, 0);
}

static void
optionals_are_there_or_not(void)
{
    static const XdrType optional = {.kind = XDR_OPTIONAL,
                                     .size = sizeof(void *),
                                     .min_wire = 4,
                                     .element = &xdr_type_string,
                                     .name = "text"};
    static const uint32_t bad[] = {2, 3, 0x80000000, 0xffffffff, 0x01000000};
    char *text = NULL;
    g_assert_true(decode_number(&optional, &text, 0, NULL));
    g_assert_null(text);
    g_assert_true(decode_number(&optional, &text, 1, NULL));
    g_assert_nonnull(text);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(decode_number(&optional, &text, bad[i], &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xdr/choice/union", unions_know_their_kinds);
    g_test_add_func("/xdr/choice/union-encode", a_union_of_no_kind_is_not_encoded);
    g_test_add_func("/xdr/choice/optional", optionals_are_there_or_not);
    return g_test_run();
}
