/*
 * monitor_command — a user's own words to QEMU's monitor. What they change we do not know, so the
 * guest is tainted and looked at anew.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/daemon/arguments.h"
#include "virtqemud/vm/ask.h"
#include "virtqemud/vm/monitor.h"
#include "virtqemud/vm/taint.h"

/* VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP */
enum { COMMAND_HMP = 1 };
enum { COMMAND_TIMEOUT_MS = 30000 };

/* ---- what is asked ---- */

static gboolean
refuse(GError **error, const char *why)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "%s", why);
    return FALSE;
}

static gboolean
is_ours(void *data, const char *name, Json *value)
{
    return g_str_equal(name, "execute") || g_str_equal(name, "arguments");
}

static QmpRequest *
read_qmp(const char *text, GError **error)
{
    const char *name;
    g_autoptr(GError) why = NULL;
    g_autoptr(Json) command = json_parse(text, strlen(text), NULL, &why);
    if (command == NULL || !json_get_string(command, "execute", &name, &why)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "that is no command of QEMU's monitor: %s", virt_error_get_info(why).str2);
        return NULL;
    }
    if (!json_each(command, is_ours, NULL)) {
        refuse(error, "a command of QEMU's monitor has 'execute' and 'arguments', no more");
        return NULL;
    }
    const Json *arguments = json_get(command, "arguments");
    return qmp_request_new_raw(name, arguments != NULL ? json_ref(arguments) : NULL,
                               COMMAND_TIMEOUT_MS);
}

static QmpRequest *
make_hmp(const char *line)
{
    Json *args = json_new_object();
    json_add_string(args, "command-line", line);
    return qmp_request_new(QMP_HUMAN_MONITOR_COMMAND, args);
}

/* ---- what QEMU said ---- */

/* The class that QEMU's error had, told from its code. */
static const char *
class_of(const GError *error)
{
    switch (virt_error_get_code(error)) {
    case VIRT_ERR_OPERATION_UNSUPPORTED:
        return "CommandNotFound";
    case VIRT_ERR_OPERATION_INVALID:
        return "DeviceNotActive";
    case VIRT_ERR_DEVICE_MISSING:
        return "DeviceNotFound";
    default:
        return "GenericError";
    }
}

/* QEMU's words, without the sentence that they were put into. */
static const char *
words_of(const GError *error)
{
    const char *end = strstr(error->message, "': ");
    return end != NULL ? end + strlen("': ") : error->message;
}

static Json *
error_of(const GError *error)
{
    Json *told = json_new_object();
    json_add_string(told, "class", class_of(error));
    json_add_string(told, "desc", words_of(error));
    return told;
}

/* The answer as QEMU sent it, an error of QEMU's too: that is a result. */
static char *
print_answer(RpcCall *call, const QmpRequest *request, const QmpAnswer *answer)
{
    g_autoptr(Json) line = json_new_object();
    if (answer->error == NULL)
        json_add(line, "return", answer->reply != NULL ? json_ref(answer->reply) : NULL);
    g_autofree char *id = g_strdup_printf("libvirt-%" G_GUINT64_FORMAT, request->id);
    json_add_string(line, "id", id);
    if (answer->error != NULL)
        json_add(line, "error", error_of(answer->error));
    g_autofree char *text = json_print(line);
    return arena_strdup(rpc_call_arena(call), text);
}

/* ---- asking ---- */

/* Whatever was changed: the guest may have ended by it. */
static void
look_again(Vm *vm)
{
    g_autoptr(GError) error = NULL;
    if (vm_is_active(vm) && !vm_monitor_resync(vm, &error))
        log_warning("guest '%s' after a raw command: %s", vm->name, error->message);
}

typedef struct {
    const char *text;
    uint32_t flags;
} Command;

static gboolean
run(RpcCall *call, Vm *vm, const Command *command, char **ret_result, GError **error)
{
    gboolean is_hmp = (command->flags & COMMAND_HMP) != 0;
    if (!arguments_check_flags(VIRT_FROM_QEMU, command->flags, COMMAND_HMP, error) ||
        !vm_check_active(vm, error))
        return FALSE;
    if (rpc_call_n_fds(call) > 1)
        return refuse(error, "at most 1 fd can be passed to qemu along with a command");
    g_autoptr(QmpRequest) request =
        is_hmp ? make_hmp(command->text) : read_qmp(command->text, error);
    if (request == NULL)
        return FALSE;
    if (rpc_call_n_fds(call) == 1)
        qmp_request_add_fd(request, rpc_call_take_fd(call, 0));
    vm_taint(vm, VM_TAINT_CUSTOM_MONITOR);
    vm_publish(vm);
    g_autoptr(QmpAnswer) answer = ask_raw(vm, request, error);
    look_again(vm);
    if (answer == NULL)
        return FALSE;
    if (!is_hmp) {
        *ret_result = print_answer(call, request, answer);
        return TRUE;
    }
    if (answer->error != NULL) {
        g_propagate_error(error, g_steal_pointer(&answer->error));
        return FALSE;
    }
    *ret_result = arena_strdup(rpc_call_arena(call), json_as_string(answer->reply));
    return TRUE;
}

gboolean
handle_qemu_domain_monitor_command(RpcCall *call, Vm *vm, const QemuDomainMonitorCommandArgs *args,
                                   QemuDomainMonitorCommandRet *ret, GError **error)
{
    Command command = {args->cmd, args->flags};
    return run(call, vm, &command, &ret->result, error);
}

gboolean
handle_qemu_domain_monitor_command_with_files(RpcCall *call, Vm *vm,
                                              const QemuDomainMonitorCommandWithFilesArgs *args,
                                              QemuDomainMonitorCommandWithFilesRet *ret,
                                              GError **error)
{
    Command command = {args->cmd, args->flags};
    return run(call, vm, &command, &ret->result, error);
}
