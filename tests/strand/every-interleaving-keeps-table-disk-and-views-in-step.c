/*
 * Clients call at random, readers look all the while. At each event its change can be read (the
 * harness looks), views only get newer, and at the end every call was answered once and the table,
 * the disk and the claims say the same. The order of publication, event and reply is asserted
 * inside.
 */
#include <string.h>

#include "tests/strand/harness.h"

enum { SEEDS = 500, LOOKS = 8 };

typedef struct {
    Harness *harness;
    uint64_t generation;
    uint64_t serial;
    unsigned looks;
} Reader;

static void
look_up(Reader *reader)
{
    const uint8_t uuid[OBJ_UUID_BYTES] = {2};
    g_autoptr(ObjRef) ref = obj_table_find_uuid(world_table(reader->harness->world), uuid);
    if (ref == NULL)
        return;
    g_assert_cmpuint(obj_ref_generation(ref), >=, reader->generation);
    const MachineView *view = obj_ref_view(ref);
    if (obj_ref_generation(ref) == reader->generation)
        g_assert_cmpuint(view->serial, >=, reader->serial);
    reader->generation = obj_ref_generation(ref);
    reader->serial = view->serial;
    view_unref(view);
}

static void
look_at_list(Reader *reader)
{
    g_autoptr(GPtrArray) views = obj_table_snapshot(world_table(reader->harness->world));
    unsigned seen = 0;
    for (guint i = 0; i < views->len; i++) {
        const MachineView *view = g_ptr_array_index(views, i);
        g_assert_cmpuint(view->serial, >, 0);
        g_assert_cmpuint(seen & 1u << view->uuid[0], ==, 0); /* each machine once */
        seen |= 1u << view->uuid[0];
    }
}

static void
reader_run(void *data)
{
    Reader *reader = data;
    for (int i = 0; i < LOOKS; i++) {
        look_up(reader);
        look_at_list(reader);
        reader->looks++;
    }
}

static void
test_seeds(void)
{
    unsigned events = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        Harness harness;
        harness_open(&harness, seed, NULL, NULL);
        harness.delay_max_ms = PEER_DEADLINE_MS + 500; /* some answers come late */
        harness_call_at_random(&harness, 18);
        WorkerPool *workers = strand_sched_worker_pool(harness.sched);
        Reader readers[2] = {{&harness}, {&harness}};
        worker_post(workers, reader_run, &readers[0]);
        strand_sched_spawn(harness.sched, THREAD_IO, reader_run, &readers[1]);
        harness_run(&harness);
        harness_check(&harness);
        g_assert_cmpuint(readers[0].looks + readers[1].looks, ==, 2 * LOOKS);
        g_assert_cmpuint(harness.replies, ==, 18);
        g_assert_cmpuint(harness.marks[STRAND_EVENT], ==, harness.events);
        g_assert_cmpuint(harness.marks[STRAND_PUBLISHED], >=, harness.marks[STRAND_CHANGED]);
        events += harness.events;
        worker_pool_free(workers);
        harness_close(&harness);
    }
    g_assert_cmpuint(events, >, SEEDS); /* the calls were not all refused */
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/example/seeds", test_seeds);
    return g_test_run();
}
