/*
 * peer — what the tests of common/rpc share: the other end of a socket pair, driven by hand, and a
 * loop that runs until something is so.
 */
#pragma once

#include "common/base/loop.h"
#include "common/rpc/frame.h"
#include "common/spec/spec.h"
#include "common/spec/xdr.h"

/* Runs the loop until `*flag`; fails the test after ten seconds. */
void run_until(Loop *loop, const gboolean *flag);
/* Turns of the loop until nothing happens any more at once. */
void run_idle(Loop *loop);

/* A socket pair; the ends never block. */
void peer_pair(int ret_fds[2]);

typedef struct {
    Loop *loop;
    int fd;
    FrameReader *reader;
    Frame frame;
    gboolean closed;
} Peer;

/* Takes the descriptor. */
void peer_init(Peer *peer, Loop *loop, int fd);
/* Closes; twice is no harm. */
void peer_leave(Peer *peer);
/* All of it at once. */
void peer_send_bytes(Peer *peer, const void *bytes, size_t len);
void peer_send(Peer *peer, const FrameHeader *header, const void *payload, size_t len);
void peer_send_fds(Peer *peer, const FrameHeader *header, const int *fds, uint32_t n_fds);
/* A call with arguments; NULL where there are none. */
void peer_call(Peer *peer, const RpcProgram *program, uint32_t proc, uint32_t serial,
               const void *args);
/* The next frame; runs the loop until it is there. NULL: the other side closed. */
const Frame *peer_receive(Peer *peer);
/* The next frame must be the reply to `serial`; gives its error code, 0 for ok. */
int peer_reply(Peer *peer, uint32_t serial);
/* Code, domain and text of the error that the last frame carries. */
int peer_error(const Peer *peer, int *ret_domain, char **ret_text);
/* peer_call() and peer_reply(). */
int peer_ask(Peer *peer, const RpcProgram *program, uint32_t proc, uint32_t serial,
             const void *args);
/* Nothing is there to be read after the loop ran dry. */
gboolean peer_is_quiet(Peer *peer);
