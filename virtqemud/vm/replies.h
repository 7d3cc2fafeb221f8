/*
 * replies — figures in QEMU's answers: query-blockstats, query-named-block-nodes, query-block,
 * query-iothreads, the balloon's guest-stats.
 *
 * QEMU is not trusted: what is absent, of another kind or out of range is left out or refused,
 * never assumed. Pure; any thread. https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html
 */
#pragma once

#include "virtqemud/qmp/json.h"

/* A device's counters since QEMU was started. */
typedef struct {
    int64_t rd_operations, rd_bytes, rd_total_ns;
    int64_t wr_operations, wr_bytes, wr_total_ns;
    int64_t flush_operations, flush_total_ns;
} BlockCounters;

/* The entry of `alias` in the answer to query-blockstats; NULL: there is none. Borrowed. */
const Json *replies_find_device(const Json *blockstats, const char *alias);
/* FALSE: the entry has no such figures. */
gboolean replies_block_counters(const Json *entry, BlockCounters *ret_counters);

/* One image of a chain. */
typedef struct {
    uint32_t index;      /* of its node libvirt-INDEX-format; 0: not one of ours */
    uint64_t allocation; /* highest byte written since QEMU was started */
    uint64_t capacity;   /* as the guest sees it */
    uint64_t stored;     /* of the file system */
    uint64_t physical;   /* of the file */
    gboolean has_image;  /* capacity and below are known */
} BlockImage;

/* The images of an entry from the top down, as BlockImage. `nodes` is the answer to
 * query-named-block-nodes, NULL: not known. The caller unrefs. */
GArray *replies_block_images(const Json *entry, const Json *nodes);

/* What a disk's writes end in, as virDomainDiskErrorCode. */
typedef enum { BLOCK_ERROR_NONE, BLOCK_ERROR_UNSPECIFIED, BLOCK_ERROR_NO_SPACE } BlockError;
/* Of the entry of `alias` in the answer to query-block; NONE when there is no such entry. */
BlockError replies_block_error(const Json *blocks, const char *alias);

/* One figure of the guest's balloon driver. */
typedef struct {
    const char *member;   /* of guest-stats/stats */
    const char *name;     /* in statistics of domains */
    int32_t tag;          /* virDomainMemoryStatTags */
    gboolean is_in_bytes; /* and told in KiB */
} BalloonRow;
enum { BALLOON_ROWS = 10, BALLOON_BEFORE_UPDATE = 7 };
/* In the order in which they are told; "last update" stands behind BALLOON_BEFORE_UPDATE of them.
 */
extern const BalloonRow replies_balloon_rows[BALLOON_ROWS];
/* FALSE: the guest has not told it. */
gboolean replies_balloon_value(const Json *guest_stats, const BalloonRow *row, uint64_t *ret_value);
/* Seconds since 1970 when it was told; FALSE: the answer is none. */
gboolean replies_balloon_updated(const Json *guest_stats, uint64_t *ret_time_s);

/* An I/O thread's polling. */
typedef struct {
    uint32_t id;
    int64_t poll_max_ns, poll_grow, poll_shrink;
} IoThreadPolling;
/* The threads that have ids of ours, as IoThreadPolling by id. The caller unrefs. */
GArray *replies_iothreads(const Json *iothreads);

/* The measurement of how fast the guest writes to its memory. */
typedef struct {
    int32_t status; /* virDomainDirtyRateStatus */
    int64_t start_s;
    int32_t period_s;
    const char *mode;       /* borrowed */
    int64_t mib_per_second; /* once measured */
    gboolean has_rate;
} DirtyRate;
/* Of the answer to query-dirty-rate; FALSE: it is none. */
gboolean replies_dirty_rate(const Json *reply, DirtyRate *ret_rate);
