/*
 * session — one side of a connection as a pure state machine: bytes in, frames out of them; frames
 * in, bytes to write out of them; keepalive in between. No I/O, no clock: daemons, relay and client
 * share it. Io thread, or any one thread at a time.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/rpc/frame.h"
#include "common/rpc/keepalive.h"

typedef struct RpcSession RpcSession;

RpcSession *rpc_session_new(void);
void rpc_session_free(RpcSession *session);

/* As frame_reader_set_max(). */
void rpc_session_set_max_frame(RpcSession *session, uint32_t max_bytes);
/* As frame_reader_feed(), and counts as a sign of life. */
gboolean rpc_session_input(RpcSession *session, const uint8_t *bytes, size_t len, const int *fds,
                           size_t n_fds, int64_t now_us, GError **error);
/* As frame_reader_next(), except that keepalive frames are answered here and never come out. */
gboolean rpc_session_next(RpcSession *session, Frame *ret_frame, GError **error);

/* As frame_reader_wanted(). */
size_t rpc_session_wanted(const RpcSession *session);

/* The buffer to append whole frames to. Valid until the next call to this module. */
GByteArray *rpc_session_out(RpcSession *session);
/* Sends one byte with each descriptor behind what was appended so far. Takes the descriptors. */
void rpc_session_out_fds(RpcSession *session, const int *fds, uint32_t n_fds);
/* The next piece to write, and the descriptor that goes with it or -1. Length 0: nothing to write.
 */
size_t rpc_session_output(RpcSession *session, const uint8_t **ret_bytes, int *ret_fd);
/* `n` bytes of that piece were written (and its descriptor with them, if n > 0). */
void rpc_session_written(RpcSession *session, size_t n);
/* Bytes that wait to be written. */
size_t rpc_session_backlog(const RpcSession *session);

/* The peer may ping: it wants to hear from us now and then. Known by itself once it did, and once
 * our own keepalive was set. */
void rpc_session_expect_pings(RpcSession *session);
gboolean rpc_session_expects_pings(const RpcSession *session);
/* Queues a sign of life: while we do not read, pings cannot be answered. */
void rpc_session_show_life(RpcSession *session);
void rpc_session_set_keepalive(RpcSession *session, int64_t interval_us, uint32_t count,
                               int64_t now_us);
/* What it holds: a frame that came in part, what waits to be written, keepalive. */
#define RPC_SESSION_SAVED "(" FRAME_READER_SAVED "a(ayi)xub)"
GVariant *rpc_session_save(const RpcSession *session, Handover *handover);
/* Into a new session. */
void rpc_session_restore(RpcSession *session, GVariant *saved, Handover *handover, int64_t now_us);
/* Reading was held up on this side and goes on: the peer's silence until now is not its own. */
void rpc_session_resumed(RpcSession *session, int64_t now_us);
/* When rpc_session_tick() wants to be called; INT64_MAX: never. */
int64_t rpc_session_due_us(const RpcSession *session);
/* FALSE: the peer is dead. A ping may have been queued. */
gboolean rpc_session_tick(RpcSession *session, int64_t now_us);
