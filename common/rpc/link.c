/*
 * link — see link.h.
 */
#include "common/rpc/link.h"

#include <sys/epoll.h>

#include "common/base/error.h"

/* A turn takes so much of a link unless one frame lacks more: short frames without end must not
 * hold up the other links. */
enum { SCRATCH_BYTES = 65536, LIFE_US = G_USEC_PER_SEC, TURN_BYTES = 4096 };

struct RpcIo {
    Loop *loop;
    uint8_t scratch[SCRATCH_BYTES];
};

struct RpcLink {
    RpcIo *io;
    Transport *transport;
    RpcSession *session;
    const RpcLinkEvents *events;
    void *data;
    LoopFd *source;
    LoopFd *write_source; /* only for a pair of descriptors */
    LoopTimer *timer;
    guint pauses;
    int64_t life_due_us; /* while paused: the next sign of life for a peer that pings */
    gboolean flush_queued;
    gboolean full;
    gboolean finishing;
    gboolean dead;  /* closed was or will be reported */
    gboolean freed; /* no callback any more */
    guint busy;     /* pins: a callback of ours or queued work is under way */
};

RpcIo *
rpc_io_new(Loop *loop)
{
    RpcIo *io = g_new(RpcIo, 1);
    io->loop = loop;
    return io;
}

void
rpc_io_free(RpcIo *io)
{
    g_free(io);
}

Loop *
rpc_io_loop(const RpcIo *io)
{
    return io->loop;
}

/* --- lifetime --- */

static void
link_shut(RpcLink *link)
{
    link->dead = TRUE;
    g_clear_pointer(&link->source, loop_fd_remove);
    g_clear_pointer(&link->write_source, loop_fd_remove);
    g_clear_pointer(&link->timer, loop_timer_remove);
}

static void
link_unpin(RpcLink *link)
{
    link->busy--;
    if (link->busy > 0 || !link->freed)
        return;
    rpc_session_free(link->session);
    transport_free(link->transport);
    g_free(link);
}

void
rpc_link_free(RpcLink *link)
{
    if (link == NULL)
        return;
    g_assert(!link->freed);
    if (!link->dead)
        link_shut(link);
    link->freed = TRUE;
    link->busy++;
    link_unpin(link);
}

static void
link_die(RpcLink *link, const GError *error)
{
    if (link->dead)
        return;
    link_shut(link);
    if (!link->freed)
        link->events->closed(link->data, error);
}

/* --- what the loop is asked for --- */

static gboolean
is_reading(const RpcLink *link)
{
    return link->pauses == 0 && !link->finishing;
}

static void
link_arm(RpcLink *link)
{
    const uint8_t *bytes;
    int fd;
    if (link->dead)
        return;
    gboolean writing = rpc_session_output(link->session, &bytes, &fd) > 0;
    uint32_t in = is_reading(link) ? EPOLLIN : 0;
    if (link->write_source != NULL) {
        loop_fd_set_events(link->source, in);
        loop_fd_set_events(link->write_source, writing ? EPOLLOUT : 0);
    } else {
        loop_fd_set_events(link->source, in | (writing ? EPOLLOUT : 0));
    }
    /* Answers that we do not read are not missing. The peer's pings are not read either, so it is
     * told by itself that we live. */
    int64_t due_us = INT64_MAX;
    if (link->pauses == 0 || link->finishing)
        due_us = rpc_session_due_us(link->session);
    else if (rpc_session_expects_pings(link->session))
        due_us = link->life_due_us;
    loop_timer_set(link->timer, due_us);
}

static void
link_flush(RpcLink *link)
{
    const uint8_t *bytes;
    size_t len;
    int fd;
    g_autoptr(GError) error = NULL;
    /* Who asked rpc_link_is_full() before this flush relies on `drained`. */
    if (rpc_session_backlog(link->session) > RPC_LINK_HIGH_BYTES)
        link->full = TRUE;
    while (!link->dead && (len = rpc_session_output(link->session, &bytes, &fd)) > 0) {
        size_t n = 0;
        TransportStatus status =
            link->transport->ops->write(link->transport, bytes, len, fd, &n, &error);
        if (status == TRANSPORT_AGAIN)
            break;
        if (status != TRANSPORT_OK) {
            link_die(link, error);
            return;
        }
        rpc_session_written(link->session, n);
    }
    if (link->dead)
        return;
    size_t backlog = rpc_session_backlog(link->session);
    if (link->finishing && backlog == 0) {
        link_die(link, NULL);
        return;
    }
    link_arm(link);
    if (link->full && backlog < RPC_LINK_LOW_BYTES) {
        link->full = FALSE;
        if (link->events->drained != NULL)
            link->events->drained(link->data);
    }
}

static void
on_flush(void *data)
{
    RpcLink *link = data;
    link->flush_queued = FALSE;
    link_flush(link);
    link_unpin(link);
}

static void
queue_flush(RpcLink *link)
{
    if (link->flush_queued || link->dead)
        return;
    link->flush_queued = TRUE;
    link->busy++;
    loop_defer(link->io->loop, on_flush, link);
}

/* --- events of the loop --- */

static void
link_read(RpcLink *link)
{
    g_autoptr(GError) error = NULL;
    int fds[FRAME_FDS_MAX];
    size_t len = 0, n_fds = 0;
    size_t most = CLAMP(rpc_session_wanted(link->session), TURN_BYTES, SCRATCH_BYTES);
    TransportStatus status = link->transport->ops->read(link->transport, link->io->scratch, most,
                                                        &len, fds, &n_fds, &error);
    if (status == TRANSPORT_AGAIN)
        return;
    if (status != TRANSPORT_OK) {
        link_die(link, error);
        return;
    }
    gboolean fed = rpc_session_input(link->session, link->io->scratch, len, fds, n_fds,
                                     loop_now_us(link->io->loop), &error);
    Frame frame;
    while (fed && !link->dead && !link->finishing &&
           rpc_session_next(link->session, &frame, &error))
        link->events->frame(link->data, &frame);
    if (error != NULL)
        link_die(link, error);
}

