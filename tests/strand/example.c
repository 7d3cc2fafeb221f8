/*
 * example — see example.h.
 */
#include "tests/strand/example.h"

#include <string.h>

typedef struct PendingRequest PendingRequest;
struct PendingRequest {
    PendingRequest *next;
    Future *future;
};

struct World {
    WorldSetup setup;
    ObjTable *table;
    Registry *ports;
    LeafLock lock; /* guards `held` and the disk */
    PendingRequest *held;
};

typedef struct {
    World *world;
    Strand *strand; /* borrowed: the entry's */
    DiskRecord *record;
    MachineView now; /* the state; views are copies of it */
} Machine;

/* What a step works on. */
typedef struct {
    World *world;
    Call *call;
    ObjRef *ref;
    Reservation *reservation;
    bool replied;
} Task;

static void
machine_free(void *data)
{
    g_free(data);
}

static const ObjViewOps machine_ops = {
    .view = {view_ref, view_unref},
    .domain = VIRT_FROM_QEMU,
    .noun = "machine",
    .object_free = machine_free,
};

static Machine *
machine_new(World *world, Strand *strand)
{
    Machine *machine = g_new0(Machine, 1);
    machine->world = world;
    machine->strand = strand;
    return machine;
}

static const MachineView *
machine_next_view(Machine *machine)
{
    ON_STRAND(machine);
    machine->now.serial++;
    MachineView *view = view_new(sizeof(*view), NULL);
    *view = machine->now;
    return view_seal(view);
}

static void
disk_write(Machine *machine, const DiskRecord *record)
{
    /* A crash may come before the write and after it, not within: rename(2). */
    thread_yield_point();
    leaf_lock(&machine->world->lock);
    *machine->record = *record;
    leaf_unlock(&machine->world->lock);
    thread_yield_point();
}

static DiskRecord
machine_record(const Machine *machine)
{
    DiskRecord record = {.used = true,
                         .running = machine->now.state == MACHINE_RUNNING,
                         .memory = machine->now.memory,
                         .port = machine->now.port};
    memcpy(record.name, machine->now.name, NAME_BYTES);
    memcpy(record.uuid, machine->now.uuid, OBJ_UUID_BYTES);
    return record;
}

/* A record that nobody uses; claimed by its uuid. NULL: the disk is full. */
static DiskRecord *
disk_claim(World *world, const uint8_t *uuid)
{
    static const uint8_t none[OBJ_UUID_BYTES];
    DiskRecord *found = NULL;
    leaf_lock(&world->lock);
    for (int i = 0; i < DISK_RECORDS && found == NULL; i++) {
        DiskRecord *record = &world->setup.disk->records[i];
        if (memcmp(record->uuid, none, OBJ_UUID_BYTES) == 0)
            found = record;
    }
    if (found != NULL)
        memcpy(found->uuid, uuid, OBJ_UUID_BYTES);
    leaf_unlock(&world->lock);
    return found;
}

static void
disk_drop(World *world, DiskRecord *record)
{
    thread_yield_point();
    leaf_lock(&world->lock);
    *record = (DiskRecord){0};
    leaf_unlock(&world->lock);
    thread_yield_point();
}

static void
emit(Machine *machine, EventKind kind)
{
    World *world = machine->world;
    Event event = {.kind = kind, .serial = machine->now.serial};
    memcpy(event.name, machine->now.name, NAME_BYTES);
    memcpy(event.uuid, machine->now.uuid, OBJ_UUID_BYTES);
    thread_yield_point();
    strand_mark(STRAND_EVENT);
    if (world->setup.on_event != NULL)
        world->setup.on_event(world->setup.data, world, &event);
}

static void
call_reply(World *world, Call *call, const GError *error)
{
    thread_yield_point();
    strand_mark(STRAND_REPLIED);
    atomic_store(&call->code, error != NULL ? (int)virt_error_get_code(error) : VIRT_ERR_OK);
    atomic_fetch_add(&call->replies, 1);
    if (world->setup.on_reply != NULL)
        world->setup.on_reply(world->setup.data, world, call);
}

/* Takes the error. */
static void
task_reply(Task *task, GError *error)
{
    g_assert_false(task->replied);
    task->replied = true;
    call_reply(task->world, task->call, error);
    g_clear_error(&error);
}

