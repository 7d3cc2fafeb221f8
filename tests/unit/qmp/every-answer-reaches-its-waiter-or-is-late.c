/*
 * Strands ask a QEMU that answers at any time or never, give up at deadlines and by cancel, and the
 * monitor may be closed under them: in every interleaving each call ends, and each answer that QEMU
 * gave was either delivered or reported as late, once.
 */
#include <string.h>

#include "common/base/strand_sched.h"
#include "virtqemud/qmp/client.h"

enum { SEEDS = 200, STRANDS = 3, CALLS = 6, DELAY_MAX_MS = 400, DEADLINE_MS = 200 };

typedef struct {
    StrandSched *sched;
    QmpClient *client;
    QmpSession *session;
    gboolean closed;
    int said;      /* answers of QEMU */
    int delivered; /* of those to waiters */
    int late;
    int left;
    int gave_up;
    int calls;
} World;

typedef struct {
    World *world;
    char *line;
} Words;

/* --- QEMU --- */

static void stir(World *world);

static void
say(void *data)
{
    Words *words = data;
    World *world = words->world;
    if (!world->closed) {
        world->said++;
        qmp_session_feed(world->session, (const uint8_t *)words->line, strlen(words->line),
                         strand_sched_now_us(world->sched));
        stir(world);
    }
    g_free(words->line);
    g_free(words);
}

static void
say_at(World *world, int64_t delay_ms, char *line)
{
    Words *words = g_new(Words, 1);
    *words = (Words){world, line};
    strand_sched_at(world->sched, strand_sched_now_us(world->sched) + delay_ms * 1000, say, words);
}

/* One command in five is never answered. */
static void
take_line(World *world, const char *line)
{
    const char *id = strstr(line, "\"id\":");
    g_assert_nonnull(id);
    if (strand_sched_random(world->sched, 5) == 0)
        return;
    say_at(world, strand_sched_random(world->sched, DELAY_MAX_MS),
           g_strdup_printf("{\"return\":{},%.*s\n", (int)strcspn(id, "\n"), id));
}

static void
tick(void *data)
{
    World *world = data;
    if (world->closed)
        return;
    qmp_session_tick(world->session, strand_sched_now_us(world->sched));
    stir(world);
}

/* What the loop does for a real one: write, and arm the timer. */
static void
stir(World *world)
{
    const uint8_t *bytes;
    const FdSet *fds;
    size_t n;
    while (qmp_session_output(world->session, &bytes, &n, &fds)) {
        g_autofree char *line = g_strndup((const char *)bytes, n);
        qmp_session_sent(world->session, n, strand_sched_now_us(world->sched));
        take_line(world, line);
    }
    int64_t due_us = qmp_session_due_us(world->session);
    if (due_us != INT64_MAX)
        strand_sched_at(world->sched, due_us, tick, world);
}

/* --- the transport --- */

static void
transport_post(void *data, LoopFn fn, void *arg)
{
    strand_sched_io(((World *)data)->sched, fn, arg);
}

static int64_t
transport_now_us(void *data)
{
    return strand_sched_now_us(((World *)data)->sched);
}

static void
transport_stirred(void *data, QmpSession *session)
{
    stir(data);
}

static void
transport_ended(void *data)
{
    ((World *)data)->closed = TRUE;
}

static void
transport_free(void *data)
{
}

static const QmpTransport transport = {transport_post, transport_now_us, transport_stirred,
                                       transport_ended, transport_free};

static void
on_left(void *data, const QmpRequest *request)
{
    ((World *)data)->left++;
}

static void
on_late(void *data, const QmpRequest *request, const QmpAnswer *answer)
{
    g_assert_no_error(answer->error);
    ((World *)data)->late++;
}

static const QmpHandler handler = {.left = on_left, .late = on_late};

/* --- the callers --- */

static void
cancel_now(void *data)
{
    cancel_trigger(data, "enough");
    cancel_unref(data);
}

