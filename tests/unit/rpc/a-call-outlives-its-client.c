/*
 * Calls on threads of their own, mutating and heavy, end and are counted whether their clients stay
 * or go; the replies of those who stay all come.
 */
#include <pthread.h>

#include "common/base/error.h"
#include "tests/unit/rpc/served.h"

enum { FAKE_PROGRAM = 0x30000001, MUTATE = 1, HEAVY, LATER, N_PROCS, CALLS = 30, CLIENTS = 20 };

typedef struct {
    gint n_ran;           /* atomic */
    pthread_mutex_t lock; /* not GLib's: the sanitizer knows these */
    pthread_cond_t changed;
    gboolean go; /* handlers may end */
    gboolean drained;
} Fixture;

static gpointer
complete_elsewhere(gpointer data)
{
    rpc_call_complete(data, NULL);
    return NULL;
}

static gboolean
thunk(const void *handlers, RpcCall *call, RpcTarget target, const void *args, void *ret,
      GError **error)
{
    Fixture *f = rpc_call_context(call);
    pthread_mutex_lock(&f->lock);
    while (!f->go)
        pthread_cond_wait(&f->changed, &f->lock);
    pthread_mutex_unlock(&f->lock);
    g_atomic_int_inc(&f->n_ran);
    if (rpc_call_proc(call)->number == LATER) {
        rpc_call_defer(call);
        g_thread_unref(g_thread_new("later", complete_elsewhere, call));
        return TRUE;
    }
    if (rpc_call_id(call) % 3 != 0)
        return TRUE;
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_FAILED, "every third");
    return FALSE;
}

#define ROW(n, of_class, ...)                                                                      \
    [n] = {.number = (n),                                                                          \
           .name = "fake",                                                                         \
           .class = (of_class),                                                                    \
           .family = RPC_FAMILY_HYPERVISOR,                                                        \
           .thunk = thunk,                                                                         \
           __VA_ARGS__}
static const RpcProc procs[] = {ROW(MUTATE, RPC_CLASS_MUTATE, .heavy = FALSE),
                                ROW(HEAVY, RPC_CLASS_READ, .heavy = TRUE),
                                ROW(LATER, RPC_CLASS_MUTATE, .heavy = FALSE)};
static const char *const handlers[] = {"there"};
static const RpcProgram program = {FAKE_PROGRAM, 1, "fake", N_PROCS, procs, 8};

static void
on_drained(void *data)
{
    ((Fixture *)data)->drained = TRUE;
}

static void
test_threads(void)
{
    Fixture f = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    Served served;
    Peer peers[CLIENTS];
    RpcServerConfig config = {
        .context = &f, .strands = strand_pool_new(NULL), .workers = worker_pool_new(2)};
    served_setup(&served, &config, NULL);
    rpc_server_add_program(served.server, &program, handlers);
    for (int i = 0; i < CLIENTS; i++) {
        served_opened(&served, &peers[i], RPC_ACCESS_RW, "qemu");
        for (uint32_t serial = 0; serial < CALLS; serial++)
            peer_call(&peers[i], &program, serial % 3 + 1, serial, NULL);
    }
    run_idle(served.loop);
    /* Half of the clients go before their calls end, the others while they end. */
    for (int i = 0; i < CLIENTS / 2; i++)
        peer_leave(&peers[i]);
    pthread_mutex_lock(&f.lock);
    f.go = TRUE;
    pthread_cond_broadcast(&f.changed);
    pthread_mutex_unlock(&f.lock);
    for (int i = CLIENTS / 2; i < CLIENTS - 3; i++) {
        for (int n = 0; n < CALLS; n++)
            g_assert_cmpuint(peer_receive(&peers[i])->header.type, ==, FRAME_REPLY);
    }
    for (int i = CLIENTS / 2; i < CLIENTS; i++)
        peer_leave(&peers[i]);
    rpc_server_drain(served.server, on_drained, &f);
    run_until(served.loop, &f.drained);
    g_assert_cmpint(g_atomic_int_get(&f.n_ran), >=, (CLIENTS / 2 - 3) * CALLS);
    strand_pool_free(config.strands);
    worker_pool_free(config.workers);
    served_teardown(&served);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/calls/threads", test_threads);
    return g_test_run();
}
