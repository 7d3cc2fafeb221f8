/*
 * events — see events.h.
 */
#include "virtqemud/vm/events.h"

#include "common/rpc/event.h"
#include "common/spec/acl.h"
#include "common/spec/remote.h"

/* Numbers by which clients register (virDomainEventID). */
enum {
    ID_LIFECYCLE,
    ID_REBOOT,
    ID_RTC_CHANGE,
    ID_WATCHDOG,
    ID_IO_ERROR,
    ID_GRAPHICS,
    ID_IO_ERROR_REASON,
    ID_CONTROL_ERROR,
    ID_TRAY_CHANGE = 10,
    ID_PMWAKEUP,
    ID_PMSUSPEND,
    ID_BALLOON_CHANGE,
    ID_PMSUSPEND_DISK,
    ID_AGENT_LIFECYCLE = 18,
    ID_METADATA_CHANGE = 23,
    ID_MEMORY_FAILURE = 25
};

/* One message; `legacy` is of the generation before callbacks, 0 where there is none. */
typedef struct {
    int32_t id;
    int32_t proc;
    const void *args;
    int32_t legacy;
    const void *legacy_args;
} Message;

static void
emit(const Vm *vm, const Message *message)
{
    char uuid_text[UUID_TEXT_BYTES];
    AclAttribute attributes[] = {
        {"domain_name", vm->name}, {"domain_uuid", uuid_format(vm->uuid, uuid_text)}, {NULL, NULL}};
    RpcEventSource source = {
        .program = &remote_program,
        .proc = rpc_program_find(&remote_program, message->proc),
        .args = message->args,
        .legacy_proc =
            message->legacy != 0 ? rpc_program_find(&remote_program, message->legacy) : NULL,
        .legacy_args = message->legacy_args,
        .object = ACL_DOMAIN,
        .event_id = message->id,
        .name = vm->name,
        .uuid = vm->uuid,
        .attributes = attributes,
        .permission = ACL_DOMAIN_GETATTR,
    };
    rpc_event_emit(daemon_server(vm->driver->daemon), &source);
}

static RemoteDomain
dom_of(const Vm *vm)
{
    RemoteDomain dom = {0};
    vm_fill(&dom, vm);
    return dom;
}

