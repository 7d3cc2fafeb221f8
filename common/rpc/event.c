/*
 * event — see event.h. An event is encoded once; for each registration that wants it the message is
 * copied with the registration's id in front. With access rules each client has a queue, so that a
 * slow answer delays later events of that client instead of letting them overtake.
 */
#define LOG_SOURCE "rpc.event"

#include "common/rpc/event.h"

#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/objtable.h"
#include "common/rpc/conn_private.h"

/* Of one client; more than one a guest on the largest hosts. */
enum { REGISTRATIONS_MAX = 16384, PATTERN_MAX_BYTES = 1024 };
enum { ID_DAEMON_SHIFT = 24, ID_COUNTER_MAX = (1 << ID_DAEMON_SHIFT) - 1 };

typedef struct {
    RpcEventClient *client;
    int32_t id;
    AclObject object;
    int32_t event_id;
    RpcEventGeneration generation;
    gboolean has_uuid;
    uint8_t uuid[OBJ_UUID_BYTES];
    char *name;
    gboolean ignores_case; /* QEMU monitor events */
    GRegex *regex;         /* the same */
} Registration;

struct RpcEventMessage {
    gint refs;
    RpcServer *server;
    FrameHeader header;
    FrameHeader legacy_header;
    GByteArray *payload;        /* begins with the callback id */
    GByteArray *legacy_payload; /* NULL: none */
    AclObject object;
    int32_t event_id;
    char *name;
    gboolean has_uuid;
    uint8_t uuid[OBJ_UUID_BYTES];
    char *monitor_event;
    Arena *arena;
    AclAttribute attributes[RPC_ATTRIBUTES_MAX + 1];
    AclPermission permission;
};

/* One event on its way to one client. */
typedef struct {
    RpcEventClient *client;
    RpcEventMessage *message;
    GArray *ids;     /* of int32_t: registrations that want it, of the callback generation */
    gboolean legacy; /* a registration of the old generations wants it */
    AclVerdict verdict;
    AclCheck *check;
} Delivery;

struct RpcEventClient {
    RpcConn *conn;
    RpcEvents *events;
    GPtrArray *registrations; /* in the order in which they came */
    GHashTable *by_id;        /* the same */
    GQueue pending;           /* of Delivery, in order */
    size_t queued_bytes;      /* of events, since the link was last far from full */
};

struct RpcEvents {
    RpcServer *server;
    GPtrArray *clients;
    size_t n_registrations;
    int32_t counter;
};

/* Ids that exist: domain, network, storage pool, node device, secret. */
static const struct {
    AclObject object;
    int32_t n_ids;
} known_ids[] = {
    {ACL_DOMAIN, 28},     {ACL_NETWORK, 2}, {ACL_STORAGE_POOL, 2},
    {ACL_NODE_DEVICE, 2}, {ACL_SECRET, 2},
};

RpcEvents *
rpc_events_new(RpcServer *server)
{
    RpcEvents *events = g_new0(RpcEvents, 1);
    events->server = server;
    events->clients = g_ptr_array_new();
    return events;
}

void
rpc_events_free(RpcEvents *events)
{
    g_assert(events->clients->len == 0);
    g_ptr_array_unref(events->clients);
    g_free(events);
}

size_t
rpc_events_count(const RpcEvents *events)
{
    return events->n_registrations;
}

/* --- registrations --- */

static void
registration_free(gpointer data)
{
    Registration *registration = data;
    registration->client->events->n_registrations--;
    g_free(registration->name);
    g_clear_pointer(&registration->regex, g_regex_unref);
    g_free(registration);
}

static Registration *
registration_new(RpcEventClient *client)
{
    Registration *registration = g_new0(Registration, 1);
    registration->client = client;
    client->events->n_registrations++;
    return registration;
}

static void
add(RpcEventClient *client, Registration *registration)
{
    g_ptr_array_add(client->registrations, registration);
    g_hash_table_insert(client->by_id, GINT_TO_POINTER(registration->id), registration);
}

