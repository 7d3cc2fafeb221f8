/*
 * qmp — fuzzes the monitor's reader: bytes of a QEMU, cut anywhere, with commands waiting. Whatever
 * comes, every request is answered once and the session stays usable or ends with one reason.
 *
 * The first byte says how the rest is cut and whether the handshake was done before.
 */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "virtqemud/qmp/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char greeting[] =
    "{\"QMP\":{\"version\":{\"qemu\":{\"micro\":0,\"minor\":2,\"major\":7},\"package\":\"\"},"
    "\"capabilities\":[\"oob\"]}}\n";
static const char negotiated[] = "{\"return\":{},\"id\":1}\n";

enum { REQUESTS = 3 };

typedef struct {
    int closed;
    int ready;
} Seen;

static void
on_ready(void *data, const QmpGreeting *told)
{
    if (told->package == NULL || ((Seen *)data)->ready++ > 0)
        abort();
}

static void
on_event(void *data, const QmpEvent *event)
{
    if (event->name == NULL || ((Seen *)data)->closed > 0)
        abort();
}

static void
on_closed(void *data, const GError *reason)
{
    if (reason->message == NULL || !g_utf8_validate(reason->message, -1, NULL) ||
        ((Seen *)data)->closed++ > 0)
        abort();
}

static const QmpHandler handler = {.ready = on_ready, .event = on_event, .closed = on_closed};

static void
write_all(QmpSession *session)
{
    const uint8_t *bytes;
    const FdSet *fds;
    size_t n;
    while (qmp_session_output(session, &bytes, &n, &fds))
        qmp_session_sent(session, n, 1);
}

static void
feed(QmpSession *session, const uint8_t *data, size_t size, size_t piece)
{
    while (size > 0) {
        size_t n = MIN(size, piece);
        /* A copy of the exact size, so that reading over its end is seen. */
        uint8_t *copy = g_memdup2(data, n);
        qmp_session_feed(session, copy, n, 1);
        g_free(copy);
        write_all(session);
        data += n;
        size -= n;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const QmpCommandId asked[REQUESTS] = {QMP_QUERY_STATUS, QMP_QUERY_BLOCK, QMP_QOM_GET};
    if (size == 0)
        return 0;
    Seen seen = {0};
    QmpOptions options = {.limits = {.bytes = 65536, .values = 4096}};
    QmpSession *session = qmp_session_new(&options, &handler, &seen, 1);
    if (data[0] & 1) {
        feed(session, (const uint8_t *)greeting, sizeof(greeting) - 1, SIZE_MAX);
        feed(session, (const uint8_t *)negotiated, sizeof(negotiated) - 1, SIZE_MAX);
    }
    QmpRequest *requests[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
        requests[i] = qmp_request_new(asked[i], NULL);
        qmp_session_submit(session, requests[i], 1);
    }
    write_all(session);
    feed(session, data + 1, size - 1, (data[0] & 2) ? (size_t)(data[0] >> 2) + 1 : SIZE_MAX);
    GError *over = g_error_new_literal(VIRT_ERROR, VIRT_ERR_OPERATION_ABORTED, "over");
    qmp_session_close(session, over);
    g_error_free(over);
    if (seen.closed != 1)
        abort();
    for (int i = 0; i < REQUESTS; i++) {
        if (!future_is_done(qmp_request_future(requests[i])))
            abort();
        qmp_request_unref(requests[i]);
    }
    qmp_session_free(session);
    return 0;
}
