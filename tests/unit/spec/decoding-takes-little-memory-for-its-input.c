/*
 * Whatever a message holds, decoding it allocates at most a few times its size: the worst shapes of
 * all procedures are lists of empty strings, of nulls and of least structures.
 */
#include <string.h>

#include "common/spec/remote.h"

enum { FACTOR = 8, FIXED_BYTES = 4096 };

/* A message of `count` and then zeros: every inner count, length and choice is the least. */
static void
decode_zeros(const XdrType *type, uint32_t before, uint32_t count, uint32_t element_wire)
{
    g_autoptr(GByteArray) message = g_byte_array_new();
    g_autoptr(Arena) arena = arena_new();
    size_t len = (size_t)before + 4 + (size_t)count * element_wire + 64;
    g_byte_array_set_size(message, (guint)len);
    memset(message->data, 0, len);
    uint32_t big = GUINT32_TO_BE(count);
    memcpy(message->data + before, &big, sizeof(big));
    g_autofree void *value = g_malloc0(type->size);
    g_autoptr(GError) error = NULL;
    g_assert_true(xdr_decode(type, message->data, len, arena, value, NULL, &error));
    g_assert_cmpuint(arena_used(arena), >, 0);
    g_assert_cmpuint(arena_used(arena), <, FACTOR * len + FIXED_BYTES);
}

static void
empty_strings(void)
{
    decode_zeros(&remote_node_list_devices_ret_xdr, 0, REMOTE_NODE_DEVICE_LIST_MAX, 4);
}

static void
least_structures(void)
{
    decode_zeros(&remote_network_get_dhcp_leases_ret_xdr, 0, REMOTE_NETWORK_DHCP_LEASES_MAX, 40);
    decode_zeros(&remote_connect_list_all_domains_ret_xdr, 0, REMOTE_DOMAIN_LIST_MAX, 24);
    decode_zeros(&remote_connect_get_all_domain_stats_ret_xdr, 0, REMOTE_DOMAIN_LIST_MAX, 28);
    decode_zeros(&remote_domain_interface_addresses_ret_xdr, 0, REMOTE_DOMAIN_INTERFACE_MAX, 12);
    decode_zeros(&remote_domain_get_fsinfo_ret_xdr, 0, REMOTE_DOMAIN_FSINFO_MAX, 16);
}

/* No row of any program can ask for more per byte of the wire than the factor says. */
static void
check_type(const XdrType *type)
{
    if (type->kind == XDR_ARRAY)
        g_assert_cmpuint(type->element->size + 16, <=, FACTOR * type->element->min_wire);
    if (type->kind == XDR_OPTIONAL)
        g_assert_cmpuint(type->element->size + 32, <=, FACTOR * (4 + type->element->min_wire));
    if (type->element != NULL)
        check_type(type->element);
    for (uint32_t i = 0; i < type->n_fields; i++)
        check_type(type->fields[i].type);
}

static void
all_rows(void)
{
    for (uint32_t number = 0; number < remote_program.n_procs; number++) {
        const RpcProc *proc = &remote_program.procs[number];
        if (proc->args != NULL)
            check_type(proc->args);
        if (proc->ret != NULL)
            check_type(proc->ret);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xdr/memory/strings", empty_strings);
    g_test_add_func("/xdr/memory/structures", least_structures);
    g_test_add_func("/xdr/memory/all-rows", all_rows);
    return g_test_run();
}
