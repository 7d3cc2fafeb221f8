/*
 * An array's count that is over its limit, or that cannot be in the bytes that came, is refused and
 * nothing is allocated for it; up to the limit it is taken.
 */
#include "common/base/error.h"
#include "common/spec/remote.h"

enum { TYPES_MAX = 20 };

/* `count` as the message says it, followed by `present` elements of four bytes. */
static gboolean
decode_count(uint32_t count, uint32_t present, size_t *ret_allocated)
{
    g_autoptr(GByteArray) message = g_byte_array_new();
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    RemoteAuthListRet ret = {0};
    uint32_t big = GUINT32_TO_BE(count);
    g_byte_array_append(message, (const uint8_t *)&big, sizeof(big));
    g_byte_array_set_size(message, 4 + 4 * present);
    gboolean done = xdr_decode(&remote_auth_list_ret_xdr, message->data, message->len, arena, &ret,
                               NULL, &error);
    if (done)
        g_assert_cmpuint(ret.types.len, ==, count);
    else
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
    *ret_allocated = arena_used(arena);
    return done;
}

static void
counts_up_to_the_limit_are_taken(void)
{
    static const uint32_t counts[] = {0, 1, TYPES_MAX - 1, TYPES_MAX};
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        size_t allocated;
        g_assert_true(decode_count(counts[i], TYPES_MAX, &allocated));
        g_assert_cmpuint(allocated, >=, 4 * counts[i]);
    }
}

static void
counts_over_the_limit_are_refused(void)
{
    static const uint32_t counts[] = {TYPES_MAX + 1,  0x3fffffff, 0x40000000, 0x40000001,
                                      UINT32_MAX / 8, 0x80000000, UINT32_MAX};
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        size_t allocated;
        g_assert_false(decode_count(counts[i], 1024, &allocated));
        g_assert_cmpuint(allocated, ==, 0);
    }
}

static void
counts_over_the_message_are_refused(void)
{
    for (uint32_t present = 0; present < TYPES_MAX; present++) {
        size_t allocated;
        g_assert_false(decode_count(present + 1, present, &allocated));
        g_assert_cmpuint(allocated, ==, 0);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xdr/count/within", counts_up_to_the_limit_are_taken);
    g_test_add_func("/xdr/count/over-limit", counts_over_the_limit_are_refused);
    g_test_add_func("/xdr/count/over-message", counts_over_the_message_are_refused);
    return g_test_run();
}
