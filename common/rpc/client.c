/*
 * client — see client.h.
 */
#define LOG_SOURCE "rpc.client"

#include "common/rpc/client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/rpc/feature.h"
#include "common/spec/remote.h"

enum { DIAL_RETRY_US = 20000 };

/* --- dialling --- */

struct RpcDial {
    Loop *loop;
    LoopTimer *timer;
    char *path;
    int64_t deadline_us;
    gboolean until_up;
    RpcDialDone done;
    void *data;
};

void
rpc_dial_cancel(RpcDial *dial)
{
    loop_timer_remove(dial->timer);
    g_free(dial->path);
    g_free(dial);
}

static void
dial_end(RpcDial *dial, int fd, int saved_errno)
{
    g_autoptr(GError) error = NULL;
    if (fd < 0)
        virt_error_set_errno(&error, VIRT_FROM_RPC, saved_errno, "Failed to connect socket to '%s'",
                             dial->path);
    RpcDialDone done = dial->done;
    void *data = dial->data;
    rpc_dial_cancel(dial);
    done(data, fd, error);
}

static void
on_dial(void *user_data)
{
    RpcDial *dial = user_data;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(dial->path) >= sizeof address.sun_path) {
        dial_end(dial, -1, ENAMETOOLONG);
        return;
    }
    strcpy(address.sun_path, dial->path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        dial_end(dial, -1, errno);
        return;
    }
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
        dial_end(dial, fd, 0);
        return;
    }
    int saved_errno = errno;
    close(fd);
    /* A unix socket whose backlog is full says EAGAIN and has to be asked again. */
    gboolean again = saved_errno == EAGAIN ||
                     (dial->until_up && (saved_errno == ECONNREFUSED || saved_errno == ENOENT));
    if (again && loop_now_us(dial->loop) < dial->deadline_us)
        loop_timer_set(dial->timer, loop_now_us(dial->loop) + DIAL_RETRY_US);
    else
        dial_end(dial, -1, saved_errno);
}

RpcDial *
rpc_dial(RpcIo *io, const RpcDialRequest *request, RpcDialDone done, void *data)
{
    RpcDial *dial = g_new(RpcDial, 1);
    Loop *loop = rpc_io_loop(io);
    *dial = (RpcDial){loop, NULL, g_strdup(request->path), request->deadline_us, request->until_up,
                      done, data};
    dial->timer = loop_add_timer(loop, on_dial, dial);
    loop_timer_set(dial->timer, loop_now_us(loop));
    return dial;
}

/* --- calls --- */

typedef struct {
    RpcClient *client;
    uint32_t serial;
    const RpcProc *proc;
    LoopTimer *timer;
    RpcClientDone done; /* NULL: failed already, its late reply is dropped */
    void *data;
} Pending;

typedef struct Opening Opening;

struct RpcClient {
    RpcIo *io;
    Opening *opening; /* the handshake under way */
    RpcLink *link;
    const RpcClientEvents *events;
    void *data;
    uint32_t next_serial;
    GHashTable *pending; /* serial -> Pending */
    guint pins;
    gboolean freed;
};

static void
pending_free(gpointer data)
{
    Pending *pending = data;
    loop_timer_remove(pending->timer);
    g_free(pending);
}

static void
client_unpin(RpcClient *client)
{
    if (--client->pins > 0 || !client->freed)
        return;
    g_hash_table_unref(client->pending);
    g_free(client);
}

static void opening_free(Opening *opening);

void
rpc_client_free(RpcClient *client)
{
    if (client == NULL)
        return;
    client->freed = TRUE;
    client->pins++;
    g_clear_pointer(&client->link, rpc_link_free);
    g_hash_table_remove_all(client->pending);
    g_clear_pointer(&client->opening, opening_free);
    client_unpin(client);
}

/* Ends one call; the client may be freed by the callback, so callers hold a pin. */
static void
pending_end(Pending *pending, const void *ret, const GError *error)
{
    RpcClientDone done = pending->done;
    void *data = pending->data;
    g_hash_table_remove(pending->client->pending, GUINT_TO_POINTER(pending->serial));
    if (done != NULL)
        done(data, ret, error);
}

static void
on_call_deadline(void *data)
{
    Pending *pending = data;
    RpcClient *client = pending->client;
    g_autoptr(GError) error = NULL;
    virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_OPERATION_TIMEOUT, "no answer to %s in time",
                   pending->proc->name);
    client->pins++;
    RpcClientDone done = g_steal_pointer(&pending->done);
    done(pending->data, NULL, error);
    client_unpin(client);
}

