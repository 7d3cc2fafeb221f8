/*
 * session — see session.h. `queue` holds what QEMU has not seen, in order; `sent` what it has not
 * answered. The line that is being written belongs to queue[writing], which moves to `sent` with
 * its first byte: until then it can be dropped without a doubt.
 */
#include "virtqemud/qmp/session.h"

#include <string.h>

#include "virtqemud/qmp/session_line.h"

enum {
    GREETING_MS = 30000,
    LINE_BYTES_MAX = 10 * 1024 * 1024,
    REQUESTS_MAX = 256,
    /* QEMU reads no further behind eight commands that wait, so out-of-band ones would wait too. */
    SENT_MAX = 8,
};

typedef enum { STATE_GREETING, STATE_HANDSHAKE, STATE_READY, STATE_CLOSED } State;

struct QmpSession {
    QmpOptions options;
    QmpHandler handler;
    void *data;
    State state;
    int64_t greeting_due_us;
    QmpGreeting greeting;
    char *package;
    GPtrArray *queue;
    GPtrArray *sent;
    GError *quiesced;    /* why nothing more is sent; NULL: it is */
    QmpRequest *writing; /* borrowed: is in `queue` or `sent` */
    GString *line;       /* its bytes */
    size_t written;
    GByteArray *input; /* an unfinished line */
    GError *reason;    /* why it was closed */
    uint64_t next_id;
    int64_t unresponsive_since_us;
    int64_t now_us;
};

/* --- answering --- */

static GError *
error_silent(const QmpSession *session)
{
    GError *error = NULL;
    virt_error_set(&error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_TIMEOUT,
                   "QEMU's monitor has not answered for %" G_GINT64_FORMAT " seconds",
                   (session->now_us - session->unresponsive_since_us) / G_USEC_PER_SEC);
    return error;
}

/* Takes it out of the queue, also while its first byte is not yet written. */
static void
unqueue(QmpSession *session, QmpRequest *request)
{
    if (session->writing == request)
        session->writing = NULL;
    gboolean found = g_ptr_array_remove(session->queue, request);
    g_assert(found);
}

static void
close_with(QmpSession *session, GError *reason)
{
    qmp_session_close(session, reason);
    g_error_free(reason);
}

static void
close_bad(QmpSession *session, const char *what)
{
    GError *reason = NULL;
    virt_error_set(&reason, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                   "QEMU's monitor said what is no QMP: %s", what);
    close_with(session, reason);
}

/* --- silence and words --- */

static QmpRequest *
first_in_band(const QmpSession *session)
{
    for (guint i = 0; i < session->queue->len; i++) {
        QmpRequest *request = g_ptr_array_index(session->queue, i);
        if (!qmp_command_is_oob(request->row))
            return request;
    }
    return NULL;
}

/* What QEMU has not seen need not wait for it. */
static void
fail_queue(QmpSession *session, GError *reason)
{
    QmpRequest *request;
    while ((request = first_in_band(session)) != NULL) {
        unqueue(session, request);
        qmp_request_answer(request, NULL, g_error_copy(reason), FALSE);
    }
    g_error_free(reason);
}

static void
set_silent(QmpSession *session, int64_t since_us)
{
    if (session->unresponsive_since_us != 0)
        return;
    session->unresponsive_since_us = since_us;
    fail_queue(session, error_silent(session));
    if (session->state != STATE_CLOSED && session->handler.unresponsive != NULL)
        session->handler.unresponsive(session->data, since_us);
}

static void
set_talking(QmpSession *session)
{
    if (session->unresponsive_since_us == 0)
        return;
    session->unresponsive_since_us = 0;
    if (session->handler.unresponsive != NULL)
        session->handler.unresponsive(session->data, 0);
}

static void
leave(QmpSession *session, QmpRequest *request)
{
    request->state = QMP_REQUEST_LEFT;
    if (session->handler.left != NULL)
        session->handler.left(session->data, request);
}

/* --- lines of QEMU --- */