static RpcEventClient *
client_for(RpcConn *conn)
{
    if (conn->events == NULL) {
        RpcEventClient *client = g_new0(RpcEventClient, 1);
        client->conn = conn;
        client->events = rpc_server_events(conn->server);
        client->registrations = g_ptr_array_new_with_free_func(registration_free);
        client->by_id = g_hash_table_new(NULL, NULL);
        g_queue_init(&client->pending);
        g_ptr_array_add(client->events->clients, client);
        conn->events = client;
    }
    return conn->events;
}

static gboolean
is_known(AclObject object, int32_t event_id)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known_ids); i++) {
        if (known_ids[i].object == object)
            return event_id >= 0 && event_id < known_ids[i].n_ids;
    }
    return FALSE;
}

static int32_t
next_id(RpcEvents *events)
{
    events->counter = events->counter < ID_COUNTER_MAX ? events->counter + 1 : 1;
    return (int32_t)rpc_server_config(events->server)->daemon << ID_DAEMON_SHIFT | events->counter;
}

static gboolean
id_is_used(const RpcEventClient *client, int32_t id)
{
    return g_hash_table_contains(client->by_id, GINT_TO_POINTER(id));
}

static Registration *
find_legacy(const RpcEventClient *client, int32_t event_id)
{
    for (guint i = 0; i < client->registrations->len; i++) {
        Registration *registration = g_ptr_array_index(client->registrations, i);
        if (registration->generation == RPC_EVENTS_LEGACY && registration->event_id == event_id)
            return registration;
    }
    return NULL;
}

static gboolean
check_wish(const RpcEventClient *client, const RpcEventWish *wish, GError **error)
{
    if (client->registrations->len >= REGISTRATIONS_MAX) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_OPERATION_FAILED,
                       "%d events are registered on this connection: no more are taken",
                       REGISTRATIONS_MAX);
        return FALSE;
    }
    if (wish->generation == RPC_EVENTS_QEMU_MONITOR)
        return TRUE;
    if (!is_known(wish->object, wish->event_id)) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR, "unsupported event ID %d",
                       wish->event_id);
        return FALSE;
    }
    if (wish->generation == RPC_EVENTS_LEGACY && find_legacy(client, wish->event_id) != NULL) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                       "event %d is already registered on this connection", wish->event_id);
        return FALSE;
    }
    return TRUE;
}

static gboolean
set_pattern(Registration *registration, const RpcEventWish *wish, GError **error)
{
    if (wish->pattern == NULL)
        return TRUE;
    if (!wish->pattern_is_regex) {
        registration->name = g_strdup(wish->pattern);
        registration->ignores_case = wish->pattern_ignores_case;
        return TRUE;
    }
    g_autoptr(GError) bad = NULL;
    /* Bytes, not text: what a client sent need not be UTF-8, and the compiler of expressions trusts
     * that it is. */
    GRegexCompileFlags flags = G_REGEX_RAW;
    if (wish->pattern_ignores_case)
        flags |= G_REGEX_CASELESS;
    if (strlen(wish->pattern) <= PATTERN_MAX_BYTES)
        registration->regex = g_regex_new(wish->pattern, flags, 0, &bad);
    if (registration->regex == NULL)
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG, "event pattern: %s",
                       bad != NULL ? bad->message : "it is too long");
    return registration->regex != NULL;
}

gboolean
rpc_event_register(RpcConn *conn, const RpcEventWish *wish, int32_t *ret_id, GError **error)
{
    RpcEventClient *client = client_for(conn);
    if (!check_wish(client, wish, error))
        return FALSE;
    Registration *registration = registration_new(client);
    registration->object = wish->object;
    registration->event_id = wish->event_id;
    registration->generation = wish->generation;
    if (wish->generation == RPC_EVENTS_QEMU_MONITOR && !set_pattern(registration, wish, error)) {
        registration_free(registration);
        return FALSE;
    }
    if (wish->uuid != NULL) {
        registration->has_uuid = TRUE;
        memcpy(registration->uuid, wish->uuid, sizeof registration->uuid);
    } else if (wish->name != NULL && registration->name == NULL) {
        registration->name = g_strdup(wish->name);
    }
    do {
        registration->id = next_id(client->events);
    } while (id_is_used(client, registration->id));
    add(client, registration);
    *ret_id = registration->id;
    return TRUE;
}

