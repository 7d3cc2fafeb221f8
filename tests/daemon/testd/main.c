/*
 * main — which daemon it poses as, what it keeps, and how long it waits.
 */
#include <string.h>

#include "common/base/error.h"
#include "tests/daemon/testd/testd.h"

/* --- waiting --- */

struct TestDelay {
    TestDelay *next;
    TestWorld *world;
    Future *future;
    LoopTimer *timer;
    uint32_t ms;
};

static void
delay_end(TestDelay *delay)
{
    for (TestDelay **at = &delay->world->delays; *at != NULL; at = &(*at)->next) {
        if (*at == delay) {
            *at = delay->next;
            break;
        }
    }
    (void)future_complete(delay->future, NULL, NULL);
    future_unref(delay->future);
    loop_timer_remove(delay->timer);
    g_free(delay);
}

static void
on_delay(void *data)
{
    delay_end(data);
}

static void
begin_delay(void *data)
{
    TestDelay *delay = data;
    Loop *loop = daemon_loop(delay->world->daemon);
    delay->next = delay->world->delays;
    delay->world->delays = delay;
    delay->timer = loop_add_timer(loop, on_delay, delay);
    loop_timer_set(delay->timer, loop_now_us(loop) + (int64_t)delay->ms * 1000);
}

gboolean
testd_wait_ms(TestWorld *world, uint32_t ms, Cancel *cancel, GError **error)
{
    g_autoptr(Future) future = future_new("the delay");
    TestDelay *delay = g_new0(TestDelay, 1);
    delay->world = world;
    delay->future = future_ref(future);
    delay->ms = ms;
    atomic_fetch_add(&world->counts.slow_began, 1);
    loop_post(daemon_loop(world->daemon), begin_delay, delay);
    gboolean done = strand_wait(future, strand_deadline_in_ms(ms + 60000), cancel, error);
    atomic_fetch_add(done ? &world->counts.slow_ended : &world->counts.slow_cancelled, 1);
    return done;
}

/* --- what it tells --- */

TestWorld *
testd_world(const RpcCall *call)
{
    return daemon_data(rpc_call_context(call));
}

static void
append_identity(GString *text, const Identity *identity)
{
    IdentityParam params[IDENTITY_N_PARAMS];
    size_t n = identity_to_params(identity, params);
    for (size_t i = 0; i < n; i++) {
        if (params[i].type == IDENTITY_STRING)
            g_string_append_printf(text, "%s=%s\n", params[i].name, params[i].value.string);
        else
            g_string_append_printf(text, "%s=%" G_GINT64_FORMAT "\n", params[i].name,
                                   params[i].value.llong);
    }
}

char *
testd_report(RpcCall *call)
{
    const TestCounts *counts = &testd_world(call)->counts;
    g_autoptr(GString) text = g_string_new(NULL);
    append_identity(text, rpc_call_identity(call));
    g_string_append_printf(text, "read-only=%d\n", rpc_call_is_read_only(call));
    g_string_append_printf(text, "slow=%u,%u,%u\n", atomic_load(&counts->slow_began),
                           atomic_load(&counts->slow_ended), atomic_load(&counts->slow_cancelled));
    g_string_append_printf(text, "clients-gone=%u\n", atomic_load(&counts->clients_gone));
    g_string_append_printf(text, "streams=%u,%u,%u\n", atomic_load(&counts->streams_opened),
                           atomic_load(&counts->streams_finished),
                           atomic_load(&counts->streams_aborted));
    return arena_strdup(rpc_call_arena(call), text->str);
}

/* --- the daemon --- */

static TestWorld *
world_new(Daemon *daemon)
{
    TestWorld *world = g_new0(TestWorld, 1);
    world->daemon = daemon;
    world->uploads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    leaf_init(&world->lock);
    daemon_set_data(daemon, world);
    return world;
}

static void
let_go(Daemon *daemon)
{
    TestWorld *world = daemon_data(daemon);
    while (world->delays != NULL)
        delay_end(world->delays);
    daemon_objects_close(world->kind);
}

static void
release(Daemon *daemon)
{
    TestWorld *world = daemon_data(daemon);
    daemon_objects_free(world->kind);
    g_hash_table_unref(world->uploads);
    leaf_clear(&world->lock);
    g_free(world);
}

static gboolean
init_qemu(Daemon *daemon, GError **error)
{
    testd_init_domains(world_new(daemon));
    return TRUE;
}

static gboolean
init_network(Daemon *daemon, GError **error)
{
    testd_init_networks(world_new(daemon));
    return TRUE;
}

static gboolean
init_storage(Daemon *daemon, GError **error)
{
    testd_init_pools(world_new(daemon));
    return TRUE;
}

static const QemuHandlers qemu_handlers = {
    .connect_domain_monitor_event_register = events_monitor_register,
    .connect_domain_monitor_event_deregister = events_monitor_deregister,
};

static const char *const qemu_sockets[] = {"virtqemud", NULL};
static const char *const network_sockets[] = {"virtnetworkd", "virtnwfilterd", "virtinterfaced",
                                              NULL};
static const char *const storage_sockets[] = {"virtstoraged", "virtsecretd", NULL};

static const DaemonInfo poses[] = {
    {
        .config_kind = DAEMON_QEMU,
        .number = RPC_DAEMON_QEMU,
        .name = "virtqemud",
        .sockets = qemu_sockets,
        .remote = &testd_qemu_handlers,
        .qemu = &qemu_handlers,
        .relays = TRUE,
        .has_threads = TRUE,
        .init = init_qemu,
        .stop = let_go,
        .free = release,
    },
    {
        .config_kind = DAEMON_NETWORK,
        .number = RPC_DAEMON_NETWORK,
        .name = "virtnetworkd",
        .sockets = network_sockets,
        .remote = &testd_network_handlers,
        .has_threads = TRUE,
        .init = init_network,
        .stop = let_go,
        .free = release,
    },
    {
        .config_kind = DAEMON_STORAGE,
        .number = RPC_DAEMON_STORAGE,
        .name = "virtstoraged",
        .sockets = storage_sockets,
        .remote = &testd_storage_handlers,
        .has_threads = TRUE,
        .init = init_storage,
        .stop = let_go,
        .free = release,
    },
};

int
main(int argc, char **argv)
{
    g_autofree char *name = g_path_get_basename(argv[0]);
    for (size_t i = 0; i < G_N_ELEMENTS(poses); i++) {
        if (g_str_equal(poses[i].name, name))
            return daemon_main(&poses[i], argc, argv);
    }
    g_printerr("testd: start it under the name of the daemon that it is to pose as\n");
    return 2;
}
