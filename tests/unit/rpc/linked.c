/*
 * linked — see linked.h.
 */
#include "tests/unit/rpc/linked.h"

static void
on_frame(void *data, Frame *frame)
{
    Linked *linked = data;
    linked->n_frames++;
    linked->last_serial = frame->header.serial;
    if (linked->on_frame != NULL)
        linked->on_frame(linked, frame);
}

static void
on_closed(void *data, const GError *error)
{
    Linked *linked = data;
    linked->n_closed++;
    linked->closed = TRUE;
    linked->closed_with_error = error != NULL;
}

static void
on_drained(void *data)
{
    Linked *linked = data;
    linked->n_drained++;
    linked->drained = TRUE;
}

static const RpcLinkEvents events = {on_frame, on_closed, on_drained};

void
linked_setup(Linked *linked)
{
    int fds[2];
    peer_pair(fds);
    linked->loop = loop_new(NULL);
    linked->io = rpc_io_new(linked->loop);
    linked->link = rpc_link_new(linked->io, transport_new_unix(fds[0]), &events, linked);
    peer_init(&linked->peer, linked->loop, fds[1]);
}

void
linked_teardown(Linked *linked)
{
    rpc_link_free(linked->link);
    run_idle(linked->loop);
    peer_leave(&linked->peer);
    rpc_io_free(linked->io);
    loop_free(linked->loop);
}

void
linked_queue(Linked *linked, size_t len)
{
    FrameHeader header = {1, 1, 1, FRAME_REPLY, 7, FRAME_OK};
    GByteArray *out = rpc_link_out(linked->link);
    size_t start = frame_begin(out, &header, len);
    g_byte_array_set_size(out, (guint)(start + FRAME_HEADER_BYTES + len));
}
