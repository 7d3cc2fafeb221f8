/*
 * view — a guest as everybody may see it: one immutable struct, published by the guest's strand and
 * read on every thread.
 *
 * Whoever reads a view never waits for the guest. What only QEMU knows is asked through `control`
 * (run.h), with a deadline.
 */
#pragma once

#include "common/daemon/lists.h"
#include "virtqemud/vm/run.h"
#include "virtqemud/vm/shared_def.h"
#include "virtqemud/vm/states.h"

/* What changes often while a guest runs; laid over the definition when it is printed. */
typedef struct {
    uint64_t balloon_kib; /* memory that the balloon leaves; 0: not told */
    int64_t rtc_adjust_s; /* clock offset 'variable' */
    gboolean has_rtc_adjust;
} VmRuntime;

struct VmView {
    ObjHead head; /* name, uuid, id, active, persistent, autostart */
    VmControl *control;
    const SharedDef *live;       /* of the running guest; NULL: it is off */
    const SharedDef *persistent; /* for the next start; NULL: it is transient */
    const SharedDef *origin;     /* what the running guest was started from; NULL: it is off */
    VmState state;
    int32_t reason;
    VmRuntime runtime;
    uint32_t taint; /* bits, see taint.h */
};

/* From VIR_DOMAIN_AFFECT_LIVE and VIR_DOMAIN_AFFECT_CONFIG, as calls that read have them. */
enum { VM_AFFECT_CURRENT = 0, VM_AFFECT_LIVE = 1, VM_AFFECT_CONFIG = 2 };

/* The definition that `affect` means: of the running guest, or of the next start. CURRENT: the
 * running one if there is any. Borrowed from the view.
 * Errors: INVALID_ARG for both; OPERATION_INVALID: it is off; it has no persistent definition. */
const DomainDef *vm_view_def(const VmView *view, uint32_t affect, GError **error);
/* The current definition: the running guest's, or else the persistent one. Never NULL. */
const DomainDef *vm_view_current(const VmView *view);
/* Errors: OPERATION_INVALID "domain is not running". */
gboolean vm_view_check_active(const VmView *view, GError **error);
/* The document, as virDomainGetXMLDesc's flags (VIR_DOMAIN_XML_*) say. The caller frees. */
char *vm_view_format(const VmView *view, uint32_t xml_flags);
/* Memory that the guest has now, in KiB. */
uint64_t vm_view_balloon_kib(const VmView *view);

/* --- for vm.c --- */
VmView *vm_view_new(void);