static void
drop(RpcEventClient *client, Registration *registration)
{
    g_hash_table_remove(client->by_id, GINT_TO_POINTER(registration->id));
    g_ptr_array_remove(client->registrations, registration);
}

gboolean
rpc_event_deregister(RpcConn *conn, AclObject object, int32_t id, GError **error)
{
    RpcEventClient *client = client_for(conn);
    Registration *registration = g_hash_table_lookup(client->by_id, GINT_TO_POINTER(id));
    if (registration != NULL && registration->object == object &&
        registration->generation != RPC_EVENTS_LEGACY) {
        drop(client, registration);
        return TRUE;
    }
    virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                   "no event callback %d is registered", id);
    return FALSE;
}

gboolean
rpc_event_deregister_legacy(RpcConn *conn, int32_t event_id, GError **error)
{
    RpcEventClient *client = client_for(conn);
    Registration *registration = find_legacy(client, event_id);
    if (registration == NULL) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR, "event %d is not registered",
                       event_id);
        return FALSE;
    }
    drop(client, registration);
    return TRUE;
}

/* --- messages --- */

static void
message_unref(RpcEventMessage *message)
{
    if (!g_atomic_int_dec_and_test(&message->refs))
        return;
    g_byte_array_unref(message->payload);
    g_clear_pointer(&message->legacy_payload, g_byte_array_unref);
    g_free(message->name);
    g_free(message->monitor_event);
    arena_free(message->arena);
    g_free(message);
}

static GByteArray *
encode(const RpcProc *proc, const void *args)
{
    GByteArray *payload = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    if (!xdr_encode(proc->args, args, payload, &error)) {
        log_error("event %s cannot be sent: %s", proc->name, error->message);
        g_clear_pointer(&payload, g_byte_array_unref);
    }
    return payload;
}

static FrameHeader
event_header(const RpcProgram *program, const RpcProc *proc)
{
    return (FrameHeader){program->id, program->version, proc->number, FRAME_EVENT, 0, FRAME_OK};
}

static RpcEventMessage *
message_new(RpcServer *server, const RpcEventSource *source)
{
    GByteArray *payload = encode(source->proc, source->args);
    if (payload == NULL)
        return NULL;
    RpcEventMessage *message = g_new0(RpcEventMessage, 1);
    message->refs = 1;
    message->server = server;
    message->header = event_header(source->program, source->proc);
    message->payload = payload;
    if (source->legacy_proc != NULL) {
        message->legacy_header = event_header(source->program, source->legacy_proc);
        message->legacy_payload = encode(source->legacy_proc, source->legacy_args);
    }
    message->object = source->object;
    message->event_id = source->event_id;
    message->name = g_strdup(source->name);
    message->monitor_event = g_strdup(source->monitor_event);
    if (source->uuid != NULL) {
        message->has_uuid = TRUE;
        memcpy(message->uuid, source->uuid, sizeof message->uuid);
    }
    message->arena = arena_new();
    message->permission = source->permission;
    message->attributes[0] =
        (AclAttribute){"connect_driver", acl_driver_names[source->proc->family]};
    for (size_t i = 0; source->attributes != NULL && source->attributes[i].key != NULL; i++) {
        g_assert(i + 1 < RPC_ATTRIBUTES_MAX);
        message->attributes[i + 1] = (AclAttribute){
            source->attributes[i].key, arena_strdup(message->arena, source->attributes[i].value)};
    }
    return message;
}

/* --- delivery --- */

static gboolean
wants(const Registration *registration, const RpcEventMessage *message)
{
    if (registration->object != message->object)
        return FALSE;
    if (registration->has_uuid && (!message->has_uuid || memcmp(registration->uuid, message->uuid,
                                                                sizeof message->uuid) != 0))
        return FALSE;
    if ((registration->generation == RPC_EVENTS_QEMU_MONITOR) != (message->monitor_event != NULL))
        return FALSE;
    if (message->monitor_event != NULL) {
        if (registration->regex != NULL)
            return g_regex_match(registration->regex, message->monitor_event, 0, NULL);
        if (registration->name == NULL)
            return TRUE;
        return registration->ignores_case
                   ? g_ascii_strcasecmp(registration->name, message->monitor_event) == 0
                   : g_str_equal(registration->name, message->monitor_event);
    }
    return registration->event_id == message->event_id &&
           (registration->name == NULL || g_strcmp0(registration->name, message->name) == 0);
}

