/*
 * The generated thunk calls the handler of its row, with the member of the target that the
 * handler's type says, and hands result and error through.
 */
#include "common/base/error.h"
#include "common/spec/remote.h"

static int calls;
static char target_bytes[2];

static gboolean
domain_get_state(RpcCall *call, const VmView *view, const RemoteDomainGetStateArgs *args,
                 RemoteDomainGetStateRet *ret, GError **error)
{
    calls++;
    g_assert_true((const void *)view == &target_bytes[0]);
    ret->state = (int32_t)args->flags + 1;
    return TRUE;
}

static gboolean
domain_create(RpcCall *call, Vm *object, const RemoteDomainCreateArgs *args, GError **error)
{
    calls++;
    g_assert_true((void *)object == &target_bytes[0]);
    virt_error_set_plain(error, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_INVALID);
    return FALSE;
}

static gboolean
network_list_all_ports(RpcCall *call, const NetworkView *view, const ViewSet *set,
                       const RemoteNetworkListAllPortsArgs *args, RemoteNetworkListAllPortsRet *ret,
                       GError **error)
{
    calls++;
    g_assert_true((const void *)view == &target_bytes[0]);
    g_assert_true((const void *)set == &target_bytes[1]);
    return TRUE;
}

static gboolean
connect_close(RpcCall *call, GError **error)
{
    calls++;
    return TRUE;
}

static const RemoteHandlers handlers = {
    .connect_close = connect_close,
    .domain_create = domain_create,
    .domain_get_state = domain_get_state,
    .network_list_all_ports = network_list_all_ports,
};

static gboolean
run(uint32_t number, const void *args, void *ret, GError **error)
{
    const RpcProc *proc = rpc_program_find(&remote_program, number);
    RpcTarget target = {.view = &target_bytes[0], .view_set = &target_bytes[1]};
    return proc->thunk(&handlers, NULL, target, args, ret, error);
}

static void
each_thunk_calls_its_member(void)
{
    g_autoptr(GError) error = NULL;
    RemoteDomainGetStateArgs state_args = {.flags = 6};
    RemoteDomainGetStateRet state_ret = {0};
    RemoteDomainCreateArgs create_args = {0};
    RemoteNetworkListAllPortsArgs ports_args = {0};
    RemoteNetworkListAllPortsRet ports_ret = {0};
    g_assert_true(run(REMOTE_PROC_DOMAIN_GET_STATE, &state_args, &state_ret, &error));
    g_assert_cmpint(state_ret.state, ==, 7);
    g_assert_true(run(REMOTE_PROC_NETWORK_LIST_ALL_PORTS, &ports_args, &ports_ret, &error));
    g_assert_true(run(REMOTE_PROC_CONNECT_CLOSE, NULL, NULL, &error));
    g_assert_no_error(error);
    g_assert_false(run(REMOTE_PROC_DOMAIN_CREATE, &create_args, NULL, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_OPERATION_INVALID);
    g_assert_cmpint(calls, ==, 4);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spec/thunk", each_thunk_calls_its_member);
    return g_test_run();
}
