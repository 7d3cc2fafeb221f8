/*
 * exec — see exec.h.
 */
#include "virtqemud/exec/exec.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/child.h"
#include "common/base/error.h"
#include "common/base/fault.h"
#include "common/base/fd.h"
#include "common/base/log.h"
#include "common/base/strand.h"

enum { STATUS_MAX_BYTES = 4096, GIVE_UP_MS = 5000 };

struct ExecHelpers {
    Loop *loop;
    GQueue watched; /* Watch */
};

/* The helper while it is watched: its status until the pipe ends, then its own end, so that it is
 * reaped. Io thread, but for what is set before it is posted. */
typedef struct {
    ExecHelpers *helpers;
    pid_t pid;
    int pidfd;
    int status_fd;
    GString *status;
    LoopFd *status_source;
    LoopFd *exit_source;
    Future *done;
} Watch;

static void
watch_free(Watch *watch)
{
    fd_close(watch->pidfd);
    fd_close(watch->status_fd);
    g_string_free(watch->status, TRUE);
    future_unref(watch->done);
    g_free(watch);
}

/* Io thread. */
static void
unwatch(Watch *watch)
{
    g_queue_remove(&watch->helpers->watched, watch);
    g_clear_pointer(&watch->status_source, loop_fd_remove);
    g_clear_pointer(&watch->exit_source, loop_fd_remove);
    watch_free(watch);
}

static void
on_helper_exit(void *data, uint32_t events)
{
    Watch *watch = data;
    (void)waitpid(watch->pid, NULL, WNOHANG);
    g_clear_pointer(&watch->exit_source, loop_fd_remove);
    if (watch->status_source == NULL)
        unwatch(watch);
}

static void
on_status(void *data, uint32_t events)
{
    Watch *watch = data;
    char bytes[512];
    ssize_t n = read(watch->status_fd, bytes, sizeof bytes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0 && watch->status->len < STATUS_MAX_BYTES) {
        g_string_append_len(watch->status, bytes, n);
        return;
    }
    g_clear_pointer(&watch->status_source, loop_fd_remove);
    (void)future_complete(watch->done, g_strdup(watch->status->str), g_free);
    if (watch->exit_source == NULL)
        unwatch(watch);
}

static void
on_watch(void *data)
{
    Watch *watch = data;
    Loop *loop = watch->helpers->loop;
    watch->status_source = loop_add_fd(loop, watch->status_fd, EPOLLIN, on_status, watch);
    watch->exit_source = loop_add_fd(loop, watch->pidfd, EPOLLIN, on_helper_exit, watch);
    g_queue_push_tail(&watch->helpers->watched, watch);
}

static gboolean
spawn_helper(const ExecPlan *plan, const ExecRequest *request, int plan_fd, int status_fd,
             Watch *watch, GError **error)
{
    size_t n_passed;
    const int *passed = exec_plan_fds(plan, &n_passed);
    g_autofree ChildFd *fds = g_new(ChildFd, n_passed + 3);
    fds[0] = (ChildFd){plan_fd, EXEC_PLAN_FD};
    fds[1] = (ChildFd){status_fd, EXEC_STATUS_FD};
    fds[2] = (ChildFd){request->record_fd, EXEC_RECORD_FD};
    for (size_t i = 0; i < n_passed; i++)
        fds[3 + i] = (ChildFd){passed[i], EXEC_RECORD_FD + 1 + (int)i};
    const char *const argv[] = {request->helper, NULL};
    ChildSpec spec = {.argv = argv, .fds = fds, .n_fds = n_passed + 3, .new_session = TRUE};
    return child_spawn(&spec, &watch->pid, &watch->pidfd, error);
}

