/*
 * exec — starts a program through virt-exec and tells what became of the start. In a step of a
 * strand; the io thread reads the status.
 */
#pragma once

#include "common/base/future.h"
#include "common/base/loop.h"
#include "virtqemud/exec/plan.h"

typedef struct {
    pid_t pid;           /* of the program */
    uint64_t start_time; /* clock ticks since boot: with the pid it names the process for ever */
    int pidfd;           /* the caller's; -1: it has ended already, see the record */
} ExecStarted;

typedef struct {
    Loop *loop;
    const char *helper; /* path of virt-exec */
    int record_fd;      /* written when the program ends; stays the caller's */
    int64_t
        deadline_us; /* of the strand's clock; then the start is given up and the helper killed */
    Cancel *cancel;  /* may be NULL */
} ExecRequest;

/*
 * TRUE once the program was executed: what it does from there is its own. Errors: as virt-exec told
 * them (SYSTEM_ERROR with what failed), INTERNAL_ERROR when it said nothing, OPERATION_TIMEOUT,
 * OPERATION_ABORTED.
 */
gboolean exec_start(const ExecPlan *plan, const ExecRequest *request, ExecStarted *ret_started,
                    GError **error);
