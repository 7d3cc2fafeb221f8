/*
 * kvm_replies — what KVM counts, in QEMU's answers to query-stats and query-stats-schemas.
 *
 * Which figures there are is the host's kernel's matter; their names go on to clients as they are,
 * so only names of plain letters are taken. Pure; any thread.
 * https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html#statistics
 */
#pragma once

#include "virtqemud/qmp/json.h"

typedef struct {
    const char *name;   /* borrowed from the schemas */
    const char *suffix; /* "sum", "cur" or "max", by its kind; constant */
    gboolean is_boolean;
    uint64_t value;
} KvmFigure;

/* The figures in `stats` of which the schemas know a plain kind, in the schemas' order, as
 * KvmFigure. `target` is "vcpu" or "vm". The caller unrefs. */
GArray *kvm_figures(const Json *schemas, const char *target, const Json *stats);
/* The `stats` of processor `number`, by the answers to query-stats and query-cpus-fast; NULL: it
 * has none. Borrowed. */
const Json *kvm_stats_of_vcpu(const Json *reply, const Json *cpus, uint32_t number);
/* Those of the guest as a whole. */
const Json *kvm_stats_of_vm(const Json *reply);
/* The sum of one figure of all processors; FALSE: none of them has it. */
gboolean kvm_sum_of_vcpus(const Json *reply, const char *name, uint64_t *ret_sum);
