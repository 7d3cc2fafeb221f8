/*
 * server — see server.h. Accepting stops at max_clients and goes on when clients leave; clients
 * beyond max_anonymous_clients are taken but not read, so that they hold up nobody who needs no
 * authentication. Without descriptors left it backs off for a moment, so that a listener that stays
 * readable does not spin.
 */
#define LOG_SOURCE "rpc.server"

#include "common/rpc/server.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/conn_private.h"
#include "common/rpc/relay.h"

enum { ACCEPTS_PER_TURN = 64, EMFILE_PAUSE_US = 100000, DRAIN_WRITE_US = 5 * G_USEC_PER_SEC };

typedef struct {
    RpcServer *server;
    int fd;
    RpcAccess access;
    LoopFd *source;
} Listener;

struct RpcServer {
    RpcIo *io;
    RpcServerConfig config;
    RpcLimits limits;
    GArray *programs;        /* of ServedProgram */
    GPtrArray *leaver_kinds; /* of RpcLeaverKind */
    GPtrArray *listeners;
    GHashTable *conns; /* id (pointer to the conn's own) -> RpcConn */
    GQueue anonymous;  /* of RpcConn: not yet authenticated */
    GQueue waiting;    /* of RpcConn: more of them than may be; not read until one has gone */
    uint64_t next_conn_id;
    uint64_t next_call_id;
    size_t n_calls; /* that have not ended, with or without their client */
    const RpcObjects *objects[ACL_N_OBJECTS];
    RpcEvents *events;
    RpcRelay *relay;
    LoopTimer *accept_timer;
    LoopTimer *drain_timer;
    gboolean accept_paused; /* out of descriptors, until accept_timer */
    gboolean stopped;
    gboolean draining;
    RpcHold hold;
    LoopFn drained;
    void *drained_data;
    LoopFn watch;
    void *watch_data;
};

const RpcLimits rpc_limits_default = {
    .max_clients = 5000,
    .max_anonymous_clients = 20,
    .max_client_requests = 5,
    .parked_calls = 256,
    .parked_bytes = 4194304,
    .min_workers = 5,
    .max_workers = 20,
    .prio_workers = 5,
    .keepalive_interval_s = 5,
    .keepalive_count = 5,
    .auth_deadline_us = 60 * G_USEC_PER_SEC,
    .turn_timeout_us = 30 * G_USEC_PER_SEC,
    .event_backlog_bytes = 16777216,
    .auth_rw = RPC_AUTH_POLKIT,
    .auth_ro = RPC_AUTH_POLKIT,
};

static void update_listeners(RpcServer *server);

static void
on_accept_timer(void *data)
{
    RpcServer *server = data;
    server->accept_paused = FALSE;
    update_listeners(server);
}

RpcServer *
rpc_server_new(RpcIo *io, const RpcServerConfig *config, const RpcLimits *limits)
{
    RpcServer *server = g_new0(RpcServer, 1);
    server->io = io;
    server->config = *config;
    server->limits = *limits;
    server->programs = g_array_new(FALSE, FALSE, sizeof(ServedProgram));
    server->leaver_kinds = g_ptr_array_new();
    server->listeners = g_ptr_array_new();
    server->conns = g_hash_table_new(g_int64_hash, g_int64_equal);
    server->next_conn_id = 1;
    server->next_call_id = 1;
    server->events = rpc_events_new(server);
    server->accept_timer = loop_add_timer(rpc_io_loop(io), on_accept_timer, server);
    return server;
}

static void
drop_listeners(RpcServer *server)
{
    for (guint i = 0; i < server->listeners->len; i++) {
        Listener *listener = g_ptr_array_index(server->listeners, i);
        loop_fd_remove(listener->source);
        close(listener->fd);
        g_free(listener);
    }
    g_ptr_array_set_size(server->listeners, 0);
}

void
rpc_server_free(RpcServer *server)
{
    if (server == NULL)
        return;
    server->stopped = TRUE;
    server->drained = NULL;
    server->watch = NULL;
    drop_listeners(server);
    g_autoptr(GPtrArray) conns = hash_values(server->conns);
    for (guint i = 0; i < conns->len; i++)
        rpc_conn_free(g_ptr_array_index(conns, i));
    rpc_events_free(server->events);
    loop_timer_remove(server->accept_timer);
    loop_timer_remove(server->drain_timer);
    g_hash_table_unref(server->conns);
    g_ptr_array_unref(server->listeners);
    g_ptr_array_unref(server->leaver_kinds);
    g_array_unref(server->programs);
    g_free(server);
}

