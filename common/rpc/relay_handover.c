/*
 * relay_handover — what a relay keeps of a client, left to the program that follows: its
 * connections to daemons, what it asked them, and its registrations. Daemons and client see nothing
 * of it.
 */
#define LOG_SOURCE "rpc.relay"

#include "common/base/log.h"
#include "common/rpc/relay_private.h"
#include "common/spec/remote.h"

static gboolean
is_at_rest(const RelayBack *back)
{
    return back == NULL || back->state == BACK_OPEN ||
           (back->state == BACK_IDLE && g_queue_is_empty((GQueue *)&back->waiting));
}

gboolean
rpc_relay_is_at_rest(const void *relay_conn)
{
    const RelayConn *owner = relay_conn;
    for (int i = 0; owner != NULL && i < RPC_N_FAMILIES; i++) {
        if (!is_at_rest(owner->backs[i]))
            return FALSE;
    }
    return TRUE;
}

/* ---- leaving ---- */

static void
save_backs(const RelayConn *owner, GVariantBuilder *backs, Handover *handover)
{
    for (int i = 0; i < RPC_N_FAMILIES; i++) {
        const RelayBack *back = owner->backs[i];
        if (back == NULL || back->client == NULL)
            continue;
        g_variant_builder_add(backs, "(su@" RPC_LINK_SAVED ")", back->kind->scheme,
                              rpc_client_next_serial(back->client),
                              rpc_link_save(rpc_client_link(back->client), handover));
    }
}

static GVariant *
saved_bytes(GBytes *bytes)
{
    gsize n = 0;
    const void *data = bytes != NULL ? g_bytes_get_data(bytes, &n) : NULL;
    return handover_bytes(data, n);
}

static void
save_pending(GHashTable *table, gboolean are_streams, GVariantBuilder *all)
{
    g_autoptr(GPtrArray) values = hash_values(table);
    for (guint i = 0; i < values->len; i++) {
        const RelayPending *it = g_ptr_array_index(values, i);
        const FrameHeader *header = &it->header;
        g_variant_builder_add(all, "(uuuuuus@ayib)", header->prog, header->vers, header->proc,
                              header->type, header->serial, header->status, it->back->kind->scheme,
                              saved_bytes(it->args), it->client_id, are_streams);
    }
}

static void
save_registrations(const RelayConn *owner, GVariantBuilder *all)
{
    for (guint i = 0; i < owner->registrations->len; i++) {
        const RelayRegistration *it = g_ptr_array_index(owner->registrations, i);
        g_variant_builder_add(all, "(suuii@ay)", it->back->kind->scheme, it->program->id,
                              it->proc->number, it->client_id, it->back_id, saved_bytes(it->args));
    }
}

GVariant *
rpc_relay_save(const void *relay_conn, Handover *handover)
{
    const RelayConn *owner = relay_conn;
    GVariantBuilder backs, pending, registrations;
    g_variant_builder_init(&backs, G_VARIANT_TYPE("a(su" RPC_LINK_SAVED ")"));
    g_variant_builder_init(&pending, G_VARIANT_TYPE("a(uuuuuusayib)"));
    g_variant_builder_init(&registrations, G_VARIANT_TYPE("a(suuiiay)"));
    if (owner != NULL) {
        save_backs(owner, &backs, handover);
        save_pending(owner->pending, FALSE, &pending);
        save_pending(owner->streams, TRUE, &pending);
        save_registrations(owner, &registrations);
    }
    return g_variant_new(RPC_RELAY_SAVED, owner != NULL && owner->read_only, &backs, &pending,
                         &registrations);
}

/* ---- finding ---- */

/* The back connection of a scheme; NULL: this program knows none. */
static RelayBack *
find_back(RelayConn *owner, const char *scheme)
{
    for (size_t i = 0; i < rpc_n_kinds; i++) {
        if (g_str_equal(rpc_kinds[i].scheme, scheme))
            return relay_back_for(owner, &rpc_kinds[i]);
    }
    log_warning("there is no kind of connection '%s': it is dropped", scheme);
    return NULL;
}

static const RpcProgram *
find_program(uint32_t id)
{
    return id == qemu_program.id ? &qemu_program : &remote_program;
}

