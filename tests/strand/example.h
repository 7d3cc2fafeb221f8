/*
 * example — a small daemon in memory: machines that are defined, started, stopped, renamed.
 *
 * It has everything that an object of a real daemon has: a strand, a published view, events,
 * claims, a reservation while it is being made, a peer that answers late or never, and a disk that
 * survives a crash. It runs on a pool of threads or on the seeded scheduler; it cannot tell.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "common/base/objtable.h"
#include "common/base/registry.h"
#include "common/base/strand.h"

enum {
    NAME_BYTES = 16,
    DISK_RECORDS = 8,
    PEER_DEADLINE_MS = 2000,
    PORT_MIN = 5900,
    PORT_MAX = 5903
};

typedef enum { MACHINE_OFF, MACHINE_RUNNING } MachineState;

/* What readers see. */
typedef struct {
    char name[NAME_BYTES];
    uint8_t uuid[OBJ_UUID_BYTES];
    uint64_t serial; /* counts the views of this machine */
    MachineState state;
    int32_t memory;
    uint32_t port;
    bool unresponsive; /* the peer did not answer */
} MachineView;

/* What survives a crash; a record is replaced as a whole. */
typedef struct {
    bool used;
    bool starting; /* written before the peer is asked */
    bool running;
    char name[NAME_BYTES];
    uint8_t uuid[OBJ_UUID_BYTES];
    int32_t memory;
    uint32_t port;
} DiskRecord;

typedef struct {
    DiskRecord records[DISK_RECORDS];
} Disk;

typedef enum {
    EVENT_DEFINED,
    EVENT_STARTED,
    EVENT_STOPPED,
    EVENT_RENAMED,
    EVENT_UNDEFINED
} EventKind;

typedef struct {
    EventKind kind;
    char name[NAME_BYTES];
    uint8_t uuid[OBJ_UUID_BYTES];
    uint64_t serial; /* of the view that shows the change */
} Event;

typedef enum { CALL_DEFINE, CALL_START, CALL_STOP, CALL_RENAME, CALL_UNDEFINE } CallKind;

/* A request and its reply; it outlives both. */
typedef struct {
    CallKind kind;
    char name[NAME_BYTES];
    char new_name[NAME_BYTES];
    uint8_t uuid[OBJ_UUID_BYTES];
    int32_t memory;
    atomic_uint replies;
    atomic_int code; /* VIRT_ERR_OK or the error's; set before `replies` */
} Call;

typedef struct World World;

/* Runs fn(data) on the io thread after `delay_us`. */
typedef void (*AfterFn)(void *clock, int64_t delay_us, void (*fn)(void *data), void *data);

typedef struct {
    StrandPool *pool;
    AfterFn after;
    void *clock;
    Disk *disk;
    /* How long the peer takes for a request, in ms; negative: until world_release_peer(). */
    int64_t (*peer_delay_ms)(void *data, const char *machine);
    void (*on_event)(void *data, World *world, const Event *event);
    void (*on_reply)(void *data, World *world, Call *call);
    void *data; /* of the three */
} WorldSetup;

/* A daemon that finds on the disk what an earlier one left. Call before the scheduler runs. */
World *world_new(const WorldSetup *setup);
/* When nothing runs any more. */
void world_free(World *world);
/* Dispatches; any thread. The reply comes once, on the strand or at once. */
void world_call(World *world, Call *call);
/* The peer answers what it has kept waiting. On the io thread. */
void world_release_peer(World *world);
/* A reference for the caller; NULL: no such machine. Any thread. */
const MachineView *world_view(World *world, const char *name);
ObjTable *world_table(World *world);
Registry *world_registry(World *world);

/* A call to put on the stack; `number` makes the uuid. */
Call call_make(CallKind kind, const char *name, uint8_t number);
