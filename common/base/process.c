/*
 * process — see process.h. Spawning happens on the caller's thread, watching on the io thread.
 *
 * The child is reaped by waitid() on its pidfd, with a lock around it: whoever signals the group
 * under the same lock cannot hit a number that belongs to somebody else by then.
 */
#include "common/base/process.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/strand.h"

enum { OUTPUT_MAX = 65536, READ_BYTES = 16384, KILL_GRACE_MS = 10000 };

/* What the child writes, as far as it is kept. Io thread. */
typedef struct {
    Process *process;
    int fd;
    LoopFd *source;
    GByteArray *bytes;
    bool truncated;
} Output;

struct Process {
    atomic_uint refs;
    Loop *loop;
    char *program;
    pid_t pid;
    int pidfd;
    Future *done;
    size_t output_max;
    int64_t deadline_us;
    LeafLock lock;
    bool reaped; /* under the lock: `pid` is not ours any more */
    /* Io thread. */
    LoopFd *exit_source;
    LoopTimer *timer;
    bool timed_out;
    Output out;
    Output err;
};

void
process_result_free(ProcessResult *result)
{
    if (result == NULL)
        return;
    g_free(result->out);
    g_free(result->err);
    g_free(result);
}

Process *
process_ref(Process *process)
{
    atomic_fetch_add_explicit(&process->refs, 1, memory_order_relaxed);
    return process;
}

static void
output_clear(Output *output)
{
    fd_clear(&output->fd);
    if (output->bytes != NULL)
        g_byte_array_unref(output->bytes);
}

void
process_unref(Process *process)
{
    if (process == NULL || atomic_fetch_sub_explicit(&process->refs, 1, memory_order_acq_rel) != 1)
        return;
    output_clear(&process->out);
    output_clear(&process->err);
    fd_clear(&process->pidfd);
    future_unref(process->done);
    leaf_clear(&process->lock);
    g_free(process->program);
    g_free(process);
}

pid_t
process_pid(const Process *process)
{
    return process->pid;
}

gboolean
process_signal(Process *process, int signal)
{
    return pidfd_send_signal(process->pidfd, signal, NULL, 0) == 0;
}

void
process_kill_group(Process *process)
{
    leaf_lock(&process->lock);
    if (!process->reaped)
        (void)kill(-process->pid, SIGKILL); /* ESRCH: it is a zombie already */
    leaf_unlock(&process->lock);
}

/* --- watching, on the io thread --- */

/* Reads what is there; FALSE at the end of the stream. */
static bool
output_read(Output *output)
{
    uint8_t block[READ_BYTES];
    for (;;) {
        ssize_t n = read(output->fd, block, sizeof(block));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return true;
        if (n <= 0)
            return false;
        size_t room = output->process->output_max - output->bytes->len;
        output->truncated = output->truncated || (size_t)n > room;
        g_byte_array_append(output->bytes, block, (guint)MIN((size_t)n, room));
    }
}

static void
output_close(Output *output)
{
    if (output->source != NULL)
        loop_fd_remove(g_steal_pointer(&output->source));
    fd_clear(&output->fd);
}

static void
output_ready(void *data, uint32_t events)
{
    Output *output = data;
    if (!output_read(output))
        output_close(output);
}

/* Takes the bytes, ends them with a NUL. */
static char *
output_take(Output *output, size_t *ret_len)
{
    if (output->fd >= 0)
        (void)output_read(output); /* what came since; the end is not waited for */
    output_close(output);
    *ret_len = output->bytes->len;
    g_byte_array_append(output->bytes, (const guint8 *)"", 1);
    return (char *)g_byte_array_free(g_steal_pointer(&output->bytes), FALSE);
}

