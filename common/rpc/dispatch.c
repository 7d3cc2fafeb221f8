/*
 * dispatch — from a call frame to its handler, in one order for every call: program and procedure,
 * authentication, open, read-only, route, decoding, subject, access rules, class. Each step may
 * refuse; the row of the procedure says how. Io thread until the handler's class takes it
 * elsewhere.
 */
#define LOG_SOURCE "rpc.dispatch"

#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/conn_private.h"
#include "common/rpc/relay.h"
#include "common/spec/remote.h"

enum { ACL_RULES_MAX = 8, CLAIMS_MAX = 8 };

/* --- refusals --- */

/* The name that clients know: what libvirt's own refusals say. Calls that only libraries make have
 * none in the spec; it follows from the procedure's. */
static char *
public_name(const RpcProc *proc)
{
    if (proc->api != NULL)
        return g_strdup(proc->api);
    GString *name = g_string_new("vir");
    gboolean start = TRUE;
    for (const char *at = proc->name; *at != '\0'; at++) {
        if (*at != '_')
            g_string_append_c(name, start ? g_ascii_toupper(*at) : *at);
        start = *at == '_';
    }
    return g_string_free(name, FALSE);
}

static void
refuse(RpcConn *conn, const FrameHeader *header, GError *error)
{
    rpc_reply_error(conn, header, error);
    g_error_free(error);
}

static GError *
no_support(const RpcProgram *program, const RpcProc *proc)
{
    GError *error = NULL;
    g_autofree char *name = public_name(proc);
    virt_error_set(&error, rpc_proc_error_domain(program, proc), VIRT_ERR_NO_SUPPORT, "%s", name);
    return error;
}

static GError *
read_only_error(const RpcProgram *program, const RpcProc *proc)
{
    GError *error = NULL;
    g_autofree char *name = public_name(proc);
    virt_error_set(&error, rpc_proc_error_domain(program, proc), VIRT_ERR_OPERATION_DENIED,
                   "read only access prevents %s", name);
    return error;
}

static GError *
lacks_fds(const RpcProc *proc)
{
    GError *error = NULL;
    virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                   "%s came without its descriptors", proc->name);
    return error;
}

/* --- gates --- */

static gboolean
is_auth_call(const RpcProgram *program, const RpcProc *proc)
{
    return program == &remote_program && proc->number >= REMOTE_PROC_AUTH_LIST &&
           (proc->number <= REMOTE_PROC_AUTH_SASL_STEP || proc->number == REMOTE_PROC_AUTH_POLKIT);
}

/* Calls that make sense before connect_open. */
static gboolean
precedes_open(const RpcProc *proc)
{
    return proc->number == REMOTE_PROC_CONNECT_OPEN || proc->number == REMOTE_PROC_CONNECT_CLOSE ||
           proc->number == REMOTE_PROC_CONNECT_SUPPORTS_FEATURE;
}

static gboolean
rule_applies(const AclRule *rule, const void *args)
{
    if (rule->when == ACL_ALWAYS)
        return TRUE;
    uint32_t value;
    memcpy(&value, (const uint8_t *)args + rule->offset, sizeof value);
    switch (rule->when) {
    case ACL_ANY_SET:
        return (value & rule->value) != 0;
    case ACL_ALL_CLEAR:
        return (value & rule->value) == 0;
    case ACL_EQUALS:
        return value == rule->value;
    default:
        return TRUE;
    }
}

/* Whether a read-only connection may make this call at all. */
static gboolean
read_only_serves(const RpcProc *proc)
{
    if (proc->read_only != RPC_RO_UNVERIFIED)
        return proc->read_only == RPC_RO_SERVED;
    for (uint8_t i = 0; i < proc->n_acl; i++) {
        if (proc->acl[i].when == ACL_ALWAYS && !acl_permissions[proc->acl[i].permission].anonymous)
            return FALSE;
    }
    return TRUE;
}

