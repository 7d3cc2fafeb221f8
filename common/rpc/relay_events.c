/*
 * relay_events — the event registrations that pass through a relay. They are remembered so that a
 * daemon that comes back hears of them again; from then on its ids differ from those that the
 * client knows, and are translated in both directions.
 */
#define LOG_SOURCE "rpc.relay"

#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/relay_private.h"

enum { REGISTER_TIMEOUT_US = 10 * G_USEC_PER_SEC, ID_COUNTER_MAX = 0xffffff };

/* Register calls are those that return a callback id; deregister calls take one. */
static gboolean
has_lone_callback_id(const XdrType *type)
{
    return type != NULL && type->n_fields == 1 && g_str_equal(type->fields[0].name, "callback_id");
}

gboolean
relay_registers(const RpcProc *proc)
{
    return has_lone_callback_id(proc->ret);
}

gboolean
relay_deregisters(const RpcProc *proc)
{
    return has_lone_callback_id(proc->args) && proc->kind != RPC_KIND_EVENT;
}

void
relay_registration_free(gpointer data)
{
    RelayRegistration *registration = data;
    g_bytes_unref(registration->args);
    g_free(registration);
}

static RelayRegistration *
find_by_client_id(RelayConn *owner, int32_t id)
{
    for (guint i = 0; i < owner->registrations->len; i++) {
        RelayRegistration *registration = g_ptr_array_index(owner->registrations, i);
        if (registration->client_id == id)
            return registration;
    }
    return NULL;
}

static RelayRegistration *
find_by_back_id(RelayBack *back, int32_t id)
{
    for (guint i = 0; i < back->owner->registrations->len; i++) {
        RelayRegistration *registration = g_ptr_array_index(back->owner->registrations, i);
        if (registration->back == back && registration->back_id == id)
            return registration;
    }
    return NULL;
}

gboolean
relay_has_registrations(const RelayBack *back)
{
    for (guint i = 0; i < back->owner->registrations->len; i++) {
        if (((RelayRegistration *)g_ptr_array_index(back->owner->registrations, i))->back == back)
            return TRUE;
    }
    return FALSE;
}

gboolean
relay_needs_translation(const RelayBack *back)
{
    for (guint i = 0; i < back->owner->registrations->len; i++) {
        const RelayRegistration *registration = g_ptr_array_index(back->owner->registrations, i);
        if (registration->back == back && registration->client_id != registration->back_id)
            return TRUE;
    }
    return FALSE;
}

/* The id that the client gets: the daemon's own, unless the client knows another event by it. */
static int32_t
free_client_id(RelayConn *owner, int32_t back_id)
{
    int32_t daemon = back_id & ~ID_COUNTER_MAX;
    int32_t id = back_id;
    for (int32_t counter = ID_COUNTER_MAX; find_by_client_id(owner, id) != NULL; counter--)
        id = daemon | counter;
    return id;
}

static int32_t
frame_first_int(const GByteArray *frame)
{
    return (int32_t)frame_get_u32(frame->data + FRAME_HEADER_BYTES);
}

static void
frame_set_first_int(GByteArray *frame, int32_t value)
{
    frame_put_u32(frame->data + FRAME_HEADER_BYTES, (uint32_t)value);
}

void
relay_note_registered(RelayBack *back, const RelayPending *pending, GByteArray *frame)
{
    if (frame->len < FRAME_HEADER_BYTES + 4)
        return;
    RelayRegistration *registration = g_new(RelayRegistration, 1);
    int32_t back_id = frame_first_int(frame);
    *registration = (RelayRegistration){
        .back = back,
        .program = pending->program,
        .proc = pending->proc,
        .client_id = free_client_id(back->owner, back_id),
        .back_id = back_id,
        .args = g_bytes_ref(pending->args),
    };
    g_ptr_array_add(back->owner->registrations, registration);
    frame_set_first_int(frame, registration->client_id);
}

void
relay_note_deregistered(RelayConn *owner, int32_t client_id)
{
    RelayRegistration *registration = find_by_client_id(owner, client_id);
    if (registration != NULL)
        g_ptr_array_remove(owner->registrations, registration);
}

gboolean
relay_is_registered(const RelayBack *back, int32_t client_id)
{
    const RelayRegistration *registration = find_by_client_id(back->owner, client_id);
    return registration != NULL && registration->back == back;
}

void
relay_translate_deregister(RelayBack *back, GByteArray *frame)
{
    const RpcProgram *program =
        frame_get_u32(frame->data + 4) == qemu_program.id ? &qemu_program : &remote_program;
    const RpcProc *proc = rpc_program_find(program, frame_get_u32(frame->data + 12));
    if (proc == NULL || !relay_deregisters(proc) || frame->len < FRAME_HEADER_BYTES + 4)
        return;
    const RelayRegistration *registration = find_by_client_id(back->owner, frame_first_int(frame));
    if (registration != NULL && registration->back == back)
        frame_set_first_int(frame, registration->back_id);
}

void
relay_translate_event(RelayBack *back, GByteArray *frame)
{
    if (frame->len < FRAME_HEADER_BYTES + 4)
        return;
    const RelayRegistration *registration = find_by_back_id(back, frame_first_int(frame));
    if (registration != NULL)
        frame_set_first_int(frame, registration->client_id);
}

/* --- after a restart of the daemon --- */

static void
on_renewed(void *data, const void *ret, const GError *error)
{
    /* Deregister calls wait until the connection is open, so the registration is still there. */
    RelayRegistration *registration = data;
    RelayBack *back = registration->back;
    if (error == NULL)
        memcpy(&registration->back_id, ret, sizeof registration->back_id);
    else
        log_warning("event registration %d could not be renewed: %s", registration->client_id,
                    error->message);
    if (--back->registering == 0 && back->state == BACK_REGISTERING)
        relay_back_ready(back);
}

void
relay_register_again(RelayBack *back)
{
    RelayConn *owner = back->owner;
    int64_t deadline_us = loop_now_us(rpc_server_loop(owner->conn->server)) + REGISTER_TIMEOUT_US;
    back->state = BACK_REGISTERING;
    back->registering = 1; /* ours, so that it does not end before all are sent */
    for (guint i = 0; i < owner->registrations->len; i++) {
        RelayRegistration *registration = g_ptr_array_index(owner->registrations, i);
        if (registration->back != back)
            continue;
        /* No id of the old connection is valid until it is renewed. */
        registration->back_id = -1;
        g_autoptr(Arena) arena = arena_new();
        void *args = arena_alloc(arena, registration->proc->args->size);
        gsize len, used;
        const uint8_t *bytes = g_bytes_get_data(registration->args, &len);
        if (!xdr_decode(registration->proc->args, bytes, len, arena, args, &used, NULL))
            continue;
        back->registering++;
        rpc_client_call(back->client, registration->program, registration->proc->number, args,
                        deadline_us, on_renewed, registration);
    }
    if (--back->registering == 0)
        relay_back_ready(back);
}
