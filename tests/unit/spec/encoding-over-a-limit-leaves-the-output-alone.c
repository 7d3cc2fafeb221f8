/*
 * A value that no peer may receive is not sent: the error says which field, and the output keeps
 * the bytes that it had.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/spec/remote.h"

static void
check_refused(const XdrType *type, const void *value, const char *field)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_byte_array_append(out, (const uint8_t *)"head", 4);
    g_assert_false(xdr_encode(type, value, out, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_RPC);
    g_assert_nonnull(strstr(error->message, field));
    g_assert_cmpmem(out->data, out->len, "head", 4);
}

static void
check_taken(const XdrType *type, const void *value)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_assert_true(xdr_encode(type, value, out, &error));
    g_assert_no_error(error);
}

static void
strings_have_a_limit(void)
{
    g_autofree char *text = g_strnfill(REMOTE_STRING_MAX, 'x');
    RemoteConnectGetHostnameRet ret = {.hostname = text};
    check_taken(&remote_connect_get_hostname_ret_xdr, &ret);
    g_autofree char *longer = g_strnfill(REMOTE_STRING_MAX + 1, 'x');
    ret.hostname = longer;
    check_refused(&remote_connect_get_hostname_ret_xdr, &ret, "hostname");
}

static void
arrays_have_a_limit(void)
{
    int32_t types[REMOTE_AUTH_TYPE_LIST_MAX + 1] = {0};
    RemoteAuthListRet ret = {.types = {.len = REMOTE_AUTH_TYPE_LIST_MAX, .items = types}};
    check_taken(&remote_auth_list_ret_xdr, &ret);
    ret.types.len++;
    check_refused(&remote_auth_list_ret_xdr, &ret, "types");
}

static void
opaque_bytes_have_a_limit(void)
{
    static uint8_t bytes[REMOTE_SECRET_VALUE_MAX + 1];
    RemoteSecretGetValueRet ret = {.value = {.len = REMOTE_SECRET_VALUE_MAX, .bytes = bytes}};
    check_taken(&remote_secret_get_value_ret_xdr, &ret);
    ret.value.len++;
    check_refused(&remote_secret_get_value_ret_xdr, &ret, "value");
}

/* Each string is within its limit, all of them together are no message any more. */
static void
messages_have_a_limit(void)
{
    g_autofree char *text = g_strnfill(REMOTE_STRING_MAX, 'x');
    char *names[8] = {text, text, text, text, text, text, text, text};
    RemoteConnectListDomainsArgs args = {0};
    RemoteConnectListDefinedDomainsRet ret = {.names = {.len = 7, .items = names}};
    check_taken(&remote_connect_list_domains_args_xdr, &args);
    check_taken(&remote_connect_list_defined_domains_ret_xdr, &ret);
    ret.names.len = 8;
    check_refused(&remote_connect_list_defined_domains_ret_xdr, &ret, "names[7]");
}

static void
a_missing_string_is_sent_empty(void)
{
    static const uint8_t zeros[4] = {0};
    g_autoptr(GByteArray) out = g_byte_array_new();
    RemoteConnectGetHostnameRet ret = {0};
    g_assert_true(xdr_encode(&remote_connect_get_hostname_ret_xdr, &ret, out, NULL));
    g_assert_cmpmem(out->data, out->len, zeros, 4);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xdr/encode/string", strings_have_a_limit);
    g_test_add_func("/xdr/encode/array", arrays_have_a_limit);
    g_test_add_func("/xdr/encode/opaque", opaque_bytes_have_a_limit);
    g_test_add_func("/xdr/encode/message", messages_have_a_limit);
    g_test_add_func("/xdr/encode/missing", a_missing_string_is_sent_empty);
    return g_test_run();
}
