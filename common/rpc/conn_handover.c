/*
 * conn_handover — see conn_handover.h.
 */
#define LOG_SOURCE "rpc.conn"

#include "common/rpc/conn_handover.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/conn_private.h"
#include "common/rpc/relay.h"

/* ---- before ---- */

gboolean
rpc_server_is_at_rest(RpcServer *server)
{
    if (rpc_server_n_calls(server) > 0 || rpc_events_wait(rpc_server_events(server)))
        return FALSE;
    g_autoptr(GPtrArray) conns = rpc_server_clients(server);
    for (guint i = 0; i < conns->len; i++) {
        const RpcConn *conn = g_ptr_array_index(conns, i);
        if (!rpc_relay_is_at_rest(conn->relay))
            return FALSE;
    }
    return TRUE;
}

void
rpc_server_end_streams(RpcServer *server)
{
    g_autoptr(GPtrArray) conns = rpc_server_clients(server);
    for (guint i = 0; i < conns->len; i++) {
        RpcConn *conn = g_ptr_array_index(conns, i);
        g_autoptr(GPtrArray) streams = hash_values(conn->streams);
        for (guint k = 0; k < streams->len; k++) {
            GError *error = NULL;
            virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_OPERATION_ABORTED,
                           "the daemon is being replaced by a new one: open the stream again");
            rpc_stream_fail(g_ptr_array_index(streams, k), error);
        }
    }
}

/* ---- leaving ---- */

static GVariant *
save_parked(const RpcConn *conn, Handover *handover)
{
    GVariantBuilder all;
    g_variant_builder_init(&all, G_VARIANT_TYPE("a(ayai)"));
    for (const GList *at = conn->parked.head; at != NULL; at = at->next) {
        const Parked *parked = at->data;
        GVariantBuilder fds;
        g_variant_builder_init(&fds, G_VARIANT_TYPE("ai"));
        for (uint32_t i = 0; i < parked->n_fds; i++)
            g_variant_builder_add(&fds, "i", handover_add_fd(handover, parked->fds[i]));
        g_variant_builder_add(&all, "(@ayai)",
                              handover_bytes(parked->bytes->data, parked->bytes->len), &fds);
    }
    return g_variant_builder_end(&all);
}

static GVariant *
save_leavers(const RpcConn *conn, Handover *handover)
{
    GVariantBuilder all;
    g_variant_builder_init(&all, G_VARIANT_TYPE("a(sv)"));
    for (guint i = 0; conn->leavers != NULL && i < conn->leavers->len; i++) {
        const Leaver *leaver = &g_array_index(conn->leavers, Leaver, i);
        g_variant_builder_add(&all, "(sv)", leaver->kind->name,
                              leaver->kind->save(leaver->data, handover));
    }
    return g_variant_builder_end(&all);
}

static GVariant *
save_conn(const RpcConn *conn, Handover *handover)
{
    const RpcConnState *state = &conn->state;
    GVariantBuilder all;
    const struct {
        const char *name;
        GVariant *value;
    } rows[] = {
        {"id", g_variant_new_uint64(state->id)},
        {"connected", g_variant_new_int64(state->connected_at_s)},
        {"access", g_variant_new_uint32(state->access)},
        {"read-only", g_variant_new_boolean(state->read_only)},
        {"auth", g_variant_new_uint32(state->auth)},
        {"authenticated", g_variant_new_boolean(state->authenticated)},
        {"opened", g_variant_new_boolean(state->opened)},
        {"called", g_variant_new_boolean(state->called)},
        {"close-callback", g_variant_new_boolean(state->close_callback)},
        {"keepalive", g_variant_new_boolean(state->keepalive)},
        {"kind", g_variant_new_string(state->kind != NULL ? state->kind->scheme : "")},
        {"uri", g_variant_new_string(conn->uri != NULL ? conn->uri : "")},
        {"peer", identity_save(conn->peer)},
        {"identity", identity_save(conn->identity)},
        {"finishing", g_variant_new_boolean(conn->finishing)},
        {"link", rpc_link_save(conn->link, handover)},
        {"parked", save_parked(conn, handover)},
        {"events", rpc_event_save(conn->events)},
        {"relay", rpc_relay_save(conn->relay, handover)},
        {"leavers", save_leavers(conn, handover)},
    };
    g_variant_builder_init(&all, G_VARIANT_TYPE_VARDICT);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_variant_builder_add(&all, "{sv}", rows[i].name, rows[i].value);
    return g_variant_builder_end(&all);
}

