/*
 * Event registrations of all generations: ids, who hears what, what a deregistration ends, and what
 * happens to a client that does not listen.
 */
#include <string.h>

#include "common/base/error.h"
#include "tests/unit/rpc/served.h"

static const RemoteHandlers handlers = {0};
static uint8_t uuid_a[16] = "aaaaaaaaaaaaaaa", uuid_b[16] = "bbbbbbbbbbbbbbb";

typedef struct {
    Served served;
    Peer peer;
    RpcConn *conn;
} Fixture;

static void
setup_with(Fixture *f, const RpcLimits *limits)
{
    served_setup(&f->served, NULL, limits);
    rpc_server_add_program(f->served.server, &remote_program, &handlers);
    f->conn = served_opened(&f->served, &f->peer, RPC_ACCESS_RW, "qemu");
}

static void
setup(Fixture *f)
{
    setup_with(f, NULL);
}

static void
teardown(Fixture *f)
{
    peer_leave(&f->peer);
    served_teardown(&f->served);
}

static int32_t
wish(Fixture *f, const RpcEventWish *wanted)
{
    int32_t id = -1;
    GError *error = NULL;
    rpc_event_register(f->conn, wanted, &id, &error);
    g_assert_no_error(error);
    return id;
}

static int
refused(Fixture *f, const RpcEventWish *wanted)
{
    int32_t id = -1;
    g_autoptr(GError) error = NULL;
    g_assert_false(rpc_event_register(f->conn, wanted, &id, &error));
    g_assert_cmpint(id, ==, -1);
    return error->code;
}

/* A domain's lifecycle event; `text` makes it long. */
static void
emit(Fixture *f, uint8_t *uuid, int32_t event, const char *text)
{
    RemoteDomainEventCallbackLifecycleArgs args = {.msg = {.event = event}};
    RemoteDomainEventLifecycleArgs legacy = {.event = event};
    args.msg.dom.name = legacy.dom.name = (char *)text;
    memcpy(args.msg.dom.uuid, uuid, 16);
    memcpy(legacy.dom.uuid, uuid, 16);
    RpcEventSource source = {
        .program = &remote_program,
        .proc = rpc_program_find(&remote_program, REMOTE_PROC_DOMAIN_EVENT_CALLBACK_LIFECYCLE),
        .args = &args,
        .legacy_proc = rpc_program_find(&remote_program, REMOTE_PROC_DOMAIN_EVENT_LIFECYCLE),
        .legacy_args = &legacy,
        .object = ACL_DOMAIN,
        .event_id = 0,
        .name = "vm",
        .uuid = uuid,
    };
    rpc_event_emit(f->served.server, &source);
}

/* The next frame is the event `event` for registration `id`; 0: the message of the old
 * generations. */
static void
expect(Fixture *f, int32_t id, int32_t event)
{
    g_autoptr(Arena) arena = arena_new();
    const Frame *frame = peer_receive(&f->peer);
    size_t used;
    g_assert_cmpuint(frame->header.type, ==, FRAME_EVENT);
    g_assert_cmpuint(frame->header.status, ==, FRAME_OK);
    if (id == 0) {
        RemoteDomainEventLifecycleArgs args = {0};
        g_assert_cmpuint(frame->header.proc, ==, REMOTE_PROC_DOMAIN_EVENT_LIFECYCLE);
        g_assert_true(xdr_decode(&remote_domain_event_lifecycle_args_xdr, frame->payload,
                                 frame->payload_len, arena, &args, &used, NULL));
        g_assert_cmpint(args.event, ==, event);
    } else {
        RemoteDomainEventCallbackLifecycleArgs args = {0};
        g_assert_cmpuint(frame->header.proc, ==, REMOTE_PROC_DOMAIN_EVENT_CALLBACK_LIFECYCLE);
        g_assert_true(xdr_decode(&remote_domain_event_callback_lifecycle_args_xdr, frame->payload,
                                 frame->payload_len, arena, &args, &used, NULL));
        g_assert_cmpint(args.callback_id, ==, id);
        g_assert_cmpint(args.msg.event, ==, event);
    }
    g_assert_cmpuint(used, ==, frame->payload_len);
}