static GError *
decode_error(const Frame *frame, Arena *arena)
{
    RemoteError wire = {0};
    size_t used;
    GError *error = NULL;
    if (!xdr_decode(&remote_error_xdr, frame->payload, frame->payload_len, arena, &wire, &used,
                    &error))
        return error;
    VirtErrorInfo info = {
        .domain = (VirtErrorDomain)wire.domain,
        .level = (VirtErrorLevel)wire.level,
        .str1 = wire.str1,
        .str2 = wire.str2,
        .str3 = wire.str3,
        .int1 = wire.int1,
        .int2 = wire.int2,
    };
    return virt_error_new_from_wire((VirtErrorCode)wire.code, wire.message, &info);
}

static void
on_reply(Pending *pending, const Frame *frame)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    void *ret = NULL;
    size_t used;
    const XdrType *type = pending->proc->ret;
    if (frame->header.status != FRAME_OK) {
        error = decode_error(frame, arena);
    } else if (type != NULL) {
        ret = arena_alloc(arena, type->size);
        if (!xdr_decode(type, frame->payload, frame->payload_len, arena, ret, &used, &error))
            ret = NULL;
    }
    pending_end(pending, ret, error);
}

static void
on_frame(void *data, Frame *frame)
{
    RpcClient *client = data;
    Pending *pending = NULL;
    client->pins++;
    if (frame->header.type == FRAME_REPLY || frame->header.type == FRAME_REPLY_FDS)
        pending = g_hash_table_lookup(client->pending, GUINT_TO_POINTER(frame->header.serial));
    if (pending != NULL && pending->done != NULL)
        on_reply(pending, frame);
    else if (pending != NULL)
        g_hash_table_remove(client->pending, GUINT_TO_POINTER(frame->header.serial));
    else
        client->events->frame(client->data, frame);
    client_unpin(client);
}

static void
on_closed(void *data, const GError *cause)
{
    RpcClient *client = data;
    g_autoptr(GError) error = NULL;
    virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR, "%s",
                   cause != NULL ? cause->message : "the peer closed the connection");
    client->pins++;
    GHashTableIter iter;
    gpointer value;
    for (;;) {
        g_hash_table_iter_init(&iter, client->pending);
        if (!g_hash_table_iter_next(&iter, NULL, &value))
            break;
        pending_end(value, NULL, error);
    }
    if (!client->freed)
        client->events->closed(client->data, cause);
    client_unpin(client);
}

static void
on_drained(void *data)
{
    RpcClient *client = data;
    if (client->events->drained != NULL)
        client->events->drained(client->data);
}

static const RpcLinkEvents link_events = {on_frame, on_closed, on_drained};

RpcClient *
rpc_client_new(RpcIo *io, Transport *transport, const RpcClientEvents *events, void *data)
{
    RpcClient *client = g_new0(RpcClient, 1);
    client->io = io;
    client->events = events;
    client->data = data;
    client->pending = g_hash_table_new_full(NULL, NULL, NULL, pending_free);
    client->link = rpc_link_new(io, transport, &link_events, client);
    return client;
}

RpcLink *
rpc_client_link(const RpcClient *client)
{
    return client->link;
}

uint32_t
rpc_client_next_serial(const RpcClient *client)
{
    return client->next_serial;
}

void
rpc_client_set_next_serial(RpcClient *client, uint32_t serial)
{
    client->next_serial = serial;
}

void
rpc_client_call(RpcClient *client, const RpcProgram *program, uint32_t number, const void *args,
                int64_t deadline_us, RpcClientDone done, void *data)
{
    const RpcProc *proc = rpc_program_find(program, number);
    g_autoptr(GError) error = NULL;
    Pending *pending = g_new(Pending, 1);
    *pending = (Pending){client, client->next_serial++, proc, NULL, done, data};
    pending->timer = loop_add_timer(rpc_io_loop(client->io), on_call_deadline, pending);
    loop_timer_set(pending->timer, deadline_us);
    g_hash_table_insert(client->pending, GUINT_TO_POINTER(pending->serial), pending);
    FrameHeader header = {program->id, program->version, number,
                          FRAME_CALL,  pending->serial,  FRAME_OK};
    GByteArray *out = rpc_link_out(client->link);
    size_t start = frame_begin(out, &header, 0);
    gboolean encoded = proc->args == NULL || xdr_encode(proc->args, args, out, &error);
    gboolean fits = encoded && frame_end(out, start);
    /* What we send ourselves is within the limits. */
    g_assert(fits);
}

/* --- opening --- */

