/*
 * link — a session on a transport in the loop: reads, hands out frames, writes, ticks. The one
 * piece that daemons, relay and client use to talk to a peer. Io thread only.
 */
#pragma once

#include "common/base/loop.h"
#include "common/rpc/frame.h"
#include "common/rpc/session.h"
#include "common/rpc/transport.h"

/* What the links of one loop share: the loop and a read buffer, so that an idle link holds none. */
typedef struct RpcIo RpcIo;
RpcIo *rpc_io_new(Loop *loop);
void rpc_io_free(RpcIo *io);
Loop *rpc_io_loop(const RpcIo *io);

typedef struct RpcLink RpcLink;

typedef struct {
    /* One frame; borrowed. Descriptors that are taken must be set to -1 in it. */
    void (*frame)(void *data, Frame *frame);
    /* The link is dead: once, never from inside rpc_link_free(). `error` NULL: the peer closed. */
    void (*closed)(void *data, const GError *error);
    /* The backlog fell below the low mark after it had been above the high mark. May be NULL. */
    void (*drained)(void *data);
} RpcLinkEvents;

enum { RPC_LINK_HIGH_BYTES = 1048576, RPC_LINK_LOW_BYTES = 262144 };

/* Takes the transport. Reading starts at once. */
RpcLink *rpc_link_new(RpcIo *io, Transport *transport, const RpcLinkEvents *events, void *data);
/* Closes at once; no callback comes any more. Safe inside callbacks. */
void rpc_link_free(RpcLink *link);
/* Writes what is queued, then reports `closed`; nothing more is read. */
void rpc_link_finish(RpcLink *link);

/* Append whole frames here; they are written at the end of this turn at the latest. */
GByteArray *rpc_link_out(RpcLink *link);
/* Descriptors behind the frame just appended; takes them. Only where the transport carries them. */
void rpc_link_out_fds(RpcLink *link, const int *fds, uint32_t n_fds);
size_t rpc_link_backlog(const RpcLink *link);
gboolean rpc_link_is_full(const RpcLink *link);
/* Stops or resumes reading; pauses nest by count. A paused link does not judge the peer's silence.
 */
void rpc_link_pause(RpcLink *link);
void rpc_link_resume(RpcLink *link);
/* The longest frame that is taken from now on: FRAME_MAX_BYTES, unless told. */
void rpc_link_set_max_frame(RpcLink *link, uint32_t max_bytes);
/* The peer was asked to ping us: it hears from us while we do not read, too. */
void rpc_link_expect_pings(RpcLink *link);
void rpc_link_set_keepalive(RpcLink *link, int64_t interval_us, uint32_t count);
/* What it is, for the program that follows. Only of a transport that is no secure channel. */
#define RPC_LINK_SAVED "(ii" RPC_SESSION_SAVED ")"
GVariant *rpc_link_save(const RpcLink *link, Handover *handover);
/* The transport of a saved link; NULL: its descriptor is not there. */
Transport *rpc_link_saved_transport(GVariant *saved, Handover *handover);
/* Into a new link on that transport. */
void rpc_link_restore(RpcLink *link, GVariant *saved, Handover *handover);
const Transport *rpc_link_transport(const RpcLink *link);
/* See transport_set_drops_fds(). */
void rpc_link_set_drops_fds(RpcLink *link, gboolean drops);
