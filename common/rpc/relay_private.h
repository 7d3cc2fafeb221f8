/*
 * relay_private — what the files of the relay share. Io thread only.
 */
#pragma once

#include "common/rpc/client.h"
#include "common/rpc/conn_private.h"
#include "common/rpc/relay.h"

typedef struct RelayConn RelayConn;
typedef struct RelayBack RelayBack;

typedef enum { BACK_IDLE, BACK_DIALLING, BACK_OPENING, BACK_REGISTERING, BACK_OPEN } BackState;

/* A forwarded call that has not been answered. */
typedef struct {
    FrameHeader header;
    const RpcProgram *program;
    const RpcProc *proc;
    RelayBack *back;
    GBytes *args;      /* of a call that registers for events */
    int32_t client_id; /* of a call that deregisters */
} RelayPending;

/* The connection to one daemon on behalf of one client. */
struct RelayBack {
    RelayConn *owner;
    const RpcConnKind *kind;
    BackState state;
    RpcDial *dial;
    RpcClient *client;
    gboolean launched;
    GQueue waiting; /* of RelayFrame: until it is open */
    RpcRelayOpened opened;
    void *opened_data;
    LoopTimer *retry; /* registrations exist, the daemon is away */
    int64_t retry_us;
    guint registering; /* registrations that are being renewed */
    gboolean paused;   /* not read, because the client does not read */
    gboolean full;     /* the client is not read, because this daemon does not */
};

struct RelayConn {
    RpcConn *conn;
    RpcRelay *relay;
    RelayBack *backs[RPC_N_FAMILIES];
    GHashTable *pending;      /* serial -> RelayPending */
    GHashTable *streams;      /* serial -> RelayPending whose call opened a stream */
    GPtrArray *registrations; /* of RelayRegistration */
    gboolean read_only;
    guint pins;
    gboolean freed;
};

typedef struct {
    RelayBack *back;
    const RpcProgram *program;
    const RpcProc *proc;
    int32_t client_id; /* what the client knows */
    int32_t back_id;   /* what the daemon knows */
    GBytes *args;      /* to register again */
} RelayRegistration;

/* --- relay_events.c --- */
gboolean relay_registers(const RpcProc *proc);
gboolean relay_deregisters(const RpcProc *proc);
/* A successful reply to a register call: remembers it, and gives the frame the client's id. */
void relay_note_registered(RelayBack *back, const RelayPending *pending, GByteArray *frame);
void relay_note_deregistered(RelayConn *owner, int32_t client_id);
/* Whether the client has this registration with this daemon. */
gboolean relay_is_registered(const RelayBack *back, int32_t client_id);
/* A deregister call on its way to the daemon: gives it the daemon's id. */
void relay_translate_deregister(RelayBack *back, GByteArray *frame);
/* An event on its way to the client. */
void relay_translate_event(RelayBack *back, GByteArray *frame);
gboolean relay_needs_translation(const RelayBack *back);
gboolean relay_has_registrations(const RelayBack *back);
void relay_registration_free(gpointer registration);
/* Registers everything again on a new connection; relay_back_ready() or relay_back_failed()
 * follows. */
void relay_register_again(RelayBack *back);

/* --- relay_back.c --- */
/* What a back connection's client reports; its data is the RelayBack. */
extern const RpcClientEvents relay_back_events;

/* --- relay.c --- */
/* The relay's half of a connection, and its back connection of a kind; made when there is none. */
RelayConn *relay_conn_for(RpcConn *conn);
RelayBack *relay_back_for(RelayConn *owner, const RpcConnKind *kind);
/* The daemon is away: it is tried again later. */
void relay_schedule_retry(RelayBack *back);
/* Where its daemon listens; the caller frees it. */
char *relay_socket_path(const RelayBack *back);
/* The call was answered, or will not be. */
void relay_end_pending(RelayConn *owner, RelayPending *pending);
/* Ends a callback under way: the last one frees what was given up meanwhile. */
void relay_unpin(RelayConn *owner);
void relay_back_ready(RelayBack *back);
void relay_back_failed(RelayBack *back, const GError *error);