static void
process_reap(Process *process, ProcessResult *result)
{
    siginfo_t info = {0};
    leaf_lock(&process->lock);
    int failed = waitid(P_PIDFD, (id_t)process->pidfd, &info, WEXITED);
    process->reaped = true;
    leaf_unlock(&process->lock);
    bool exited = failed == 0 && info.si_code == CLD_EXITED;
    result->exit_status = exited ? info.si_status : -1;
    result->signal = failed == 0 && !exited ? info.si_status : 0;
}

static void
process_exited(void *data, uint32_t events)
{
    Process *process = data;
    g_autoptr(ProcessResult) result = g_new0(ProcessResult, 1);
    process_reap(process, result);
    loop_fd_remove(g_steal_pointer(&process->exit_source));
    loop_timer_remove(g_steal_pointer(&process->timer));
    result->timed_out = process->timed_out;
    result->out = output_take(&process->out, &result->out_len);
    result->err = output_take(&process->err, &result->err_len);
    result->truncated = process->out.truncated || process->err.truncated;
    future_complete(process->done, g_steal_pointer(&result), (GDestroyNotify)process_result_free);
    process_unref(process);
}

static void
process_overdue(void *data)
{
    Process *process = data;
    process->timed_out = true;
    process_kill_group(process);
}

static void
output_watch(Output *output)
{
    if (output->fd >= 0)
        output->source =
            loop_add_fd(output->process->loop, output->fd, EPOLLIN, output_ready, output);
}

/* Holds the reference that process_exited() drops. */
static void
process_watch(void *data)
{
    Process *process = data;
    output_watch(&process->out);
    output_watch(&process->err);
    process->timer = loop_add_timer(process->loop, process_overdue, process);
    loop_timer_set(process->timer, process->deadline_us);
    process->exit_source =
        loop_add_fd(process->loop, process->pidfd, EPOLLIN, process_exited, process);
}

/* --- spawning, on the caller's thread --- */

/* The caller's descriptors and ours; ours are closed with it. */
typedef struct {
    GArray *fds;  /* of ChildFd */
    GArray *ours; /* of int */
} Map;

static void
map_clear(Map *map)
{
    for (guint i = 0; i < map->ours->len; i++)
        fd_close(g_array_index(map->ours, int, i));
    g_array_unref(map->ours);
    g_array_unref(map->fds);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Map, map_clear)

static bool
map_has(const Map *map, int child_fd)
{
    for (guint i = 0; i < map->fds->len; i++) {
        if (g_array_index(map->fds, ChildFd, i).child_fd == child_fd)
            return true;
    }
    return false;
}

/* Takes `fd`. */
static void
map_add(Map *map, int fd, int child_fd)
{
    ChildFd row = {fd, child_fd};
    g_array_append_val(map->fds, row);
    g_array_append_val(map->ours, fd);
}

/* A pipe whose end the child has as `child_fd`, unless the caller gave something else. */
static gboolean
map_output(Map *map, int child_fd, Output *output, GError **error)
{
    if (map_has(map, child_fd))
        return TRUE;
    int fds[2];
    if (!fd_pipe(fds, error))
        return FALSE;
    output->fd = fds[0];
    map_add(map, fds[1], child_fd);
    return fd_set_nonblocking(output->fd, TRUE, error);
}

/* A file in memory rather than a pipe: nobody has to write while the child reads. */
static gboolean
map_input(Map *map, const char *input, GError **error)
{
    if (input == NULL || map_has(map, STDIN_FILENO))
        return TRUE;
    int fd = memfd_create("input", MFD_CLOEXEC);
    if (fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot make the standard input");
        return FALSE;
    }
    map_add(map, fd, STDIN_FILENO);
    if (!fd_write_all(fd, input, strlen(input), error))
        return FALSE;
    (void)lseek(fd, 0, SEEK_SET); /* cannot fail on a file in memory */
    return TRUE;
}

