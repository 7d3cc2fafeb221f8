/*
 * A call that waits for its object's turn ends with OPERATION_TIMEOUT that names who holds the
 * object; it never runs afterwards, and calls that come later are served again.
 */
#include <pthread.h>
#include <string.h>

#include "common/base/error.h"
#include "common/daemon/lists.h"
#include "tests/unit/rpc/served.h"

enum { TURN_TIMEOUT_US = 50000 };

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    gboolean is_born;
    gboolean go;
    int n_ran;
} Fixture;

static gboolean
run(Fixture *f)
{
    pthread_mutex_lock(&f->lock);
    f->n_ran++;
    while (!f->go)
        pthread_cond_wait(&f->changed, &f->lock);
    pthread_mutex_unlock(&f->lock);
    return TRUE;
}

static gboolean
suspend(RpcCall *call, Vm *vm, const RemoteDomainSuspendArgs *args, GError **error)
{
    return run(rpc_call_context(call));
}

static gboolean
resume(RpcCall *call, Vm *vm, const RemoteDomainResumeArgs *args, GError **error)
{
    return run(rpc_call_context(call));
}

static const RemoteHandlers handlers = {.domain_suspend = suspend, .domain_resume = resume};

static const uint8_t uuid[OBJ_UUID_BYTES] = {1, 2, 3};

static void
head_clear(void *data)
{
    g_free(((ObjHead *)data)->name);
}

typedef struct {
    Fixture *fixture;
    Reservation *reservation;
} Birth;

static void
born(void *data)
{
    Birth *birth = data;
    ObjHead *head = view_new(sizeof *head, head_clear);
    head->name = g_strdup("guest");
    memcpy(head->uuid, uuid, sizeof uuid);
    head->id = -1;
    reservation_commit(birth->reservation, view_seal(head));
    pthread_mutex_lock(&birth->fixture->lock);
    birth->fixture->is_born = TRUE;
    pthread_cond_broadcast(&birth->fixture->changed);
    pthread_mutex_unlock(&birth->fixture->lock);
}

static void
no_attributes(const void *view, const RpcProc *proc, const void *args, AclAttribute *ret_attributes)
{
    ret_attributes[0] = (AclAttribute){NULL, NULL};
}

static void
test_busy(void)
{
    Fixture f = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    Served served;
    Peer peer;
    StrandPool *strands = strand_pool_new(NULL);
    RpcServerConfig config = {.context = &f, .strands = strands};
    RpcLimits limits = rpc_limits_default;
    limits.auth_rw = RPC_AUTH_NONE;
    limits.turn_timeout_us = TURN_TIMEOUT_US;
    ObjViewOps ops = {.view = view_ops, .domain = VIRT_FROM_QEMU, .noun = "domain"};
    ObjTable *table = obj_table_new(strands, &ops);
    RpcObjects objects = {.object = ACL_DOMAIN,
                          .table = table,
                          .view_ops = &ops.view,
                          .domain = VIRT_FROM_QEMU,
                          .missing = VIRT_ERR_NO_DOMAIN,
                          .noun = "domain",
                          .attributes = no_attributes};
    Reservation *reservation;
    g_assert_true(obj_table_reserve(table, "guest", uuid, &reservation, NULL, NULL));
    Birth birth = {&f, reservation};
    reservation_post(reservation, born, &birth, NULL);
    served_setup(&served, &config, &limits);
    rpc_server_add_program(served.server, &remote_program, &handlers);
    rpc_server_add_objects(served.server, &objects);
    served_opened(&served, &peer, RPC_ACCESS_RW, "qemu");
    pthread_mutex_lock(&f.lock);
    while (!f.is_born)
        pthread_cond_wait(&f.changed, &f.lock);
    pthread_mutex_unlock(&f.lock);

    RemoteDomainSuspendArgs args = {.dom = {.name = (char *)"guest", .id = -1}};
    memcpy(args.dom.uuid, uuid, sizeof uuid);
    peer_call(&peer, &remote_program, REMOTE_PROC_DOMAIN_SUSPEND, 1, &args);
    peer_call(&peer, &remote_program, REMOTE_PROC_DOMAIN_RESUME, 2, &args);
    g_assert_cmpint(peer_reply(&peer, 2), ==, VIRT_ERR_OPERATION_TIMEOUT);
    g_autofree char *text = NULL;
    int domain;
    (void)peer_error(&peer, &domain, &text);
    g_assert_nonnull(strstr(text, "busy with domain_suspend"));
    pthread_mutex_lock(&f.lock);
    f.go = TRUE;
    pthread_cond_broadcast(&f.changed);
    pthread_mutex_unlock(&f.lock);
    g_assert_cmpint(peer_reply(&peer, 1), ==, 0);
    g_assert_cmpint(peer_ask(&peer, &remote_program, REMOTE_PROC_DOMAIN_RESUME, 3, &args), ==, 0);
    g_assert_cmpint(f.n_ran, ==, 2);

    peer_leave(&peer);
    obj_table_free(table);
    strand_pool_free(strands);
    served_teardown(&served);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/calls/busy", test_busy);
    return g_test_run();
}
