/*
 * cpu_document — a <cpu> that is only compared: a host's, as <capabilities> tells it, or a guest's.
 * Pure; any thread.
 */
#pragma once

#include "common/base/arena.h"
#include "virtqemud/caps/cpu_models.h"
#include "virtqemud/conf/cpu.h"

typedef struct {
    gboolean is_guest; /* it has a mode or a match */
    const char *arch;  /* the next three: NULL when absent */
    const char *model;
    const char *vendor;
    CpuMode mode;   /* 0: not told */
    CpuMatch match; /* 0: not told */
    CpuSet required;
    CpuSet disabled; /* 'forbid' too */
    CpuSet forbidden;
} CpuDocument;

typedef enum { CPU_DOCUMENT_LENIENT, CPU_DOCUMENT_STRICT } CpuDocumentReading;

/* Strict: what no such document has is refused. Strings are in the arena. Errors: XML_ERROR,
 * XML_DETAIL; CONFIG_UNSUPPORTED for a feature that is not known. */
gboolean cpu_document_parse(const char *xml, CpuDocumentReading reading, Arena *arena,
                            CpuDocument *ret_document, GError **error);

/* What a processor is compared with. */
typedef struct {
    const QemuCaps *caps; /* which knows the models */
    QemuAccel accel;
    CpuSet available;
    const char *vendor; /* NULL: not known */
    const char *arch;
} CpuHost;

/* libvirt's numbers. */
typedef enum { CPU_INCOMPATIBLE = 0, CPU_IDENTICAL = 1, CPU_SUPERSET = 2 } CpuComparison;

/* `ret_why` (the caller frees) is why it is incompatible, else NULL. Errors: INTERNAL_ERROR (as a
 * stock daemon) for an unknown model. */
gboolean cpu_document_compare(const CpuDocument *document, const CpuHost *host,
                              CpuComparison *ret_result, char **ret_why, GError **error);

/* Bits of virConnectBaselineCPUFlags. */
enum { CPU_BASELINE_EXPAND = 1 << 0, CPU_BASELINE_MIGRATABLE = 1 << 1 };

typedef enum { CPU_BASELINE_OF_HOSTS, CPU_BASELINE_OF_GUESTS } CpuBaseline;

/*
 * The <cpu> that all of them can be: the features that they have in common, by the nearest model.
 * The caller frees. Errors: INVALID_ARG for a document without a model; CONFIG_UNSUPPORTED for what
 * a host's document does not have; OPERATION_FAILED when they have too little in common.
 */
char *cpu_document_baseline(const CpuDocument *documents, size_t n, const CpuHost *host,
                            CpuBaseline kind, uint32_t flags, GError **error);