static void
test_ids(void)
{
    Fixture f;
    setup(&f);
    RpcEventWish wanted = {.object = ACL_DOMAIN};
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (int i = 0; i < 300; i++) {
        wanted.object = i % 2 == 0 ? ACL_DOMAIN : ACL_SECRET;
        int32_t id = wish(&f, &wanted);
        /* Bits 24 to 30 name the daemon, bit 31 is 0. */
        g_assert_cmpint(id >> 24, ==, RPC_DAEMON_QEMU);
        g_assert_true(g_hash_table_add(seen, GINT_TO_POINTER(id)));
    }
    g_assert_cmpuint(rpc_events_count(rpc_server_events(f.served.server)), ==, 300);
    peer_leave(&f.peer);
    run_idle(f.served.loop);
    g_assert_cmpuint(rpc_events_count(rpc_server_events(f.served.server)), ==, 0);
    teardown(&f);
}

/* There is an end to what one client may make us remember; others are not concerned. */
static void
test_many(void)
{
    Fixture f;
    Peer other;
    setup(&f);
    RpcEventWish wanted = {.object = ACL_DOMAIN, .event_id = 1};
    int32_t id = 0;
    while (rpc_event_register(f.conn, &wanted, &id, NULL))
        g_assert_cmpuint(rpc_events_count(rpc_server_events(f.served.server)), <, 100000);
    g_assert_cmpuint(rpc_events_count(rpc_server_events(f.served.server)), >, 10000);
    g_assert_cmpint(refused(&f, &wanted), ==, VIRT_ERR_OPERATION_FAILED);
    g_assert_true(rpc_event_deregister(f.conn, ACL_DOMAIN, id, NULL));
    wish(&f, &wanted);
    f.conn = served_opened(&f.served, &other, RPC_ACCESS_RW, "qemu");
    wish(&f, &wanted);
    peer_leave(&other);
    teardown(&f);
}

static void
test_unknown(void)
{
    static const struct {
        AclObject object;
        int32_t n_ids;
    } kinds[] = {
        {ACL_DOMAIN, 28},     {ACL_NETWORK, 2}, {ACL_STORAGE_POOL, 2},
        {ACL_NODE_DEVICE, 2}, {ACL_SECRET, 2},  {ACL_NWFILTER, 0},
    };
    Fixture f;
    setup(&f);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        for (int32_t event_id = -2; event_id < 40; event_id++) {
            RpcEventWish wanted = {.object = kinds[i].object, .event_id = event_id};
            if (event_id >= 0 && event_id < kinds[i].n_ids)
                wish(&f, &wanted);
            else
                g_assert_cmpint(refused(&f, &wanted), ==, VIRT_ERR_INTERNAL_ERROR);
        }
    }
    teardown(&f);
}

static void
test_deregister(void)
{
    Fixture f;
    setup(&f);
    RpcEventWish wanted = {.object = ACL_DOMAIN};
    int32_t id = wish(&f, &wanted);
    int32_t wrong[] = {id + 1, 0, -1, id & 0xffffff};
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(rpc_event_deregister(f.conn, ACL_DOMAIN, wrong[i], &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_INTERNAL_ERROR);
        g_assert_cmpint(virt_error_get_info(error).domain, ==, VIRT_FROM_RPC);
    }
    /* Of another kind, and twice. */
    g_assert_false(rpc_event_deregister(f.conn, ACL_NETWORK, id, NULL));
    g_assert_true(rpc_event_deregister(f.conn, ACL_DOMAIN, id, NULL));
    g_assert_false(rpc_event_deregister(f.conn, ACL_DOMAIN, id, NULL));
    emit(&f, uuid_a, 1, "vm");
    g_assert_true(peer_is_quiet(&f.peer));
    teardown(&f);
}

