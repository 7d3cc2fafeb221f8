/*
 * program — see program.h.
 *
 * The exit record of virt-exec is a pipe here: its end says that the program is gone, its text how.
 */
#include "virtqemud/caps/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <unistd.h>

#define LOG_SOURCE "qemu.caps"

#include "common/base/fd.h"
#include "common/base/log.h"
#include "common/base/strand.h"
#include "virtqemud/exec/exec.h"

enum {
    DEADLINE_MS = 30000,
    QUIT_MS = 5000,
    KILL_MS = 10000,
    IO_MS = 30000,
    MONITOR_NUMBER = 3,
    PASSED_NUMBER = 4,
    STDERR_MAX_BYTES = 65536,
    LINE_MAX_BYTES = 512,
};

/* PIDFD_SIGNAL_PROCESS_GROUP of linux/pidfd.h, since Linux 6.9: children of a wrapper go as well.
 */
enum { SIGNAL_GROUP = 1 << 2 };

struct Program {
    Loop *loop;
    char *path;
    int pidfd; /* -1: gone before it could be watched */
    int stderr_fd;
    int64_t deadline_us;
    QmpClient *client; /* NULL: no monitor */
    Future *ended;     /* the record's text */
};

/* The record while it is read. Io thread. */
typedef struct {
    Loop *loop;
    int fd;
    LoopFd *source;
    GString *text;
    Future *ended;
} Watch;

static void
on_record(void *data, uint32_t events)
{
    Watch *watch = data;
    char bytes[128];
    ssize_t n = read(watch->fd, bytes, sizeof bytes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0) {
        if (watch->text->len < LINE_MAX_BYTES)
            g_string_append_len(watch->text, bytes, n);
        return;
    }
    loop_fd_remove(watch->source);
    fd_close(watch->fd);
    (void)future_complete(watch->ended, g_string_free(watch->text, FALSE), g_free);
    future_unref(watch->ended);
    g_free(watch);
}

static void
on_watch(void *data)
{
    Watch *watch = data;
    watch->source = loop_add_fd(watch->loop, watch->fd, EPOLLIN, on_record, watch);
}

static void
watch_record(Program *program, int record_fd)
{
    Watch *watch = g_new0(Watch, 1);
    watch->loop = program->loop;
    watch->fd = record_fd;
    watch->text = g_string_new(NULL);
    watch->ended = future_ref(program->ended);
    loop_post(program->loop, on_watch, watch);
}

/* --- the monitor, made and closed on the io thread --- */

typedef struct {
    Loop *loop;
    int fd;
    int64_t greeting_ms;
    QmpClient *client; /* to be closed */
    Future *done;
} ClientStep;

static void
client_step_free(ClientStep *step)
{
    future_unref(step->done);
    g_free(step);
}

static void
on_open(void *data)
{
    static const QmpHandler handler = {0};
    ClientStep *step = data;
    GError *error = NULL;
    QmpOptions options = {.greeting_ms = step->greeting_ms};
    QmpClient *client = qmp_client_new(step->loop, step->fd, -1, &options, &handler, NULL, &error);
    if (client == NULL)
        (void)future_fail(step->done, error);
    else
        (void)future_complete(step->done, client, (GDestroyNotify)qmp_client_unref);
    client_step_free(step);
}

static void
on_close(void *data)
{
    ClientStep *step = data;
    g_autoptr(GError) reason = NULL;
    virt_error_set(&reason, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_ABORTED, "the questions are over");
    qmp_client_close(step->client, reason);
    qmp_client_unref(step->client);
    (void)future_complete(step->done, NULL, NULL);
    client_step_free(step);
}

static QmpClient *
open_client(Loop *loop, int fd, int64_t greeting_ms, GError **error)
{
    g_autoptr(Future) done = future_new("the monitor to be set up");
    ClientStep *step = g_new0(ClientStep, 1);
    *step =
        (ClientStep){.loop = loop, .fd = fd, .greeting_ms = greeting_ms, .done = future_ref(done)};
    loop_post(loop, on_open, step);
    if (!strand_wait(done, strand_deadline_in_ms(IO_MS), NULL, error))
        return NULL;
    return future_take_value(done);
}

/* Takes the client. */
static void
close_client(Loop *loop, QmpClient *client)
{
    g_autoptr(Future) done = future_new("the monitor to be closed");
    ClientStep *step = g_new0(ClientStep, 1);
    *step = (ClientStep){.loop = loop, .client = client, .done = future_ref(done)};
    loop_post(loop, on_close, step);
    g_autoptr(GError) error = NULL;
    if (!strand_wait(done, strand_deadline_in_ms(IO_MS), NULL, &error))
        log_warning("a monitor is left to itself: %s", error->message);
}

