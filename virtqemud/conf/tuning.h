/*
 * tuning — what a guest may use of the host: memory, I/O, processors, nodes.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/switches.h"

/* ---- <memoryBacking> ---- */
typedef enum { MEMORY_ANONYMOUS = 1, MEMORY_FILE, MEMORY_MEMFD } MemorySource;
typedef enum { MEMORY_SHARED = 1, MEMORY_PRIVATE } MemoryAccess;
typedef enum { MEMORY_IMMEDIATE = 1, MEMORY_ONDEMAND } MemoryAllocation;

typedef struct {
    uint64_t size_kib;
    const char *nodeset;
} HugePage;

typedef struct {
    CONF_LIST_OF(HugePage) pages; /* none: the host's default size */
} HugePages;

typedef struct {
    HugePages *hugepages;
    bool nosharepages;
    bool locked;
    MemorySource source;
    MemoryAccess access;
    MemoryAllocation allocation;
    uint32_t allocation_threads;
    bool discard;
    const ConfExtra *extra;
} MemoryBacking;

/* ---- <memtune>; 0: no limit ---- */
typedef struct {
    uint64_t hard_limit_kib;
    uint64_t soft_limit_kib;
    uint64_t swap_hard_limit_kib;
    uint64_t min_guarantee_kib;
} Memtune;

/* ---- <blkiotune> ---- */
typedef struct {
    const char *path;
    uint32_t weight;
    uint64_t read_iops_sec;
    uint64_t write_iops_sec;
    uint64_t read_bytes_sec;
    uint64_t write_bytes_sec;
} BlkioDevice;

typedef struct {
    uint32_t weight;
    CONF_LIST_OF(BlkioDevice) devices;
} Blkiotune;

/* ---- <vcpus>, <iothreadids> ---- */
typedef struct {
    uint32_t id;
    Switch enabled;
    Switch hotpluggable;
    uint32_t order; /* 1 is first */
} VcpuEntry;

typedef struct {
    uint32_t id;
    OptI64 thread_pool_min;
    OptI64 thread_pool_max;
    const ConfExtra *extra;
} IothreadEntry;

/* ---- <cputune> ---- */
typedef struct {
    uint32_t id; /* of the processor, or of the I/O thread */
    const char *cpuset;
} CpuPin;

typedef struct {
    const char *ids; /* processors or I/O threads; NULL: of the emulator */
    const char *scheduler;
    OptI64 priority;
} CpuScheduler;

typedef struct {
    uint64_t shares;
    uint64_t period;
    OptI64 quota;
    uint64_t global_period;
    OptI64 global_quota;
    uint64_t emulator_period;
    OptI64 emulator_quota;
    uint64_t iothread_period;
    OptI64 iothread_quota;
    CONF_LIST_OF(CpuPin) vcpupins;
    const char *emulatorpin;
    CONF_LIST_OF(CpuPin) iothreadpins;
    CpuScheduler *emulatorsched;
    CONF_LIST_OF(CpuScheduler) vcpuscheds;
    CONF_LIST_OF(CpuScheduler) iothreadscheds;
    const ConfExtra *extra;
} Cputune;

/* ---- <numatune> ---- */
typedef enum {
    NUMATUNE_STRICT = 1,
    NUMATUNE_PREFERRED,
    NUMATUNE_INTERLEAVE,
    NUMATUNE_RESTRICTIVE
} NumatuneMode;
typedef enum { NUMATUNE_STATIC = 1, NUMATUNE_AUTO } NumatunePlacement;

typedef struct {
    OptU32 cell;
    NumatuneMode mode;
    const char *nodeset;
} NumatuneCell;

typedef struct {
    NumatuneMode mode;
    NumatunePlacement placement;
    const char *nodeset;
    CONF_LIST_OF(NumatuneCell) cells;
    const ConfExtra *extra;
} Numatune;

extern const ConfType memory_backing_conf;
extern const ConfType memtune_conf;
extern const ConfType blkiotune_conf;
extern const ConfType vcpu_entry_conf;
extern const ConfType iothread_entry_conf;
extern const ConfType cputune_conf;
extern const ConfType numatune_conf;