/* --- accepting --- */

static gboolean
may_accept(const RpcServer *server)
{
    return !server->stopped && !server->accept_paused &&
           (g_hash_table_size(server->conns) < server->limits.max_clients ||
            server->waiting.length > 0);
}

static void
update_listeners(RpcServer *server)
{
    uint32_t events = may_accept(server) ? EPOLLIN : 0;
    for (guint i = 0; i < server->listeners->len; i++)
        loop_fd_set_events(((Listener *)g_ptr_array_index(server->listeners, i))->source, events);
}

static gboolean
takes_anonymous(const RpcServer *server)
{
    uint32_t max = server->limits.max_anonymous_clients;
    return max == 0 || server->anonymous.length < max;
}

/* Clients that have to authenticate wait here, not before the listener: who needs not, like root,
 * must not stand behind them. */
static void
enqueue_anonymous(RpcServer *server, RpcConn *conn)
{
    conn->anonymous.data = conn;
    conn->waiting = !takes_anonymous(server);
    if (conn->waiting)
        rpc_link_pause(conn->link);
    g_queue_push_tail_link(conn->waiting ? &server->waiting : &server->anonymous, &conn->anonymous);
}

static void
admit_waiting(RpcServer *server)
{
    while (server->waiting.length > 0 && takes_anonymous(server)) {
        RpcConn *conn = g_queue_peek_head(&server->waiting);
        g_queue_unlink(&server->waiting, &conn->anonymous);
        conn->waiting = FALSE;
        g_queue_push_tail_link(&server->anonymous, &conn->anonymous);
        rpc_link_resume(conn->link);
    }
    update_listeners(server);
}

static void
dequeue_anonymous(RpcServer *server, RpcConn *conn)
{
    g_queue_unlink(conn->waiting ? &server->waiting : &server->anonymous, &conn->anonymous);
    admit_waiting(server);
}

void
rpc_server_authenticated(RpcServer *server, RpcConn *conn)
{
    dequeue_anonymous(server, conn);
}

static RpcAuth
auth_for(const RpcServer *server, RpcAccess access, const Identity *peer)
{
    if (server->config.is_admin)
        return RPC_AUTH_NONE;
    RpcAuth auth = access == RPC_ACCESS_RO ? server->limits.auth_ro : server->limits.auth_rw;
    /* Root and the daemon's own user need not ask the authority, as clients expect. */
    if (auth == RPC_AUTH_POLKIT && (peer->uid == 0 || peer->uid == server->config.own_uid))
        return RPC_AUTH_NONE;
    return auth;
}

void
rpc_server_add(RpcServer *server, RpcConn *conn)
{
    server->next_conn_id = MAX(server->next_conn_id, conn->state.id + 1);
    g_hash_table_insert(server->conns, &conn->state.id, conn);
    if (!conn->state.authenticated)
        enqueue_anonymous(server, conn);
    if (server->watch != NULL)
        server->watch(server->watch_data);
}

RpcConn *
rpc_server_adopt(RpcServer *server, int fd, RpcAccess access)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Identity) peer = identity_new_from_socket(fd, &error);
    if (peer == NULL) {
        log_warning("refused a client: %s", error->message);
        close(fd);
        return NULL;
    }
    if (server->config.is_admin && peer->uid != 0 && peer->uid != server->config.own_uid) {
        log_warning("refused an admin client of uid %u", peer->uid);
        close(fd);
        return NULL;
    }
    RpcAuth auth = auth_for(server, access, peer);
    RpcConnState state = {
        .id = server->next_conn_id,
        .connected_at_s = g_get_real_time() / G_USEC_PER_SEC,
        .access = access,
        .read_only = access == RPC_ACCESS_RO,
        .auth = auth,
        .authenticated = auth == RPC_AUTH_NONE,
    };
    RpcConn *conn = rpc_conn_new(server, transport_new_unix(fd), g_steal_pointer(&peer), &state);
    rpc_server_add(server, conn);
    return conn;
}