static void
begin_handshake(QmpSession *session, const QmpLine *line)
{
    session->greeting = line->greeting;
    session->package = g_strdup(line->greeting.package);
    session->greeting.package = session->package;
    Json *args = NULL;
    if (session->greeting.oob) {
        Json *enable = json_new_array();
        json_append(enable, json_new_string("oob"));
        args = json_new_object();
        json_add(args, "enable", enable);
    }
    QmpRequest *request = qmp_request_new(QMP_CAPABILITIES, args);
    request->is_handshake = TRUE; /* its deadline is that of the greeting */
    request->id = ++session->next_id;
    g_ptr_array_insert(session->queue, 0, request);
    session->state = STATE_HANDSHAKE;
}

static void
end_handshake(QmpSession *session, QmpRequest *request, QmpLine *line)
{
    if (line->error != NULL) {
        qmp_request_answer(request, NULL, g_error_copy(line->error), TRUE);
        close_with(session, g_error_copy(line->error));
        return;
    }
    qmp_request_answer(request, qmp_line_take_value(line), NULL, TRUE);
    session->state = STATE_READY;
    if (session->handler.ready != NULL)
        session->handler.ready(session->data, &session->greeting);
}

static QmpRequest *
find_sent(QmpSession *session, uint64_t id)
{
    for (guint i = 0; i < session->sent->len; i++) {
        QmpRequest *request = g_ptr_array_index(session->sent, i);
        /* What is being written cannot have been answered. */
        if (request->id == id && request != session->writing)
            return request;
    }
    return NULL;
}

/* The error in the answer, or why the answer is none. */
static GError *
answer_error(const QmpRequest *request, const QmpLine *line)
{
    GError *error = NULL;
    if (line->error != NULL)
        return qmp_error_for(request->name, line->error);
    if (!qmp_reply_check(request->row, line->value, &error))
        return error;
    return NULL;
}

static void
take_answer(QmpSession *session, QmpLine *line)
{
    QmpRequest *request = line->has_id ? find_sent(session, line->id) : NULL;
    if (request == NULL) {
        close_bad(session, "an answer to nothing");
        return;
    }
    g_ptr_array_remove(session->sent, request);
    if (request->is_handshake) {
        end_handshake(session, request, line);
        return;
    }
    GError *error = answer_error(request, line);
    Json *reply = error == NULL ? qmp_line_take_value(line) : NULL;
    if (request->state != QMP_REQUEST_LEFT) {
        qmp_request_answer(request, reply, error, TRUE);
        return;
    }
    g_autoptr(QmpAnswer) late = g_new0(QmpAnswer, 1);
    *late = (QmpAnswer){reply, error, TRUE};
    request->state = QMP_REQUEST_DONE;
    if (session->handler.late != NULL)
        session->handler.late(session->data, request, late);
    qmp_request_unref(request);
}

static void
take_event(QmpSession *session, const QmpLine *line)
{
    QmpEvent event = {qmp_event_by_name(line->event), line->event, line->value, line->time_us};
    if (session->handler.event != NULL)
        session->handler.event(session->data, &event);
}

static void
take_line(QmpSession *session, const char *text, size_t n)
{
    g_auto(QmpLine) line = {0};
    g_autoptr(GError) error = NULL;
    if (!qmp_line_parse(text, n, &session->options.limits, &line, &error)) {
        close_bad(session, error->message);
        return;
    }
    if ((line.kind == QMP_LINE_GREETING) != (session->state == STATE_GREETING)) {
        close_bad(session, "a greeting that is not the first line");
        return;
    }
    set_talking(session);
    if (session->state == STATE_CLOSED)
        return;
    if (line.kind == QMP_LINE_GREETING)
        begin_handshake(session, &line);
    else if (line.kind == QMP_LINE_EVENT)
        take_event(session, &line);
    else
        take_answer(session, &line);
    if (session->quiesced != NULL && session->sent->len == 0 && session->state != STATE_CLOSED &&
        session->handler.drained != NULL)
        session->handler.drained(session->data);
}

