/*
 * vm — a guest: what its strand owns, and publishing it.
 *
 * Only steps of the guest's strand touch a Vm. Order of a change: change the fields, vm_publish(),
 * events, reply. Definitions are replaced, never changed.
 */
#pragma once

#include "common/spec/types.h"
#include "virtqemud/hostres/fd_groups.h"
#include "virtqemud/hostres/hook.h"
#include "virtqemud/vm/driver.h"
#include "virtqemud/vm/view.h"

/* A processor that is being unplugged, and what QEMU has told of it. */
typedef struct {
    OptU32 id; /* not set: none is */
    gboolean is_over;
    gboolean is_refused; /* by the guest */
} VmVcpuUnplug;

struct Vm {
    Driver *driver;
    VmControl *control;
    Slot *slot;     /* the entry's, which outlives the object */
    Strand *strand; /* the same */
    char *name;
    uint8_t uuid[UUID_BYTES];
    int32_t id; /* -1: off */
    gboolean autostart;
    const SharedDef *persistent;
    const SharedDef *live;
    const SharedDef *origin; /* what `live` was made from */
    VmState state;
    int32_t reason;
    VmRuntime runtime;
    uint32_t taint;
    gboolean starting;
    const char *step;   /* of the start, for the status file */
    const char *ending; /* why it is being ended, in the word of that file; NULL: it is not */
    gboolean has_pid_file;
    VmRun *run; /* NULL: off */
    /* What the next STOP and RESUME of QEMU mean. */
    VmPausedReason expect_paused;
    VmRunningReason expect_running;
    gboolean has_stopped; /* the event came since somebody set it to FALSE */
    gboolean has_resumed;
    VmVcpuUnplug vcpu_unplug;
    gboolean fake_reboot;          /* a shutdown that is to become a reboot */
    gboolean is_restarting;        /* it switched itself off and is being started again, unseen */
    gboolean is_draining;          /* events are being handled */
    struct VmResources *resources; /* what is held for the running guest; start.c */
    FdGroups *lent;                /* by clients, for its disks; NULL: nothing yet */
};

/* A guest for the entry of `ref` (name and uuid are its). For reservation_set_object(). */
Vm *vm_new(Driver *driver, const ObjRef *ref);
void vm_free(void *vm);
/* The guest's entry as it is now; the caller unrefs. NULL while it is not shown yet. */
ObjRef *vm_find_ref(const Vm *vm);
/* The control of an entry, borrowed from it; for RpcObjects. */
const void *vm_control_of(ObjRef *ref);
/* A view of the guest; the caller's. */
const VmView *vm_view(const Vm *vm);
void vm_publish(Vm *vm);
/* `def` is taken; NULL: none any more. Its file is the caller's (define.h). */
void vm_set_persistent(Vm *vm, DomainDef *def);
void vm_set_live(Vm *vm, DomainDef *def);
/* Takes a reference of its own; NULL: none. */
void vm_set_origin(Vm *vm, const SharedDef *origin);
void vm_set_state(Vm *vm, VmState state, int32_t reason);
gboolean vm_is_active(const Vm *vm);
/* Lets go of the run, if it is this one. */
void vm_forget_run(Vm *vm, VmRun *run);
/* Errors: OPERATION_INVALID "domain is not running". */
gboolean vm_check_active(const Vm *vm, GError **error);
/* The definition that is current: live, or else persistent. */
const DomainDef *vm_def(const Vm *vm);
/* Fills the reference that replies carry; strings are the guest's. */
void vm_fill(RemoteDomain *ret, const Vm *vm);

/* Gives `def` to the administrator's scripts; TRUE when there are none. `cancel` (may be NULL) ends
 * a script. Errors: HOOK_SCRIPT_FAILED and those of hooks_run(). */
gboolean vm_run_hook(Vm *vm, const DomainDef *def, HookOperation operation, Cancel *cancel,
                     GError **error);

/*
 * Which definitions a change with these flags (VM_AFFECT_*) is for: CURRENT is resolved, LIVE needs
 * a running guest, CONFIG a persistent one. `ret_affect` has LIVE, CONFIG or both.
 */
gboolean vm_resolve_affect(const Vm *vm, uint32_t flags, uint32_t *ret_affect, GError **error);

/* Asks QEMU, in a step; `args` is taken, `ret_reply` may be NULL. Events that came before the
 * answer are handled when it returns. */
gboolean vm_qmp(Vm *vm, QmpCommandId command, Json *args, Json **ret_reply, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
