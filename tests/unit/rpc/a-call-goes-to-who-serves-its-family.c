/*
 * The whole table of routes: every call of REMOTE and QEMU on a connection of every kind; and what
 * the kinds answer about features.
 */
#include <string.h>

#include "common/rpc/feature.h"
#include "common/rpc/kind.h"

/* Calls that end where the client's connection ends. */
static const char *const local_names[] = {
    "auth_list",
    "auth_sasl_init",
    "auth_sasl_start",
    "auth_sasl_step",
    "auth_polkit",
    "connect_open",
    "connect_close",
    "connect_is_secure",
    "connect_supports_feature",
    "connect_set_identity",
    "connect_register_close_callback",
    "connect_unregister_close_callback",
    NULL,
};
/* Calls that every kind of connection has beside its own family. */
static const char *const common_names[] = {
    "connect_get_type",
    "connect_get_uri",
    "connect_get_lib_version",
    NULL,
};

static RpcRoute
expected(const RpcConnKind *kind, const RpcProgram *program, const RpcProc *proc)
{
    if (program == &remote_program && g_strv_contains(local_names, proc->name))
        return ROUTE_LOCAL;
    if (program == &remote_program && g_strv_contains(common_names, proc->name))
        return ROUTE_PRIMARY;
    if (proc->family == kind->family)
        return ROUTE_PRIMARY;
    return kind->family == RPC_FAMILY_HYPERVISOR ? ROUTE_OTHER : ROUTE_NO_SUPPORT;
}

static void
test_routes(void)
{
    static const RpcProgram *const programs[] = {&remote_program, &qemu_program};
    guint n = 0;
    for (size_t p = 0; p < G_N_ELEMENTS(programs); p++) {
        for (uint32_t number = 1; number < programs[p]->n_procs; number++) {
            const RpcProc *proc = rpc_program_find(programs[p], number);
            if (proc == NULL || proc->kind == RPC_KIND_EVENT)
                continue;
            for (size_t k = 0; k < rpc_n_kinds; k++) {
                g_test_message("%s %s", rpc_kinds[k].scheme, proc->name);
                RpcRoute route = rpc_route(&rpc_kinds[k], programs[p], proc);
                g_assert_cmpint(route, ==, expected(&rpc_kinds[k], programs[p], proc));
                /* Whoever relays looks up the daemon of the family: there must be one. */
                if (route == ROUTE_OTHER)
                    g_assert_nonnull(rpc_kind_of_family(proc->family));
                n++;
            }
        }
    }
    g_assert_cmpuint(n, >, 400 * 7);
}

static void
test_kinds(void)
{
    for (size_t k = 0; k < rpc_n_kinds; k++) {
        const RpcConnKind *kind = &rpc_kinds[k];
        g_assert_true(rpc_kind_of_family(kind->family) == kind);
        g_assert_cmpint(kind->daemon, !=, RPC_DAEMON_NONE);
        g_assert_true(g_str_has_prefix(rpc_daemon_name(kind->daemon), "virt"));
    }
    g_assert_null(rpc_kind_of_family(RPC_FAMILY_RPC));
    g_assert_null(rpc_kind_of_family(RPC_FAMILY_ADMIN));
}

static void
test_features(void)
{
    for (int32_t feature = -1; feature < 40; feature++) {
        gboolean of_transport = feature == 8 || feature == 10 || feature == 14 || feature == 15;
        g_assert_cmpint(feature_is_of_transport(feature), ==, of_transport);
        for (size_t k = 0; k < rpc_n_kinds; k++) {
            const char *scheme = rpc_kinds[k].scheme;
            gboolean has = (feature == 9 || feature == 16) &&
                           (strcmp(scheme, "qemu") == 0 || strcmp(scheme, "network") == 0);
            g_assert_cmpint(feature_of_kind(feature, &rpc_kinds[k]), ==, has);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/route/every-call", test_routes);
    g_test_add_func("/route/kinds", test_kinds);
    g_test_add_func("/route/features", test_features);
    return g_test_run();
}