/* --- starting --- */

static void
plan_identity(ExecPlan *plan, const QemuProbeRequest *request)
{
    if (!request->drops)
        return;
    exec_plan_addf(plan, EXEC_UID, "%u", request->uid);
    exec_plan_addf(plan, EXEC_GID, "%u", request->gid);
    for (size_t i = 0; i < request->n_groups; i++)
        exec_plan_addf(plan, EXEC_GROUP, "%u", request->groups[i]);
}

static ExecPlan *
make_plan(const QemuProbeRequest *request, ProgramKind kind, const char *const *args)
{
    static const char *const monitor[] = {"-chardev", "socket,id=monitor,fd=3", "-mon",
                                          "chardev=monitor,mode=control"};
    ExecPlan *plan = exec_plan_new();
    exec_plan_add(plan, EXEC_PROGRAM, request->program);
    exec_plan_add(plan, EXEC_ARG, request->program);
    for (const char *const *arg = args; *arg != NULL; arg++)
        exec_plan_add(plan, EXEC_ARG, *arg);
    for (size_t i = 0; kind == PROGRAM_WITH_MONITOR && i < G_N_ELEMENTS(monitor); i++)
        exec_plan_add(plan, EXEC_ARG, monitor[i]);
    exec_plan_add(plan, EXEC_ENV, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin");
    exec_plan_add(plan, EXEC_ENV, "LC_ALL=C");
    /* What it may write is its standard error, which is kept in memory. */
    exec_plan_addf(plan, EXEC_RLIMIT, "%d:%d:%d", (int)RLIMIT_FSIZE, STDERR_MAX_BYTES,
                   STDERR_MAX_BYTES);
    exec_plan_addf(plan, EXEC_RLIMIT, "%d:0:0", (int)RLIMIT_CORE);
    plan_identity(plan, request);
    return plan;
}

static gboolean
start(Program *program, const QemuProbeRequest *request, const ExecPlan *plan, int record_end,
      GError **error)
{
    ExecRequest exec = {.helpers = request->helpers,
                        .helper = request->helper,
                        .record_fd = record_end,
                        .deadline_us = program->deadline_us};
    ExecStarted started;
    g_autoptr(GError) local = NULL;
    if (!exec_start(plan, &exec, &started, &local)) {
        if (virt_error_matches(local, VIRT_ERR_OPERATION_TIMEOUT))
            g_prefix_error(&local, "'%s': ", program->path);
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    program->pidfd = started.pidfd;
    return TRUE;
}

static Program *
program_new(const QemuProbeRequest *request)
{
    int64_t deadline_ms = request->deadline_ms > 0 ? request->deadline_ms : DEADLINE_MS;
    Program *program = g_new0(Program, 1);
    program->loop = request->loop;
    program->path = g_strdup(request->program);
    program->pidfd = -1;
    program->stderr_fd = -1;
    program->deadline_us = strand_deadline_in_ms(deadline_ms);
    program->ended = future_new("the program to end");
    return program;
}

static void
program_free(Program *program)
{
    fd_close(program->pidfd);
    fd_close(program->stderr_fd);
    future_unref(program->ended);
    g_free(program->path);
    g_free(program);
}

static int64_t
left_ms(const Program *program)
{
    return (program->deadline_us - strand_now_us(strand_current())) / 1000;
}

/* `monitor` is taken. */
static gboolean
connect_monitor(Program *program, int monitor, GError **error)
{
    program->client = open_client(program->loop, monitor, MAX(left_ms(program), 1), error);
    return program->client != NULL;
}

Program *
program_start(const QemuProbeRequest *request, ProgramKind kind, const char *const *args,
              int passed_fd, GError **error)
{
    g_autoptr(ExecPlan) plan = make_plan(request, kind, args);
    int pair[2] = {-1, -1};
    int record[2] = {-1, -1};
    if (!fd_socket_pair(pair, error))
        return NULL;
    auto_fd monitor = pair[0];
    auto_fd monitor_end = pair[1];
    if (!fd_pipe(record, error))
        return NULL;
    auto_fd record_fd = record[0];
    auto_fd record_end = record[1];
    Program *program = program_new(request);
    program->stderr_fd = memfd_create("stderr", MFD_CLOEXEC);
    if (kind == PROGRAM_WITH_MONITOR)
        exec_plan_pass_fd_as(plan, monitor_end, MONITOR_NUMBER);
    if (passed_fd >= 0)
        exec_plan_pass_fd_as(plan, passed_fd, PASSED_NUMBER);
    if (program->stderr_fd >= 0)
        exec_plan_pass_fd_as(plan, program->stderr_fd, STDERR_FILENO);
    if (!fd_set_nonblocking(record_fd, TRUE, error) ||
        !start(program, request, plan, record_end, error)) {
        program_free(program);
        return NULL;
    }
    watch_record(program, fd_steal(&record_fd));
    fd_clear(&record_end);
    fd_clear(&monitor_end);
    if (kind == PROGRAM_WITH_MONITOR && !connect_monitor(program, fd_steal(&monitor), error)) {
        program_end(program);
        return NULL;
    }
    return program;
}

/* --- asking --- */

/* The monitor broke off: how the program ended says more. */
static void
explain_end(Program *program, GError **error)
{
    if (!strand_wait(program->ended, strand_deadline_in_ms(1000), NULL, NULL))
        return;
    g_auto(ProgramEnd) end = program_how_ended(program);
    g_clear_error(error);
    if (end.signal >= 0)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "'%s' was ended by signal %d while it was asked what it can do%s%s",
                       program->path, end.signal, *end.last_line != '\0' ? ": " : "",
                       end.last_line);
    else
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "'%s' ended with status %d instead of telling what it can do%s%s",
                       program->path, end.exit_status, *end.last_line != '\0' ? ": " : "",
                       end.last_line);
}