/* Whether these arguments need a permission that a read-only connection lacks. */
static gboolean
read_only_serves_args(const RpcProc *proc, const void *args)
{
    for (uint8_t i = 0; i < proc->n_acl; i++) {
        const AclRule *rule = &proc->acl[i];
        if (rule->when != ACL_ALWAYS && !acl_permissions[rule->permission].anonymous &&
            rule_applies(rule, args))
            return FALSE;
    }
    return TRUE;
}

static GError *
find_proc(RpcConn *conn, const FrameHeader *header, const ServedProgram **ret_served,
          const RpcProc **ret_proc)
{
    GError *error = NULL;
    const ServedProgram *served = rpc_server_find_program(conn->server, header->prog);
    const RpcProc *proc = NULL;
    if (served == NULL)
        virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_RPC, "program 0x%x is not served here",
                       header->prog);
    else if (served->program->version != header->vers)
        virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_RPC,
                       "version %u of program 0x%x is not served, %u is", header->vers,
                       header->prog, served->program->version);
    else if ((proc = rpc_program_find(served->program, header->proc)) == NULL ||
             proc->kind == RPC_KIND_EVENT)
        virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_RPC, "program 0x%x has no call %u",
                       header->prog, header->proc);
    *ret_served = served;
    *ret_proc = proc;
    return error;
}

/* What the state of the connection alone refuses. */
static GError *
check_state(const RpcConn *conn, const RpcProgram *program, const RpcProc *proc)
{
    GError *error = NULL;
    if (!conn->state.authenticated && !is_auth_call(program, proc))
        virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_RPC, "authentication comes before %s",
                       proc->name);
    else if (!conn->state.opened && proc->family != RPC_FAMILY_ADMIN &&
             !is_auth_call(program, proc) && !(program == &remote_program && precedes_open(proc)))
        virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR, "connection not open");
    else if (conn->state.read_only && !read_only_serves(proc))
        error = read_only_error(program, proc);
    return error;
}

/* --- running --- */

static void
run_handler(RpcCall *call)
{
    call->ran = TRUE;
    call->deferred = FALSE;
    /* A deferred call may be completed elsewhere before its handler returns: its error is not ours
     * to look at. */
    GError *error = NULL;
    gboolean ok =
        call->proc->thunk(call->handlers, call, call->target, call->args, call->ret, &error);
    g_assert(ok == (error == NULL) && (ok || !call->deferred));
    if (!ok)
        call->error = error;
}

/* On the thread that ran the handler, not the io thread. */
static void
complete_elsewhere(RpcCall *call)
{
    if (!call->deferred)
        rpc_call_complete(call, g_steal_pointer(&call->error));
}

static void
gone_error(RpcCall *call)
{
    if (call->ref == NULL) {
        virt_error_set(&call->error, VIRT_FROM_RPC, VIRT_ERR_OPERATION_ABORTED,
                       "%s was ended before its turn came", call->proc->name);
        return;
    }
    const RpcObjects *objects = rpc_server_objects(call->server, call->proc->subject.object);
    virt_error_set(&call->error, objects->domain, objects->missing,
                   "'%s' was removed or renamed while %s waited for its turn",
                   obj_ref_name(call->ref), call->proc->name);
}

static void
fail(RpcCall *call, GError *error)
{
    call->error = error;
    rpc_call_finish(call);
}

static void run_on_strand(RpcCall *call);

static void
on_claim_again(void *data)
{
    RpcCall *call = data;
    run_on_strand(call);
    rpc_call_unref(call);
}

/* What the call was about went away before its turn came. A document describes an object that may
 * be made anew; anything else is gone. */
static void
lost_object(RpcCall *call)
{
    if (call->proc->gives == RPC_GIVES_RESERVATION && ++call->claims < CLAIMS_MAX) {
        loop_post(rpc_server_loop(call->server), on_claim_again, rpc_call_ref(call));
        return;
    }
    gone_error(call);
    complete_elsewhere(call);
}

