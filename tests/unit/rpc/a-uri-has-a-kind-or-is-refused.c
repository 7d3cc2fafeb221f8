/*
 * Which URIs open a connection, of which kind, and what it reports as its own.
 */
#include "common/base/error.h"
#include "common/rpc/kind.h"

typedef struct {
    const char *name;
    const char *scheme; /* NULL: refused */
    VirtErrorCode code;
} Case;

static void
check(const Case *cases, size_t n, gboolean privileged)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *uri = NULL;
        g_autoptr(GError) error = NULL;
        g_test_message("%s", cases[i].name);
        const RpcConnKind *kind = rpc_kind_parse(cases[i].name, privileged, &uri, &error);
        if (cases[i].scheme == NULL) {
            g_assert_null(kind);
            g_assert_null(uri);
            g_assert_error(error, VIRT_ERROR, (gint)cases[i].code);
            continue;
        }
        g_assert_no_error(error);
        g_assert_cmpstr(kind->scheme, ==, cases[i].scheme);
        if (cases[i].name[0] != '\0')
            g_assert_cmpstr(uri, ==, cases[i].name);
    }
}

static void
test_privileged(void)
{
    static const Case cases[] = {
        {"", "qemu"},
        {"qemu:///system", "qemu"},
        {"qemu:///system?name=x&y=z", "qemu"},
        {"network:///system", "network"},
        {"storage:///system", "storage"},
        {"nodedev:///system", "nodedev"},
        {"secret:///system", "secret"},
        {"nwfilter:///system", "nwfilter"},
        {"interface:///system", "interface"},
        {"qemu:///session", "qemu"}, /* root may */
        {"network:///session", NULL, VIRT_ERR_INTERNAL_ERROR},
        {"qemu:///", NULL, VIRT_ERR_INTERNAL_ERROR},
        {"qemu:///systems", NULL, VIRT_ERR_INTERNAL_ERROR},
        {"qemu:///system/", NULL, VIRT_ERR_INTERNAL_ERROR},
        {"qemu://host/system", NULL, VIRT_ERR_NO_CONNECT},
        {"qemu+unix:///system", NULL, VIRT_ERR_NO_CONNECT},
        {"qemu+tls://host/system", NULL, VIRT_ERR_NO_CONNECT},
        {"foo:///", NULL, VIRT_ERR_NO_CONNECT},
        {"lxc:///system", NULL, VIRT_ERR_NO_CONNECT},
        {"test:///default", NULL, VIRT_ERR_NO_CONNECT},
        {"qemu", NULL, VIRT_ERR_NO_CONNECT},
        {"/system", NULL, VIRT_ERR_NO_CONNECT},
        {"://", NULL, VIRT_ERR_NO_CONNECT},
        {"qemu://[/system", NULL, VIRT_ERR_NO_CONNECT},
        {"\xff\xfe", NULL, VIRT_ERR_NO_CONNECT},
    };
    check(cases, G_N_ELEMENTS(cases), TRUE);
    g_autofree char *uri = NULL;
    g_assert_nonnull(rpc_kind_parse("", TRUE, &uri, NULL));
    g_assert_cmpstr(uri, ==, "qemu:///system");
}

static void
test_session(void)
{
    static const Case cases[] = {
        {"", "qemu"},
        {"qemu:///session", "qemu"},
        {"secret:///session", "secret"},
        {"qemu:///system", NULL, VIRT_ERR_INTERNAL_ERROR},
    };
    check(cases, G_N_ELEMENTS(cases), FALSE);
    g_autofree char *uri = NULL;
    g_assert_nonnull(rpc_kind_parse("", FALSE, &uri, NULL));
    g_assert_cmpstr(uri, ==, "qemu:///session");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kind/privileged", test_privileged);
    g_test_add_func("/kind/session", test_session);
    return g_test_run();
}
