/* Runs a start in a step of a strand while the caller runs the loop. */
#include "starter.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/strand.h"

typedef struct {
    const ExecPlan *plan;
    ExecRequest request;
    Started *started;
    GError *error;
    gboolean ok;
    gint done;
} Step;

static void
step(void *data)
{
    Step *work = data;
    work->request.deadline_us = strand_deadline_in_ms(20000);
    work->ok = exec_start(work->plan, &work->request, &work->started->started, &work->error);
    g_atomic_int_set(&work->done, 1);
}

ExecPlan *
starter_shell(const char *script)
{
    ExecPlan *plan = exec_plan_new();
    exec_plan_add(plan, EXEC_PROGRAM, "/bin/sh");
    exec_plan_add(plan, EXEC_ARG, "sh");
    exec_plan_add(plan, EXEC_ARG, "-c");
    exec_plan_add(plan, EXEC_ARG, script);
    return plan;
}

/* The record has the line of the start, and another. */
static gboolean
has_ended(int record)
{
    char text[256];
    ssize_t n = pread(record, text, sizeof text, 0);
    const char *end = n > 0 ? memchr(text, '\n', (size_t)n) : NULL;
    return end != NULL && end + 1 < text + n;
}

gboolean
starter_start(ExecPlan *plan, Started *ret_started, GError **error)
{
    ret_started->output = memfd_create("output", MFD_CLOEXEC);
    ret_started->record = memfd_create("record", MFD_CLOEXEC);
    exec_plan_pass_fd_as(plan, ret_started->output, STDOUT_FILENO);
    exec_plan_pass_fd_as(plan, ret_started->output, STDERR_FILENO);
    g_autoptr(Loop) loop = loop_new(error);
    ExecHelpers *helpers = exec_helpers_new(loop);
    StrandPool *pool = strand_pool_new(NULL);
    Strand *strand = strand_new(pool, "starter");
    Step work = {.plan = plan, .started = ret_started};
    work.request = (ExecRequest){
        .helpers = helpers, .helper = g_getenv("VIRT_EXEC"), .record_fd = ret_started->record};
    strand_post(strand, step, &work, NULL);
    while (!g_atomic_int_get(&work.done))
        loop_iterate(loop, 10);
    /* The helper itself ends with the program; a failed one has to be reaped here. */
    if (!work.ok) {
        for (int i = 0; i < 50; i++)
            loop_iterate(loop, 10);
    } else {
        for (int i = 0; i < 6000; i++) {
            loop_iterate(loop, 10);
            if (has_ended(ret_started->record))
                break;
        }
        for (int i = 0; i < 20; i++)
            loop_iterate(loop, 5);
    }
    strand_unref(strand);
    strand_pool_free(pool);
    exec_helpers_free(helpers);
    if (!work.ok)
        g_propagate_error(error, work.error);
    return work.ok;
}

static char *
content(int fd)
{
    char text[8192];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    g_assert_cmpint(n, >=, 0);
    text[n] = '\0';
    close(fd);
    return g_strdup(text);
}

void
starter_finish(Started *started, char **ret_output, char **ret_record)
{
    *ret_output = content(started->output);
    g_autofree char *record = content(started->record);
    char *end = strchr(record, '\n');
    g_assert_true(g_str_has_prefix(record, "started "));
    *ret_record = g_strdup(end + 1);
    fd_close(started->started.pidfd);
}
