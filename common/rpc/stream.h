/*
 * stream — bulk data on a connection: packets in both directions under the serial of the call that
 * opened it, holes, end of data, finish, abort. Io thread only.
 *
 * Download: send data, rpc_stream_end(), the client finishes, the stream is over. Upload: `data`
 * comes, then `finish`, answered by rpc_stream_finish() or rpc_stream_fail(). Back-pressure:
 * sending stops when rpc_stream_can_send() says no, until `writable`; receiving stops by
 * rpc_stream_pause().
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct RpcStream RpcStream;

typedef struct {
    /* Bytes from the client; borrowed. NULL where the direction has none. */
    void (*data)(void *data, RpcStream *stream, const uint8_t *bytes, size_t len);
    void (*hole)(void *data, RpcStream *stream, int64_t len);
    /* The client is done: answer with rpc_stream_finish() or rpc_stream_fail(), now or later.
     * Comes once at most, and no data behind it. */
    void (*finish)(void *data, RpcStream *stream);
    /* More may be sent. */
    void (*writable)(void *data, RpcStream *stream);
    /* The stream is over: finished, failed, aborted, or the client is gone. Always last, always
     * once; the stream is freed behind it. */
    void (*closed)(void *data, RpcStream *stream, gboolean aborted);
} RpcStreamOps;

gboolean rpc_stream_can_send(const RpcStream *stream);
/* Queues data; long data is cut into packets of the protocol's size. */
void rpc_stream_send(RpcStream *stream, const uint8_t *bytes, size_t len);
void rpc_stream_send_hole(RpcStream *stream, int64_t len);
/* End of data from this side. */
void rpc_stream_end(RpcStream *stream);
void rpc_stream_finish(RpcStream *stream);
/* Takes the error. */
void rpc_stream_fail(RpcStream *stream, GError *error);
/* Nothing is delivered until resumed; what arrives is held within the connection's limits. */
void rpc_stream_pause(RpcStream *stream);
void rpc_stream_resume(RpcStream *stream);
