/*
 * A step that blocks, in strand_wait() or where nobody sees it, holds up no other strand; idle
 * threads leave; there are never more threads than strands and a constant.
 */
#include <stdatomic.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/strand.h"

enum { MANY = 200, UNSEEN = 12 };

typedef struct {
    Future *gate;
    int pipe_fd;
    atomic_uint done;
    LeafLock lock;
    pthread_cond_t changed;
    unsigned passed; /* steps of the strand that is not blocked */
} Site;

static void
site_open(Site *site)
{
    *site = (Site){.gate = future_new("the gate")};
    leaf_init(&site->lock);
    leaf_cond_init(&site->changed);
}

static void
site_close(Site *site)
{
    future_unref(site->gate);
    pthread_cond_destroy(&site->changed);
    leaf_clear(&site->lock);
}

static void
wait_at_gate(void *data)
{
    Site *site = data;
    g_assert_true(strand_wait(site->gate, strand_deadline_in_ms(60000), NULL, NULL));
    atomic_fetch_add(&site->done, 1);
}

static void
block_unseen(void *data)
{
    Site *site = data;
    char byte;
    g_assert_cmpint(read(site->pipe_fd, &byte, 1), ==, 1); /* as on a dead file system */
    atomic_fetch_add(&site->done, 1);
}

static void
pass(void *data)
{
    Site *site = data;
    leaf_lock(&site->lock);
    site->passed++;
    pthread_cond_signal(&site->changed);
    leaf_unlock(&site->lock);
}

/* A step on a strand of its own gets through. */
static void
must_pass(StrandPool *pool, Site *site)
{
    g_autoptr(Strand) strand = strand_new(pool, "free");
    unsigned before = site->passed;
    strand_post(strand, pass, site, NULL);
    leaf_lock(&site->lock);
    while (site->passed == before)
        g_assert_true(
            leaf_cond_wait(&site->changed, &site->lock, thread_now_us() + 60 * G_USEC_PER_SEC));
    leaf_unlock(&site->lock);
}

static void
post_to_many(StrandPool *pool, unsigned n, StrandFn fn, Site *site)
{
    for (unsigned i = 0; i < n; i++) {
        g_autoptr(Strand) strand = strand_new(pool, "blocked");
        strand_post(strand, fn, site, NULL);
    }
}

static void
test_waits(void)
{
    const StrandPoolOptions options = {.active = 2};
    StrandPool *pool = strand_pool_new(&options);
    Site site;
    site_open(&site);
    post_to_many(pool, MANY, wait_at_gate, &site);
    must_pass(pool, &site);
    StrandPoolStats stats = strand_pool_get_stats(pool);
    g_assert_cmpuint(stats.peak, >=, MANY);
    g_assert_cmpuint(stats.peak, <=,
                     MANY + 1 + 8); /* a thread for each strand, and the spare ones */
    future_complete(site.gate, NULL, NULL);
    strand_pool_free(pool);
    g_assert_cmpuint(site.done, ==, MANY);
    site_close(&site);
}

static void
test_unseen(void)
{
    const StrandPoolOptions options = {.active = 2, .stall_ms = 1};
    StrandPool *pool = strand_pool_new(&options);
    Site site;
    site_open(&site);
    int fds[2];
    g_assert_true(fd_pipe(fds, NULL));
    site.pipe_fd = fds[0];
    post_to_many(pool, UNSEEN, block_unseen, &site);
    must_pass(pool, &site);
    char bytes[UNSEEN] = {0};
    g_assert_true(fd_write_all(fds[1], bytes, UNSEEN, NULL));
    strand_pool_free(pool);
    g_assert_cmpuint(site.done, ==, UNSEEN);
    fd_close(fds[0]);
    fd_close(fds[1]);
    site_close(&site);
}

static void
test_idle_threads_leave(void)
{
    const StrandPoolOptions options = {.idle_ms = 1};
    StrandPool *pool = strand_pool_new(&options);
    Site site;
    site_open(&site);
    must_pass(pool, &site);
    int64_t give_up_us = thread_now_us() + 60 * G_USEC_PER_SEC;
    while (strand_pool_get_stats(pool).threads > 0 && thread_now_us() < give_up_us)
        sched_yield(); /* there is no event to wait for: leaving is silent */
    g_assert_cmpuint(strand_pool_get_stats(pool).threads, ==, 0);
    must_pass(pool, &site); /* and come back */
    strand_pool_free(pool);
    site_close(&site);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pool/waits", test_waits);
    g_test_add_func("/pool/unseen", test_unseen);
    g_test_add_func("/pool/idle-threads-leave", test_idle_threads_leave);
    return g_test_run();
}