static void
delivery_free(Delivery *delivery)
{
    g_clear_pointer(&delivery->check, acl_check_cancel);
    g_array_unref(delivery->ids);
    message_unref(delivery->message);
    g_free(delivery);
}

static void
send_message(RpcLink *link, const FrameHeader *header, const GByteArray *payload, const int32_t *id)
{
    GByteArray *out = rpc_link_out(link);
    size_t start = frame_begin(out, header, payload->len);
    g_byte_array_append(out, payload->data, payload->len);
    if (id != NULL)
        frame_put_u32(out->data + start + FRAME_HEADER_BYTES, (uint32_t)*id);
}

/* FALSE: the client was cut. */
static gboolean
send_delivery(const Delivery *delivery)
{
    RpcConn *conn = delivery->client->conn;
    RpcEventMessage *message = delivery->message;
    size_t before = rpc_link_backlog(conn->link);
    for (guint i = 0; i < delivery->ids->len; i++) {
        int32_t *id = &g_array_index(delivery->ids, int32_t, i);
        if (id_is_used(delivery->client, *id))
            send_message(conn->link, &message->header, message->payload, id);
    }
    if (delivery->legacy && message->legacy_payload != NULL &&
        find_legacy(delivery->client, message->event_id) != NULL)
        send_message(conn->link, &message->legacy_header, message->legacy_payload, NULL);
    /* A long reply that is on its way is no reason to cut: only events count. */
    RpcEventClient *client = delivery->client;
    size_t limit = rpc_server_limits(conn->server)->event_backlog_bytes;
    size_t after = rpc_link_backlog(conn->link);
    if (before < RPC_LINK_LOW_BYTES)
        client->queued_bytes = before;
    client->queued_bytes += after - before;
    if (client->queued_bytes <= limit || after <= limit)
        return TRUE;
    log_warning("client %" G_GUINT64_FORMAT
                " does not read its events: %zu bytes are waiting, the connection is cut",
                conn->state.id, rpc_link_backlog(conn->link));
    rpc_conn_cut(conn);
    return FALSE;
}

static void
flush_pending(RpcEventClient *client)
{
    for (Delivery *delivery; (delivery = g_queue_peek_head(&client->pending)) != NULL;) {
        if (delivery->verdict == ACL_PENDING)
            return;
        (void)g_queue_pop_head(&client->pending);
        gboolean alive = delivery->verdict != ACL_ALLOWED || send_delivery(delivery);
        delivery_free(delivery);
        if (!alive)
            return;
    }
}

static void
on_judged(void *data, AclVerdict verdict, const GError *error)
{
    Delivery *delivery = data;
    delivery->check = NULL;
    delivery->verdict = verdict;
    flush_pending(delivery->client);
}

static AclVerdict
judge(Delivery *delivery)
{
    RpcConn *conn = delivery->client->conn;
    AclManager *acl = rpc_server_config(conn->server)->acl;
    if (acl == NULL || acl_manager_is_open(acl))
        return ACL_ALLOWED;
    return acl_check(acl, conn->identity, delivery->message->permission,
                     delivery->message->attributes, on_judged, delivery, &delivery->check, NULL);
}

static void
deliver(RpcEventClient *client, RpcEventMessage *message)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
    gboolean legacy = FALSE;
    for (guint i = 0; i < client->registrations->len; i++) {
        const Registration *registration = g_ptr_array_index(client->registrations, i);
        if (!wants(registration, message))
            continue;
        if (registration->generation == RPC_EVENTS_LEGACY)
            legacy = TRUE;
        else
            g_array_append_val(ids, registration->id);
    }
    if (ids->len == 0 && !legacy)
        return;
    Delivery *delivery = g_new0(Delivery, 1);
    g_atomic_int_inc(&message->refs);
    *delivery = (Delivery){client, message, g_steal_pointer(&ids), legacy, ACL_PENDING, NULL};
    g_queue_push_tail(&client->pending, delivery);
    delivery->verdict = judge(delivery);
    flush_pending(client);
}