static void
task_fail(Task *task, VirtErrorCode code)
{
    GError *error = NULL;
    virt_error_set_plain(&error, VIRT_FROM_QEMU, code);
    task_reply(task, error);
}

/* Runs on the strand after the step, or instead of it when the machine is gone. */
static void
task_free(void *data)
{
    Task *task = data;
    if (!task->replied)
        task_fail(task, VIRT_ERR_NO_DOMAIN);
    obj_ref_unref(task->ref);
    g_free(task);
}

static void
request_answer(void *data)
{
    future_complete(data, NULL, NULL);
    future_unref(data);
}

static Future *
peer_request(Machine *machine, const char *what)
{
    World *world = machine->world;
    Future *future = future_new(what);
    int64_t delay_ms = world->setup.peer_delay_ms(world->setup.data, machine->now.name);
    if (delay_ms >= 0) {
        world->setup.after(world->setup.clock, delay_ms * 1000, request_answer, future_ref(future));
        return future;
    }
    PendingRequest *request = g_new(PendingRequest, 1);
    leaf_lock(&world->lock);
    *request = (PendingRequest){world->held, future_ref(future)};
    world->held = request;
    leaf_unlock(&world->lock);
    return future;
}

void
world_release_peer(World *world)
{
    ON_IO;
    leaf_lock(&world->lock);
    PendingRequest *held = g_steal_pointer(&world->held);
    leaf_unlock(&world->lock);
    while (held != NULL) {
        PendingRequest *next = held->next;
        request_answer(held->future);
        g_free(held);
        held = next;
    }
}

static void
step_recovered(void *data)
{
    Machine *machine = obj_ref_object(data);
    ON_STRAND(machine);
    strand_mark(STRAND_CHANGED);
    machine->now.unresponsive = false;
    slot_publish(obj_ref_slot(data), machine_next_view(machine));
}

/* An answer after its deadline: the peer lives again. */
static void
late_answer(Future *future, void *data)
{
    ObjRef *ref = data;
    strand_post(obj_ref_strand(ref), step_recovered, ref, (GDestroyNotify)obj_ref_unref);
}

/* Asks the peer; a timeout marks the machine in its view. */
static gboolean
machine_ask(Machine *machine, Task *task, const char *what, GError **error)
{
    ON_STRAND(machine);
    g_autoptr(Future) future = peer_request(machine, what);
    if (strand_wait(future, strand_deadline_in_ms(PEER_DEADLINE_MS), NULL, error))
        return TRUE;
    strand_mark(STRAND_CHANGED);
    machine->now.unresponsive = true;
    slot_publish(obj_ref_slot(task->ref), machine_next_view(machine));
    future_notify(future, late_answer, obj_ref_ref(task->ref));
    return FALSE;
}

/* The machine of a step whose turn has come; NULL when the call was answered. */
static Machine *
task_machine(Task *task)
{
    if (!obj_ref_is_current(task->ref)) {
        task_fail(task, VIRT_ERR_NO_DOMAIN); /* renamed while it waited */
        return NULL;
    }
    Machine *machine = obj_ref_object(task->ref);
    if (machine->now.unresponsive) {
        task_fail(task, VIRT_ERR_OPERATION_FAILED); /* at once, not after a deadline each */
        return NULL;
    }
    return machine;
}

static void
step_create(void *data)
{
    Task *task = data;
    Call *call = task->call;
    DiskRecord *record = call->memory >= 0 ? disk_claim(task->world, call->uuid) : NULL;
    if (record == NULL) {
        reservation_abort(task->reservation);
        task_fail(task, VIRT_ERR_INVALID_ARG);
        return;
    }
    Machine *machine = machine_new(task->world, obj_ref_strand(task->ref));
    machine->record = record;
    machine->now.memory = call->memory;
    memcpy(machine->now.name, call->name, NAME_BYTES);
    memcpy(machine->now.uuid, call->uuid, OBJ_UUID_BYTES);
    reservation_set_object(task->reservation, machine);
    strand_mark(STRAND_CHANGED);
    DiskRecord content = machine_record(machine);
    disk_write(machine, &content);
    reservation_commit(task->reservation, machine_next_view(machine));
    emit(machine, EVENT_DEFINED);
    task_reply(task, NULL);
}