static void
call_step(void *data)
{
    World *world = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(QmpRequest) request = qmp_request_new(QMP_CONT, NULL);
    g_autoptr(Cancel) cancel = cancel_new();
    g_autoptr(Json) reply = NULL;
    qmp_request_set_deadline(request, DEADLINE_MS);
    if (strand_sched_random(world->sched, 2) == 0) {
        int64_t after_ms = strand_sched_random(world->sched, DEADLINE_MS);
        strand_sched_at(world->sched, strand_sched_now_us(world->sched) + after_ms * 1000,
                        cancel_now, cancel_ref(cancel));
    }
    world->calls++;
    if (qmp_call_request(world->client, request, cancel, &reply, &error)) {
        g_assert_cmpint(json_kind(reply), ==, JSON_OBJECT);
        world->delivered++;
        return;
    }
    g_assert_true(virt_error_matches(error, VIRT_ERR_OPERATION_TIMEOUT) ||
                  virt_error_matches(error, VIRT_ERR_OPERATION_ABORTED) ||
                  virt_error_matches(error, VIRT_ERR_OPERATION_FAILED));
    world->gave_up++;
}

static void
close_now(void *data)
{
    World *world = data;
    g_autoptr(GError) reason = NULL;
    virt_error_set(&reason, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED, "it has gone");
    qmp_client_close(world->client, reason);
}

static const char hello[] =
    "{\"QMP\":{\"version\":{\"qemu\":{\"micro\":0,\"minor\":2,\"major\":7},\"package\":\"\"},"
    "\"capabilities\":[]}}\n";

static void
greet(void *data)
{
    World *world = data;
    const uint8_t *bytes;
    const FdSet *fds;
    size_t n;
    int64_t now_us = strand_sched_now_us(world->sched);
    qmp_session_feed(world->session, (const uint8_t *)hello, sizeof(hello) - 1, now_us);
    g_assert_true(qmp_session_output(world->session, &bytes, &n, &fds));
    g_autofree char *line = g_strndup((const char *)bytes, n);
    qmp_session_sent(world->session, n, now_us);
    g_autofree char *answer = g_strdup_printf("{\"return\":{},%s", strstr(line, "\"id\":"));
    qmp_session_feed(world->session, (const uint8_t *)answer, strlen(answer), now_us);
    stir(world);
}

static void
run_world(uint64_t seed, gboolean closes, World *ret_world)
{
    World world = {.sched = strand_sched_new(seed)};
    world.client = qmp_client_new_on(&transport, &world, NULL, &handler, &world);
    world.session = qmp_client_session(world.client);
    Strand *strands[STRANDS];
    strand_sched_io(world.sched, greet, &world);
    for (int i = 0; i < STRANDS; i++) {
        strands[i] = strand_new(strand_sched_pool(world.sched), "guest");
        for (int k = 0; k < CALLS; k++)
            strand_post(strands[i], call_step, &world, NULL);
    }
    if (closes)
        strand_sched_at(world.sched,
                        strand_sched_now_us(world.sched) +
                            (int64_t)strand_sched_random(world.sched, 1000) * 1000,
                        close_now, &world);
    g_autoptr(GError) error = NULL;
    g_assert_true(strand_sched_run(world.sched, &error));
    g_assert_no_error(error);
    if (!closes)
        strand_sched_io(world.sched, close_now, &world);
    g_assert_true(strand_sched_run(world.sched, NULL));
    for (int i = 0; i < STRANDS; i++)
        strand_unref(strands[i]);
    qmp_client_unref(world.client);
    strand_sched_free(world.sched);
    *ret_world = world;
}

static void
test_open(void)
{
    World sum = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        World world;
        run_world(seed, FALSE, &world);
        g_assert_cmpint(world.calls, ==, STRANDS * CALLS);
        g_assert_cmpint(world.delivered + world.gave_up, ==, world.calls);
        g_assert_cmpint(world.said, ==, world.delivered + world.late);
        g_assert_cmpint(world.late, <=, world.gave_up);
        sum.delivered += world.delivered;
        sum.late += world.late;
        sum.left += world.left;
    }
    /* All of it happened. */
    g_assert_cmpint(sum.delivered, >, SEEDS);
    g_assert_cmpint(sum.late, >, SEEDS);
    g_assert_cmpint(sum.left, >, SEEDS);
}

static void
test_closed(void)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        World world;
        run_world(seed, TRUE, &world);
        g_assert_cmpint(world.delivered + world.gave_up, ==, STRANDS * CALLS);
        g_assert_cmpint(world.delivered + world.late, <=, world.said);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/interleavings/open", test_open);
    g_test_add_func("/qmp/interleavings/closed", test_closed);
    return g_test_run();
}
