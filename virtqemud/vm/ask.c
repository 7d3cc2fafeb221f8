/*
 * ask — see ask.h.
 */
#include "virtqemud/vm/ask.h"

#include "common/base/error.h"
#include "virtqemud/vm/monitor.h"

enum { GRACE_MS = 1000 }; /* for the io thread to say that the time is over */

static QmpClient *
client_of(VmRun *run, GError **error)
{
    QmpClient *client = run != NULL ? vm_run_qmp(run) : NULL;
    if (client == NULL)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "domain is not running");
    return client;
}

gboolean
ask_with_fd(Vm *vm, QmpCommandId command, Json *args, int fd, GError **error)
{
    g_autoptr(VmRun) run = vm->run != NULL ? vm_run_ref(vm->run) : NULL;
    g_autoptr(QmpRequest) request = qmp_request_new(command, args);
    qmp_request_add_fd(request, fd);
    QmpClient *client = client_of(run, error);
    if (client == NULL)
        return FALSE;
    gboolean ok = qmp_call_request(client, request, run->cancel, NULL, error);
    vm_monitor_drain(vm);
    return ok;
}

QmpAnswer *
ask_raw(Vm *vm, QmpRequest *request, GError **error)
{
    g_autoptr(VmRun) run = vm->run != NULL ? vm_run_ref(vm->run) : NULL;
    QmpClient *client = client_of(run, error);
    if (client == NULL)
        return NULL;
    Future *future = qmp_request_future(request);
    int64_t deadline_us = strand_deadline_in_ms(request->deadline_ms + GRACE_MS);
    qmp_client_send(client, request);
    gboolean in_time = strand_wait(future, deadline_us, run->cancel, error);
    if (!in_time)
        qmp_client_give_up(client, request);
    vm_monitor_drain(vm);
    QmpAnswer *answer = in_time ? future_take_value(future) : NULL;
    if (answer == NULL || answer->error == NULL || answer->from_qemu)
        return answer;
    g_propagate_error(error, g_steal_pointer(&answer->error));
    qmp_answer_free(answer);
    return NULL;
}