static void
step_define(void *data)
{
    Task *task = data;
    Machine *machine = task_machine(task);
    if (machine == NULL)
        return;
    if (task->call->memory < 0) {
        task_fail(task, VIRT_ERR_INVALID_ARG);
        return;
    }
    strand_mark(STRAND_CHANGED);
    machine->now.memory = task->call->memory;
    DiskRecord content = machine_record(machine);
    disk_write(machine, &content);
    slot_publish(obj_ref_slot(task->ref), machine_next_view(machine));
    emit(machine, EVENT_DEFINED);
    task_reply(task, NULL);
}

static void
start_undo(Machine *machine, const char *owner)
{
    DiskRecord content = machine_record(machine);
    disk_write(machine, &content);
    g_assert_cmpuint(registry_release_all(machine->world->ports, owner), ==, 1);
}

static void
step_start(void *data)
{
    Task *task = data;
    GError *error = NULL;
    Machine *machine = task_machine(task);
    if (machine == NULL)
        return;
    if (machine->now.state == MACHINE_RUNNING) {
        task_fail(task, VIRT_ERR_OPERATION_INVALID);
        return;
    }
    uint32_t port;
    const uint32_t range[] = {PORT_MIN, PORT_MAX};
    if (!registry_claim_number(machine->world->ports, "port", range, machine->now.name, &port,
                               &error)) {
        task_reply(task, error);
        return;
    }
    DiskRecord intent = machine_record(machine);
    intent.starting = true;
    intent.port = port;
    disk_write(machine, &intent);
    if (!machine_ask(machine, task, "the start", &error)) {
        start_undo(machine, machine->now.name);
        task_reply(task, error);
        return;
    }
    strand_mark(STRAND_CHANGED);
    machine->now.state = MACHINE_RUNNING;
    machine->now.port = port;
    DiskRecord content = machine_record(machine);
    disk_write(machine, &content);
    slot_publish(obj_ref_slot(task->ref), machine_next_view(machine));
    obj_table_set_id(machine->world->table, task->ref, (int32_t)port);
    emit(machine, EVENT_STARTED);
    task_reply(task, NULL);
}

static void
step_stop(void *data)
{
    Task *task = data;
    GError *error = NULL;
    Machine *machine = task_machine(task);
    if (machine == NULL)
        return;
    if (machine->now.state == MACHINE_OFF) {
        task_fail(task, VIRT_ERR_OPERATION_INVALID);
        return;
    }
    if (!machine_ask(machine, task, "the stop", &error)) {
        task_reply(task, error);
        return;
    }
    strand_mark(STRAND_CHANGED);
    machine->now.state = MACHINE_OFF;
    machine->now.port = 0;
    DiskRecord content = machine_record(machine);
    disk_write(machine, &content);
    slot_publish(obj_ref_slot(task->ref), machine_next_view(machine));
    obj_table_set_id(machine->world->table, task->ref, -1);
    registry_release_all(machine->world->ports, machine->now.name);
    emit(machine, EVENT_STOPPED);
    task_reply(task, NULL);
}

static void
step_rename(void *data)
{
    Task *task = data;
    GError *error = NULL;
    Machine *machine = task_machine(task);
    if (machine == NULL)
        return;
    if (machine->now.state == MACHINE_RUNNING) {
        task_fail(task, VIRT_ERR_OPERATION_INVALID);
        return;
    }
    Reservation *claim;
    if (!obj_table_rename(machine->world->table, task->ref, task->call->new_name, &claim, &error)) {
        task_reply(task, error);
        return;
    }
    strand_mark(STRAND_CHANGED);
    memcpy(machine->now.name, task->call->new_name, NAME_BYTES);
    DiskRecord content = machine_record(machine);
    disk_write(machine, &content);
    reservation_commit(claim, machine_next_view(machine));
    emit(machine, EVENT_RENAMED);
    task_reply(task, NULL);
}

static void
step_undefine(void *data)
{
    Task *task = data;
    Machine *machine = task_machine(task);
    if (machine == NULL)
        return;
    if (machine->now.state == MACHINE_RUNNING) {
        task_fail(task, VIRT_ERR_OPERATION_INVALID);
        return;
    }
    disk_drop(machine->world, machine->record);
    obj_table_hide(machine->world->table, task->ref);
    emit(machine, EVENT_UNDEFINED);
    obj_table_remove(machine->world->table, task->ref);
    task_reply(task, NULL);
}

