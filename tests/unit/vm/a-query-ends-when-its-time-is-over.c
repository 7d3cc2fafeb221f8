/*
 * a-query-ends-when-its-time-is-over — work with files that hangs holds up nobody: the query ends
 * with what came by its deadline; as many as may hang of one guest do, and the next is refused;
 * another guest is served, and what hung is cleaned up when it comes back.
 */
#include <fcntl.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/strand.h"
#include "virtqemud/vm/driver.h"
#include "virtqemud/vm/query.h"

/* What does not hang ends long before, also while others are busy. */
enum { PATIENCE_MS = 3000 };

typedef struct {
    int hang_fd; /* it hangs until this can be read; -1: it does not */
    gint *freed;
    int result;
} Work;

static void
run_work(void *data)
{
    Work *work = data;
    char byte;
    if (work->hang_fd >= 0)
        g_assert_cmpint(TEMP_FAILURE_RETRY(read(work->hang_fd, &byte, 1)), ==, 1);
    work->result = 42;
}

static void
free_work(void *data)
{
    Work *work = data;
    g_atomic_int_inc(work->freed);
    g_free(work);
}

static const QueryWork kind = {run_work, free_work};

typedef struct {
    Driver driver;
    StrandPool *pool;
    int hang[2]; /* a pipe */
    gint freed;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(pipe2(fixture->hang, O_CLOEXEC), ==, 0);
    fixture->pool = strand_pool_new(NULL);
    fixture->driver.loop = loop_new(NULL);
    fixture->driver.claims = registry_new(VIRT_FROM_QEMU);
    fixture->driver.host = strand_new(fixture->pool, "host");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    strand_unref(fixture->driver.host);
    strand_pool_free(fixture->pool);
    registry_free(fixture->driver.claims);
    loop_free(fixture->driver.loop);
    fd_close(fixture->hang[0]);
    fd_close(fixture->hang[1]);
}

static VmView *
make_view(Fixture *fixture, const char *uuid_text)
{
    VmView *view = vm_view_new();
    view->head.name = g_strdup("guest");
    g_strlcpy(view->head.uuid_text, uuid_text, sizeof view->head.uuid_text);
    view->control = vm_control_new(&fixture->driver);
    return view;
}

typedef struct {
    gboolean ended;
    int result;
    int code;
} Outcome;

static void
on_done(Query *query, void *data)
{
    Outcome *outcome = data;
    const Work *work = query_result(query, 0);
    const GError *error = query_error(query, 0);
    outcome->ended = TRUE;
    outcome->result = work != NULL ? work->result : 0;
    outcome->code = error != NULL ? error->code : 0;
}

static void
start(Fixture *fixture, const VmView *view, int hang_fd, Outcome *outcome)
{
    Work *work = g_new0(Work, 1);
    *work = (Work){.hang_fd = hang_fd, .freed = &fixture->freed};
    Query *query = query_new(&fixture->driver, PATIENCE_MS);
    g_assert_cmpuint(query_work(query, view, &kind, work), ==, 0);
    query_run(query, on_done, outcome);
}

static void
wait_for(Fixture *fixture, const gboolean *condition)
{
    int64_t end_us = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    while (!*condition && g_get_monotonic_time() < end_us)
        loop_iterate(fixture->driver.loop, 50);
    g_assert_true(*condition);
}

static void
wait_for_freed(Fixture *fixture, gint freed)
{
    int64_t end_us = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    while (g_atomic_int_get(&fixture->freed) < freed && g_get_monotonic_time() < end_us)
        loop_iterate(fixture->driver.loop, 50);
    g_assert_cmpint(g_atomic_int_get(&fixture->freed), ==, freed);
}

static void
test_hangs(Fixture *fixture, gconstpointer data)
{
    Outcome hang[QUERY_WORKS_MAX] = {0}, refused = {0}, other = {0}, later = {0};
    VmView *view = make_view(fixture, "11111111-2222-3333-4444-555555555555");
    VmView *neighbour = make_view(fixture, "99999999-2222-3333-4444-555555555555");
    int64_t began_us = g_get_monotonic_time();
    for (size_t i = 0; i < QUERY_WORKS_MAX; i++)
        start(fixture, view, fixture->hang[0], &hang[i]);
    start(fixture, view, -1, &refused);
    start(fixture, neighbour, -1, &other);
    wait_for(fixture, &refused.ended);
    g_assert_cmpint(refused.code, ==, VIRT_ERR_RESOURCE_BUSY);
    wait_for(fixture, &other.ended);
    g_assert_cmpint(other.result, ==, 42);
    g_assert_false(hang[0].ended);
    for (size_t i = 0; i < QUERY_WORKS_MAX; i++) {
        wait_for(fixture, &hang[i].ended);
        g_assert_cmpint(hang[i].code, ==, VIRT_ERR_OPERATION_TIMEOUT);
        g_assert_cmpint(hang[i].result, ==, 0);
    }
    g_assert_cmpint(g_get_monotonic_time() - began_us, >=, PATIENCE_MS * 1000);
    g_assert_cmpint(g_atomic_int_get(&fixture->freed), ==, 2);
    /* They come back: their memory goes, and the guest can be asked again. */
    static const char bytes[QUERY_WORKS_MAX];
    g_assert_cmpint(write(fixture->hang[1], bytes, sizeof bytes), ==, sizeof bytes);
    wait_for_freed(fixture, 2 + QUERY_WORKS_MAX);
    start(fixture, view, -1, &later);
    wait_for(fixture, &later.ended);
    g_assert_cmpint(later.result, ==, 42);
    wait_for_freed(fixture, 3 + QUERY_WORKS_MAX);
    view_unref(view);
    view_unref(neighbour);
}

static void
test_off(Fixture *fixture, gconstpointer data)
{
    Outcome outcome = {0};
    VmView *view = make_view(fixture, "11111111-2222-3333-4444-555555555555");
    Query *query = query_new(&fixture->driver, 5000);
    (void)query_ask(query, view, QMP_QUERY_STATUS, NULL);
    query_run(query, on_done, &outcome);
    g_assert_false(outcome.ended); /* never inside of the call */
    wait_for(fixture, &outcome.ended);
    g_assert_cmpint(outcome.code, ==, VIRT_ERR_OPERATION_INVALID);
    view_unref(view);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/query/hangs", Fixture, NULL, set_up, test_hangs, tear_down);
    g_test_add("/query/off", Fixture, NULL, set_up, test_off, tear_down);
    return g_test_run();
}
