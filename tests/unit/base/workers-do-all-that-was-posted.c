/*
 * The reader pool: everything posted is done, by no more threads than were asked for.
 */
#include <stdatomic.h>

#include "common/base/thread.h"
#include "common/base/worker.h"

enum { WORK = 5000, THREADS = 3 };

typedef struct {
    atomic_uint done;
    atomic_uint inside;
    atomic_uint most;
} Count;

static void
work(void *data)
{
    Count *count = data;
    g_assert_cmpint(thread_get_role(), ==, THREAD_WORKER);
    unsigned inside = atomic_fetch_add(&count->inside, 1) + 1;
    unsigned most = atomic_load(&count->most);
    while (inside > most && !atomic_compare_exchange_weak(&count->most, &most, inside)) {
    }
    atomic_fetch_add(&count->done, 1);
    atomic_fetch_sub(&count->inside, 1);
}

static void
test_all_done(void)
{
    Count count = {0};
    WorkerPool *pool = worker_pool_new(THREADS);
    g_assert_cmpuint(worker_pool_get_stats(pool).threads, ==, 0);
    for (int i = 0; i < WORK; i++)
        worker_post(pool, work, &count);
    g_assert_cmpuint(worker_pool_get_stats(pool).threads, <=, THREADS);
    worker_pool_free(pool);
    g_assert_cmpuint(count.done, ==, WORK);
    g_assert_cmpuint(count.most, <=, THREADS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worker/all-done", test_all_done);
    return g_test_run();
}
