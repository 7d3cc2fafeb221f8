/*
 * peer — see peer.h.
 */
#include "common/daemon/peer.h"

#include "common/base/error.h"
#include "common/daemon/daemon_private.h"
#include "common/rpc/client.h"

/* The io thread ends first, so that nothing of the caller is touched after it stopped waiting. */
enum { CALL_MS = 15000, WAIT_MS = 20000 };

/* Io thread, but for what is set before it is posted. */
typedef struct {
    Daemon *daemon;
    const PeerCall *call;
    const RpcConnKind *kind;
    int64_t deadline_us;
    gboolean launched;
    RpcClient *client;
    Future *done;
} Talk;

static void dial(Talk *talk);

static void
finish(void *data)
{
    Talk *talk = data;
    rpc_client_free(talk->client);
    future_unref(talk->done);
    g_free(talk);
}

/* The client is in a callback: it is freed behind it. */
static void
end(Talk *talk, const GError *error)
{
    if (error != NULL)
        (void)future_fail(talk->done, g_error_copy(error));
    else
        (void)future_complete(talk->done, NULL, NULL);
    loop_post(talk->daemon->loop, finish, talk);
}

static void
on_reply(void *data, const void *ret, const GError *error)
{
    Talk *talk = data;
    if (error == NULL && talk->call->take != NULL)
        talk->call->take(talk->call->data, ret);
    end(talk, error);
}

static void
on_opened(void *data, const void *ret, const GError *error)
{
    Talk *talk = data;
    if (error != NULL)
        end(talk, error);
    else
        rpc_client_call(talk->client, &remote_program, talk->call->number, talk->call->args,
                        talk->deadline_us, on_reply, talk);
}

static void
on_frame(void *data, Frame *frame)
{
    /* nothing was asked for that comes by itself */
}

static void
on_closed(void *data, const GError *error)
{
}

static const RpcClientEvents client_events = {.frame = on_frame, .closed = on_closed};

static void
on_dialled(void *data, int fd, const GError *error)
{
    Talk *talk = data;
    Daemon *daemon = talk->daemon;
    if (fd < 0) {
        if (!talk->launched && daemon->launch != NULL &&
            daemon_launch(daemon->launch, talk->kind)) {
            talk->launched = TRUE;
            dial(talk);
        } else {
            g_autoptr(GError) named = NULL;
            virt_error_set(&named, VIRT_FROM_RPC, VIRT_ERR_SYSTEM_ERROR, "%s does not answer: %s",
                           rpc_daemon_name(talk->kind->daemon), error->message);
            end(talk, named);
        }
        return;
    }
    talk->client = rpc_client_new(daemon->io, transport_new_unix(fd), &client_events, talk);
    g_autofree char *uri =
        g_strdup_printf("%s:///%s", talk->kind->scheme, daemon->privileged ? "system" : "session");
    RpcOpenRequest request = {.uri = uri, .deadline_us = talk->deadline_us};
    rpc_client_open(talk->client, &request, on_opened, talk);
}

static void
dial(Talk *talk)
{
    g_autofree char *path =
        g_strdup_printf("%s/%s-sock", talk->daemon->paths.run, talk->kind->socket);
    RpcDialRequest request = {path, talk->deadline_us, talk->launched};
    (void)rpc_dial(talk->daemon->io, &request, on_dialled, talk);
}

static void
begin(void *data)
{
    dial(data);
}

gboolean
peer_call(Daemon *daemon, const PeerCall *call, GError **error)
{
    g_autofree char *what = g_strdup_printf(
        "the answer of %s", rpc_daemon_name(rpc_kind_of_family(call->family)->daemon));
    g_autoptr(Future) done = future_new(what);
    Talk *talk = g_new0(Talk, 1);
    *talk = (Talk){
        .daemon = daemon,
        .call = call,
        .kind = rpc_kind_of_family(call->family),
        .deadline_us = g_get_monotonic_time() + CALL_MS * 1000,
        .done = future_ref(done),
    };
    loop_post(daemon->loop, begin, talk);
    return strand_wait(done, strand_deadline_in_ms(WAIT_MS), NULL, error);
}
