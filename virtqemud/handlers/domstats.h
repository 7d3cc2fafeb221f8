/*
 * domstats — figures of many guests in one call: what was asked for, and one guest's part of it.
 */
#pragma once

#include "virtqemud/handlers/params.h"
#include "virtqemud/vm/driver.h"
#include "virtqemud/vm/query.h"
#include "virtqemud/vm/sample.h"

/* virDomainStatsTypes */
enum {
    STATS_STATE = 1,
    STATS_CPU = 2,
    STATS_BALLOON = 4,
    STATS_VCPU = 8,
    STATS_INTERFACE = 16,
    STATS_BLOCK = 32,
    STATS_PERF = 64,
    STATS_IOTHREAD = 128,
    STATS_MEMORY = 256,
    STATS_DIRTY_RATE = 512,
    STATS_VM = 1024,
    STATS_ALL = 2047
};

/* One guest, and the numbers of its questions; DOMSTATS_NOT_ASKED: it was not. */
enum { DOMSTATS_NOT_ASKED = SIZE_MAX };
typedef struct {
    const VmView *view;
    size_t balloon;
    size_t blocks;
    size_t nodes;
    size_t sizes; /* of the files of a guest that is off */
    size_t iothreads;
    size_t dirty_rate;
    size_t kvm_vcpus; /* of a guest that KVM runs */
    size_t kvm_vm;
    size_t kvm_schemas;
    size_t cpus;
} DomStatsItem;

/* What one guest's figures are made of. */
typedef struct {
    const Driver *driver;
    const Query *query;
    const DomStatsItem *item;
    const DomainDef *def;
    gboolean with_backing;
    int process;         /* folder in /proc; -1: it does not run */
    const char *traffic; /* sample_traffic_text() */
    Params params;
} DomStats;

/* Adds the groups of `stats` (STATS_...), in the order in which they are told. On a worker. */
void domstats_fill(DomStats *stats, uint32_t groups);
/* The group "block". */
void domstats_fill_blocks(DomStats *stats);
/* The answer to a question of the guest; NULL: none. */
const Json *domstats_reply(const DomStats *stats, size_t number);
