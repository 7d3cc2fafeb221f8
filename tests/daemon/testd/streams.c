/*
 * streams — an echo, a pattern to read, a sink that checks the pattern. Io thread, except for the
 * functions that open them.
 */
#include <string.h>

#include "common/base/error.h"
#include "tests/daemon/testd/testd.h"

enum {
    PATTERN_PERIOD = 251,
    PATTERN_BYTES = 262120 / PATTERN_PERIOD * PATTERN_PERIOD,
    SLOW_MS = 20
};

static GError *
device_error(const char *what)
{
    GError *error = NULL;
    virt_error_set(&error, VIRT_FROM_STREAMS, VIRT_ERR_OPERATION_FAILED, "%s", what);
    return error;
}

static void
count_opened(TestWorld *world)
{
    atomic_fetch_add(&world->counts.streams_opened, 1);
}

static void
count_closed(TestWorld *world, gboolean aborted)
{
    atomic_fetch_add(aborted ? &world->counts.streams_aborted : &world->counts.streams_finished, 1);
}

/* --- console: what comes in goes out --- */

typedef struct {
    TestWorld *world;
    char *device;
    gboolean paused;
} Console;

static void
console_data(void *data, RpcStream *stream, const uint8_t *bytes, size_t len)
{
    Console *console = data;
    if (g_str_equal(console->device, "broken")) {
        rpc_stream_fail(stream, device_error("the console is broken"));
        return;
    }
    if (len == 0) {
        rpc_stream_end(stream);
        return;
    }
    rpc_stream_send(stream, bytes, len);
    if (!rpc_stream_can_send(stream)) {
        console->paused = TRUE;
        rpc_stream_pause(stream);
    }
}

static void
console_writable(void *data, RpcStream *stream)
{
    Console *console = data;
    if (console->paused) {
        console->paused = FALSE;
        rpc_stream_resume(stream);
    }
}

static void
console_closed(void *data, RpcStream *stream, gboolean aborted)
{
    Console *console = data;
    count_closed(console->world, aborted);
    g_free(console->device);
    g_free(console);
}

static void
console_finish(void *data, RpcStream *stream)
{
    rpc_stream_finish(stream);
}

static const RpcStreamOps console_ops = {.data = console_data,
                                         .finish = console_finish,
                                         .writable = console_writable,
                                         .closed = console_closed};

void
testd_open_console(RpcCall *call, const char *device)
{
    Console *console = g_new0(Console, 1);
    console->world = testd_world(call);
    console->device = g_strdup(device != NULL ? device : "echo");
    count_opened(console->world);
    RpcStream *stream = rpc_call_open_stream(call, &console_ops, console);
    if (g_str_equal(console->device, "deaf"))
        rpc_stream_pause(stream);
}

/* --- download --- */

typedef struct {
    TestWorld *world;
    TestDownload what;
    uint64_t done;
    gboolean ended;
    uint8_t pattern[PATTERN_BYTES];
} Download;

static void
send_some(Download *download, RpcStream *stream)
{
    uint64_t left = download->what.bytes - download->done;
    size_t offset = (size_t)(download->done % PATTERN_PERIOD);
    size_t len = (size_t)MIN(left, (uint64_t)(PATTERN_BYTES - offset));
    if (download->what.sparse) {
        uint64_t in_block = TEST_BLOCK_BYTES - download->done % TEST_BLOCK_BYTES;
        len = (size_t)MIN((uint64_t)len, in_block);
        if (download->done / TEST_BLOCK_BYTES % 2 == 1) {
            rpc_stream_send_hole(stream, (int64_t)len);
            download->done += len;
            return;
        }
    }
    rpc_stream_send(stream, download->pattern + offset, len);
    download->done += len;
}

static void
download_writable(void *data, RpcStream *stream)
{
    Download *download = data;
    while (!download->ended && rpc_stream_can_send(stream)) {
        if (download->done < download->what.bytes) {
            send_some(download, stream);
            continue;
        }
        download->ended = TRUE;
        if (download->what.fails) {
            rpc_stream_fail(stream, device_error("the screen went dark"));
            return;
        }
        rpc_stream_end(stream);
    }
}