/* "error CODE TEXT" */
static gboolean
fail_from_status(const char *status, GError **error)
{
    const char *failed = strstr(status, "error ");
    char *text = NULL;
    long code = failed != NULL ? strtol(failed + strlen("error "), &text, 10) : 0;
    if (failed == NULL || code <= 0 || *text != ' ')
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INTERNAL_ERROR,
                       "virt-exec ended without saying why");
    else
        virt_error_set(error, VIRT_FROM_NONE, (VirtErrorCode)code, "%s", text + 1);
    return FALSE;
}

static gboolean
parse_status(const char *status, ExecStarted *ret_started, GError **error)
{
    int pid;
    unsigned long long start_time;
    if (strstr(status, "error ") != NULL ||
        sscanf(status, "started %d %llu\n", &pid, &start_time) != 2)
        return fail_from_status(status, error);
    /* A program that ended meanwhile has no pidfd any more: its record tells how. */
    int pidfd = pidfd_open(pid, 0);
    if (pidfd < 0 && errno != ESRCH) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot watch process %d", pid);
        return FALSE;
    }
    *ret_started = (ExecStarted){pid, start_time, pidfd};
    return TRUE;
}

/* The program that was nevertheless started. Any thread. */
static void
end_started(Future *done, void *data)
{
    const char *status = future_value(done);
    int pid;
    if (status == NULL || sscanf(status, "started %d", &pid) != 1)
        return;
    auto_fd pidfd = pidfd_open(pid, 0);
    if (pidfd >= 0)
        (void)pidfd_send_signal(pidfd, SIGKILL, NULL, 0);
}

/* The helper ends at once; its child may be the program already, or become it. The status tells
 * when it ends: by the exec, or because nobody is left who has the pipe. */
static void
give_up(Future *done, int helper)
{
    g_autoptr(GError) error = NULL;
    (void)pidfd_send_signal(helper, SIGKILL, NULL, 0);
    if (!strand_wait(done, strand_deadline_in_ms(GIVE_UP_MS), NULL, &error))
        log_warning("a program whose start was given up is not ended yet: %s", error->message);
    future_notify(done, end_started, NULL);
}

ExecHelpers *
exec_helpers_new(Loop *loop)
{
    ExecHelpers *helpers = g_new0(ExecHelpers, 1);
    helpers->loop = loop;
    g_queue_init(&helpers->watched);
    return helpers;
}

static void
free_on_io(void *data)
{
    ExecHelpers *helpers = data;
    while (!g_queue_is_empty(&helpers->watched))
        unwatch(g_queue_peek_head(&helpers->watched));
    g_free(helpers);
}

/* Behind what starts have posted. */
void
exec_helpers_free(ExecHelpers *helpers)
{
    if (helpers != NULL)
        loop_post(helpers->loop, free_on_io, helpers);
}

gboolean
exec_start(const ExecPlan *plan, const ExecRequest *request, ExecStarted *ret_started,
           GError **error)
{
    auto_fd plan_fd = exec_plan_write(plan, error);
    int pipe_fds[2];
    if (plan_fd < 0 || !fd_pipe(pipe_fds, error))
        return FALSE;
    auto_fd status_end = pipe_fds[1];
    Watch *watch = g_new0(Watch, 1);
    *watch = (Watch){.helpers = request->helpers,
                     .pidfd = -1,
                     .status_fd = pipe_fds[0],
                     .status = g_string_new(NULL),
                     .done = future_new("the start by virt-exec")};
    if (!fd_set_nonblocking(watch->status_fd, TRUE, error) ||
        !spawn_helper(plan, request, plan_fd, status_end, watch, error)) {
        watch_free(watch);
        return FALSE;
    }
    fd_clear(&status_end);
    fault_point("waiting for virt-exec");
    g_autoptr(Future) done = future_ref(watch->done);
    auto_fd helper = fd_dup(watch->pidfd, NULL);
    loop_post(request->helpers->loop, on_watch, watch);
    if (!strand_wait(done, request->deadline_us, request->cancel, error)) {
        give_up(done, helper);
        return FALSE;
    }
    return parse_status(future_value(done), ret_started, error);
}