static void
on_ready(void *data, uint32_t events)
{
    RpcLink *link = data;
    link->busy++;
    /* A paused link sees only errors here; a half-closed peer shows when reading resumes. */
    if (is_reading(link) && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        link_read(link);
    else if ((events & (EPOLLHUP | EPOLLERR)) != 0)
        link_die(link, NULL);
    link_flush(link);
    link_unpin(link);
}

/* The descriptor that is only written to: its errors do not show when reading. */
static void
on_write_ready(void *data, uint32_t events)
{
    RpcLink *link = data;
    link->busy++;
    if ((events & (EPOLLHUP | EPOLLERR)) != 0)
        link_die(link, NULL);
    link_flush(link);
    link_unpin(link);
}

static void
on_timer(void *data)
{
    RpcLink *link = data;
    int64_t now_us = loop_now_us(link->io->loop);
    link->busy++;
    if (link->pauses > 0 && !link->finishing) {
        link->life_due_us = now_us + LIFE_US;
        if (rpc_session_backlog(link->session) < RPC_LINK_LOW_BYTES)
            rpc_session_show_life(link->session);
    } else if (!rpc_session_tick(link->session, now_us)) {
        g_autoptr(GError) error = NULL;
        virt_error_set(&error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                       "connection closed due to keepalive timeout");
        link_die(link, error);
    }
    link_flush(link);
    link_unpin(link);
}

/* --- public --- */

RpcLink *
rpc_link_new(RpcIo *io, Transport *transport, const RpcLinkEvents *events, void *data)
{
    RpcLink *link = g_new0(RpcLink, 1);
    link->io = io;
    link->transport = transport;
    link->session = rpc_session_new();
    link->events = events;
    link->data = data;
    link->source = loop_add_fd(io->loop, transport->read_fd, EPOLLIN, on_ready, link);
    if (transport->write_fd != transport->read_fd)
        link->write_source = loop_add_fd(io->loop, transport->write_fd, 0, on_write_ready, link);
    link->timer = loop_add_timer(io->loop, on_timer, link);
    return link;
}

void
rpc_link_finish(RpcLink *link)
{
    if (link->dead)
        return;
    link->finishing = TRUE;
    queue_flush(link);
}

GByteArray *
rpc_link_out(RpcLink *link)
{
    queue_flush(link);
    return rpc_session_out(link->session);
}

void
rpc_link_out_fds(RpcLink *link, const int *fds, uint32_t n_fds)
{
    g_assert(n_fds == 0 || link->transport->ops->carries_fds);
    queue_flush(link);
    rpc_session_out_fds(link->session, fds, n_fds);
}

size_t
rpc_link_backlog(const RpcLink *link)
{
    return rpc_session_backlog(link->session);
}

gboolean
rpc_link_is_full(const RpcLink *link)
{
    return link->full || rpc_session_backlog(link->session) > RPC_LINK_HIGH_BYTES;
}

void
rpc_link_pause(RpcLink *link)
{
    if (link->pauses++ > 0)
        return;
    link->life_due_us = loop_now_us(link->io->loop) + LIFE_US;
    link_arm(link);
}

void
rpc_link_resume(RpcLink *link)
{
    g_assert(link->pauses > 0);
    if (--link->pauses > 0)
        return;
    rpc_session_resumed(link->session, loop_now_us(link->io->loop));
    link_arm(link);
}

void
rpc_link_set_max_frame(RpcLink *link, uint32_t max_bytes)
{
    rpc_session_set_max_frame(link->session, max_bytes);
}

void
rpc_link_set_keepalive(RpcLink *link, int64_t interval_us, uint32_t count)
{
    rpc_session_set_keepalive(link->session, interval_us, count, loop_now_us(link->io->loop));
    link_arm(link);
}

void
rpc_link_expect_pings(RpcLink *link)
{
    rpc_session_expect_pings(link->session);
}

void
rpc_link_set_drops_fds(RpcLink *link, gboolean drops)
{
    transport_set_drops_fds(link->transport, drops);
}

const Transport *
rpc_link_transport(const RpcLink *link)
{
    return link->transport;
}

/* --- hot restart --- */

GVariant *
rpc_link_save(const RpcLink *link, Handover *handover)
{
    const Transport *transport = link->transport;
    gint32 read_fd = handover_add_fd(handover, transport->read_fd);
    gint32 write_fd = transport->write_fd != transport->read_fd
                          ? handover_add_fd(handover, transport->write_fd)
                          : -1;
    return g_variant_new("(ii@" RPC_SESSION_SAVED ")", read_fd, write_fd,
                         rpc_session_save(link->session, handover));
}

Transport *
rpc_link_saved_transport(GVariant *saved, Handover *handover)
{
    gint32 read_index, write_index;
    g_variant_get(saved, "(ii@" RPC_SESSION_SAVED ")", &read_index, &write_index, NULL);
    int read_fd = handover_take_fd(handover, read_index);
    if (read_fd < 0)
        return NULL;
    return write_index < 0 ? transport_new_unix(read_fd)
                           : transport_new_pair(read_fd, handover_take_fd(handover, write_index));
}

void
rpc_link_restore(RpcLink *link, GVariant *saved, Handover *handover)
{
    g_autoptr(GVariant) session = g_variant_get_child_value(saved, 2);
    rpc_session_restore(link->session, session, handover, loop_now_us(link->io->loop));
    queue_flush(link);
}