/* The bytes up to the next line end, behind what is there already. FALSE: too many. */
static gboolean
take_piece(QmpSession *session, const uint8_t *bytes, size_t n)
{
    if (n > session->options.limits.bytes - session->input->len) {
        close_bad(session, "the line is too long");
        return FALSE;
    }
    g_byte_array_append(session->input, bytes, (guint)n);
    return TRUE;
}

void
qmp_session_feed(QmpSession *session, const uint8_t *bytes, size_t n, int64_t now_us)
{
    session->now_us = now_us;
    while (n > 0 && session->state != STATE_CLOSED) {
        const uint8_t *end = memchr(bytes, '\n', n);
        size_t piece = end != NULL ? (size_t)(end - bytes) : n;
        if (!take_piece(session, bytes, piece) || end == NULL)
            return;
        /* The callbacks may not see a buffer that they could change. */
        g_autoptr(GByteArray) line = g_steal_pointer(&session->input);
        session->input = g_byte_array_new();
        bytes += piece + 1;
        n -= piece + 1;
        while (line->len > 0 && line->data[line->len - 1] == '\r')
            g_byte_array_set_size(line, line->len - 1);
        if (line->len > 0)
            take_line(session, (const char *)line->data, line->len);
    }
}

/* --- lines to QEMU --- */

static gboolean
fds_under_way(const QmpSession *session)
{
    for (guint i = 0; i < session->sent->len; i++) {
        const QmpRequest *request = g_ptr_array_index(session->sent, i);
        if (request->fds.n > 0)
            return TRUE;
    }
    return FALSE;
}

/* The next one that may be sent; NULL: none. Out-of-band ones pass those that must wait. */
static QmpRequest *
next_request(const QmpSession *session)
{
    QmpRequest *first = session->queue->len > 0 ? g_ptr_array_index(session->queue, 0) : NULL;
    if (first == NULL || session->state == STATE_GREETING || session->state == STATE_CLOSED)
        return NULL;
    if (session->state == STATE_HANDSHAKE)
        return first->is_handshake ? first : NULL;
    gboolean blocked =
        session->sent->len >= SENT_MAX || (first->fds.n > 0 && fds_under_way(session));
    if (!blocked || (session->greeting.oob && qmp_command_is_oob(first->row)))
        return first;
    for (guint i = 1; session->greeting.oob && i < session->queue->len; i++) {
        QmpRequest *request = g_ptr_array_index(session->queue, i);
        if (qmp_command_is_oob(request->row))
            return request;
    }
    return NULL;
}

gboolean
qmp_session_output(QmpSession *session, const uint8_t **ret_bytes, size_t *ret_n,
                   const FdSet **ret_fds)
{
    static const FdSet no_fds = {0};
    if (session->writing == NULL) {
        session->writing = next_request(session);
        if (session->writing == NULL)
            return FALSE;
        qmp_line_print(session->line, session->writing,
                       session->greeting.oob && qmp_command_is_oob(session->writing->row));
        session->written = 0;
    }
    *ret_bytes = (const uint8_t *)session->line->str + session->written;
    *ret_n = session->line->len - session->written;
    *ret_fds = session->written == 0 ? &session->writing->fds : &no_fds;
    return TRUE;
}

/* Closed here, counted on: `fds.n` stays and holds up the next one with descriptors. */
static void
close_fds(QmpRequest *request)
{
    for (size_t i = 0; i < request->fds.n; i++)
        fd_close(fd_set_take(&request->fds, i));
}

void
qmp_session_sent(QmpSession *session, size_t n, int64_t now_us)
{
    QmpRequest *request = session->writing;
    g_assert(request != NULL && n > 0 && n <= session->line->len - session->written);
    session->now_us = now_us;
    if (session->written == 0) {
        g_ptr_array_remove(session->queue, request);
        g_ptr_array_add(session->sent, request);
        request->state = QMP_REQUEST_SENT;
        request->sent_us = now_us;
        close_fds(request);
    }
    session->written += n;
    if (session->written == session->line->len)
        session->writing = NULL;
}