static void
on_emit(void *data)
{
    RpcEventMessage *message = data;
    RpcEvents *events = rpc_server_events(message->server);
    g_autoptr(GPtrArray) clients = g_ptr_array_copy(events->clients, NULL, NULL);
    for (guint i = 0; i < clients->len; i++) {
        /* A client that was cut meanwhile is not there any more. */
        if (g_ptr_array_find(events->clients, g_ptr_array_index(clients, i), NULL))
            deliver(g_ptr_array_index(clients, i), message);
    }
    message_unref(message);
}

void
rpc_event_emit(RpcServer *server, const RpcEventSource *source)
{
    RpcEventMessage *message = message_new(server, source);
    if (message == NULL)
        return;
    strand_mark(STRAND_EVENT);
    loop_post(rpc_server_loop(server), on_emit, message);
}

void
rpc_event_client_free(RpcEventClient *client)
{
    if (client == NULL)
        return;
    g_ptr_array_remove(client->events->clients, client);
    for (Delivery *delivery; (delivery = g_queue_pop_head(&client->pending)) != NULL;)
        delivery_free(delivery);
    g_hash_table_unref(client->by_id);
    g_ptr_array_unref(client->registrations);
    g_free(client);
}

/* --- hot restart --- */

GVariant *
rpc_event_save(const RpcEventClient *client)
{
    GVariantBuilder all;
    g_variant_builder_init(&all, G_VARIANT_TYPE(RPC_EVENTS_SAVED));
    for (guint i = 0; client != NULL && i < client->registrations->len; i++) {
        const Registration *it = g_ptr_array_index(client->registrations, i);
        const char *regex = it->regex != NULL ? g_regex_get_pattern(it->regex) : NULL;
        GVariant *uuid = handover_bytes(it->uuid, it->has_uuid ? sizeof it->uuid : 0);
        gboolean folds =
            it->ignores_case ||
            (it->regex != NULL && (g_regex_get_compile_flags(it->regex) & G_REGEX_CASELESS) != 0);
        g_variant_builder_add(&all, "(iuiu@ay@may@mayb)", it->id, it->object, it->event_id,
                              it->generation, uuid, handover_maybe_text(it->name),
                              handover_maybe_text(regex), folds);
    }
    return g_variant_builder_end(&all);
}

static void
restore_one(RpcEventClient *client, GVariant *saved)
{
    g_autoptr(GVariant) uuid = NULL;
    g_autofree char *name = NULL, *regex = NULL;
    gboolean folds;
    Registration *it = registration_new(client);
    g_variant_get(saved, "(iuiu@aym^aym^ayb)", &it->id, &it->object, &it->event_id, &it->generation,
                  &uuid, &name, &regex, &folds);
    RpcEventWish wish = {.pattern = regex, .pattern_is_regex = TRUE, .pattern_ignores_case = folds};
    it->has_uuid = g_variant_n_children(uuid) == sizeof it->uuid;
    if (it->has_uuid)
        memcpy(it->uuid, g_variant_get_data(uuid), sizeof it->uuid);
    it->name = g_steal_pointer(&name);
    client->events->counter = MAX(client->events->counter, it->id & ID_COUNTER_MAX);
    it->ignores_case = folds;
    if (set_pattern(it, &wish, NULL))
        add(client, it);
    else
        registration_free(it);
}

void
rpc_event_restore(RpcConn *conn, GVariant *saved)
{
    for (gsize i = 0; i < g_variant_n_children(saved); i++) {
        g_autoptr(GVariant) one = g_variant_get_child_value(saved, i);
        restore_one(client_for(conn), one);
    }
}

gboolean
rpc_events_wait(const RpcEvents *events)
{
    for (guint i = 0; i < events->clients->len; i++) {
        const RpcEventClient *client = g_ptr_array_index(events->clients, i);
        if (!g_queue_is_empty((GQueue *)&client->pending))
            return TRUE;
    }
    return FALSE;
}