gboolean
program_ask(Program *program, QmpCommandId command, Json *args, Json **ret_reply, GError **error)
{
    g_autoptr(QmpRequest) request = qmp_request_new(command, args);
    int64_t left = left_ms(program);
    if (left <= 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_TIMEOUT,
                       "'%s' takes too long to tell what it can do", program->path);
        return FALSE;
    }
    /* Not the command's own: the first one waits for the program's start as well. */
    qmp_request_set_deadline(request, left);
    g_autoptr(GError) local = NULL;
    if (qmp_call_request(program->client, request, NULL, ret_reply, &local))
        return TRUE;
    if (virt_error_matches(local, VIRT_ERR_OPERATION_FAILED) ||
        virt_error_matches(local, VIRT_ERR_SYSTEM_ERROR))
        explain_end(program, &local);
    else
        g_prefix_error(&local, "'%s': ", program->path);
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

/* --- the end --- */

gboolean
program_wait(Program *program, GError **error)
{
    return strand_wait(program->ended, program->deadline_us, NULL, error);
}

static void
end_by_force(Program *program)
{
    if (program->pidfd >= 0 && pidfd_send_signal(program->pidfd, SIGKILL, NULL, SIGNAL_GROUP) != 0)
        (void)pidfd_send_signal(program->pidfd, SIGKILL, NULL, 0);
    g_autoptr(GError) error = NULL;
    if (!strand_wait(program->ended, strand_deadline_in_ms(KILL_MS), NULL, &error))
        log_warning("'%s' does not end: %s", program->path, error->message);
}

void
program_end(Program *program)
{
    if (program == NULL)
        return;
    gboolean quits = FALSE;
    if (program->client != NULL && !future_is_done(program->ended)) {
        g_autoptr(QmpRequest) quit = qmp_request_new(QMP_QUIT, NULL);
        qmp_request_set_deadline(quit, CLAMP(left_ms(program), 1, QUIT_MS));
        quits = qmp_call_request(program->client, quit, NULL, NULL, NULL);
    }
    if (program->client != NULL)
        close_client(program->loop, program->client);
    if (!(quits && strand_wait(program->ended, strand_deadline_in_ms(QUIT_MS), NULL, NULL)) &&
        !future_is_done(program->ended))
        end_by_force(program);
    program_free(program);
}

static char *
read_last_line(int fd)
{
    char text[STDERR_MAX_BYTES];
    ssize_t n = fd >= 0 ? pread(fd, text, sizeof text - 1, 0) : -1;
    text[MAX(n, 0)] = '\0';
    g_strchomp(text);
    const char *line = strrchr(text, '\n');
    g_autofree char *cut = g_strndup(line != NULL ? line + 1 : text, LINE_MAX_BYTES);
    return g_utf8_make_valid(cut, -1);
}

ProgramEnd
program_how_ended(const Program *program)
{
    ProgramEnd end = {.exit_status = -1, .signal = -1};
    /* "started PID START", and then how it ended. */
    const char *record = future_value(program->ended);
    const char *how = record != NULL ? strchr(record, '\n') : NULL;
    if (how != NULL && sscanf(how, " exit %d", &end.exit_status) != 1)
        (void)sscanf(how, " signal %d", &end.signal);
    end.last_line = read_last_line(program->stderr_fd);
    return end;
}

void
program_end_clear(ProgramEnd *end)
{
    g_free(end->last_line);
}
