/*
 * linked — a link on one end of a socket pair, a peer on the other, and what the link told.
 */
#pragma once

#include "common/rpc/link.h"
#include "tests/unit/rpc/peer.h"

typedef struct {
    Loop *loop;
    RpcIo *io;
    RpcLink *link;
    Peer peer;
    guint n_frames;
    uint32_t last_serial;
    guint n_closed;
    gboolean closed_with_error;
    guint n_drained;
    gboolean closed, drained;
    /* Called with each frame, after it was counted; may free the link. */
    void (*on_frame)(void *linked, Frame *frame);
} Linked;

void linked_setup(Linked *linked);
/* Also when the test freed the link (and set it to NULL). */
void linked_teardown(Linked *linked);
/* `len` zero bytes as one frame. */
void linked_queue(Linked *linked, size_t len);
