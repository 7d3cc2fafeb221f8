/*
 * The same daemon on a pool of threads and a real loop: clients and readers at once, everything is
 * answered and agrees at the end. Its worth is what ThreadSanitizer says about it.
 */
#include <string.h>

#include "common/base/loop.h"
#include "tests/strand/example.h"

enum { CLIENTS = 4, CALLS = 60, READERS = 2 };

typedef struct {
    Loop *loop;
    World *world;
    Disk disk;
    atomic_uint replies;
    atomic_uint events;
    atomic_bool stop;
    Call calls[CLIENTS][CALLS];
} Live;

/* --- the clock: a timer of the loop for each delay --- */

typedef struct {
    Loop *loop;
    LoopTimer *timer;
    int64_t due_us;
    void (*fn)(void *data);
    void *data;
} Delay;

static void
delay_over(void *data)
{
    Delay *delay = data;
    loop_timer_remove(delay->timer);
    delay->fn(delay->data);
    g_free(delay);
}

static void
delay_start(void *data)
{
    Delay *delay = data;
    delay->timer = loop_add_timer(delay->loop, delay_over, delay);
    loop_timer_set(delay->timer, delay->due_us);
}

static void
loop_after(void *clock, int64_t delay_us, void (*fn)(void *data), void *data)
{
    Delay *delay = g_new0(Delay, 1);
    *delay = (Delay){clock, NULL, thread_now_us() + delay_us, fn, data};
    loop_post(clock, delay_start, delay);
}

/* --- the world's questions --- */

static int64_t
peer_delay_ms(void *data, const char *machine)
{
    return machine[0] == 'a' ? 0 : 1;
}

static void
count_event(void *data, World *world, const Event *event)
{
    atomic_fetch_add(&((Live *)data)->events, 1);
    const MachineView *view = world_view(world, event->name);
    g_assert_true(view == NULL || memcmp(view->uuid, event->uuid, OBJ_UUID_BYTES) != 0 ||
                  view->serial >= event->serial);
    view_unref(view);
}

static void
quit(void *data)
{
    loop_quit(data);
}

static void
count_reply(void *data, World *world, Call *call)
{
    Live *live = data;
    if (atomic_fetch_add(&live->replies, 1) + 1 == CLIENTS * CALLS)
        loop_post(live->loop, quit, live->loop);
}

/* --- threads --- */

typedef struct {
    Live *live;
    int number;
} Client;

static void *
client_thread(void *data)
{
    Client *client = data;
    static const char *const names[] = {"ant", "bee", "cat", "dog"};
    static const CallKind kinds[] = {CALL_DEFINE, CALL_START,  CALL_DEFINE,
                                     CALL_STOP,   CALL_RENAME, CALL_UNDEFINE};
    GRand *random = g_rand_new_with_seed((guint32)client->number + 1);
    for (int i = 0; i < CALLS; i++) {
        int who = g_rand_int_range(random, 0, G_N_ELEMENTS(names));
        Call *call = &client->live->calls[client->number][i];
        *call = call_make(kinds[g_rand_int_range(random, 0, G_N_ELEMENTS(kinds))], names[who],
                          (uint8_t)(who + 1));
        g_strlcpy(call->new_name, names[g_rand_int_range(random, 0, G_N_ELEMENTS(names))],
                  NAME_BYTES);
        world_call(client->live->world, call);
    }
    g_rand_free(random);
    return NULL;
}

static void *
reader_thread(void *data)
{
    Live *live = data;
    while (!atomic_load(&live->stop)) {
        g_autoptr(GPtrArray) views = obj_table_snapshot(world_table(live->world));
        for (guint i = 0; i < views->len; i++) {
            const MachineView *view = g_ptr_array_index(views, i);
            g_assert_cmpuint(view->serial, >, 0);
        }
    }
    return NULL;
}

static void
check_end(Live *live)
{
    unsigned used = 0;
    for (int i = 0; i < CLIENTS * CALLS; i++)
        g_assert_cmpuint(live->calls[i / CALLS][i % CALLS].replies, ==, 1);
    for (int i = 0; i < DISK_RECORDS; i++) {
        const DiskRecord *record = &live->disk.records[i];
        if (!record->used)
            continue;
        used++;
        const MachineView *view = world_view(live->world, record->name);
        g_assert_nonnull(view);
        g_assert_cmpint(view->state == MACHINE_RUNNING, ==, record->running);
        view_unref(view);
    }
    g_assert_cmpuint(obj_table_count(world_table(live->world)), ==, used);
}

static void
test_live(void)
{
    g_autofree Live *live = g_new0(Live, 1);
    live->loop = loop_new(NULL);
    StrandPool *pool = strand_pool_new(NULL);
    WorldSetup setup = {.pool = pool,
                        .after = loop_after,
                        .clock = live->loop,
                        .disk = &live->disk,
                        .peer_delay_ms = peer_delay_ms,
                        .on_event = count_event,
                        .on_reply = count_reply,
                        .data = live};
    live->world = world_new(&setup);
    pthread_t clients[CLIENTS], readers[READERS];
    Client names[CLIENTS];
    for (int i = 0; i < READERS; i++)
        g_assert_cmpint(pthread_create(&readers[i], NULL, reader_thread, live), ==, 0);
    for (int i = 0; i < CLIENTS; i++) {
        names[i] = (Client){live, i};
        g_assert_cmpint(pthread_create(&clients[i], NULL, client_thread, &names[i]), ==, 0);
    }
    loop_run(live->loop);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(clients[i], NULL);
    atomic_store(&live->stop, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    check_end(live);
    g_assert_cmpuint(live->events, >, 0);
    world_free(live->world);
    strand_pool_free(pool);
    loop_free(live->loop);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/example/live", test_live);
    return g_test_run();
}