static void
download_finish(void *data, RpcStream *stream)
{
    rpc_stream_finish(stream);
}

static void
download_closed(void *data, RpcStream *stream, gboolean aborted)
{
    Download *download = data;
    count_closed(download->world, aborted);
    g_free(download);
}

static const RpcStreamOps download_ops = {
    .finish = download_finish, .writable = download_writable, .closed = download_closed};

void
testd_open_download(RpcCall *call, const TestDownload *what)
{
    Download *download = g_new0(Download, 1);
    download->world = testd_world(call);
    download->what = *what;
    for (size_t i = 0; i < PATTERN_BYTES; i++)
        download->pattern[i] = (uint8_t)(i % PATTERN_PERIOD);
    count_opened(download->world);
    rpc_call_open_stream(call, &download_ops, download);
}

/* --- upload --- */

typedef struct {
    TestWorld *world;
    char *volume;
    RpcStream *stream;
    LoopTimer *timer; /* volumes "slow-...": takes its time */
    uint64_t bytes;
    uint64_t hole_bytes;
    uint64_t n_holes;
    gboolean right;
} Upload;

static void
on_slow(void *data)
{
    Upload *upload = data;
    rpc_stream_resume(upload->stream);
}

static void
upload_data(void *data, RpcStream *stream, const uint8_t *bytes, size_t len)
{
    Upload *upload = data;
    for (size_t i = 0; i < len && upload->right; i++)
        upload->right = bytes[i] == (upload->bytes + upload->hole_bytes + i) % PATTERN_PERIOD;
    upload->bytes += len;
    if (g_str_has_prefix(upload->volume, "broken") && upload->bytes > TEST_BLOCK_BYTES) {
        rpc_stream_fail(stream, device_error("the volume is broken"));
    } else if (g_str_has_prefix(upload->volume, "slow")) {
        Loop *loop = daemon_loop(upload->world->daemon);
        upload->stream = stream;
        if (upload->timer == NULL)
            upload->timer = loop_add_timer(loop, on_slow, upload);
        rpc_stream_pause(stream);
        loop_timer_set(upload->timer, loop_now_us(loop) + SLOW_MS * 1000);
    }
}

static void
upload_hole(void *data, RpcStream *stream, int64_t len)
{
    Upload *upload = data;
    upload->hole_bytes += (uint64_t)len;
    upload->n_holes++;
}

static void
upload_finish(void *data, RpcStream *stream)
{
    Upload *upload = data;
    TestWorld *world = upload->world;
    leaf_lock(&world->lock);
    g_hash_table_replace(world->uploads, g_strdup(upload->volume),
                         g_strdup_printf("bytes=%" G_GUINT64_FORMAT " holes=%" G_GUINT64_FORMAT
                                         " hole-bytes=%" G_GUINT64_FORMAT " right=%d",
                                         upload->bytes, upload->n_holes, upload->hole_bytes,
                                         upload->right));
    leaf_unlock(&world->lock);
    rpc_stream_finish(stream);
}

static void
upload_closed(void *data, RpcStream *stream, gboolean aborted)
{
    Upload *upload = data;
    count_closed(upload->world, aborted);
    g_clear_pointer(&upload->timer, loop_timer_remove);
    g_free(upload->volume);
    g_free(upload);
}

static const RpcStreamOps upload_ops = {
    .data = upload_data, .hole = upload_hole, .finish = upload_finish, .closed = upload_closed};

void
testd_open_upload(RpcCall *call, const char *volume)
{
    Upload *upload = g_new0(Upload, 1);
    upload->world = testd_world(call);
    upload->volume = g_strdup(volume);
    upload->right = TRUE;
    count_opened(upload->world);
    rpc_call_open_stream(call, &upload_ops, upload);
}
