/*
 * domain — see domain.h: view, events, and the calls that change nothing.
 */
#include "tests/daemon/testd/domain.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "virtqemud/handlers/handlers.h"

/* --- the object --- */

Vm *
vm_new(TestWorld *world, const ObjRef *ref)
{
    Vm *vm = g_new0(Vm, 1);
    vm->control.world = world;
    leaf_init(&vm->control.lock);
    vm->name = g_strdup(obj_ref_name(ref));
    memcpy(vm->uuid, obj_ref_uuid(ref), UUID_BYTES);
    vm->id = -1;
    return vm;
}

static void
vm_free(void *data)
{
    Vm *vm = data;
    g_assert(vm->control.cancel == NULL);
    leaf_clear(&vm->control.lock);
    g_free(vm->name);
    g_free(vm->note);
    g_free(vm);
}

static void
view_clear(void *data)
{
    VmView *view = data;
    g_free(view->head.name);
    g_free(view->note);
}

const VmView *
vm_view(const Vm *vm)
{
    VmView *view = view_new(sizeof *view, view_clear);
    view->head.name = g_strdup(vm->name);
    memcpy(view->head.uuid, vm->uuid, UUID_BYTES);
    uuid_format(vm->uuid, view->head.uuid_text);
    view->head.id = vm->id;
    view->head.active = vm->active;
    view->head.persistent = TRUE;
    view->head.autostart = vm->autostart;
    view->control = (struct VmControl *)&vm->control;
    view->note = g_strdup(vm->note);
    return view_seal(view);
}

void
vm_publish(Vm *vm, ObjRef *ref)
{
    strand_mark(STRAND_CHANGED);
    slot_publish(obj_ref_slot(ref), vm_view(vm));
}

void
vm_fill(RemoteDomain *ret, const Vm *vm)
{
    ret->name = vm->name;
    memcpy(ret->uuid, vm->uuid, UUID_BYTES);
    ret->id = vm->id;
}

void
vm_emit(Vm *vm, int32_t event, int32_t detail)
{
    char uuid_text[UUID_TEXT_BYTES];
    RemoteDomainEventLifecycleArgs legacy = {.event = event, .detail = detail};
    vm_fill(&legacy.dom, vm);
    RemoteDomainEventCallbackLifecycleArgs args = {
        .msg = {.dom = legacy.dom, .event = event, .detail = detail}};
    AclAttribute attributes[] = {
        {"domain_name", vm->name}, {"domain_uuid", uuid_format(vm->uuid, uuid_text)}, {NULL, NULL}};
    RpcEventSource source = {
        .program = &remote_program,
        .proc = rpc_program_find(&remote_program, REMOTE_PROC_DOMAIN_EVENT_CALLBACK_LIFECYCLE),
        .args = &args,
        .legacy_proc = rpc_program_find(&remote_program, REMOTE_PROC_DOMAIN_EVENT_LIFECYCLE),
        .legacy_args = &legacy,
        .object = ACL_DOMAIN,
        .event_id = 0,
        .name = vm->name,
        .uuid = vm->uuid,
        .attributes = attributes,
        .permission = ACL_DOMAIN_GETATTR,
    };
    rpc_event_emit(daemon_server(vm->control.world->daemon), &source);
}

void
vm_cancel(const struct VmControl *control, const char *reason)
{
    struct VmControl *mine = (struct VmControl *)control;
    leaf_lock(&mine->lock);
    g_autoptr(Cancel) cancel = mine->cancel != NULL ? cancel_ref(mine->cancel) : NULL;
    leaf_unlock(&mine->lock);
    if (cancel != NULL)
        cancel_trigger(cancel, reason);
}

/* --- calls that read --- */

static gboolean
get_info(RpcCall *call, const VmView *view, const RemoteDomainGetInfoArgs *args,
         RemoteDomainGetInfoRet *ret, GError **error)
{
    ret->state = view->head.active ? 1 : 5;
    ret->max_mem = 1024;
    ret->memory = 1024;
    ret->nr_virt_cpu = 1;
    return TRUE;
}

static gboolean
get_state(RpcCall *call, const VmView *view, const RemoteDomainGetStateArgs *args,
          RemoteDomainGetStateRet *ret, GError **error)
{
    ret->state = view->head.active ? 1 : 5;
    return TRUE;
}

static gboolean
get_xml_desc(RpcCall *call, const VmView *view, const RemoteDomainGetXmlDescArgs *args,
             RemoteDomainGetXmlDescRet *ret, GError **error)
{
    g_autofree char *note = g_markup_escape_text(view->note != NULL ? view->note : "", -1);
    ret->xml = arena_printf(rpc_call_arena(call),
                            "<domain type='test'>\n  <name>%s</name>\n  <uuid>%s</uuid>\n"
                            "  <description>%s</description>\n</domain>\n",
                            view->head.name, view->head.uuid_text, note);
    return TRUE;
}

static gboolean
get_autostart(RpcCall *call, const VmView *view, const RemoteDomainGetAutostartArgs *args,
              RemoteDomainGetAutostartRet *ret, GError **error)
{
    ret->autostart = view->head.autostart;
    return TRUE;
}