typedef struct {
    GVariantBuilder listeners;
    Handover *handover;
} Saving;

static void
save_listener(void *data, int fd, RpcAccess access)
{
    Saving *saving = data;
    g_variant_builder_add(&saving->listeners, "(iu)", handover_add_fd(saving->handover, fd),
                          (guint32)access);
}

GVariant *
rpc_server_save(RpcServer *server, Handover *handover)
{
    GVariantBuilder all, conns;
    Saving saving = {.handover = handover};
    g_autoptr(GPtrArray) clients = rpc_server_clients(server);
    g_variant_builder_init(&conns, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < clients->len; i++)
        g_variant_builder_add_value(&conns, save_conn(g_ptr_array_index(clients, i), handover));
    g_variant_builder_init(&saving.listeners, G_VARIANT_TYPE("a(iu)"));
    rpc_server_each_listener(server, save_listener, &saving);
    g_variant_builder_init(&all, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&all, "{sv}", "listeners", g_variant_builder_end(&saving.listeners));
    g_variant_builder_add(&all, "{sv}", "clients", g_variant_builder_end(&conns));
    return g_variant_builder_end(&all);
}

/* ---- finding ---- */

static const RpcConnKind *
kind_of_scheme(const char *scheme)
{
    for (size_t i = 0; i < rpc_n_kinds; i++) {
        if (g_strcmp0(rpc_kinds[i].scheme, scheme) == 0)
            return &rpc_kinds[i];
    }
    return NULL;
}

static void
restore_state(RpcConnState *state, GVariantDict *saved)
{
    const char *scheme = NULL;
    guint32 access = RPC_ACCESS_RO, auth = RPC_AUTH_POLKIT;
    *state = (RpcConnState){.read_only = TRUE};
    (void)g_variant_dict_lookup(saved, "id", "t", &state->id);
    (void)g_variant_dict_lookup(saved, "connected", "x", &state->connected_at_s);
    (void)g_variant_dict_lookup(saved, "access", "u", &access);
    (void)g_variant_dict_lookup(saved, "read-only", "b", &state->read_only);
    (void)g_variant_dict_lookup(saved, "auth", "u", &auth);
    (void)g_variant_dict_lookup(saved, "authenticated", "b", &state->authenticated);
    (void)g_variant_dict_lookup(saved, "opened", "b", &state->opened);
    (void)g_variant_dict_lookup(saved, "called", "b", &state->called);
    (void)g_variant_dict_lookup(saved, "close-callback", "b", &state->close_callback);
    (void)g_variant_dict_lookup(saved, "keepalive", "b", &state->keepalive);
    (void)g_variant_dict_lookup(saved, "kind", "&s", &scheme);
    state->access = (RpcAccess)access;
    state->auth = (RpcAuth)auth;
    state->kind = kind_of_scheme(scheme);
}

static void
restore_parked(RpcConn *conn, GVariant *saved, Handover *handover)
{
    for (gsize i = 0; i < g_variant_n_children(saved); i++) {
        g_autoptr(GVariant) bytes = NULL, indexes = NULL;
        int fds[FRAME_FDS_MAX];
        gsize n, n_fds;
        g_variant_get_child(saved, i, "(@ay@ai)", &bytes, &indexes);
        const void *data = g_variant_get_fixed_array(bytes, &n, 1);
        const gint32 *index = g_variant_get_fixed_array(indexes, &n_fds, sizeof(gint32));
        GByteArray *copy = g_byte_array_sized_new((guint)n);
        g_byte_array_append(copy, data, (guint)n);
        n_fds = MIN(n_fds, (gsize)FRAME_FDS_MAX);
        for (gsize k = 0; k < n_fds; k++)
            fds[k] = handover_take_fd(handover, index[k]);
        rpc_conn_park_again(conn, copy, fds, (uint32_t)n_fds);
    }
}

static void
restore_leavers(RpcConn *conn, GVariant *saved, Handover *handover)
{
    for (gsize i = 0; i < g_variant_n_children(saved); i++) {
        g_autoptr(GVariant) value = NULL;
        const char *name;
        g_variant_get_child(saved, i, "(&sv)", &name, &value);
        const RpcLeaverKind *kind = rpc_server_find_leaver_kind(conn->server, name);
        if (kind == NULL) {
            log_warning("client %" G_GUINT64_FORMAT ": what '%s' is, is not known", conn->state.id,
                        name);
            continue;
        }
        Leaver leaver = {kind,
                         kind->restore(rpc_server_config(conn->server)->context, value, handover)};
        if (leaver.data != NULL)
            rpc_conn_add_leaver(conn, &leaver);
    }
}