static void
step_run(void *data)
{
    RpcCall *call = data;
    int expected = TURN_WAITING;
    if (!atomic_compare_exchange_strong(&call->turn, &expected, TURN_COME))
        return;
    if (call->ref != NULL && !obj_ref_is_current(call->ref))
        return;
    if (call->ref != NULL)
        strand_set_doing(obj_ref_strand(call->ref), call->proc->name);
    call->target.object = call->ref != NULL ? obj_ref_object(call->ref) : NULL;
    if (call->proc->gives == RPC_GIVES_RESERVATION)
        call->target.reservation = g_steal_pointer(&call->reservation);
    run_handler(call);
    complete_elsewhere(call);
}

/* Behind step_run(), or instead of it when the strand was closed. */
static void
step_free(void *data)
{
    RpcCall *call = data;
    if (!call->ran && atomic_load(&call->turn) != TURN_GIVEN_UP)
        lost_object(call);
    rpc_call_unref(call);
}

static gboolean
gives_set(const RpcProc *proc)
{
    return proc->gives == RPC_GIVES_VIEW_SET || proc->gives == RPC_GIVES_VIEW_AND_SET;
}

/* Without access rules the candidates are taken as late as possible, off the io thread. */
static void
give_candidates(RpcCall *call)
{
    if (!gives_set(call->proc))
        return;
    if (call->candidates == NULL)
        rpc_resolve_candidates(call);
    call->target.view_set = &call->view_set;
}

static void
worker_run(void *data)
{
    RpcCall *call = data;
    give_candidates(call);
    run_handler(call);
    complete_elsewhere(call);
    rpc_call_unref(call);
}

static void
run_inline(RpcCall *call)
{
    give_candidates(call);
    RpcConn *conn = call->conn;
    gboolean serialize = call->proc->class == RPC_CLASS_CONN && conn != NULL;
    run_handler(call);
    if (!call->deferred) {
        rpc_call_finish(call);
        return;
    }
    if (call->conn != NULL && serialize)
        call->conn->serialized = TRUE;
    rpc_call_count(call);
}

/* The object's strand has been busy for too long. */
static void
on_turn_timeout(void *data)
{
    RpcCall *call = data;
    int expected = TURN_WAITING;
    if (!atomic_compare_exchange_strong(&call->turn, &expected, TURN_GIVEN_UP))
        return;
    const RpcObjects *objects = rpc_server_objects(call->server, call->proc->subject.object);
    const char *holder = strand_doing(obj_ref_strand(call->ref));
    GError *error = NULL;
    virt_error_set(&error, objects->domain, VIRT_ERR_OPERATION_TIMEOUT,
                   "%s waited in vain for '%s', which is busy with %s", call->proc->name,
                   obj_ref_name(call->ref), holder != NULL ? holder : "its own affairs");
    fail(call, error);
}

static void
await_turn(RpcCall *call)
{
    Loop *loop = rpc_server_loop(call->server);
    call->turn_timer = loop_add_timer(loop, on_turn_timeout, call);
    loop_timer_set(call->turn_timer,
                   loop_now_us(loop) + rpc_server_limits(call->server)->turn_timeout_us);
}

static void
run_on_strand(RpcCall *call)
{
    const RpcServerConfig *config = rpc_server_config(call->server);
    rpc_call_count(call);
    GError *error = NULL;
    if (call->proc->gives == RPC_GIVES_RESERVATION && !rpc_claim(call, &error)) {
        fail(call, error);
        return;
    }
    if (call->reservation != NULL) {
        reservation_post(call->reservation, step_run, rpc_call_ref(call), step_free);
        return;
    }
    g_autoptr(Strand) strand = call->ref != NULL ? strand_ref(obj_ref_strand(call->ref))
                                                 : strand_new(config->strands, call->proc->name);
    if (call->ref != NULL && call->turn_timer == NULL)
        await_turn(call);
    strand_post(strand, step_run, rpc_call_ref(call), step_free);
}

/* Every gate is passed: the class decides the thread. */
static void
run_by_class(RpcCall *call)
{
    const RpcProc *proc = call->proc;
    WorkerPool *workers = rpc_server_config(call->server)->workers;
    if (proc->class == RPC_CLASS_MUTATE) {
        run_on_strand(call);
    } else if (proc->heavy && workers != NULL) {
        rpc_call_count(call);
        worker_post(workers, worker_run, rpc_call_ref(call));
    } else {
        run_inline(call);
    }
}

