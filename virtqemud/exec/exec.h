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

/* Helpers that are watched until they end, which is when their programs do. Io thread. */
typedef struct ExecHelpers ExecHelpers;
ExecHelpers *exec_helpers_new(Loop *loop);
/* Watches none any more, once the loop comes to it or ends; what they started goes on. There are no
 * more starts. Takes NULL. */
void exec_helpers_free(ExecHelpers *helpers);

typedef struct {
    ExecHelpers *helpers; /* who watches it, constant while there are starts */
    const char *helper;   /* path of virt-exec */
    int record_fd;        /* written when the program ends; stays the caller's */
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
