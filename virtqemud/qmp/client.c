/*
 * client — see client.h. The transport on descriptors and the loop is in client_fd.c.
 */
#include "virtqemud/qmp/client.h"

#include "common/base/strand.h"

/* The io thread answers at the deadline itself; this is for one that does not come round. */
enum { IO_GRACE_MS = 10000 };

struct QmpClient {
    gint refs; /* atomic */
    const QmpTransport *transport;
    void *transport_data;
    /* Io thread. */
    QmpSession *session;
    QmpHandler handler;
    void *data;
};

typedef struct {
    QmpClient *client;
    QmpRequest *request;
} Post;

/* --- the handler behind ours --- */

static void
on_ready(void *data, const QmpGreeting *greeting)
{
    QmpClient *client = data;
    if (client->handler.ready != NULL)
        client->handler.ready(client->data, greeting);
}

static void
on_event(void *data, const QmpEvent *event)
{
    QmpClient *client = data;
    if (client->handler.event != NULL)
        client->handler.event(client->data, event);
}

static void
on_left(void *data, const QmpRequest *request)
{
    QmpClient *client = data;
    if (client->handler.left != NULL)
        client->handler.left(client->data, request);
}

static void
on_late(void *data, const QmpRequest *request, const QmpAnswer *answer)
{
    QmpClient *client = data;
    if (client->handler.late != NULL)
        client->handler.late(client->data, request, answer);
}

static void
on_unresponsive(void *data, int64_t since_us)
{
    QmpClient *client = data;
    if (client->handler.unresponsive != NULL)
        client->handler.unresponsive(client->data, since_us);
}

static void
on_drained(void *data)
{
    QmpClient *client = data;
    if (client->handler.drained != NULL)
        client->handler.drained(client->data);
}

/* The transport ends first: whoever is told may let go of the client. */
static void
on_closed(void *data, const GError *reason)
{
    QmpClient *client = data;
    client->transport->ended(client->transport_data);
    if (client->handler.closed != NULL)
        client->handler.closed(client->data, reason);
}

static const QmpHandler inner_handler = {
    .ready = on_ready,
    .event = on_event,
    .left = on_left,
    .late = on_late,
    .unresponsive = on_unresponsive,
    .drained = on_drained,
    .closed = on_closed,
};

/* --- life --- */

QmpClient *
qmp_client_new_on(const QmpTransport *transport, void *transport_data, const QmpOptions *options,
                  const QmpHandler *handler, void *data)
{
    QmpClient *client = g_new0(QmpClient, 1);
    client->refs = 1;
    client->transport = transport;
    client->transport_data = transport_data;
    client->handler = *handler;
    client->data = data;
    client->session =
        qmp_session_new(options, &inner_handler, client, transport->now_us(transport_data));
    return client;
}

QmpClient *
qmp_client_ref(QmpClient *client)
{
    g_atomic_int_inc(&client->refs);
    return client;
}

void
qmp_client_unref(QmpClient *client)
{
    if (client == NULL || !g_atomic_int_dec_and_test(&client->refs))
        return;
    g_assert(qmp_session_is_closed(client->session));
    qmp_session_free(client->session);
    client->transport->free(client->transport_data);
    g_free(client);
}

void
qmp_client_close(QmpClient *client, const GError *reason)
{
    ON_IO;
    g_autoptr(QmpClient) keep G_GNUC_UNUSED = qmp_client_ref(client);
    qmp_session_close(client->session, reason);
}

gboolean
qmp_client_quiesce(QmpClient *client, const GError *reason)
{
    ON_IO;
    return qmp_session_quiesce(client->session, reason);
}

int
qmp_client_rest(QmpClient *client, QmpRest *ret_rest)
{
    ON_IO;
    int fd = client->transport->fd != NULL ? client->transport->fd(client->transport_data) : -1;
    return fd >= 0 && qmp_session_rest(client->session, ret_rest) ? fd : -1;
}

int64_t
qmp_client_unresponsive_since_us(const QmpClient *client)
{
    ON_IO;
    return qmp_session_unresponsive_since_us(client->session);
}

QmpSession *
qmp_client_session(QmpClient *client)
{
    return client->session;
}

/* --- requests --- */

static void
post(QmpClient *client, LoopFn fn, QmpRequest *request)
{
    Post *post = g_new(Post, 1);
    *post = (Post){qmp_client_ref(client), qmp_request_ref(request)};
    client->transport->post(client->transport_data, fn, post);
}

static void
post_free(Post *post)
{
    qmp_request_unref(post->request);
    qmp_client_unref(post->client);
    g_free(post);
}

static void
stir(QmpClient *client)
{
    if (!qmp_session_is_closed(client->session))
        client->transport->stirred(client->transport_data, client->session);
}

static void
send_posted(void *data)
{
    Post *post = data;
    QmpClient *client = post->client;
    qmp_session_submit(client->session, post->request,
                       client->transport->now_us(client->transport_data));
    stir(client);
    post_free(post);
}

static void
give_up_posted(void *data)
{
    Post *post = data;
    qmp_session_give_up(post->client->session, post->request);
    stir(post->client);
    post_free(post);
}

void
qmp_client_send(QmpClient *client, QmpRequest *request)
{
    ANY_THREAD;
    post(client, send_posted, request);
}

void
qmp_client_give_up(QmpClient *client, QmpRequest *request)
{
    ANY_THREAD;
    post(client, give_up_posted, request);
}

gboolean
qmp_call_request(QmpClient *client, QmpRequest *request, Cancel *cancel, Json **ret_reply,
                 GError **error)
{
    qmp_client_send(client, request);
    Future *future = qmp_request_future(request);
    if (!strand_wait(future, strand_deadline_in_ms(request->deadline_ms + IO_GRACE_MS), cancel,
                     error)) {
        qmp_client_give_up(client, request);
        return FALSE;
    }
    g_autoptr(QmpAnswer) answer = future_take_value(future);
    if (answer->error != NULL) {
        g_propagate_error(error, g_steal_pointer(&answer->error));
        return FALSE;
    }
    if (ret_reply != NULL)
        *ret_reply = g_steal_pointer(&answer->reply);
    return TRUE;
}

gboolean
qmp_call(QmpClient *client, QmpCommandId command, Json *args, Json **ret_reply, GError **error)
{
    g_autoptr(QmpRequest) request = qmp_request_new(command, args);
    return qmp_call_request(client, request, NULL, ret_reply, error);
}
