/*
 * console — see console.h.
 */
#include "virtqemud/vm/console.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/thread.h"
#include "virtqemud/vm/console_device.h"
#include "virtqemud/vm/console_lock.h"

#define LOCK_FOLDER "/var/lock"

enum {
    READ_BYTES = 64 * 1024,
    READS_PER_TURN = 8,          /* then others have theirs */
    HELD_BYTES_MAX = 256 * 1024, /* for a guest that does not read; then the client is paused */
    FINISH_MS = 5000,            /* for a guest to take what it was sent before the end */
};

typedef struct Console Console;

struct Consoles {
    gatomicrefcount refs;
    Loop *loop;
    LeafLock lock;
    GHashTable *by_path; /* path -> Console, counted */
};

struct Console {
    gatomicrefcount refs;
    Consoles *consoles;
    char *path;
    gboolean is_socket;
    gboolean has_lock; /* a lock file; guarded by the lock of `consoles` */
    /* Io thread, once the stream is live. */
    int fd; /* -1: the line is over */
    RpcStream *stream;
    LoopFd *watch;
    LoopTimer *finish_timer;
    GByteArray *held; /* on the way to the guest */
    gboolean can_send;
    gboolean is_paused;
};

/* ---- the table ---- */

Consoles *
consoles_new(Loop *loop)
{
    Consoles *consoles = g_new0(Consoles, 1);
    g_atomic_ref_count_init(&consoles->refs);
    consoles->loop = loop;
    leaf_init(&consoles->lock);
    consoles->by_path = g_hash_table_new(g_str_hash, g_str_equal);
    return consoles;
}

static Consoles *
consoles_ref(Consoles *consoles)
{
    g_atomic_ref_count_inc(&consoles->refs);
    return consoles;
}

void
consoles_unref(Consoles *consoles)
{
    if (consoles == NULL || !g_atomic_ref_count_dec(&consoles->refs))
        return;
    g_hash_table_unref(consoles->by_path);
    leaf_clear(&consoles->lock);
    g_free(consoles);
}

static Console *
console_new(Consoles *consoles, const ConsoleWish *wish)
{
    Console *console = g_new0(Console, 1);
    g_atomic_ref_count_init(&console->refs);
    console->consoles = consoles_ref(consoles);
    console->path = g_strdup(wish->path);
    console->is_socket = wish->kind == CONSOLE_SOCKET;
    console->fd = -1;
    console->held = g_byte_array_new();
    return console;
}

static Console *
console_ref(Console *console)
{
    g_atomic_ref_count_inc(&console->refs);
    return console;
}

static void
console_unref(Console *console)
{
    if (!g_atomic_ref_count_dec(&console->refs))
        return;
    fd_close(console->fd);
    g_byte_array_unref(console->held);
    consoles_unref(console->consoles);
    g_free(console->path);
    g_free(console);
}

static gboolean
is_taken(Consoles *consoles, const char *path)
{
    leaf_lock(&consoles->lock);
    gboolean taken = g_hash_table_contains(consoles->by_path, path);
    leaf_unlock(&consoles->lock);
    return taken;
}

/* Enters it, with the lock file of the one whose place it takes, which is returned. */
static Console *
enter(Console *console)
{
    Consoles *consoles = console->consoles;
    leaf_lock(&consoles->lock);
    Console *old = g_hash_table_lookup(consoles->by_path, console->path);
    if (old != NULL) {
        console->has_lock = old->has_lock;
        old->has_lock = FALSE;
    }
    g_hash_table_replace(consoles->by_path, console->path, console_ref(console));
    leaf_unlock(&consoles->lock);
    return old;
}

static void
leave(Console *console)
{
    Consoles *consoles = console->consoles;
    leaf_lock(&consoles->lock);
    gboolean is_mine = g_hash_table_lookup(consoles->by_path, console->path) == console;
    if (is_mine)
        g_hash_table_remove(consoles->by_path, console->path);
    gboolean has_lock = console->has_lock;
    console->has_lock = FALSE;
    leaf_unlock(&consoles->lock);
    if (has_lock)
        console_lock_drop(LOCK_FOLDER, console->path);
    if (is_mine)
        console_unref(console);
}

/* ---- the line ---- */

static void on_fd(void *data, uint32_t events);

/* A line that nobody reads from is not watched: its end would be told again and again. */
static void
watch(Console *console)
{
    uint32_t events = (console->can_send ? (uint32_t)EPOLLIN : 0) |
                      (console->held->len > 0 ? (uint32_t)EPOLLOUT : 0);
    if (console->fd < 0 || events == 0) {
        g_clear_pointer(&console->watch, loop_fd_remove);
        return;
    }
    if (console->watch == NULL)
        console->watch = loop_add_fd(console->consoles->loop, console->fd, events, on_fd, console);
    else
        loop_fd_set_events(console->watch, events);
}

static void
unpause(Console *console)
{
    if (!console->is_paused)
        return;
    console->is_paused = FALSE;
    rpc_stream_resume(console->stream);
}

/* Nothing more comes from the guest, and nothing reaches it. */
static void
end_line(Console *console)
{
    g_byte_array_set_size(console->held, 0);
    g_clear_pointer(&console->watch, loop_fd_remove);
    fd_clear(&console->fd);
    leave(console);
}

