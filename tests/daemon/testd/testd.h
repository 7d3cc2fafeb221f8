/*
 * testd — a daemon of example objects for tests of what is between a client and a daemon. It poses
 * as virtqemud, virtnetworkd or virtstoraged, by the name that it is started under, on their
 * sockets.
 *
 * Objects live in memory. Some arguments have a meaning of their own, see README.md. Views and
 * reports: any thread; objects: their strand.
 */
#pragma once

#include <stdatomic.h>

#include "common/base/future.h"
#include "common/daemon/connect.h"
#include "common/daemon/objects.h"
#include "common/rpc/event.h"
#include "common/spec/acl.h"

/* What happened in this process: told by testd_report(). */
typedef struct {
    atomic_uint slow_began;
    atomic_uint slow_ended;
    atomic_uint slow_cancelled;
    atomic_uint clients_gone; /* that had an autodestroy guest */
    atomic_uint streams_opened;
    atomic_uint streams_finished;
    atomic_uint streams_aborted;
} TestCounts;

typedef struct TestDelay TestDelay;

typedef struct {
    Daemon *daemon;
    DaemonObjects *kind;
    ObjTable *table; /* of guests */
    TestCounts counts;
    TestDelay *delays;   /* io thread */
    LeafLock lock;       /* guards uploads */
    GHashTable *uploads; /* volume -> what arrived */
    atomic_int next_id;
} TestWorld;

TestWorld *testd_world(const RpcCall *call);
/* Who asks and what happened so far, as lines "key=value"; in the call's arena. */
char *testd_report(RpcCall *call);
/* Blocks the step for that time, or until cancelled. FALSE: cancelled. */
gboolean testd_wait_ms(TestWorld *world, uint32_t ms, Cancel *cancel, GError **error);

/* --- streams.c; each takes the call that opens it --- */
void testd_open_console(RpcCall *call, const char *device);
/* `bytes` of the pattern in which byte n is n modulo 251, then the end or an error. */
typedef struct {
    uint64_t bytes;
    gboolean fails;
    gboolean sparse; /* every second block of 64 KiB is a hole, the last one too */
} TestDownload;
void testd_open_download(RpcCall *call, const TestDownload *download);
void testd_open_upload(RpcCall *call, const char *volume);
enum { TEST_BLOCK_BYTES = 65536 };

/* --- domain.c, others.c: one pose each --- */
extern const RemoteHandlers testd_qemu_handlers;
extern const RemoteHandlers testd_network_handlers;
extern const RemoteHandlers testd_storage_handlers;
void testd_init_domains(TestWorld *world);
void testd_init_networks(TestWorld *world);
void testd_init_pools(TestWorld *world);
