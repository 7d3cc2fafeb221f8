/*
 * ksm — how the kernel merges equal memory pages (the kernel's
 * Documentation/admin-guide/mm/ksm.rst): what can be set and what it counts, under the names of
 * libvirt's parameters. Reads and writes files: not for the io thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"

typedef struct {
    const char *name; /* "shm_pages_to_scan" */
    const char *file;
    gboolean is_wide; /* 64 bits; else 32 */
    gboolean is_settable;
} HostKsmRow;

enum { HOST_KSM_N_ROWS = 8 };
extern const HostKsmRow host_ksm_rows[HOST_KSM_N_ROWS];

/* NULL when there is no parameter of this name. */
const HostKsmRow *host_ksm_find(const char *name);
/* FALSE when this kernel does not have it. */
gboolean host_ksm_read(int root, const HostKsmRow *row, uint64_t *ret_value);
/* Errors: VIRT_ERR_SYSTEM_ERROR when the kernel refuses. */
gboolean host_ksm_write(int root, const HostKsmRow *row, uint32_t value, GError **error);