/* Flags: how many MiB the answer is padded with. */
static gboolean
get_sysinfo(RpcCall *call, const RemoteConnectGetSysinfoArgs *args, RemoteConnectGetSysinfoRet *ret,
            GError **error)
{
    size_t len = (size_t)MIN(args->flags, 3U) * 1048576;
    char *report = testd_report(call);
    if (len > 0) {
        ret->sysinfo = arena_alloc(rpc_call_arena(call), len + 1);
        memset(ret->sysinfo, '.', len);
        memcpy(ret->sysinfo, report, strlen(report));
    } else {
        ret->sysinfo = report;
    }
    return TRUE;
}

/* --- streams, slow steps, events on request --- */

static gboolean
open_console(RpcCall *call, Vm *vm, const RemoteDomainOpenConsoleArgs *args, GError **error)
{
    if (!vm->active) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "guest '%s' is off",
                       vm->name);
        return FALSE;
    }
    testd_open_console(call, args->dev_name);
    return TRUE;
}

/* Screen: how many MiB. Flags 1: then it fails. */
static gboolean
screenshot(RpcCall *call, const VmView *view, const RemoteDomainScreenshotArgs *args,
           RemoteDomainScreenshotRet *ret, GError **error)
{
    TestDownload what = {.bytes = (uint64_t)args->screen << 20, .fails = args->flags == 1};
    static char mime[] = "application/x-pattern";
    char **out = arena_new_of(rpc_call_arena(call), char *);
    *out = mime;
    ret->mime = *out;
    testd_open_download(call, &what);
    return TRUE;
}

/* Flags: how many milliseconds the step waits. */
static gboolean
inject_nmi(RpcCall *call, Vm *vm, const RemoteDomainInjectNmiArgs *args, GError **error)
{
    struct VmControl *control = &vm->control;
    g_autoptr(Cancel) cancel = cancel_new();
    leaf_lock(&control->lock);
    control->cancel = cancel;
    leaf_unlock(&control->lock);
    gboolean ok = testd_wait_ms(control->world, args->flags, cancel, error);
    leaf_lock(&control->lock);
    control->cancel = NULL;
    leaf_unlock(&control->lock);
    return ok;
}

static gboolean
abort_job(RpcCall *call, const VmControl *control, const RemoteDomainAbortJobArgs *args,
          GError **error)
{
    vm_cancel(control, "aborted on request");
    return TRUE;
}

/* Flags: how many events, numbered by their detail. */
static gboolean
pm_wakeup(RpcCall *call, Vm *vm, const RemoteDomainPmWakeupArgs *args, GError **error)
{
    for (uint32_t i = 0; i < args->flags; i++)
        vm_emit(vm, VM_DEFINED, (int32_t)i);
    return TRUE;
}

static gboolean
set_autostart(RpcCall *call, Vm *vm, const RemoteDomainSetAutostartArgs *args, GError **error)
{
    vm->autostart = args->autostart != 0;
    vm_publish(vm, rpc_call_ref_object(call));
    return TRUE;
}

static gboolean
open_graphics_fd(RpcCall *call, Vm *vm, const RemoteDomainOpenGraphicsFdArgs *args, GError **error)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot make a pipe");
        return FALSE;
    }
    gboolean written = write(fds[1], vm->name, strlen(vm->name)) == (ssize_t)strlen(vm->name);
    close(fds[1]);
    g_assert(written);
    rpc_call_reply_fd(call, fds[0]);
    return TRUE;
}

/* --- the pose --- */

const RemoteHandlers testd_qemu_handlers = {
    CONNECT_HANDLERS,
    EVENT_HANDLERS_DOMAIN,
    .connect_get_sysinfo = get_sysinfo,
    .connect_num_of_domains = handle_connect_num_of_domains,
    .connect_num_of_defined_domains = handle_connect_num_of_defined_domains,
    .connect_list_domains = handle_connect_list_domains,
    .connect_list_defined_domains = handle_connect_list_defined_domains,
    .connect_list_all_domains = handle_connect_list_all_domains,
    .domain_lookup_by_id = handle_domain_lookup_by_id,
    .domain_lookup_by_name = handle_domain_lookup_by_name,
    .domain_lookup_by_uuid = handle_domain_lookup_by_uuid,
    .domain_get_info = get_info,
    .domain_get_state = get_state,
    .domain_get_xml_desc = get_xml_desc,
    .domain_get_autostart = get_autostart,
    .domain_set_autostart = set_autostart,
    .domain_define_xml = vm_define,
    .domain_undefine = vm_undefine,
    .domain_create = vm_create,
    .domain_create_with_flags = vm_create_with_flags,
    .domain_create_with_files = vm_create_with_files,
    .domain_destroy = vm_destroy,
    .domain_rename = vm_rename,
    .domain_open_console = open_console,
    .domain_screenshot = screenshot,
    .domain_inject_nmi = inject_nmi,
    .domain_abort_job = abort_job,
    .domain_pm_wakeup = pm_wakeup,
    .domain_open_graphics_fd = open_graphics_fd,
};

static const void *
control_of(ObjRef *ref)
{
    const VmView *view = obj_ref_view(ref);
    const void *control = view->control;
    view_unref(view);
    return control;
}

void
testd_init_domains(TestWorld *world)
{
    static const DaemonObjectKind kind = {ACL_DOMAIN, vm_free, control_of};
    world->kind = daemon_objects_new(world->daemon, &kind);
    world->table = daemon_objects_table(world->kind);
}