static void
hang_up(Console *console)
{
    end_line(console);
    rpc_stream_end(console->stream);
    unpause(console);
}

static gboolean
is_harmless(int failure)
{
    return failure == EAGAIN || failure == EWOULDBLOCK || failure == EINTR;
}

static void
read_some(Console *console)
{
    uint8_t bytes[READ_BYTES];
    for (int i = 0; i < READS_PER_TURN && console->can_send; i++) {
        ssize_t n = read(console->fd, bytes, sizeof bytes);
        if (n < 0 && is_harmless(errno))
            return;
        if (n <= 0) {
            hang_up(console);
            return;
        }
        rpc_stream_send(console->stream, bytes, (size_t)n);
        console->can_send = rpc_stream_can_send(console->stream);
    }
}

static ssize_t
write_some(Console *console)
{
    const GByteArray *held = console->held;
    return console->is_socket ? send(console->fd, held->data, held->len, MSG_NOSIGNAL)
                              : write(console->fd, held->data, held->len);
}

static void
flush_held(Console *console)
{
    if (console->fd < 0 || console->held->len == 0)
        return;
    ssize_t n = write_some(console);
    if (n > 0)
        g_byte_array_remove_range(console->held, 0, (guint)n);
    else if (n == 0 || !is_harmless(errno))
        hang_up(console);
}

static void
on_fd(void *data, uint32_t events)
{
    Console *console = console_ref(data);
    if ((events & ~(uint32_t)EPOLLOUT) != 0) {
        if (console->can_send)
            read_some(console);
        else
            g_clear_pointer(&console->watch, loop_fd_remove);
    }
    if ((events & EPOLLOUT) != 0)
        flush_held(console);
    if (console->stream != NULL && console->held->len == 0) {
        unpause(console);
        if (console->stream != NULL && console->finish_timer != NULL && console->held->len == 0)
            rpc_stream_finish(console->stream);
    }
    watch(console);
    console_unref(console);
}

/* ---- the stream ---- */

static void
on_data(void *data, RpcStream *stream, const uint8_t *bytes, size_t len)
{
    Console *console = data;
    if (console->fd < 0 || len == 0)
        return;
    g_byte_array_append(console->held, bytes, (guint)len);
    flush_held(console);
    if (console->held->len > HELD_BYTES_MAX && !console->is_paused) {
        console->is_paused = TRUE;
        rpc_stream_pause(stream);
    }
    watch(console);
}

static void
on_finish_late(void *data)
{
    const Console *console = data;
    rpc_stream_finish(console->stream);
}

static void
on_finish(void *data, RpcStream *stream)
{
    Console *console = data;
    if (console->fd < 0 || console->held->len == 0) {
        rpc_stream_finish(stream);
        return;
    }
    Loop *loop = console->consoles->loop;
    console->finish_timer = loop_add_timer(loop, on_finish_late, console);
    loop_timer_set(console->finish_timer, loop_now_us(loop) + FINISH_MS * 1000);
}

static void
on_writable(void *data, RpcStream *stream)
{
    Console *console = data;
    console->can_send = TRUE;
    watch(console);
}

static void
on_closed(void *data, RpcStream *stream, gboolean aborted)
{
    Console *console = data;
    console->stream = NULL;
    g_clear_pointer(&console->finish_timer, loop_timer_remove);
    end_line(console);
    console_unref(console);
}

static const RpcStreamOps ops = {
    .data = on_data, .finish = on_finish, .writable = on_writable, .closed = on_closed};

/* ---- opening ---- */

/* Another client has the device from now on. */
static void
cut(void *data)
{
    Console *console = data;
    if (console->stream != NULL) {
        GError *error = NULL;
        virt_error_set(&error, VIRT_FROM_STREAMS, VIRT_ERR_RPC,
                       "another client has taken '%s' over", console->path);
        rpc_stream_fail(console->stream, error);
    }
    console_unref(console);
}

static gboolean
take_lock(Console *console, const ConsoleWish *wish, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (wish->kind != CONSOLE_PTY)
        return TRUE;
    console->has_lock = console_lock_take(LOCK_FOLDER, console->path, &why);
    gboolean is_held = why != NULL && virt_error_get_code(why) == VIRT_ERR_OPERATION_FAILED;
    if (console->has_lock || (!is_held && !wish->is_safe))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

gboolean
console_open(Consoles *consoles, RpcCall *call, const ConsoleWish *wish, GError **error)
{
    gboolean was_taken = is_taken(consoles, wish->path);
    if (was_taken && !wish->forces) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                       "Active %s exists for this domain", wish->what);
        return FALSE;
    }
    auto_fd fd = console_device_open(wish, error);
    if (fd < 0)
        return FALSE;
    Console *console = console_new(consoles, wish);
    if (!was_taken && !take_lock(console, wish, error)) {
        console_unref(console);
        return FALSE;
    }
    console->fd = fd_steal(&fd);
    console->stream = rpc_call_open_stream(call, &ops, console);
    Console *old = enter(console);
    if (old != NULL)
        loop_post(consoles->loop, cut, old);
    else if (was_taken)
        (void)take_lock(console, wish, NULL); /* whoever had it left, and took its lock along */
    return TRUE;
}