static const StrandFn steps[] = {
    [CALL_DEFINE] = step_define, [CALL_START] = step_start,       [CALL_STOP] = step_stop,
    [CALL_RENAME] = step_rename, [CALL_UNDEFINE] = step_undefine,
};

static void
call_define(World *world, Call *call)
{
    g_autoptr(GError) error = NULL;
    Reservation *reservation = NULL;
    ObjRef *existing = NULL;
    if (!obj_table_reserve(world->table, call->name, call->uuid, &reservation, &existing, &error)) {
        call_reply(world, call, error);
        return;
    }
    Task *task = g_new0(Task, 1);
    *task = (Task){.world = world, .call = call, .ref = existing, .reservation = reservation};
    if (reservation != NULL)
        task->ref = obj_ref_ref(reservation_ref(reservation));
    if (reservation != NULL)
        reservation_post(reservation, step_create, task, task_free);
    else
        strand_post(obj_ref_strand(task->ref), step_define, task, task_free);
}

void
world_call(World *world, Call *call)
{
    ANY_THREAD;
    if (call->kind == CALL_DEFINE) {
        call_define(world, call);
        return;
    }
    ObjRef *ref = obj_table_find_name(world->table, call->name);
    if (ref == NULL) {
        g_autoptr(GError) error = NULL;
        virt_error_set_plain(&error, VIRT_FROM_QEMU, VIRT_ERR_NO_DOMAIN);
        call_reply(world, call, error);
        return;
    }
    Task *task = g_new0(Task, 1);
    *task = (Task){.world = world, .call = call, .ref = ref};
    strand_post(obj_ref_strand(ref), steps[call->kind], task, task_free);
}

typedef struct {
    World *world;
    DiskRecord *record;
    Reservation *reservation;
} Found;

/* What the disk says becomes a machine again; a start that was cut off is undone. */
static void
step_found(void *data)
{
    g_autofree Found *found = data;
    DiskRecord *record = found->record;
    Machine *machine = machine_new(found->world, strand_current());
    machine->record = record;
    machine->now.memory = record->memory;
    machine->now.state = record->running ? MACHINE_RUNNING : MACHINE_OFF;
    machine->now.port = record->running ? record->port : 0;
    memcpy(machine->now.name, record->name, NAME_BYTES);
    memcpy(machine->now.uuid, record->uuid, OBJ_UUID_BYTES);
    if (record->running) {
        g_autofree char *key = g_strdup_printf("port:%u", record->port);
        g_assert_true(registry_claim(found->world->ports, key, record->name, NULL));
    }
    strand_mark(STRAND_CHANGED);
    DiskRecord content = machine_record(machine);
    disk_write(machine, &content);
    reservation_set_object(found->reservation, machine);
    reservation_commit(found->reservation, machine_next_view(machine));
}

static void
world_load(World *world)
{
    for (int i = 0; i < DISK_RECORDS; i++) {
        DiskRecord *record = &world->setup.disk->records[i];
        if (!record->used) {
            *record = (DiskRecord){0}; /* claimed and never written */
            continue;
        }
        Found *found = g_new0(Found, 1);
        *found = (Found){world, record};
        g_assert_true(obj_table_reserve(world->table, record->name, record->uuid,
                                        &found->reservation, NULL, NULL));
        reservation_post(found->reservation, step_found, found, NULL);
    }
}

World *
world_new(const WorldSetup *setup)
{
    World *world = g_new0(World, 1);
    world->setup = *setup;
    world->table = obj_table_new(setup->pool, &machine_ops);
    world->ports = registry_new(VIRT_FROM_QEMU);
    leaf_init(&world->lock);
    world_load(world);
    return world;
}

void
world_free(World *world)
{
    world_release_peer(world);
    obj_table_free(world->table);
    registry_free(world->ports);
    leaf_clear(&world->lock);
    g_free(world);
}

const MachineView *
world_view(World *world, const char *name)
{
    g_autoptr(ObjRef) ref = obj_table_find_name(world->table, name);
    return ref != NULL ? obj_ref_view(ref) : NULL;
}

ObjTable *
world_table(World *world)
{
    return world->table;
}

Registry *
world_registry(World *world)
{
    return world->ports;
}

Call
call_make(CallKind kind, const char *name, uint8_t number)
{
    Call call = {.kind = kind, .memory = 1};
    g_strlcpy(call.name, name, NAME_BYTES);
    call.uuid[0] = number;
    return call;
}
