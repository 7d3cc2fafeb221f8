/*
 * harness — see harness.h.
 */
#include "tests/strand/harness.h"

#include <string.h>

static void
sched_after(void *clock, int64_t delay_us, void (*fn)(void *data), void *data)
{
    StrandSched *sched = clock;
    strand_sched_at(sched, strand_sched_now_us(sched) + delay_us, fn, data);
}

static int64_t
peer_delay_ms(void *data, const char *machine)
{
    Harness *harness = data;
    if (harness->hung != NULL && strcmp(machine, harness->hung) == 0)
        return HUNG;
    return strand_sched_random(harness->sched, (uint32_t)harness->delay_max_ms + 1);
}

/* Whoever hears of a change can read it. */
static void
check_event(void *data, World *world, const Event *event)
{
    Harness *harness = data;
    harness->events++;
    if (harness->crash_is_planned)
        return;
    g_autoptr(ObjRef) ref = obj_table_find_uuid(world_table(world), event->uuid);
    if (event->kind == EVENT_UNDEFINED) {
        g_assert_null(
            ref); /* the strand of a successor has not had a turn: it is claimed at most */
        return;
    }
    g_assert_nonnull(ref);
    g_assert_cmpstr(obj_ref_name(ref), ==, event->name);
    const MachineView *view = obj_ref_view(ref);
    g_assert_cmpstr(view->name, ==, event->name);
    g_assert_cmpuint(view->serial, >=, event->serial);
    if (event->kind == EVENT_STARTED || event->kind == EVENT_STOPPED)
        g_assert_cmpint(view->state, ==, event->kind == EVENT_STARTED);
    view_unref(view);
}

static void
count_reply(void *data, World *world, Call *call)
{
    ((Harness *)data)->replies++;
}

static void
count_mark(void *data, Strand *strand, StrandMark mark)
{
    g_assert_true(strand_is_current(strand));
    ((Harness *)data)->marks[mark]++;
}

void
harness_open(Harness *harness, uint64_t seed, Disk *disk, Call *calls)
{
    *harness = (Harness){.sched = strand_sched_new(seed), .delay_max_ms = 1000};
    harness->disk = disk != NULL ? disk : &harness->own_disk;
    harness->calls = calls != NULL ? calls : harness->own_calls;
    strand_pool_set_recorder(strand_sched_pool(harness->sched), count_mark, harness);
    WorldSetup setup = {
        .pool = strand_sched_pool(harness->sched),
        .after = sched_after,
        .clock = harness->sched,
        .disk = harness->disk,
        .peer_delay_ms = peer_delay_ms,
        .on_event = check_event,
        .on_reply = count_reply,
        .data = harness,
    };
    harness->world = world_new(&setup);
}

void
harness_run(Harness *harness)
{
    GError *error = NULL;
    strand_sched_run(harness->sched, &error);
    g_assert_no_error(error);
}

static void
check_machine(Harness *harness, const DiskRecord *record)
{
    const MachineView *view = world_view(harness->world, record->name);
    g_assert_nonnull(view);
    g_assert_cmpmem(view->uuid, OBJ_UUID_BYTES, record->uuid, OBJ_UUID_BYTES);
    g_assert_cmpint(view->memory, ==, record->memory);
    g_assert_cmpint(view->state == MACHINE_RUNNING, ==, record->running);
    g_assert_false(record->starting);
    if (record->running) {
        g_autofree char *key = g_strdup_printf("port:%u", view->port);
        g_autofree char *owner = registry_owner(world_registry(harness->world), key);
        g_assert_cmpstr(owner, ==, record->name);
        g_autoptr(ObjRef) ref = obj_table_find_id(world_table(harness->world), (int32_t)view->port);
        g_assert_true(ref == NULL || strcmp(obj_ref_name(ref), record->name) == 0);
    }
    view_unref(view);
}

void
harness_check(Harness *harness)
{
    unsigned used = 0, running = 0, claimed = 0;
    for (unsigned i = 0; i < harness->n_calls; i++)
        g_assert_cmpuint(harness->calls[i].replies, ==, 1);
    for (int i = 0; i < DISK_RECORDS; i++) {
        const DiskRecord *record = &harness->disk->records[i];
        used += record->used ? 1 : 0;
        running += record->running ? 1 : 0;
        if (record->used)
            check_machine(harness, record);
    }
    g_assert_cmpuint(obj_table_count(world_table(harness->world)), ==, used);
    for (uint32_t port = PORT_MIN; port <= PORT_MAX; port++) {
        g_autofree char *key = g_strdup_printf("port:%u", port);
        g_autofree char *owner = registry_owner(world_registry(harness->world), key);
        claimed += owner != NULL ? 1 : 0;
    }
    g_assert_cmpuint(claimed, ==, running);
}

void
harness_close(Harness *harness)
{
    world_free(harness->world);
    harness_run(harness); /* the last references are in steps that are freed */
    strand_sched_free(harness->sched);
}

typedef struct {
    World *world;
    Call *call;
} Client;

static void
client_run(void *data)
{
    g_autofree Client *client = data;
    world_call(client->world, client->call);
}

void
harness_call(Harness *harness, Call call)
{
    g_assert_cmpuint(harness->n_calls, <, HARNESS_CALLS);
    Client *client = g_new(Client, 1);
    *client = (Client){harness->world, &harness->calls[harness->n_calls++]};
    *client->call = call;
    strand_sched_spawn(harness->sched, THREAD_IO, client_run, client);
}

void
harness_call_at_random(Harness *harness, unsigned n)
{
    static const CallKind kinds[] = {CALL_DEFINE, CALL_DEFINE, CALL_START,   CALL_START,
                                     CALL_STOP,   CALL_RENAME, CALL_UNDEFINE};
    static const char *const names[] = {"ant", "bee", "cat"};
    for (unsigned i = 0; i < n; i++) {
        uint32_t who = strand_sched_random(harness->sched, G_N_ELEMENTS(names));
        uint32_t kind = strand_sched_random(harness->sched, G_N_ELEMENTS(kinds));
        uint32_t other = strand_sched_random(harness->sched, G_N_ELEMENTS(names));
        Call call = call_make(kinds[kind], names[who], (uint8_t)(who + 1));
        call.memory = (int32_t)strand_sched_random(harness->sched, 20) - 1; /* -1: refused */
        g_strlcpy(call.new_name, names[other], NAME_BYTES);
        harness_call(harness, call);
    }
}