/* --- requests --- */

/* Why it is not even queued; NULL: it is. */
static GError *
submit_refusal(const QmpSession *session, const QmpRequest *request)
{
    GError *error = NULL;
    if (session->state == STATE_CLOSED)
        error = g_error_copy(session->reason);
    else if (session->quiesced != NULL)
        error = g_error_copy(session->quiesced);
    else if (request->refused != NULL)
        error = g_error_copy(request->refused);
    else if (session->unresponsive_since_us != 0 && !qmp_command_is_oob(request->row))
        error = error_silent(session);
    else if (session->queue->len + session->sent->len >= session->options.requests_max)
        virt_error_set(&error, VIRT_FROM_QEMU, VIRT_ERR_RESOURCE_BUSY,
                       "too many commands wait for QEMU's monitor");
    return error;
}

void
qmp_session_submit(QmpSession *session, QmpRequest *request, int64_t now_us)
{
    g_assert(request->id == 0);
    session->now_us = now_us;
    request->id = ++session->next_id;
    qmp_request_ref(request);
    GError *error = submit_refusal(session, request);
    if (error != NULL) {
        qmp_request_answer(request, NULL, error, FALSE);
        return;
    }
    request->due_us = now_us + request->deadline_ms * 1000;
    g_ptr_array_add(session->queue, request);
}

/* An answer that was delivered, but after its waiter had gone. */
static void
late_already(QmpSession *session, QmpRequest *request)
{
    g_autoptr(QmpAnswer) answer = future_take_value(request->future);
    if (answer != NULL && answer->from_qemu && session->handler.late != NULL)
        session->handler.late(session->data, request, answer);
}

void
qmp_session_give_up(QmpSession *session, QmpRequest *request)
{
    GError *error = NULL;
    if (session->state == STATE_CLOSED)
        return;
    switch (request->state) {
    case QMP_REQUEST_QUEUED:
        unqueue(session, request);
        virt_error_set(&error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_ABORTED, "nobody waits for '%s'",
                       request->name);
        qmp_request_answer(request, NULL, error, FALSE);
        break;
    case QMP_REQUEST_SENT:
        leave(session, request);
        break;
    case QMP_REQUEST_LEFT:
        break;
    case QMP_REQUEST_DONE:
        late_already(session, request);
        break;
    }
}

static void
request_overdue(QmpSession *session, QmpRequest *request)
{
    if (request->state == QMP_REQUEST_QUEUED) {
        unqueue(session, request);
        qmp_request_answer(request, NULL, qmp_request_overdue(request), FALSE);
        return;
    }
    request->due_us = INT64_MAX;
    QmpAnswer *answer = g_new0(QmpAnswer, 1);
    answer->error = qmp_request_overdue(request);
    future_complete(request->future, answer, (GDestroyNotify)qmp_answer_free);
    qmp_request_ref(request); /* the handler may close */
    leave(session, request);
    set_silent(session, request->sent_us);
    qmp_request_unref(request);
}

/* The first request that is due; NULL: none. */
static QmpRequest *
find_due(const QmpSession *session)
{
    const GPtrArray *lists[] = {session->sent, session->queue};
    for (size_t list = 0; list < G_N_ELEMENTS(lists); list++) {
        for (guint i = 0; i < lists[list]->len; i++) {
            QmpRequest *request = g_ptr_array_index(lists[list], i);
            if (request->due_us <= session->now_us)
                return request;
        }
    }
    return NULL;
}