/* Both generations have the same content: `Name` of the types, `NAME` of the numbers. */
#define EMIT_BOTH(vm, event_id, Name, NAME, ...)                                                   \
    do {                                                                                           \
        RemoteDomainEvent##Name##Args legacy = {.dom = dom_of(vm), __VA_ARGS__};                   \
        RemoteDomainEventCallback##Name##Args args = {.msg = {.dom = legacy.dom, __VA_ARGS__}};    \
        Message message = {event_id, REMOTE_PROC_DOMAIN_EVENT_CALLBACK_##NAME, &args,              \
                           REMOTE_PROC_DOMAIN_EVENT_##NAME, &legacy};                              \
        emit(vm, &message);                                                                        \
    } while (0)

/* Only the newer generation has it. */
#define EMIT_NEW(vm, event_id, Type, PROC, ...)                                                    \
    do {                                                                                           \
        RemoteDomainEvent##Type##Args args = {.dom = dom_of(vm), __VA_ARGS__};                     \
        Message message = {event_id, REMOTE_PROC_DOMAIN_EVENT_##PROC, &args, 0, NULL};             \
        emit(vm, &message);                                                                        \
    } while (0)

void
vm_emit_lifecycle(const Vm *vm, VmLifecycle event, int32_t detail)
{
    EMIT_BOTH(vm, ID_LIFECYCLE, Lifecycle, LIFECYCLE, .event = (int32_t)event, .detail = detail);
}

void
vm_emit_reboot(const Vm *vm)
{
    EMIT_BOTH(vm, ID_REBOOT, Reboot, REBOOT, );
}

void
vm_emit_rtc_change(const Vm *vm, int64_t offset_s)
{
    EMIT_BOTH(vm, ID_RTC_CHANGE, RtcChange, RTC_CHANGE, .offset = offset_s);
}

void
vm_emit_watchdog(const Vm *vm, int32_t action)
{
    EMIT_BOTH(vm, ID_WATCHDOG, Watchdog, WATCHDOG, .action = action);
}

void
vm_emit_io_error(const Vm *vm, const VmIoError *io_error)
{
    char *path = (char *)(io_error->path != NULL ? io_error->path : "");
    char *alias = (char *)(io_error->alias != NULL ? io_error->alias : "");
    char *reason = (char *)(io_error->reason != NULL ? io_error->reason : "");
    EMIT_BOTH(vm, ID_IO_ERROR, IoError, IO_ERROR, .src_path = path, .dev_alias = alias,
              .action = io_error->action);
    EMIT_BOTH(vm, ID_IO_ERROR_REASON, IoErrorReason, IO_ERROR_REASON, .src_path = path,
              .dev_alias = alias, .action = io_error->action, .reason = reason);
}

static RemoteDomainEventGraphicsAddress
address_of(int32_t family, const char *node, const char *service)
{
    return (RemoteDomainEventGraphicsAddress){family, (char *)(node != NULL ? node : ""),
                                              (char *)(service != NULL ? service : "")};
}

void
vm_emit_graphics(const Vm *vm, const VmGraphicsEvent *event)
{
    RemoteDomainEventGraphicsIdentity subject[2];
    uint32_t n = 0;
    if (event->x509_name != NULL)
        subject[n++] = (RemoteDomainEventGraphicsIdentity){"x509dname", (char *)event->x509_name};
    if (event->sasl_name != NULL)
        subject[n++] =
            (RemoteDomainEventGraphicsIdentity){"saslUsername", (char *)event->sasl_name};
    RemoteDomainEventGraphicsArgs legacy = {
        .dom = dom_of(vm),
        .phase = event->phase,
        .local = address_of(event->local_family, event->local_node, event->local_service),
        .remote = address_of(event->remote_family, event->remote_node, event->remote_service),
        .auth_scheme = (char *)(event->auth_scheme != NULL ? event->auth_scheme : ""),
        .subject = {.len = n, .items = subject},
    };
    RemoteDomainEventCallbackGraphicsArgs args = {.msg = {.dom = legacy.dom,
                                                          .phase = legacy.phase,
                                                          .local = legacy.local,
                                                          .remote = legacy.remote,
                                                          .auth_scheme = legacy.auth_scheme,
                                                          .subject = {.len = n, .items = subject}}};
    Message message = {ID_GRAPHICS, REMOTE_PROC_DOMAIN_EVENT_CALLBACK_GRAPHICS, &args,
                       REMOTE_PROC_DOMAIN_EVENT_GRAPHICS, &legacy};
    emit(vm, &message);
}

void
vm_emit_control_error(const Vm *vm)
{
    EMIT_BOTH(vm, ID_CONTROL_ERROR, ControlError, CONTROL_ERROR, );
}

void
vm_emit_tray_change(const Vm *vm, const char *alias, VmTrayReason reason)
{
    EMIT_BOTH(vm, ID_TRAY_CHANGE, TrayChange, TRAY_CHANGE, .dev_alias = (char *)alias,
              .reason = (int32_t)reason);
}

void
vm_emit_pm_wakeup(const Vm *vm)
{
    EMIT_BOTH(vm, ID_PMWAKEUP, Pmwakeup, PMWAKEUP, );
}

void
vm_emit_pm_suspend(const Vm *vm)
{
    EMIT_BOTH(vm, ID_PMSUSPEND, Pmsuspend, PMSUSPEND, );
}

void
vm_emit_pm_suspend_disk(const Vm *vm)
{
    EMIT_BOTH(vm, ID_PMSUSPEND_DISK, PmsuspendDisk, PMSUSPEND_DISK, );
}

void
vm_emit_balloon_change(const Vm *vm, uint64_t kib)
{
    EMIT_BOTH(vm, ID_BALLOON_CHANGE, BalloonChange, BALLOON_CHANGE, .actual = kib);
}

void
vm_emit_agent_lifecycle(const Vm *vm, VmAgentState state, VmAgentReason reason)
{
    EMIT_NEW(vm, ID_AGENT_LIFECYCLE, CallbackAgentLifecycle, CALLBACK_AGENT_LIFECYCLE,
             .state = (int32_t)state, .reason = (int32_t)reason);
}

void
vm_emit_metadata_change(const Vm *vm, int32_t type, const char *uri)
{
    EMIT_NEW(vm, ID_METADATA_CHANGE, CallbackMetadataChange, CALLBACK_METADATA_CHANGE, .type = type,
             .nsuri = (char *)uri);
}

void
vm_emit_memory_failure(const Vm *vm, const VmMemoryFailure *failure)
{
    EMIT_NEW(vm, ID_MEMORY_FAILURE, MemoryFailure, MEMORY_FAILURE, .recipient = failure->recipient,
             .action = failure->action, .flags = failure->flags);
}
