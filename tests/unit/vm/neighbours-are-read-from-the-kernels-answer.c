/*
 * neighbours-are-read-from-the-kernels-answer — messages of rtnetlink: what is valid is taken, what
 * is cut, of another size or not known to hold is left out, and no byte of it leads beyond its end.
 */
#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "virtqemud/vm/neighbours.h"

typedef struct {
    uint8_t family;
    uint16_t state;
    const char *address;
    size_t card_bytes;
} Row;

static void
append_attribute(GByteArray *message, uint16_t type, const void *value, size_t n)
{
    struct rtattr head = {.rta_len = (uint16_t)RTA_LENGTH(n), .rta_type = type};
    static const uint8_t zeros[4];
    g_byte_array_append(message, (const guint8 *)&head, sizeof head);
    g_byte_array_append(message, value, (guint)n);
    g_byte_array_append(message, zeros, (guint)(RTA_ALIGN(n) - n));
}

static void
append_row(GByteArray *bytes, const Row *row)
{
    static const uint8_t card[8] = {0x52, 0x54, 0, 0, 1, 2, 9, 9};
    uint8_t address[16];
    g_autoptr(GByteArray) body = g_byte_array_new();
    struct ndmsg entry = {.ndm_family = row->family, .ndm_state = row->state};
    g_byte_array_append(body, (const guint8 *)&entry, sizeof entry);
    g_assert_cmpint(inet_pton(row->family, row->address, address), ==, 1);
    append_attribute(body, NDA_DST, address, row->family == AF_INET ? 4 : 16);
    append_attribute(body, NDA_LLADDR, card, row->card_bytes);
    struct nlmsghdr head = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(body->len),
                            .nlmsg_type = RTM_NEWNEIGH};
    g_byte_array_append(bytes, (const guint8 *)&head, sizeof head);
    g_byte_array_append(bytes, body->data, body->len);
}

static GByteArray *
make(const Row *rows, size_t n)
{
    GByteArray *bytes = g_byte_array_new();
    for (size_t i = 0; i < n; i++)
        append_row(bytes, &rows[i]);
    return bytes;
}

static const Row rows[] = {
    {AF_INET, NUD_REACHABLE, "10.9.9.2", 6}, {AF_INET6, NUD_STALE, "fe80::1", 6},
    {AF_INET, NUD_FAILED, "10.9.9.3", 6},    {AF_INET, NUD_INCOMPLETE, "10.9.9.4", 6},
    {AF_INET, NUD_REACHABLE, "10.9.9.5", 8}, {AF_INET, NUD_PERMANENT, "10.9.9.6", 6},
};

static void
test_entries(void)
{
    g_autoptr(GByteArray) bytes = make(rows, G_N_ELEMENTS(rows));
    g_autoptr(GArray) found = g_array_new(FALSE, TRUE, sizeof(Neighbour));
    g_assert_true(neighbours_parse(bytes->data, bytes->len, found));
    static const char *const wanted[] = {"10.9.9.2", "fe80::1", "10.9.9.6"};
    g_assert_cmpuint(found->len, ==, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < found->len; i++) {
        const Neighbour *neighbour = &g_array_index(found, Neighbour, i);
        g_assert_cmpstr(neighbour->address, ==, wanted[i]);
        g_assert_cmpint(neighbour->card[5], ==, 2);
    }
    struct nlmsghdr done = {.nlmsg_len = NLMSG_LENGTH(0), .nlmsg_type = NLMSG_DONE};
    g_assert_false(neighbours_parse(&done, sizeof done, found));
}

/* Each prefix in memory of exactly its size: a checker of addresses sees a step too far. */
static void
test_cut(void)
{
    g_autoptr(GByteArray) bytes = make(rows, G_N_ELEMENTS(rows));
    for (guint n = 0; n < bytes->len; n++) {
        g_autofree guint8 *part = g_memdup2(bytes->data, n);
        g_autoptr(GArray) found = g_array_new(FALSE, TRUE, sizeof(Neighbour));
        (void)neighbours_parse(part, n, found);
        g_assert_cmpuint(found->len, <=, 3);
    }
}

static void
test_bent(void)
{
    g_autoptr(GByteArray) bytes = make(rows, G_N_ELEMENTS(rows));
    for (guint i = 0; i < bytes->len; i++) {
        for (guint bit = 0; bit < 8; bit++) {
            g_autofree guint8 *bent = g_memdup2(bytes->data, bytes->len);
            bent[i] ^= (guint8)(1u << bit);
            g_autoptr(GArray) found = g_array_new(FALSE, TRUE, sizeof(Neighbour));
            (void)neighbours_parse(bent, bytes->len, found);
            g_assert_cmpuint(found->len, <=, G_N_ELEMENTS(rows));
        }
    }
}

static void
test_kernel(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) found = neighbours_read(&error);
    g_assert_no_error(error);
    g_assert_nonnull(found);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/neighbours/entries", test_entries);
    g_test_add_func("/neighbours/cut", test_cut);
    g_test_add_func("/neighbours/bent", test_bent);
    g_test_add_func("/neighbours/kernel", test_kernel);
    return g_test_run();
}
