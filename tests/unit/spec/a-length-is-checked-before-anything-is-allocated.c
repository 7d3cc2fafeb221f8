/*
 * The length of a string or of opaque bytes that is over its limit, or over the message, is refused
 * and nothing is allocated for it; up to the limit it is taken.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/spec/types.h"
#include "common/spec/xdr.h"

static const XdrType opaque_5 = {
    .kind = XDR_OPAQUE, .limit = 5, .size = sizeof(XdrBytes), .min_wire = 4, .name = "bytes"};

/* A message that says `length` and has room for `present` bytes. */
static gboolean
decode_length(const XdrType *type, uint32_t length, size_t present, size_t *ret_allocated)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    g_autofree uint8_t *message = g_malloc(4 + present);
    union {
        char *text;
        XdrBytes bytes;
    } value = {0};
    uint32_t big = GUINT32_TO_BE(length);
    memcpy(message, &big, 4);
    memset(message + 4, 'x', present);
    gboolean done = xdr_decode(type, message, 4 + present, arena, &value, NULL, &error);
    *ret_allocated = arena_used(arena);
    if (!done)
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
    else if (type->kind == XDR_STRING)
        g_assert_cmpuint(strlen(value.text), ==, length);
    else
        g_assert_cmpuint(value.bytes.len, ==, length);
    return done;
}

static void
lengths_up_to_the_limit_are_taken(void)
{
    size_t allocated;
    for (uint32_t length = 0; length <= 5; length++)
        g_assert_true(decode_length(&opaque_5, length, 8, &allocated));
    g_assert_true(decode_length(&xdr_type_string, 0, 0, &allocated));
    g_assert_true(decode_length(&xdr_type_string, 1, 4, &allocated));
    g_assert_true(
        decode_length(&xdr_type_string, REMOTE_STRING_MAX - 1, REMOTE_STRING_MAX, &allocated));
    g_assert_true(
        decode_length(&xdr_type_string, REMOTE_STRING_MAX, REMOTE_STRING_MAX, &allocated));
}

static void
lengths_over_the_limit_are_refused(void)
{
    static const uint32_t lengths[] = {REMOTE_STRING_MAX + 1, 0x7fffffff,     0x80000000,
                                       UINT32_MAX - 3,        UINT32_MAX - 2, UINT32_MAX};
    size_t allocated;
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_assert_false(
            decode_length(&xdr_type_string, lengths[i], REMOTE_STRING_MAX + 8, &allocated));
        g_assert_cmpuint(allocated, ==, 0);
        g_assert_false(decode_length(&opaque_5, lengths[i], 64, &allocated));
        g_assert_cmpuint(allocated, ==, 0);
    }
    g_assert_false(decode_length(&opaque_5, 6, 64, &allocated));
    g_assert_cmpuint(allocated, ==, 0);
}

static void
lengths_over_the_message_are_refused(void)
{
    size_t allocated;
    for (uint32_t length = 1; length <= 9; length++) {
        size_t wire = (length + 3) / 4 * 4;
        g_assert_true(decode_length(&xdr_type_string, length, wire, &allocated));
        for (size_t present = 0; present < wire; present++) {
            g_assert_false(decode_length(&xdr_type_string, length, present, &allocated));
            g_assert_cmpuint(allocated, ==, 0);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xdr/length/within", lengths_up_to_the_limit_are_taken);
    g_test_add_func("/xdr/length/over-limit", lengths_over_the_limit_are_refused);
    g_test_add_func("/xdr/length/over-message", lengths_over_the_message_are_refused);
    return g_test_run();
}
