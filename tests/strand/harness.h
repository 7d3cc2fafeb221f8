/*
 * harness — the example's daemon on the seeded scheduler, with clients that call at random.
 */
#pragma once

#include "common/base/strand_sched.h"
#include "tests/strand/example.h"

enum { HARNESS_CALLS = 24, HUNG = -1 };

typedef struct {
    StrandSched *sched;
    World *world;
    Disk own_disk;
    Disk *disk;
    Call own_calls[HARNESS_CALLS];
    Call *calls;
    unsigned n_calls;
    /* What the peer does; the name of the machine that hangs, "" for none. */
    const char *hung;
    int64_t delay_max_ms;
    unsigned events;
    unsigned replies;
    unsigned marks[STRAND_REPLIED + 1]; /* what steps recorded */
    bool crash_is_planned;              /* no checks while it runs */
} Harness;

/* A daemon on `disk` and a place for `calls`; both NULL: the harness's own. */
void harness_open(Harness *harness, uint64_t seed, Disk *disk, Call *calls);
/* Runs to the end, fails the test on a deadlock. */
void harness_run(Harness *harness);
/* Each call was answered once; table, disk and claims agree. */
void harness_check(Harness *harness);
void harness_close(Harness *harness);
/* An actor that sends this call. */
void harness_call(Harness *harness, Call call);
/* `n` calls of any kind about three machines, from as many actors. */
void harness_call_at_random(Harness *harness, unsigned n);
