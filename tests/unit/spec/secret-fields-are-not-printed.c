/*
 * The line for the log has no secret in it and cannot be broken by what a peer sent; a long value
 * is cut.
 */
#include <string.h>

#include "common/spec/remote.h"

static void
secrets_are_masked(void)
{
    RemoteDomainSetUserPasswordArgs args = {
        .dom = {.name = (char *)"guest", .id = 3},
        .user = (char *)"root",
        .password = (char *)"hunter2",
    };
    g_autofree char *line = xdr_print(&remote_domain_set_user_password_args_xdr, &args);
    g_assert_cmpstr(line, ==,
                    "{dom={name=\"guest\", uuid=00000000000000000000000000000000, id=3}, "
                    "user=\"root\", password=<secret>, flags=0}");
}

static void
secret_bytes_are_masked(void)
{
    uint8_t bytes[] = {0xca, 0xfe};
    RemoteSecretGetValueRet ret = {.value = {.len = 2, .bytes = bytes}};
    g_autofree char *line = xdr_print(&remote_secret_get_value_ret_xdr, &ret);
    g_assert_cmpstr(line, ==, "{value=<secret>}");
}

static void
text_is_escaped_and_cut(void)
{
    g_autofree char *text = g_strnfill(100, 'x');
    memcpy(text, "a\nb\033", 4);
    RemoteConnectGetHostnameRet ret = {.hostname = text};
    g_autofree char *line = xdr_print(&remote_connect_get_hostname_ret_xdr, &ret);
    g_assert_true(g_str_has_prefix(line, "{hostname=\"a\\nb\\033xxx"));
    g_assert_true(g_str_has_suffix(line, "xxx\"+36}"));
}

static void
lists_are_cut(void)
{
    int32_t ids[100] = {1, 2, 3};
    RemoteConnectListDomainsRet ret = {.ids = {.len = 100, .items = ids}};
    g_autofree char *line = xdr_print(&remote_connect_list_domains_ret_xdr, &ret);
    g_assert_cmpstr(line, ==, "{ids=[1, 2, 3, 0, 0, 0, 0, 0, +92]}");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xdr/print/secret", secrets_are_masked);
    g_test_add_func("/xdr/print/secret-bytes", secret_bytes_are_masked);
    g_test_add_func("/xdr/print/text", text_is_escaped_and_cut);
    g_test_add_func("/xdr/print/lists", lists_are_cut);
    return g_test_run();
}