/* What refers to the connection, once it is the server's. */
static void
restore_rest(RpcConn *conn, GVariantDict *saved, Handover *handover)
{
    g_autoptr(GVariant) relay =
        g_variant_dict_lookup_value(saved, "relay", G_VARIANT_TYPE(RPC_RELAY_SAVED));
    g_autoptr(GVariant) events =
        g_variant_dict_lookup_value(saved, "events", G_VARIANT_TYPE(RPC_EVENTS_SAVED));
    g_autoptr(GVariant) leavers =
        g_variant_dict_lookup_value(saved, "leavers", G_VARIANT_TYPE("a(sv)"));
    g_autoptr(GVariant) parked =
        g_variant_dict_lookup_value(saved, "parked", G_VARIANT_TYPE("a(ayai)"));
    if (relay != NULL)
        rpc_relay_restore(conn, relay, handover);
    if (events != NULL)
        rpc_event_restore(conn, events);
    if (leavers != NULL)
        restore_leavers(conn, leavers, handover);
    if (parked != NULL)
        restore_parked(conn, parked, handover);
}

static void
restore_conn(RpcServer *server, GVariant *saved, Handover *handover)
{
    g_auto(GVariantDict) dict;
    RpcConnState state;
    gboolean finishing = FALSE;
    const char *uri = NULL;
    g_variant_dict_init(&dict, saved);
    restore_state(&state, &dict);
    (void)g_variant_dict_lookup(&dict, "uri", "&s", &uri);
    (void)g_variant_dict_lookup(&dict, "finishing", "b", &finishing);
    g_autoptr(GVariant) link =
        g_variant_dict_lookup_value(&dict, "link", G_VARIANT_TYPE(RPC_LINK_SAVED));
    g_autoptr(GVariant) peer =
        g_variant_dict_lookup_value(&dict, "peer", G_VARIANT_TYPE(IDENTITY_SAVED));
    g_autoptr(GVariant) identity =
        g_variant_dict_lookup_value(&dict, "identity", G_VARIANT_TYPE(IDENTITY_SAVED));
    if (link == NULL || peer == NULL || identity == NULL || (state.opened && state.kind == NULL)) {
        log_warning("client %" G_GUINT64_FORMAT
                    " of the daemon before is not understood: it is cut",
                    state.id);
        return;
    }
    Transport *transport = rpc_link_saved_transport(link, handover);
    if (transport == NULL)
        return;
    RpcConn *conn = rpc_conn_new(server, transport, identity_restore(peer), &state);
    g_autoptr(Identity) speaks_for = identity_restore(identity);
    rpc_conn_set_identity(conn, speaks_for);
    conn->uri = uri != NULL && *uri != '\0' ? g_strdup(uri) : NULL;
    rpc_server_add(server, conn);
    rpc_link_restore(conn->link, link, handover);
    restore_rest(conn, &dict, handover);
    if (finishing)
        rpc_conn_finish(conn);
    else
        rpc_conn_hold_changed(conn);
}

void
rpc_server_restore(RpcServer *server, GVariant *saved, Handover *handover)
{
    g_auto(GVariantDict) dict;
    g_variant_dict_init(&dict, saved);
    g_autoptr(GVariant) listeners =
        g_variant_dict_lookup_value(&dict, "listeners", G_VARIANT_TYPE("a(iu)"));
    g_autoptr(GVariant) clients =
        g_variant_dict_lookup_value(&dict, "clients", G_VARIANT_TYPE("aa{sv}"));
    for (gsize i = 0; listeners != NULL && i < g_variant_n_children(listeners); i++) {
        gint32 index;
        guint32 access;
        g_variant_get_child(listeners, i, "(iu)", &index, &access);
        int fd = handover_take_fd(handover, index);
        if (fd >= 0)
            rpc_server_listen(server, fd, (RpcAccess)access);
    }
    for (gsize i = 0; clients != NULL && i < g_variant_n_children(clients); i++) {
        g_autoptr(GVariant) one = g_variant_get_child_value(clients, i);
        restore_conn(server, one, handover);
    }
}