/* The old generations: one of each event, shared between both calls. */
static void
test_legacy(void)
{
    Fixture f;
    setup(&f);
    RpcEventWish wanted = {.object = ACL_DOMAIN, .generation = RPC_EVENTS_LEGACY};
    int32_t id = wish(&f, &wanted);
    g_assert_cmpint(refused(&f, &wanted), ==, VIRT_ERR_INVALID_ARG);
    g_assert_false(rpc_event_deregister(f.conn, ACL_DOMAIN, id, NULL));
    wanted.event_id = 1;
    wish(&f, &wanted);
    emit(&f, uuid_a, 5, "vm");
    expect(&f, 0, 5);
    g_assert_true(peer_is_quiet(&f.peer));
    g_assert_true(rpc_event_deregister_legacy(f.conn, 0, NULL));
    g_autoptr(GError) error = NULL;
    g_assert_false(rpc_event_deregister_legacy(f.conn, 0, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INTERNAL_ERROR);
    emit(&f, uuid_a, 6, "vm");
    g_assert_true(peer_is_quiet(&f.peer));
    teardown(&f);
}

/* Two registrations mean two messages; one of a domain hears of that only; order stays. */
static void
test_delivery(void)
{
    Fixture f;
    setup(&f);
    RpcEventWish all = {.object = ACL_DOMAIN}, only_b = {.object = ACL_DOMAIN, .uuid = uuid_b};
    RpcEventWish others = {.object = ACL_DOMAIN, .event_id = 1};
    int32_t first = wish(&f, &all), second = wish(&f, &only_b);
    wish(&f, &others);
    emit(&f, uuid_a, 1, "vm");
    emit(&f, uuid_b, 2, "vm");
    emit(&f, uuid_a, 3, "vm");
    expect(&f, first, 1);
    expect(&f, first, 2);
    expect(&f, second, 2);
    expect(&f, first, 3);
    g_assert_true(peer_is_quiet(&f.peer));
    teardown(&f);
}

static void
emit_monitor(Fixture *f, const char *name)
{
    QemuDomainMonitorEventArgs args = {.dom = {.name = (char *)"vm"}, .event = (char *)name};
    RpcEventSource source = {
        .program = &qemu_program,
        .proc = rpc_program_find(&qemu_program, QEMU_PROC_DOMAIN_MONITOR_EVENT),
        .args = &args,
        .object = ACL_DOMAIN,
        .name = "vm",
        .uuid = uuid_a,
        .monitor_event = name,
    };
    rpc_event_emit(f->served.server, &source);
}

static gboolean
hears(Fixture *f, const char *name)
{
    emit_monitor(f, name);
    if (peer_is_quiet(&f->peer))
        return FALSE;
    g_assert_cmpuint(peer_receive(&f->peer)->header.prog, ==, qemu_program.id);
    return TRUE;
}

static void
test_monitor(void)
{
    static const struct {
        const char *pattern;
        gboolean regex, nocase, stop, Stop, nonstop;
    } cases[] = {
        {NULL, FALSE, FALSE, TRUE, TRUE, TRUE},      {"STOP", FALSE, FALSE, TRUE, FALSE, FALSE},
        {"stop", FALSE, FALSE, FALSE, FALSE, FALSE}, {"stop", FALSE, TRUE, TRUE, TRUE, FALSE},
        {"^STOP", TRUE, FALSE, TRUE, FALSE, FALSE},  {"s(T|x)op$", TRUE, TRUE, TRUE, TRUE, TRUE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture f;
        setup(&f);
        RpcEventWish wanted = {.object = ACL_DOMAIN,
                               .generation = RPC_EVENTS_QEMU_MONITOR,
                               .pattern = cases[i].pattern,
                               .pattern_is_regex = cases[i].regex,
                               .pattern_ignores_case = cases[i].nocase};
        wish(&f, &wanted);
        g_assert_cmpint(hears(&f, "STOP"), ==, cases[i].stop);
        g_assert_cmpint(hears(&f, "Stop"), ==, cases[i].Stop);
        g_assert_cmpint(hears(&f, "NONSTOP"), ==, cases[i].nonstop);
        /* Not told of ordinary events. */
        emit(&f, uuid_a, 1, "vm");
        g_assert_true(peer_is_quiet(&f.peer));
        teardown(&f);
    }
}

/* Expressions that are none, too long, or no text at all. */
static void
test_bad_patterns(void)
{
    Fixture f;
    setup(&f);
    g_autofree char *longest = g_strnfill(5000, 'a');
    const char *patterns[] = {"(", "*", longest};
    RpcEventWish wanted = {
        .object = ACL_DOMAIN, .generation = RPC_EVENTS_QEMU_MONITOR, .pattern_is_regex = TRUE};
    for (size_t i = 0; i < G_N_ELEMENTS(patterns); i++) {
        wanted.pattern = patterns[i];
        g_assert_cmpint(refused(&f, &wanted), ==, VIRT_ERR_INVALID_ARG);
    }
    wanted.pattern = "\xff\xff\xff\xff(ab|*";
    g_assert_cmpint(refused(&f, &wanted), ==, VIRT_ERR_INVALID_ARG);
    g_assert_cmpuint(rpc_events_count(rpc_server_events(f.served.server)), ==, 0);
    wanted.pattern = "\xff";
    wish(&f, &wanted);
    g_assert_true(hears(&f, "a\xff"));
    g_assert_false(hears(&f, "STOP"));
    teardown(&f);
}

/* A client that does not read its events is cut, not forgotten silently; others hear all. */
static void
test_backlog(void)
{
    Fixture f;
    RpcLimits limits = rpc_limits_default;
    limits.auth_rw = RPC_AUTH_NONE;
    limits.event_backlog_bytes = 4000000;
    setup_with(&f, &limits);
    Peer deaf;
    RpcConn *listener = f.conn;
    f.conn = served_opened(&f.served, &deaf, RPC_ACCESS_RW, "qemu");
    RpcEventWish all = {.object = ACL_DOMAIN};
    wish(&f, &all);
    f.conn = listener;
    int32_t id = wish(&f, &all);
    g_autofree char *name = g_strnfill(100000, 'x');
    for (int32_t i = 0; i < 60; i++) {
        emit(&f, uuid_a, i, name);
        expect(&f, id, i);
    }
    g_assert_cmpuint(rpc_server_n_clients(f.served.server), ==, 1);
    g_assert_cmpuint(rpc_events_count(rpc_server_events(f.served.server)), ==, 1);
    peer_leave(&deaf);
    teardown(&f);
}

/* A long answer on its way is not held against a client when an event comes. */
static void
test_backlog_of_replies(void)
{
    Fixture f;
    RpcLimits limits = rpc_limits_default;
    limits.auth_rw = RPC_AUTH_NONE;
    limits.event_backlog_bytes = 1000000;
    setup_with(&f, &limits);
    RpcEventWish all = {.object = ACL_DOMAIN};
    int32_t id = wish(&f, &all);
    FrameHeader header = {remote_program.id, 1, 3, FRAME_REPLY, 1, FRAME_OK};
    GByteArray *out = rpc_link_out(rpc_conn_link(f.conn));
    size_t start = frame_begin(out, &header, 5000000);
    g_byte_array_set_size(out, (guint)(start + FRAME_HEADER_BYTES + 5000000));
    run_idle(f.served.loop);
    emit(&f, uuid_a, 1, "vm");
    run_idle(f.served.loop);
    g_assert_cmpuint(rpc_server_n_clients(f.served.server), ==, 1);
    g_assert_cmpint(peer_reply(&f.peer, 1), ==, 0);
    expect(&f, id, 1);
    teardown(&f);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/events/ids", test_ids);
    g_test_add_func("/events/many", test_many);
    g_test_add_func("/events/unknown", test_unknown);
    g_test_add_func("/events/deregister", test_deregister);
    g_test_add_func("/events/legacy", test_legacy);
    g_test_add_func("/events/delivery", test_delivery);
    g_test_add_func("/events/monitor", test_monitor);
    g_test_add_func("/events/bad-patterns", test_bad_patterns);
    g_test_add_func("/events/backlog", test_backlog);
    g_test_add_func("/events/backlog-of-replies", test_backlog_of_replies);
    return g_test_run();
}
