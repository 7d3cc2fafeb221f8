/*
 * Numbers that are no procedure find nothing: 0, a gap, the first behind the last, the largest.
 */
#include "common/spec/admin.h"
#include "common/spec/remote.h"

static void
known_numbers(void)
{
    const RpcProc *proc = rpc_program_find(&remote_program, REMOTE_PROC_DOMAIN_CREATE);
    g_assert_nonnull(proc);
    g_assert_cmpuint(proc->number, ==, 9);
    g_assert_cmpstr(proc->name, ==, "domain_create");
    g_assert_cmpstr(rpc_program_find(&admin_program, 19)->name, ==, "connect_set_daemon_timeout");
}

static void
unknown_numbers(void)
{
    static const RpcProc sparse[] = {[2] = {.number = 2, .name = "second"}};
    static const RpcProgram program = {.n_procs = G_N_ELEMENTS(sparse), .procs = sparse};
    g_assert_nonnull(rpc_program_find(&program, 2));
    g_assert_null(rpc_program_find(&program, 1));
    g_assert_null(rpc_program_find(&program, 3));
    g_assert_null(rpc_program_find(&remote_program, 0));
    g_assert_null(rpc_program_find(&remote_program, remote_program.n_procs));
    g_assert_null(rpc_program_find(&remote_program, UINT32_MAX));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spec/find/known", known_numbers);
    g_test_add_func("/spec/find/unknown", unknown_numbers);
    return g_test_run();
}
