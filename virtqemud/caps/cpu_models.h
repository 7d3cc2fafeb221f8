/*
 * cpu_models — the named models of processors: what each promises, what QEMU makes of it, and which
 * of them describes a set of features best. Pure; any thread.
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/caps/cpu_features.h"

typedef struct {
    const QemuCpuModel *qemu;
    const char *name;
    const char *vendor; /* "Intel"; NULL: any */
    CpuSet promised;    /* by the name */
    CpuSet once;        /* promised once: off unless they are asked for */
    CpuSet made;        /* by QEMU from the name, before the accelerator takes away */
} CpuModelInfo;

/* FALSE: no model that a definition could name. Versions of models ("EPYC-v1") are QEMU's own names
 * and are none. */
gboolean cpu_model_find(const QemuCaps *caps, QemuAccel accel, const char *name,
                        CpuModelInfo *ret_info);
/* The one of QEMU's number `i`; FALSE as above. */
gboolean cpu_model_at(const QemuCaps *caps, QemuAccel accel, size_t i, CpuModelInfo *ret_info);
/* What the accelerator can give a guest here. FALSE: it did not tell. */
gboolean cpu_model_available(const QemuCaps *caps, QemuAccel accel, CpuSet *ret_available,
                             const char **ret_vendor);
/* "AMD" for "AuthenticAMD"; the name itself for others, NULL for NULL. */
const char *cpu_vendor_name(const char *vendor_id);

typedef enum {
    CPU_NEAREST_WITHIN, /* a model of which nothing is missing */
    CPU_NEAREST_ANY,    /* features may have to be switched off */
} CpuNearest;

/* The model with which the fewest features have to be named beside. FALSE: there is none. */
gboolean cpu_model_nearest(const QemuCaps *caps, QemuAccel accel, const CpuSet *features,
                           const char *vendor, CpuNearest how, CpuModelInfo *ret_info);
/* The names of models that the architecture has, without a look at a program, in libvirt's order.
 * 0: models are not listed for it, any name will do. */
size_t cpu_model_names(const char *arch, const char *const **ret_names);