static void
on_listener(void *data, uint32_t events)
{
    Listener *listener = data;
    RpcServer *server = listener->server;
    for (int i = 0; i < ACCEPTS_PER_TURN && may_accept(server); i++) {
        int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            /* The one that waits longest makes room; it has said nothing that was heard. */
            if (g_hash_table_size(server->conns) >= server->limits.max_clients)
                rpc_conn_free(g_queue_peek_head(&server->waiting));
            (void)rpc_server_adopt(server, fd, listener->access);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            log_warning("cannot accept a client: %s", g_strerror(errno));
            Loop *loop = rpc_io_loop(server->io);
            server->accept_paused = TRUE;
            loop_timer_set(server->accept_timer, loop_now_us(loop) + EMFILE_PAUSE_US);
        }
        break;
    }
    update_listeners(server);
}

void
rpc_server_listen(RpcServer *server, int fd, RpcAccess access)
{
    Listener *listener = g_new(Listener, 1);
    *listener = (Listener){server, fd, access, NULL};
    listener->source = loop_add_fd(rpc_io_loop(server->io), fd, 0, on_listener, listener);
    g_ptr_array_add(server->listeners, listener);
    update_listeners(server);
}

void
rpc_server_stop_listening(RpcServer *server)
{
    server->stopped = TRUE;
    drop_listeners(server);
}

/* --- leaving --- */

static void
check_drained(RpcServer *server)
{
    if (!server->draining || server->drained == NULL || g_hash_table_size(server->conns) > 0 ||
        server->n_calls > 0)
        return;
    LoopFn done = server->drained;
    server->drained = NULL;
    loop_defer(rpc_io_loop(server->io), done, server->drained_data);
}

void
rpc_server_forget(RpcServer *server, RpcConn *conn)
{
    g_hash_table_remove(server->conns, &conn->state.id);
    if (!conn->state.authenticated)
        dequeue_anonymous(server, conn);
    update_listeners(server);
    if (server->watch != NULL)
        server->watch(server->watch_data);
    check_drained(server);
}

/* Who does not read its replies is not waited for: neither for those that are on their way, nor for
 * those that a relay holds back meanwhile. */
static void
on_drain_timer(void *data)
{
    RpcServer *server = data;
    g_autoptr(GPtrArray) conns = hash_values(server->conns);
    for (guint i = 0; i < conns->len; i++) {
        RpcConn *conn = g_ptr_array_index(conns, i);
        if (conn->in_flight == 0 || rpc_link_is_full(conn->link))
            rpc_conn_cut(conn);
    }
    loop_timer_set(server->drain_timer, loop_now_us(rpc_io_loop(server->io)) + DRAIN_WRITE_US);
}

void
rpc_server_drain(RpcServer *server, LoopFn done, void *data)
{
    server->draining = TRUE;
    server->drained = done;
    server->drained_data = data;
    rpc_server_stop_listening(server);
    server->drain_timer = loop_add_timer(rpc_io_loop(server->io), on_drain_timer, server);
    loop_timer_set(server->drain_timer, loop_now_us(rpc_io_loop(server->io)) + DRAIN_WRITE_US);
    g_autoptr(GPtrArray) conns = hash_values(server->conns);
    for (guint i = 0; i < conns->len; i++) {
        RpcConn *conn = g_ptr_array_index(conns, i);
        if (conn->in_flight == 0)
            rpc_conn_finish(conn);
        else if (!conn->state.authenticated)
            rpc_conn_cut(conn); /* it has begun nothing, and polkit may never answer */
    }
    check_drained(server);
}

gboolean
rpc_server_is_draining(const RpcServer *server)
{
    return server->draining;
}

void
rpc_server_hold(RpcServer *server, RpcHold hold)
{
    gboolean less = hold < server->hold;
    server->hold = hold;
    g_autoptr(GPtrArray) conns = less ? rpc_server_clients(server) : g_ptr_array_new();
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (guint i = 0; i < conns->len; i++)
        g_array_append_val(ids, ((RpcConn *)g_ptr_array_index(conns, i))->state.id);
    for (guint i = 0; i < ids->len; i++) {
        /* one may end another */
        RpcConn *conn = rpc_server_find_client(server, g_array_index(ids, uint64_t, i));
        if (conn != NULL)
            rpc_conn_hold_changed(conn);
    }
}

