/*
 * run — one run of QEMU for a guest, from exec to exit: process, monitor, what is waited for; and
 * control, through which other threads reach the run that a guest has now.
 *
 * A VmControl lives as long as its guest or anybody's view of it; a VmRun as long as anybody refers
 * to it, long after QEMU has ended. Fields of a run are constant once it was published, except
 * those that are said to be guarded. The io thread watches process and monitor; the guest's strand
 * waits.
 */
#pragma once

#include <stdatomic.h>

#include "common/base/objtable.h"
#include "common/base/thread.h"
#include "common/spec/remote.h"
#include "virtqemud/qmp/client.h"

typedef struct Driver Driver;

typedef struct VmRun VmRun;

/* Why QEMU is being ended, or is about to stop or go on: set before it is told to, so that the
 * event that follows is understood. */
typedef enum {
    VM_EXPECT_NOTHING,
    VM_EXPECT_DESTROY,  /* virDomainDestroy */
    VM_EXPECT_FAILED,   /* a start that is undone */
    VM_EXPECT_SHUTDOWN, /* it powered off and is ended for that */
    VM_EXPECT_CRASHED   /* it crashed and is ended for that */
} VmExpectExit;

struct VmRun {
    atomic_int refs;
    Driver *driver;
    ObjRef *ref; /* of the guest */
    pid_t pid;
    uint64_t start_time; /* clock ticks since boot */
    int pidfd;
    Cancel *cancel; /* ends the waits of the guest's steps: it is being ended, or has ended */
    Future *exited; /* completed when process and monitor are both over; no value */
    int record_fd;  /* virt-exec's exit record; -1: unknown */
    int log_fd;     /* of QEMU's log, for its last words; -1: none */
    int64_t log_start;
    LeafLock lock;  /* guards what follows */
    QmpClient *qmp; /* NULL until connected; does not change any more */
    VmExpectExit expect_exit;
    GQueue inbox;                  /* VmQmpEvent, that the strand has not handled */
    Future *bell;                  /* a step waits for the next event; NULL: none does */
    int64_t unresponsive_since_us; /* monotonic; 0: QEMU answers */
    gboolean is_ready;             /* the monitor was negotiated */
    /* Io thread. */
    LoopFd *exit_watch;
    LoopTimer *kill_timer;
    LoopTimer *drain_timer; /* runs out when SIGTERM waits no longer for QEMU's answers */
    int64_t kill_due_us;    /* monotonic; 0: it is not going to be killed */
    gboolean has_exited;
    gboolean is_cut; /* the monitor is over */
    gboolean is_detached;
    GError *given_up; /* why the monitor was, before the strand is told so; NULL: it was not */
};

/* An event of QEMU on its way to the strand. */
typedef struct {
    QmpEventId id;
    char *name;
    Json *data; /* the receiver's alone; NULL: none */
    int64_t time_us;
} VmQmpEvent;
void vm_qmp_event_free(VmQmpEvent *event);

VmControl *vm_control_new(Driver *driver);
VmControl *vm_control_ref(VmControl *control);
/* Takes NULL. */
void vm_control_unref(VmControl *control);
Driver *vm_control_driver(const VmControl *control);
/* The run that the guest has now; NULL: it is off. The caller unrefs. Any thread. */
VmRun *vm_control_run(const VmControl *control);
/* Takes a reference of its own; NULL: off. On the strand. */
void vm_control_set_run(VmControl *control, VmRun *run);
/* Ends the start that is going on, if any, by this cancel. On the strand; NULL: none. */
void vm_control_set_starting(VmControl *control, Cancel *cancel);
/* Ends what the guest's steps wait for. TRUE: one of them was starting it. Any thread. */
gboolean vm_control_cancel(const VmControl *control, const char *reason);

VmRun *vm_run_ref(VmRun *run);
/* Takes NULL. */
void vm_run_unref(VmRun *run);
/* A run of the process (`pidfd` is taken), watched from now on. On the strand. */
VmRun *vm_run_new(Driver *driver, ObjRef *ref, pid_t pid, uint64_t start_time, int pidfd);
typedef enum {
    VM_CONNECT_STARTED, /* a QEMU that does not greet in time is no use */
    VM_CONNECT_FOUND    /* it ran before: it may be held up, and greet much later */
} VmConnectHow;

/* Connects the monitor on `fd`, a connected socket that is taken, and waits until it is ready.
 * `rest`: the program before us left it so, and what QEMU said meanwhile has come on return; NULL:
 * it greets. On the strand. */
gboolean vm_run_connect(VmRun *run, int fd, VmConnectHow how, const QmpRest *rest,
                        int64_t deadline_us, GError **error);
/* Its monitor, borrowed; NULL until it is ready. Any thread. */
QmpClient *vm_run_qmp(VmRun *run);
/* Says why the process is going to end; the first reason stays. Any thread. */
void vm_run_expect_exit(VmRun *run, VmExpectExit expect);
VmExpectExit vm_run_expected_exit(VmRun *run);
/* It did not end: whatever comes is no longer expected. Any thread. */
void vm_run_unexpect_exit(VmRun *run);
/* Ends the process: no further command, SIGTERM once QEMU has answered those it has, SIGKILL after
 * `kill_after_ms` (0: at once; -1: never); a kill that is due sooner stays. Any thread. */
void vm_run_end(VmRun *run, int64_t kill_after_ms);
/* Whether it was told to end, or has ended, and that is not over yet. Io thread. */
gboolean vm_run_is_ending(const VmRun *run);
/* Since when QEMU has not answered, monotonic; 0: it does. Any thread. */
int64_t vm_run_unresponsive_since_us(VmRun *run);
/* It could not be reached; until its monitor is ready. Any thread. */
void vm_run_set_unresponsive(VmRun *run);
/* The next event, which the caller frees; NULL: none. On the strand. */
VmQmpEvent *vm_run_next_event(VmRun *run);
/* Waits for an event to come. FALSE with an error: deadline, or the guest is being ended. */
gboolean vm_run_wait_event(VmRun *run, int64_t deadline_us, GError **error);

/* Watches none any more: the daemon ends, the guests go on. Io thread. */
void vm_run_detach_all(Driver *driver);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(VmRun, vm_run_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VmQmpEvent, vm_qmp_event_free)