/* --- access rules --- */

static const AclAttribute *
candidate_attributes(void *data, size_t index)
{
    RpcCall *call = data;
    AclObject object = acl_permissions[call->proc->acl_filter->permission].object;
    const RpcObjects *objects = rpc_server_objects(call->server, object);
    call->filter_attributes[0] =
        (AclAttribute){"connect_driver", acl_driver_names[call->proc->family]};
    objects->attributes(g_ptr_array_index(call->candidates, index), call->proc, call->args,
                        call->filter_attributes + 1);
    return call->filter_attributes;
}

static void
apply_filter(RpcCall *call)
{
    guint kept = 0;
    const RpcObjects *objects = rpc_server_objects(
        call->server, acl_permissions[call->proc->acl_filter->permission].object);
    for (guint i = 0; i < call->candidates->len; i++) {
        gpointer view = g_ptr_array_index(call->candidates, i);
        if (call->allowed[i])
            g_ptr_array_index(call->candidates, kept++) = view;
        else
            objects->view_ops->unref(view);
    }
    /* What was dropped must not be freed again. */
    call->candidates->len = kept;
    call->view_set = (ViewSet){(const void *const *)call->candidates->pdata, kept};
}

static void
on_filtered(void *data, AclVerdict verdict, const GError *error)
{
    RpcCall *call = data;
    call->acl_check = NULL;
    call->cancel = NULL;
    if (verdict == ACL_ALLOWED) {
        apply_filter(call);
        run_by_class(call);
    } else {
        fail(call, g_error_copy(error));
    }
}

/* Nobody is there any more to whom the answer of the rules would matter. */
static void
on_client_gone(RpcCall *call, void *data)
{
    GError *error = NULL;
    g_clear_pointer(&call->acl_check, acl_check_cancel);
    virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_OPERATION_ABORTED, "the client has gone");
    rpc_call_complete(call, error);
}

/* A call that must not be overtaken while its rules are asked. */
static void
wait_for_rules(RpcCall *call)
{
    rpc_call_set_cancel(call, on_client_gone, NULL);
    if (call->conn != NULL && call->proc->class == RPC_CLASS_CONN)
        call->conn->serialized = TRUE;
    rpc_call_count(call);
}

static void
filter_candidates(RpcCall *call)
{
    const RpcProc *proc = call->proc;
    AclManager *acl = rpc_server_config(call->server)->acl;
    if (!gives_set(proc) || acl == NULL || acl_manager_is_open(acl)) {
        run_by_class(call);
        return;
    }
    rpc_resolve_candidates(call);
    call->allowed = g_new0(uint8_t, call->candidates->len + 1);
    AclFilter filter = {call->candidates->len, candidate_attributes, call->allowed, on_filtered,
                        call};
    GError *error = NULL;
    AclVerdict verdict = acl_filter(acl, call->identity, proc->acl_filter->permission, &filter,
                                    &call->acl_check, &error);
    if (verdict == ACL_PENDING) {
        wait_for_rules(call);
    } else if (verdict == ACL_ALLOWED) {
        apply_filter(call);
        run_by_class(call);
    } else {
        fail(call, error);
    }
}

static void
on_checked(void *data, AclVerdict verdict, const GError *error)
{
    RpcCall *call = data;
    call->acl_check = NULL;
    call->cancel = NULL;
    if (verdict == ACL_ALLOWED)
        filter_candidates(call);
    else
        fail(call, g_error_copy(error));
}

static void
check_access(RpcCall *call, const AclAttribute *attributes)
{
    const RpcProc *proc = call->proc;
    AclManager *acl = rpc_server_config(call->server)->acl;
    if (acl == NULL || acl_manager_is_open(acl) || proc->n_acl == 0) {
        filter_candidates(call);
        return;
    }
    AclPermission permissions[ACL_RULES_MAX];
    size_t n = 0;
    g_assert(proc->n_acl <= ACL_RULES_MAX);
    for (uint8_t i = 0; i < proc->n_acl; i++) {
        if (rule_applies(&proc->acl[i], call->args))
            permissions[n++] = proc->acl[i].permission;
    }
    GError *error = NULL;
    AclVerdict verdict = acl_check_all(acl, call->identity, permissions, n, attributes, on_checked,
                                       call, &call->acl_check, &error);
    if (verdict == ACL_PENDING)
        wait_for_rules(call);
    else if (verdict == ACL_ALLOWED)
        filter_candidates(call);
    else
        fail(call, error);
}

