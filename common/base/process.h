/*
 * process — runs a tool: posix_spawn, watched by pidfd, output captured with a cap and a deadline.
 *
 * The daemon never forks. The child gets exactly the descriptors of its map, default signals, its
 * own process group, and the environment that is said. The io thread reads its output and awaits
 * its exit; whoever started it waits for a future, on its strand or by future_notify(). At the
 * deadline the whole group is killed.
 */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/base/future.h"
#include "common/base/loop.h"
#include "common/base/child.h"

typedef struct Process Process;

/* Borrowed during process_start(). */
typedef struct {
    const char *const *argv; /* argv[0] is a path, or a name that is looked up in PATH */
    const char *const *env;  /* "NAME=value"; NULL: PATH and LC_ALL=C only */
    const char *folder;      /* working folder; NULL: / */
    const ChildFd *fds;      /* beyond 0, 1 and 2, or in their place */
    size_t n_fds;
    const char *input;  /* written to its standard input; NULL: /dev/null */
    size_t output_max;  /* bytes kept of each of stdout and stderr; 0: 64 KiB */
    int64_t timeout_ms; /* killed after this; must be positive */
} ProcessSpec;

/* What became of it. The output ends with a NUL that `*_len` does not count. */
typedef struct {
    int exit_status; /* -1 when a signal ended it */
    int signal;      /* 0 when it exited */
    gboolean timed_out;
    gboolean truncated; /* more output than output_max */
    char *out;
    size_t out_len;
    char *err;
    size_t err_len;
} ProcessResult;

void process_result_free(ProcessResult *result);

/*
 * Starts it. `ret_done` is completed on the io thread with a ProcessResult, once it exited and its
 * output is read (what its own children still hold open is not waited for). Any thread but then the
 * loop must be running. Errors: VIRT_ERR_SYSTEM_ERROR naming the program.
 */
Process *process_start(Loop *loop, const ProcessSpec *spec, Future **ret_done, GError **error);
Process *process_ref(Process *process);
/* Letting go does not end it. Takes NULL. */
void process_unref(Process *process);
pid_t process_pid(const Process *process);
/* Signals it by its pidfd, so never another process; FALSE when it is gone. Any thread. */
gboolean process_signal(Process *process, int signal);
/* SIGKILL for its whole group. Any thread. */
void process_kill_group(Process *process);

/*
 * Starts it and waits in a step of a strand. A result that is no success is an error as well:
 * VIRT_ERR_INTERNAL_ERROR with program, status and the last line it said on stderr;
 * VIRT_ERR_OPERATION_TIMEOUT; VIRT_ERR_OPERATION_ABORTED after it was killed on `cancel` (may be
 * NULL).
 */
ProcessResult *process_run(Loop *loop, const ProcessSpec *spec, Cancel *cancel, GError **error);
/* The error for a result that is no success; FALSE then. */
gboolean process_result_check(const ProcessResult *result, const char *program, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Process, process_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcessResult, process_result_free)