RpcHold
rpc_server_get_hold(const RpcServer *server)
{
    return server->hold;
}

/* --- what is served --- */

void
rpc_server_add_program(RpcServer *server, const RpcProgram *program, const void *handlers)
{
    ServedProgram served = {program, handlers};
    g_array_append_val(server->programs, served);
}

const ServedProgram *
rpc_server_find_program(const RpcServer *server, uint32_t id)
{
    for (guint i = 0; i < server->programs->len; i++) {
        const ServedProgram *served = &g_array_index(server->programs, ServedProgram, i);
        if (served->program->id == id)
            return served;
    }
    return NULL;
}

const RpcProc *
rpc_server_find_proc(const RpcServer *server, uint32_t program, uint32_t number)
{
    const ServedProgram *served = rpc_server_find_program(server, program);
    return served != NULL ? rpc_program_find(served->program, number) : NULL;
}

void
rpc_server_add_leaver_kind(RpcServer *server, const RpcLeaverKind *kind)
{
    g_ptr_array_add(server->leaver_kinds, (gpointer)kind);
}

const RpcLeaverKind *
rpc_server_find_leaver_kind(const RpcServer *server, const char *name)
{
    for (guint i = 0; i < server->leaver_kinds->len; i++) {
        const RpcLeaverKind *kind = g_ptr_array_index(server->leaver_kinds, i);
        if (g_str_equal(kind->name, name))
            return kind;
    }
    return NULL;
}

void
rpc_server_add_objects(RpcServer *server, const RpcObjects *objects)
{
    server->objects[objects->object] = objects;
}

const RpcObjects *
rpc_server_objects(const RpcServer *server, AclObject object)
{
    return server->objects[object];
}

/* --- figures --- */

static gint
compare_ids(gconstpointer a, gconstpointer b)
{
    const RpcConn *left = *(RpcConn *const *)a, *right = *(RpcConn *const *)b;
    return (left->state.id > right->state.id) - (left->state.id < right->state.id);
}

GPtrArray *
rpc_server_clients(RpcServer *server)
{
    GPtrArray *conns = hash_values(server->conns);
    g_ptr_array_sort(conns, compare_ids);
    return conns;
}

RpcConn *
rpc_server_find_client(RpcServer *server, uint64_t id)
{
    return g_hash_table_lookup(server->conns, &id);
}

size_t
rpc_server_n_clients(const RpcServer *server)
{
    return g_hash_table_size(server->conns);
}

size_t
rpc_server_n_unauthenticated(const RpcServer *server)
{
    return server->anonymous.length + server->waiting.length;
}

void
rpc_server_limits_changed(RpcServer *server)
{
    admit_waiting(server);
}

const char *
rpc_server_name(const RpcServer *server)
{
    return server->config.name;
}

const RpcServerConfig *
rpc_server_config(const RpcServer *server)
{
    return &server->config;
}

RpcLimits *
rpc_server_limits(RpcServer *server)
{
    return &server->limits;
}

RpcEvents *
rpc_server_events(RpcServer *server)
{
    return server->events;
}

void
rpc_server_set_relay(RpcServer *server, RpcRelay *relay)
{
    server->relay = relay;
}

RpcRelay *
rpc_server_relay(const RpcServer *server)
{
    return server->relay;
}

RpcIo *
rpc_server_io(const RpcServer *server)
{
    return server->io;
}

Loop *
rpc_server_loop(const RpcServer *server)
{
    return rpc_io_loop(server->io);
}

size_t
rpc_server_n_calls(const RpcServer *server)
{
    return server->n_calls;
}

void
rpc_server_each_listener(const RpcServer *server, void (*fn)(void *data, int fd, RpcAccess access),
                         void *data)
{
    for (guint i = 0; i < server->listeners->len; i++) {
        const Listener *listener = g_ptr_array_index(server->listeners, i);
        fn(data, listener->fd, listener->access);
    }
}

uint64_t
rpc_server_call_began(RpcServer *server)
{
    server->n_calls++;
    return server->next_call_id++;
}

void
rpc_server_call_ended(RpcServer *server)
{
    server->n_calls--;
    check_drained(server);
}

void
rpc_server_set_watch(RpcServer *server, LoopFn fn, void *data)
{
    server->watch = fn;
    server->watch_data = data;
}
