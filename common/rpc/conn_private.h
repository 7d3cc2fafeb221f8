/*
 * conn_private — the inside of a connection and a call, shared by the files of this folder only.
 * Io thread only.
 */
#pragma once

#include <stdatomic.h>

#include "common/rpc/call.h"
#include "common/rpc/conn.h"
#include "common/rpc/event.h"

/* A call frame that waits for its turn. */
typedef struct {
    GByteArray *bytes;
    int fds[FRAME_FDS_MAX];
    uint32_t n_fds;
} Parked;

/* What is to be done when the client goes. */
typedef struct {
    const RpcLeaverKind *kind;
    void *data;
} Leaver;

struct RpcConn {
    RpcServer *server;
    RpcConnState state;
    RpcLink *link; /* NULL once closed */
    char *uri;
    Identity *peer;
    Identity *identity;
    guint in_flight;        /* calls that run; streams are not counted */
    gboolean serialized;    /* a call of class `conn` is running: what follows waits */
    GQueue parked;          /* of Parked */
    size_t parked_bytes;    /* of calls and of stream packets held back */
    gboolean parked_paused; /* the link is paused because of them */
    gboolean full_paused;   /* the link is paused because the client does not read */
    gboolean finishing;
    GHashTable *streams;    /* serial -> RpcStream */
    GHashTable *calls;      /* set of RpcCall whose client is still here */
    RpcEventClient *events; /* NULL until something is registered */
    GArray *leavers;        /* of Leaver; NULL until there is one */
    LoopTimer *auth_timer;
    guint anonymous_calls; /* made before authentication */
    GList anonymous;       /* the server's, until authenticated */
    gboolean waiting;      /* there are too many such: the link is paused */
    void *relay;           /* the relay's half of this connection; NULL where nothing is relayed */
    guint pins;            /* callbacks under way */
};

/* Who gets to a waiting call first: its turn, or the end of its patience. */
typedef enum { TURN_WAITING, TURN_COME, TURN_GIVEN_UP } RpcTurn;

struct RpcCall {
    gint refs;
    uint64_t id;
    RpcServer *server;
    RpcConn *conn; /* io thread; NULL once the client has gone */
    uint64_t client_id;
    const RpcProgram *program;
    const RpcProc *proc;
    const void *handlers;
    FrameHeader header;
    Identity *identity;
    gboolean read_only;
    Arena *arena;
    void *args;
    void *ret;
    int fds[FRAME_FDS_MAX];
    uint32_t n_fds;
    int reply_fds[FRAME_FDS_MAX];
    uint32_t n_reply_fds;
    RpcTarget target;
    ObjRef *ref;
    const void *view; /* of ref, held as long as the call */
    const ViewOps *view_ops;
    GPtrArray *candidates; /* owns the views of a view set */
    ViewSet view_set;
    uint8_t *allowed;
    Reservation *reservation;
    const char *xml_name; /* what the document of the call is about */
    gboolean xml_has_uuid;
    uint8_t xml_uuid[OBJ_UUID_BYTES];
    guint claims; /* attempts to get hold of it */
    AclAttribute filter_attributes[RPC_ATTRIBUTES_MAX + 1];
    AclCheck *acl_check;
    RpcCallCancel cancel; /* the client has gone: ends the call early */
    void *cancel_data;
    gboolean deferred;
    gboolean ran;          /* the handler was entered */
    atomic_int turn;       /* RpcTurn: of a call that waits for its object's strand */
    LoopTimer *turn_timer; /* io thread */
    gboolean counted;      /* in conn->in_flight and conn->calls */
    GByteArray *reply;     /* encoded where the handler ran */
    GError *error;
    RpcStream *stream;
    Leaver leaver; /* for the connection, once the call succeeded */
};

/* The values, borrowed, in an array of their own: for loops whose body may change the table. */
static inline GPtrArray *
hash_values(GHashTable *table)
{
    GPtrArray *values = g_ptr_array_sized_new(g_hash_table_size(table));
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(values, value);
    return values;
}