static gboolean
spawn(Process *process, const ProcessSpec *spec, GError **error)
{
    g_auto(Map)
        map = {g_array_new(FALSE, FALSE, sizeof(ChildFd)), g_array_new(FALSE, FALSE, sizeof(int))};
    g_array_append_vals(map.fds, spec->fds, (guint)spec->n_fds);
    if (!map_input(&map, spec->input, error) ||
        !map_output(&map, STDOUT_FILENO, &process->out, error) ||
        !map_output(&map, STDERR_FILENO, &process->err, error))
        return FALSE;
    ChildSpec program = {
        .argv = spec->argv,
        .env = spec->env,
        .folder = spec->folder,
        .fds = (const ChildFd *)(const void *)map.fds->data,
        .n_fds = map.fds->len,
    };
    return child_spawn(&program, &process->pid, &process->pidfd, error);
}

static Process *
process_new(Loop *loop, const ProcessSpec *spec)
{
    Process *process = g_new0(Process, 1);
    atomic_init(&process->refs, 1);
    process->loop = loop;
    process->program = g_strdup(spec->argv[0]);
    process->pidfd = -1;
    g_autofree char *what = g_strdup_printf("the end of '%s'", spec->argv[0]);
    process->done = future_new(what);
    process->output_max = spec->output_max != 0 ? spec->output_max : OUTPUT_MAX;
    process->deadline_us = thread_now_us() + spec->timeout_ms * 1000;
    process->out = (Output){.process = process, .fd = -1, .bytes = g_byte_array_new()};
    process->err = (Output){.process = process, .fd = -1, .bytes = g_byte_array_new()};
    leaf_init(&process->lock);
    return process;
}

Process *
process_start(Loop *loop, const ProcessSpec *spec, Future **ret_done, GError **error)
{
    g_assert(spec->timeout_ms > 0);
    g_autoptr(Process) process = process_new(loop, spec);
    if (!spawn(process, spec, error))
        return NULL;
    *ret_done = future_ref(process->done);
    loop_post(loop, process_watch, process_ref(process));
    return g_steal_pointer(&process);
}

/* The last line that is not empty, borrowed from `text`; "" when there is none. */
static const char *
last_line(char *text)
{
    g_strchomp(text);
    char *line = strrchr(text, '\n');
    return line != NULL ? line + 1 : text;
}

gboolean
process_result_check(const ProcessResult *result, const char *program, GError **error)
{
    if (result->timed_out) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_TIMEOUT,
                       "'%s' did not end in time and was killed", program);
        return FALSE;
    }
    if (result->exit_status == 0)
        return TRUE;
    g_autofree char *text = g_strdup(result->err);
    const char *line = last_line(text);
    g_autofree char *fate = result->signal != 0
                                ? g_strdup_printf("was ended by signal %d", result->signal)
                                : g_strdup_printf("ended with status %d", result->exit_status);
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INTERNAL_ERROR, "'%s' %s%s%s", program, fate,
                   *line != '\0' ? ": " : "", line);
    return FALSE;
}

ProcessResult *
process_run(Loop *loop, const ProcessSpec *spec, Cancel *cancel, GError **error)
{
    g_autoptr(Future) done = NULL;
    g_autoptr(Process) process = process_start(loop, spec, &done, error);
    if (process == NULL)
        return NULL;
    /* The deadline proper is the process's own; this one is for a child that cannot be killed. */
    int64_t deadline_us = strand_deadline_in_ms(spec->timeout_ms + KILL_GRACE_MS);
    if (!strand_wait(done, deadline_us, cancel, error)) {
        process_kill_group(process);
        /* Whoever goes on may rely on the tool not writing any more; the outcome is known already.
         */
        gboolean ended = strand_wait(done, strand_deadline_in_ms(KILL_GRACE_MS), NULL, NULL);
        (void)ended;
        return NULL;
    }
    g_autoptr(ProcessResult) result = future_take_value(done);
    if (!process_result_check(result, spec->argv[0], error))
        return NULL;
    return g_steal_pointer(&result);
}