void
qmp_session_tick(QmpSession *session, int64_t now_us)
{
    session->now_us = now_us;
    if (session->state < STATE_READY && session->greeting_due_us <= now_us) {
        GError *reason = NULL;
        virt_error_set(&reason, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_TIMEOUT,
                       "QEMU's monitor did not %s within %" G_GINT64_FORMAT " ms",
                       session->state == STATE_GREETING ? "greet" : "end its negotiation",
                       session->options.greeting_ms);
        close_with(session, reason);
    }
    QmpRequest *request;
    while (session->state != STATE_CLOSED && (request = find_due(session)) != NULL)
        request_overdue(session, request);
}

int64_t
qmp_session_due_us(const QmpSession *session)
{
    if (session->state == STATE_CLOSED)
        return INT64_MAX;
    int64_t due_us = session->state < STATE_READY ? session->greeting_due_us : INT64_MAX;
    return MIN(due_us,
               MIN(qmp_requests_due_us(session->sent), qmp_requests_due_us(session->queue)));
}

/* --- begin and end --- */

gboolean
qmp_session_quiesce(QmpSession *session, const GError *reason)
{
    if (session->state != STATE_READY)
        return TRUE;
    if (session->quiesced == NULL) {
        session->quiesced = g_error_copy(reason);
        fail_queue(session, g_error_copy(reason));
    }
    return session->sent->len == 0 || session->unresponsive_since_us != 0;
}

void
qmp_session_close(QmpSession *session, const GError *reason)
{
    if (session->state == STATE_CLOSED)
        return;
    session->state = STATE_CLOSED;
    session->reason = g_error_copy(reason);
    session->writing = NULL;
    qmp_requests_fail(session->sent, reason);
    qmp_requests_fail(session->queue, reason);
    g_byte_array_set_size(session->input, 0);
    if (session->handler.closed != NULL)
        session->handler.closed(session->data, reason);
}

QmpSession *
qmp_session_new(const QmpOptions *options, const QmpHandler *handler, void *data, int64_t now_us)
{
    QmpSession *session = g_new0(QmpSession, 1);
    if (options != NULL)
        session->options = *options;
    if (session->options.greeting_ms == 0)
        session->options.greeting_ms = GREETING_MS;
    if (session->options.limits.bytes == 0)
        session->options.limits.bytes = LINE_BYTES_MAX;
    if (session->options.requests_max == 0)
        session->options.requests_max = REQUESTS_MAX;
    session->handler = *handler;
    session->data = data;
    session->now_us = now_us;
    session->greeting_due_us = now_us + session->options.greeting_ms * 1000;
    session->queue = g_ptr_array_new();
    session->sent = g_ptr_array_new();
    session->line = g_string_new(NULL);
    session->input = g_byte_array_new();
    if (options != NULL && options->rest != NULL) {
        session->state = STATE_READY;
        session->greeting.oob = options->rest->oob;
        gsize n;
        const uint8_t *bytes = g_bytes_get_data(options->rest->input, &n);
        g_byte_array_append(session->input, bytes, (guint)n);
    }
    session->options.rest = NULL;
    return session;
}

void
qmp_session_free(QmpSession *session)
{
    if (session == NULL)
        return;
    g_assert(session->queue->len == 0 && session->sent->len == 0);
    g_ptr_array_unref(session->queue);
    g_ptr_array_unref(session->sent);
    g_byte_array_unref(session->input);
    g_string_free(session->line, TRUE);
    g_free(session->package);
    g_clear_error(&session->quiesced);
    g_clear_error(&session->reason);
    g_free(session);
}

gboolean
qmp_session_rest(const QmpSession *session, QmpRest *ret_rest)
{
    if (session->state != STATE_READY || session->queue->len + session->sent->len > 0 ||
        session->writing != NULL || session->quiesced != NULL ||
        session->unresponsive_since_us != 0)
        return FALSE;
    *ret_rest =
        (QmpRest){session->greeting.oob, g_bytes_new(session->input->data, session->input->len)};
    return TRUE;
}

gboolean
qmp_session_is_closed(const QmpSession *session)
{
    return session->state == STATE_CLOSED;
}

int64_t
qmp_session_unresponsive_since_us(const QmpSession *session)
{
    return session->unresponsive_since_us;
}