/* --- server.c --- */
typedef struct {
    const RpcProgram *program;
    const void *handlers;
} ServedProgram;
const ServedProgram *rpc_server_find_program(const RpcServer *server, uint32_t id);
/* The call of a frame's header; NULL: not one of ours. */
const RpcProc *rpc_server_find_proc(const RpcServer *server, uint32_t program, uint32_t number);
RpcIo *rpc_server_io(const RpcServer *server);
Loop *rpc_server_loop(const RpcServer *server);
RpcRelay *rpc_server_relay(const RpcServer *server);
/* Counts the calls that have not ended, so that draining waits for them; returns the id. */
uint64_t rpc_server_call_began(RpcServer *server);
void rpc_server_call_ended(RpcServer *server);
/* The connection is gone; forgets it. */
void rpc_server_forget(RpcServer *server, RpcConn *conn);
/* A connection of those that were not authenticated now is. */
void rpc_server_authenticated(RpcServer *server, RpcConn *conn);
gboolean rpc_server_is_draining(const RpcServer *server);
/* NULL: no call of this daemon leaves such. */
const RpcLeaverKind *rpc_server_find_leaver_kind(const RpcServer *server, const char *name);
RpcHold rpc_server_get_hold(const RpcServer *server);
/* A new connection, or one of the program before us, under the id in its state. */
void rpc_server_add(RpcServer *server, RpcConn *conn);

/* --- conn.c --- */
/* Takes the transport and the identity. */
RpcConn *rpc_conn_new(RpcServer *server, Transport *transport, Identity *peer,
                      const RpcConnState *state);
/* Closes at once: calls go on without their client, streams are aborted, registrations end. */
void rpc_conn_free(RpcConn *conn);
/* A counted call ended: parked ones may start. */
void rpc_conn_call_ended(RpcConn *conn, RpcCall *call);
/* A call that another daemon answers, counted like our own. */
void rpc_conn_relayed_began(RpcConn *conn);
void rpc_conn_relayed_ended(RpcConn *conn);
/* Calls the function when the connection ends. */
void rpc_conn_add_leaver(RpcConn *conn, const Leaver *leaver);
/* The server holds back less than before: what waits may start. */
void rpc_conn_hold_changed(RpcConn *conn);
/* A parked frame of the program before us. */
void rpc_conn_park_again(RpcConn *conn, GByteArray *bytes, const int *fds, uint32_t n_fds);
/* Bytes of stream packets that are held back or delivered again (negative). */
void rpc_conn_hold_bytes(RpcConn *conn, gssize bytes);

/* --- dispatch.c --- */
/* A call frame whose turn has come. */
void rpc_dispatch_call(RpcConn *conn, Frame *frame);
/* Whether a call frame must not wait behind others. */
gboolean rpc_dispatch_is_urgent(const RpcConn *conn, const Frame *frame);

/* --- reply.c --- */
/* Replies by an error to a frame that never became a call. */
void rpc_reply_error(RpcConn *conn, const FrameHeader *header, const GError *error);
/* Appends an error structure. */
void rpc_encode_error(GByteArray *out, const GError *error);
/* Encodes the reply of a finished call into call->reply; any thread. */
void rpc_call_encode(RpcCall *call);
/* Sends what rpc_call_encode() made and ends the call; takes the reference. Io thread. */
void rpc_call_finish(RpcCall *call);
/* error_domain.c: the error domain of what this call is about, for errors that are found before its
 * handler. */
VirtErrorDomain rpc_proc_error_domain(const RpcProgram *program, const RpcProc *proc);

/* --- call.c --- */
RpcCall *rpc_call_new(RpcConn *conn, const ServedProgram *served, const RpcProc *proc,
                      const FrameHeader *header);
/* The call outlives this turn: it counts against the client's limit from here. */
void rpc_call_count(RpcCall *call);

/* --- resolve.c --- */
/* Finds what the row's subject names and fills target, ref and the attributes for the access rules.
 * FALSE: error, or the object does not exist. */
gboolean rpc_resolve(RpcCall *call, AclAttribute *ret_attributes, GError **error);
/* For a call with a document: the object it describes, or a claim for a new one. */
gboolean rpc_claim(RpcCall *call, GError **error);
/* The candidates of a list call. */
void rpc_resolve_candidates(RpcCall *call);

/* --- stream.c --- */
/* The ok reply was sent: packets flow. */
void rpc_stream_activate(RpcStream *stream, RpcConn *conn);
void rpc_stream_packet(RpcStream *stream, const Frame *frame);
/* The connection is gone, or the call failed after it had opened the stream. */
void rpc_stream_abandon(RpcStream *stream);
void rpc_stream_wake(RpcStream *stream);
RpcStream *rpc_stream_new(const FrameHeader *header, const RpcStreamOps *ops, void *data);