/* --- entry --- */

static gboolean
handler_is_there(const ServedProgram *served, const RpcProc *proc)
{
    const uint8_t *at = (const uint8_t *)served->handlers + proc->handler_offset;
    void *member;
    memcpy(&member, at, sizeof member);
    return member != NULL;
}

static void
start_call(RpcConn *conn, const ServedProgram *served, const RpcProc *proc, Frame *frame)
{
    RpcCall *call = rpc_call_new(conn, served, proc, &frame->header);
    GError *error = NULL;
    size_t used;
    for (uint32_t i = 0; i < frame->n_fds; i++)
        call->fds[call->n_fds++] = g_steal_fd(&frame->fds[i]);
    AclAttribute attributes[RPC_ATTRIBUTES_MAX + 1];
    if (proc->args != NULL && !xdr_decode(proc->args, frame->payload, frame->payload_len,
                                          call->arena, call->args, &used, &error))
        fail(call, error);
    else if (proc->fds == RPC_FDS_CALL && call->n_fds == 0 && frame->header.type == FRAME_CALL_FDS)
        fail(call, lacks_fds(proc));
    else if (call->read_only && !read_only_serves_args(proc, call->args))
        fail(call, read_only_error(served->program, proc));
    else if (!handler_is_there(served, proc))
        fail(call, no_support(served->program, proc));
    else if (!rpc_resolve(call, attributes, &error))
        fail(call, error);
    else
        check_access(call, attributes);
}

gboolean
rpc_dispatch_is_urgent(const RpcConn *conn, const Frame *frame)
{
    const RpcProc *proc =
        rpc_server_find_proc(conn->server, frame->header.prog, frame->header.proc);
    return proc != NULL && proc->class == RPC_CLASS_CONTROL && conn->state.opened;
}

/* Calls that a client's library makes by itself while it opens a connection. */
static gboolean
is_preamble(const RpcProgram *program, const RpcProc *proc)
{
    return program == &remote_program &&
           (rpc_route(rpc_kind_of_family(RPC_FAMILY_NETWORK), program, proc) != ROUTE_NO_SUPPORT) &&
           proc->family != RPC_FAMILY_NETWORK;
}

/* Two streams under one serial could not be told apart. */
static GError *
check_serial(const RpcConn *conn, const FrameHeader *header)
{
    GError *error = NULL;
    if (g_hash_table_contains(conn->streams, GUINT_TO_POINTER(header->serial)) ||
        rpc_relay_has_stream(conn->relay, header->serial))
        virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_RPC, "serial %u is still in use by a stream",
                       header->serial);
    return error;
}

void
rpc_dispatch_call(RpcConn *conn, Frame *frame)
{
    const ServedProgram *served;
    const RpcProc *proc;
    GError *error = find_proc(conn, &frame->header, &served, &proc);
    if (error == NULL)
        error = check_state(conn, served->program, proc);
    if (error == NULL && proc->stream != RPC_STREAM_NONE)
        error = check_serial(conn, &frame->header);
    if (error == NULL && frame->n_fds < frame->n_announced)
        error = lacks_fds(proc);
    if (error != NULL) {
        refuse(conn, &frame->header, error);
        return;
    }
    if (!is_preamble(served->program, proc))
        conn->state.called = TRUE;
    RpcRoute route =
        conn->state.kind != NULL ? rpc_route(conn->state.kind, served->program, proc) : ROUTE_LOCAL;
    if (route == ROUTE_NO_SUPPORT)
        refuse(conn, &frame->header, no_support(served->program, proc));
    else if (!rpc_relay_takes(conn, route, served->program, proc, frame))
        start_call(conn, served, proc, frame);
}
