/*
 * plan — see plan.h.
 */
#include "virtqemud/exec/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/error.h"
#include "common/base/fd.h"

/* Numbers that the program gets without choosing: behind what people hard-code. */
enum { FIRST_PASSED_FD = 10 };

static const char *const verb_names[EXEC_N_VERBS] = {
#define X(name, verb, value) [EXEC_##name] = verb,
    EXEC_VERBS(X)
#undef X
};

struct ExecPlan {
    GByteArray *records;
    GArray *fds; /* of int, in the helper from EXEC_RECORD_FD + 1 on */
    int next_number;
};

ExecPlan *
exec_plan_new(void)
{
    ExecPlan *plan = g_new(ExecPlan, 1);
    *plan = (ExecPlan){g_byte_array_new(), g_array_new(FALSE, FALSE, sizeof(int)), FIRST_PASSED_FD};
    return plan;
}

void
exec_plan_free(ExecPlan *plan)
{
    if (plan == NULL)
        return;
    g_byte_array_unref(plan->records);
    g_array_unref(plan->fds);
    g_free(plan);
}

void
exec_plan_add(ExecPlan *plan, ExecVerb verb, const char *value)
{
    const char *name = verb_names[verb];
    g_byte_array_append(plan->records, (const uint8_t *)name, (guint)strlen(name));
    g_byte_array_append(plan->records, (const uint8_t *)" ", 1);
    g_byte_array_append(plan->records, (const uint8_t *)value, (guint)strlen(value) + 1);
}

void
exec_plan_addf(ExecPlan *plan, ExecVerb verb, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *value = g_strdup_vprintf(format, args);
    va_end(args);
    exec_plan_add(plan, verb, value);
}

/* The number that `fd` has in the helper. */
static int
hand_over(ExecPlan *plan, int fd)
{
    g_array_append_val(plan->fds, fd);
    return EXEC_RECORD_FD + (int)plan->fds->len;
}

void
exec_plan_pass_fd_as(ExecPlan *plan, int fd, int number)
{
    exec_plan_addf(plan, EXEC_FD, "%d:%d", hand_over(plan, fd), number);
    plan->next_number = MAX(plan->next_number, number + 1);
}

int
exec_plan_pass_fd(ExecPlan *plan, int fd)
{
    int number = plan->next_number;
    exec_plan_pass_fd_as(plan, fd, number);
    return number;
}

void
exec_plan_join_cgroup(ExecPlan *plan, int fd)
{
    exec_plan_addf(plan, EXEC_CGROUP, "%d", hand_over(plan, fd));
}

int
exec_plan_write(const ExecPlan *plan, GError **error)
{
    if (plan->records->len > EXEC_PLAN_MAX_BYTES) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INTERNAL_ERROR,
                       "the plan for virt-exec has %u bytes", plan->records->len);
        return -1;
    }
    auto_fd fd = memfd_create("virt-exec-plan", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot make a file in memory");
        return -1;
    }
    if (!fd_write_all(fd, plan->records->data, plan->records->len, error))
        return -1;
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot seal the plan for virt-exec");
        return -1;
    }
    return fd_steal(&fd);
}

const int *
exec_plan_fds(const ExecPlan *plan, size_t *ret_n)
{
    *ret_n = plan->fds->len;
    return (const int *)(const void *)plan->fds->data;
}
