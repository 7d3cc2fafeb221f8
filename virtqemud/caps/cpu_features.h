/*
 * cpu_features — the features of processors by libvirt's names: sets of them, and how QEMU and the
 * processor itself call them. Pure, but for asking the processor; any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "virtqemud/caps/cpu_feature_rows.h"

#define X(...) +1
enum { CPU_N_FEATURES = 0 CPU_FEATURES(X), CPU_SET_WORDS = (CPU_N_FEATURES + 63) / 64 };
#undef X

/* All zero: empty. */
typedef struct {
    uint64_t words[CPU_SET_WORDS];
} CpuSet;

/* The number of a feature, in libvirt's order; -1: there is none of this name. */
int cpu_feature_find(const char *name);
const char *cpu_feature_name(size_t feature);
/* How QEMU's -cpu calls it: "pclmuldq" is "pclmulqdq", "lahf_lm" is "lahf-lm". Names that are not
 * known stay as they are. */
const char *cpu_feature_qemu_name(const char *name);

gboolean cpu_set_has(const CpuSet *set, size_t feature);
void cpu_set_add(CpuSet *set, size_t feature);
void cpu_set_remove(CpuSet *set, size_t feature);
size_t cpu_set_count(const CpuSet *set);
/* Those of `set` that are not in `less`. */
CpuSet cpu_set_minus(const CpuSet *set, const CpuSet *less);
CpuSet cpu_set_or(const CpuSet *one, const CpuSet *other);
CpuSet cpu_set_and(const CpuSet *one, const CpuSet *other);
/* "vme, pcid" with that separator; the caller frees. */
char *cpu_set_text(const CpuSet *set, const char *separator);
/* Of libvirt's names with spaces between them. */
CpuSet cpu_set_of_text(const char *text);
/* Of QEMU's names, ended by NULL (NULL: none); those that have no row are passed over. */
CpuSet cpu_set_of_qemu(const char *const *names);
/* What the processor that we run on tells by CPUID; empty where there is none. */
CpuSet cpu_set_of_host(void);
