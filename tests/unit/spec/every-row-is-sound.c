/*
 * What the dispatcher relies on holds for every row of every program: numbers, handlers, offsets
 * within the arguments, rules about the object of the subject, and a target that fits class and
 * subject.
 */
#include "common/spec/acl.h"
#include "common/spec/admin.h"
#include "common/spec/qemu.h"
#include "common/spec/remote.h"

static void
check_rules(const RpcProc *proc)
{
    for (uint8_t i = 0; i < proc->n_acl; i++) {
        const AclRule *rule = &proc->acl[i];
        g_assert_cmpuint(rule->permission, <, acl_n_permissions);
        g_assert_cmpint(acl_permissions[rule->permission].object, ==, proc->subject.object);
        if (rule->when != ACL_ALWAYS) {
            g_assert_cmpuint(rule->offset + sizeof(uint32_t), <=, proc->args->size);
            g_assert_cmpuint(rule->value, !=, 0);
        }
    }
    g_assert_cmpuint(proc->n_filter, <=, 1);
    if (proc->n_filter > 0)
        g_assert_cmpuint(proc->acl_filter[0].permission, <, acl_n_permissions);
}

static void
check_subject(const RpcProc *proc)
{
    const RpcSubject *subject = &proc->subject;
    gboolean has_path = subject->kind != SUBJECT_CONNECT && subject->kind != SUBJECT_NONE;
    g_assert_true((subject->type != NULL) == has_path);
    g_assert_true((subject->object == ACL_CONNECT) == (subject->kind == SUBJECT_CONNECT));
    if (has_path)
        g_assert_cmpuint(subject->offset + subject->type->size, <=, proc->args->size);
    if (subject->offset2 != 0)
        g_assert_cmpuint(subject->offset2 + sizeof(char *), <=, proc->args->size);
}

/* Reading classes never get what can change an object. */
static void
check_target(const RpcProc *proc)
{
    switch (proc->gives) {
    case RPC_GIVES_OBJECT:
    case RPC_GIVES_RESERVATION:
        g_assert_cmpint(proc->class, ==, RPC_CLASS_MUTATE);
        break;
    case RPC_GIVES_CONTROL:
        g_assert_cmpint(proc->class, ==, RPC_CLASS_CONTROL);
        break;
    case RPC_GIVES_VIEW_SET:
    case RPC_GIVES_VIEW_AND_SET:
        g_assert_cmpuint(proc->n_filter, ==, 1);
        G_GNUC_FALLTHROUGH;
    case RPC_GIVES_VIEW:
        g_assert_true(proc->class == RPC_CLASS_READ || proc->class == RPC_CLASS_SAMPLE ||
                      proc->class == RPC_CLASS_QUERY || proc->class == RPC_CLASS_AGENT);
        break;
    default:
        g_assert_true(proc->class == RPC_CLASS_CONN || proc->subject.kind == SUBJECT_CONNECT ||
                      proc->subject.kind == SUBJECT_IMAGE);
        break;
    }
    /* A list that is limited to what the caller may see must get what it may see. */
    if (proc->n_filter > 0 && proc->class != RPC_CLASS_CONN)
        g_assert_true(proc->gives == RPC_GIVES_VIEW_SET || proc->gives == RPC_GIVES_VIEW_AND_SET);
}

static void
check_program(gconstpointer data)
{
    const RpcProgram *program = data;
    uint32_t n_calls = 0;
    for (uint32_t number = 0; number < program->n_procs; number++) {
        const RpcProc *proc = rpc_program_find(program, number);
        if (proc == NULL)
            continue;
        g_assert_cmpuint(proc->number, ==, number);
        g_assert_nonnull(proc->since);
        if (proc->kind == RPC_KIND_EVENT) {
            g_assert_null(proc->thunk);
            continue;
        }
        n_calls++;
        g_assert_nonnull(proc->thunk);
        g_assert_cmpuint(proc->handler_offset + sizeof(void *), <=, program->handlers_size);
        g_assert_true((proc->stream != RPC_STREAM_NONE) ==
                      (proc->kind == RPC_KIND_CALL_WITH_STREAM));
        check_rules(proc);
        check_subject(proc);
        check_target(proc);
    }
    g_assert_cmpuint(n_calls * sizeof(void (*)(void)), ==, program->handlers_size);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/spec/rows/remote", &remote_program, check_program);
    g_test_add_data_func("/spec/rows/qemu", &qemu_program, check_program);
    g_test_add_data_func("/spec/rows/admin", &admin_program, check_program);
    g_test_add_data_func("/spec/rows/keepalive", &keepalive_program, check_program);
    return g_test_run();
}