static void
restore_back(RelayConn *owner, GVariant *saved, Handover *handover)
{
    g_autoptr(GVariant) link = NULL;
    const char *scheme;
    guint32 serial;
    g_variant_get(saved, "(&su@" RPC_LINK_SAVED ")", &scheme, &serial, &link);
    RelayBack *back = find_back(owner, scheme);
    Transport *transport = back != NULL ? rpc_link_saved_transport(link, handover) : NULL;
    if (transport == NULL)
        return;
    RpcIo *io = rpc_server_io(owner->conn->server);
    back->client = rpc_client_new(io, transport, &relay_back_events, back);
    back->state = BACK_OPEN;
    rpc_client_set_next_serial(back->client, serial);
    rpc_link_restore(rpc_client_link(back->client), link, handover);
}

static GBytes *
taken_bytes(GVariant *saved)
{
    gsize n;
    const void *data = g_variant_get_fixed_array(saved, &n, 1);
    return g_bytes_new(data, n);
}

static void
restore_pending(RelayConn *owner, GVariant *saved)
{
    g_autoptr(GVariant) args = NULL;
    const char *scheme;
    gint32 client_id;
    gboolean is_stream;
    FrameHeader header;
    g_variant_get(saved, "(uuuuuu&s@ayib)", &header.prog, &header.vers, &header.proc, &header.type,
                  &header.serial, &header.status, &scheme, &args, &client_id, &is_stream);
    const RpcProgram *program = find_program(header.prog);
    const RpcProc *proc = rpc_program_find(program, header.proc);
    RelayBack *back = find_back(owner, scheme);
    if (proc == NULL || back == NULL)
        return;
    GBytes *kept = !is_stream && relay_registers(proc) ? taken_bytes(args) : NULL;
    RelayPending *pending = g_new(RelayPending, 1);
    *pending = (RelayPending){header, program, proc, back, kept, client_id};
    g_hash_table_insert(is_stream ? owner->streams : owner->pending,
                        GUINT_TO_POINTER(header.serial), pending);
    if (!is_stream)
        rpc_conn_relayed_began(owner->conn);
}

static void
restore_registration(RelayConn *owner, GVariant *saved)
{
    g_autoptr(GVariant) args = NULL;
    const char *scheme;
    guint32 program, number;
    gint32 client_id, back_id;
    g_variant_get(saved, "(&suuii@ay)", &scheme, &program, &number, &client_id, &back_id, &args);
    const RpcProc *proc = rpc_program_find(find_program(program), number);
    RelayBack *back = find_back(owner, scheme);
    if (proc == NULL || back == NULL)
        return;
    RelayRegistration *registration = g_new(RelayRegistration, 1);
    *registration = (RelayRegistration){back,    find_program(program), proc, client_id,
                                        back_id, taken_bytes(args)};
    g_ptr_array_add(owner->registrations, registration);
}

/* A daemon that was away stays one that is tried again. */
static void
look_for_missing(RelayConn *owner)
{
    for (int i = 0; i < RPC_N_FAMILIES; i++) {
        RelayBack *back = owner->backs[i];
        if (back != NULL && back->client == NULL && relay_has_registrations(back))
            relay_schedule_retry(back);
    }
}

void
rpc_relay_restore(RpcConn *conn, GVariant *saved, Handover *handover)
{
    g_autoptr(GVariant) backs = g_variant_get_child_value(saved, 1);
    g_autoptr(GVariant) pending = g_variant_get_child_value(saved, 2);
    g_autoptr(GVariant) registrations = g_variant_get_child_value(saved, 3);
    if (rpc_server_relay(conn->server) == NULL ||
        g_variant_n_children(backs) + g_variant_n_children(registrations) == 0)
        return;
    RelayConn *owner = relay_conn_for(conn);
    g_variant_get_child(saved, 0, "b", &owner->read_only);
    for (gsize i = 0; i < g_variant_n_children(backs); i++) {
        g_autoptr(GVariant) one = g_variant_get_child_value(backs, i);
        restore_back(owner, one, handover);
    }
    for (gsize i = 0; i < g_variant_n_children(pending); i++) {
        g_autoptr(GVariant) one = g_variant_get_child_value(pending, i);
        restore_pending(owner, one);
    }
    for (gsize i = 0; i < g_variant_n_children(registrations); i++) {
        g_autoptr(GVariant) one = g_variant_get_child_value(registrations, i);
        restore_registration(owner, one);
    }
    look_for_missing(owner);
}
