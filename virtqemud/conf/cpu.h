/*
 * cpu — <cpu>: which processor the guest sees.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/switches.h"
#include "virtqemud/conf/numa.h"

typedef enum { CPU_CUSTOM = 1, CPU_HOST_MODEL, CPU_HOST_PASSTHROUGH, CPU_MAXIMUM } CpuMode;
typedef enum { CPU_MATCH_MINIMUM = 1, CPU_MATCH_EXACT, CPU_MATCH_STRICT } CpuMatch;
typedef enum { CPU_CHECK_NONE = 1, CPU_CHECK_PARTIAL, CPU_CHECK_FULL } CpuCheck;
typedef enum { CPU_CACHE_EMULATE = 1, CPU_CACHE_PASSTHROUGH, CPU_CACHE_DISABLE } CpuCacheMode;
typedef enum { CPU_ADDRESS_PASSTHROUGH = 1, CPU_ADDRESS_EMULATE } CpuAddressMode;
typedef enum { CPU_FALLBACK_ALLOW = 1, CPU_FALLBACK_FORBID } CpuFallback;
typedef enum {
    CPU_FEATURE_FORCE = 1,
    CPU_FEATURE_REQUIRE,
    CPU_FEATURE_OPTIONAL,
    CPU_FEATURE_DISABLE,
    CPU_FEATURE_FORBID
} CpuFeaturePolicy;

typedef struct {
    CpuFeaturePolicy policy;
    const char *name;
} CpuFeature;

typedef struct {
    uint32_t sockets;
    uint32_t dies;
    uint32_t cores;
    uint32_t threads;
} CpuTopology;

typedef struct {
    CpuMode mode;
    CpuMatch match;
    CpuCheck check;
    Switch migratable;
    CpuFallback fallback;
    const char *vendor_id; /* 12 characters */
    const char *model;
    const char *vendor;
    CpuTopology *topology; /* NULL: one socket for each processor */
    CpuCacheMode cache_mode;
    uint32_t cache_level; /* 0: all */
    CpuAddressMode address_mode;
    uint32_t address_bits;
    CONF_LIST_OF(CpuFeature) features;
    Numa *numa; /* NULL: one cell */
    const ConfExtra *extra;
} Cpu;

extern const ConfType cpu_conf;