struct Opening {
    RpcClient *client;
    char *uri;
    gboolean read_only;
    Identity *identity;
    int64_t deadline_us;
    RpcClientDone done;
    void *data;
    guint step;
};

typedef void (*OpeningStep)(Opening *opening);

static void opening_next(Opening *opening);

static void
opening_free(Opening *opening)
{
    identity_unref(opening->identity);
    g_free(opening->uri);
    g_free(opening);
}

static void
opening_end(Opening *opening, const GError *error)
{
    RpcClientDone done = opening->done;
    void *data = opening->data;
    opening->client->opening = NULL;
    opening_free(opening);
    done(data, NULL, error);
}

static void
on_step_done(void *data, const void *ret, const GError *error)
{
    if (error != NULL)
        opening_end(data, error);
    else
        opening_next(data);
}

static void
opening_call(Opening *opening, uint32_t number, const void *args, RpcClientDone done)
{
    rpc_client_call(opening->client, &remote_program, number, args, opening->deadline_us, done,
                    opening);
}

static void
on_auth_list(void *data, const void *ret, const GError *error)
{
    Opening *opening = data;
    const RemoteAuthListRet *list = ret;
    if (error != NULL) {
        opening_end(opening, error);
        return;
    }
    for (uint32_t i = 0; i < list->types.len; i++) {
        if (list->types.items[i] == REMOTE_AUTH_TYPE_NONE) {
            opening_next(opening);
            return;
        }
    }
    for (uint32_t i = 0; i < list->types.len; i++) {
        if (list->types.items[i] == REMOTE_AUTH_TYPE_POLKIT) {
            opening_call(opening, REMOTE_PROC_AUTH_POLKIT, NULL, on_step_done);
            return;
        }
    }
    g_autoptr(GError) refused = NULL;
    virt_error_set(&refused, VIRT_FROM_RPC, VIRT_ERR_AUTH_FAILED,
                   "the peer wants an authentication that daemons do not do");
    opening_end(opening, refused);
}

static void
step_auth(Opening *opening)
{
    opening_call(opening, REMOTE_PROC_AUTH_LIST, NULL, on_auth_list);
}

static void
step_keepalive(Opening *opening)
{
    RemoteConnectSupportsFeatureArgs args = {.feature = FEATURE_KEEPALIVE};
    rpc_link_expect_pings(opening->client->link);
    opening_call(opening, REMOTE_PROC_CONNECT_SUPPORTS_FEATURE, &args, on_step_done);
}

static void
step_open(Opening *opening)
{
    RemoteConnectOpenArgs args = {.name = opening->uri, .flags = opening->read_only ? 1 : 0};
    opening_call(opening, REMOTE_PROC_CONNECT_OPEN, &args, on_step_done);
}

static void
step_identity(Opening *opening)
{
    if (opening->identity == NULL) {
        opening_next(opening);
        return;
    }
    IdentityParam params[IDENTITY_N_PARAMS];
    RemoteTypedParam items[IDENTITY_N_PARAMS] = {0};
    size_t n = identity_to_params(opening->identity, params);
    for (size_t i = 0; i < n; i++) {
        items[i].field = (char *)params[i].name;
        items[i].value.type = params[i].type;
        if (params[i].type == IDENTITY_STRING)
            items[i].value.value.s = (char *)params[i].value.string;
        else if (params[i].type == IDENTITY_ULLONG)
            items[i].value.value.ul = params[i].value.ullong;
        else
            items[i].value.value.l = params[i].value.llong;
    }
    RemoteConnectSetIdentityArgs args = {.params = {(uint32_t)n, items}};
    opening_call(opening, REMOTE_PROC_CONNECT_SET_IDENTITY, &args, on_step_done);
}

static const OpeningStep opening_steps[] = {step_auth, step_keepalive, step_open, step_identity};

static void
opening_next(Opening *opening)
{
    if (opening->step == G_N_ELEMENTS(opening_steps))
        opening_end(opening, NULL);
    else
        opening_steps[opening->step++](opening);
}

void
rpc_client_open(RpcClient *client, const RpcOpenRequest *request, RpcClientDone done, void *data)
{
    Opening *opening = g_new(Opening, 1);
    *opening = (Opening){
        .client = client,
        .uri = g_strdup(request->uri),
        .read_only = request->read_only,
        .identity = request->identity != NULL ? identity_ref(request->identity) : NULL,
        .deadline_us = request->deadline_us,
        .done = done,
        .data = data,
    };
    g_assert(client->opening == NULL);
    client->opening = opening;
    opening_next(opening);
}
