/*
 * numa — <cpu><numa>: memory and processors of the guest in cells.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/switches.h"

typedef struct {
    uint32_t id;
    uint32_t value;
} NumaDistance;

typedef struct {
    OptU32 id;
    const char *cpus;
    uint64_t memory_kib;
    const char *mem_access; /* "shared" or "private" */
    Switch discard;
    CONF_LIST_OF(NumaDistance) distances;
    const ConfExtra *extra; /* <cache> */
} NumaCell;

typedef struct {
    CONF_LIST_OF(NumaCell) cells;
    const ConfExtra *extra; /* <interconnects> */
} Numa;

extern const ConfType numa_conf;
