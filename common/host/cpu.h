/*
 * cpu — what the kernel says of the first processor: vendor, name, numbers, features. What it is as
 * a CPU model of the emulator is for who asks the emulator. Pure but for the reading functions;
 * those are not for the io thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"

typedef struct {
    char *vendor; /* "GenuineIntel"; NULL where the architecture has none */
    char *model_name;
    char *microcode; /* its version as the kernel writes it, "0xf0"; NULL: not told */
    char **flags;    /* as the kernel names them; may be empty, never NULL */
    uint32_t mhz;    /* 0: not told */
    uint32_t physical_address_bits; /* 0: not told */
    int32_t family;                 /* -1: not told, as the next two */
    int32_t model;
    int32_t stepping;
} HostCpuInfo;

/* From the text of /proc/cpuinfo. */
HostCpuInfo *host_cpu_info_parse(const char *text);
/* Errors: VIRT_ERR_SYSTEM_ERROR for the file. */
HostCpuInfo *host_cpu_info_read(int root, GError **error);
void host_cpu_info_free(HostCpuInfo *info);
/* The kernel's name for the architecture, as in "x86_64". The caller frees. */
char *host_arch(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HostCpuInfo, host_cpu_info_free)
