/*
 * The error of a message that cannot be decoded says where it went wrong, down to the element and
 * the field, and has the code and the domain of the RPC layer.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/spec/remote.h"

static void
check_message(const XdrType *type, void *value, const uint8_t *bytes, size_t len, const char *text)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    g_assert_false(xdr_decode(type, bytes, len, arena, value, NULL, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
    g_assert_cmpint(virt_error_get_info(error).domain, ==, VIRT_FROM_RPC);
    g_assert_cmpstr(error->message, ==, text);
}

static void
inside_an_array(void)
{
    /* Two parameters; the second one's name is longer than the message. */
    static const uint8_t bytes[] = {0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 7,
                                    0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    RemoteConnectSetIdentityArgs args = {0};
    check_message(&remote_connect_set_identity_args_xdr, &args, bytes, sizeof(bytes) - 4,
                  "RPC error: remote_connect_set_identity_args.params[1].field: "
                  "12 bytes are needed, 8 are left");
}

static void
inside_a_structure(void)
{
    static const uint8_t bytes[] = {0x7f, 0xff, 0xff, 0xff};
    RemoteDomainCreateArgs args = {0};
    check_message(&remote_domain_create_args_xdr, &args, bytes, sizeof(bytes),
                  "RPC error: remote_domain_create_args.dom.name: "
                  "2147483647 bytes, at most 4194304 are allowed");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xdr/error/array", inside_an_array);
    g_test_add_func("/xdr/error/structure", inside_a_structure);
    return g_test_run();
}
