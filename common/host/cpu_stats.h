/*
 * cpu_stats — how the processors spent their time since the host booted. Pure but for the one
 * reading function; that one is not for the io thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"

typedef struct {
    uint64_t kernel_ns; /* with the time spent in interrupts */
    uint64_t user_ns;   /* with the time spent at low priority */
    uint64_t idle_ns;
    uint64_t iowait_ns;
} HostCpuStats;

/* From the text of /proc/stat; `cpu` -1 is the sum over all. FALSE when it does not tell. */
gboolean host_cpu_stats_parse(const char *text, int32_t cpu, HostCpuStats *ret_stats);
/* Seconds since the epoch; FALSE when it does not tell. */
gboolean host_boot_time_parse(const char *text, uint64_t *ret_time_s);
/* Errors: VIRT_ERR_SYSTEM_ERROR for the file, VIRT_ERR_INVALID_ARG for a processor that is not
 * online. */
gboolean host_cpu_stats_read(int root, int32_t cpu, HostCpuStats *ret_stats, GError **error);
