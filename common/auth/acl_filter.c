/*
 * acl_filter — judges the candidates of a list: a window of open questions moves over them.
 *
 * Answers that are known already come in batches, a batch per turn of the loop, so that a long list
 * does not hold up everybody else.
 */
#include "common/auth/acl_manager.h"

enum { ANSWERS_PER_TURN = 256 };

typedef struct Walk Walk;

typedef struct {
    AclWaiter waiter;
    Walk *walk;
    size_t index; /* of the candidate */
} Slot;

struct Walk {
    AclCheck base;
    Identity *identity;
    AclPermission permission;
    AclFilter filter;
    size_t next;
    size_t n_open;
    LoopTimer *timer; /* the next batch */
    GError *failure;
    Slot slots[ACL_FILTER_IN_FLIGHT];
};

static void
walk_free(AclCheck *check)
{
    Walk *walk = (Walk *)check;
    for (size_t i = 0; i < ACL_FILTER_IN_FLIGHT; i++)
        acl_engine_leave(&walk->slots[i].waiter);
    acl_manager_leave(check);
    loop_timer_remove(walk->timer);
    identity_unref(walk->identity);
    g_clear_error(&walk->failure);
    g_free(walk);
}

static Slot *
free_slot(Walk *walk)
{
    for (size_t i = 0; i < ACL_FILTER_IN_FLIGHT; i++) {
        if (walk->slots[i].waiter.question == NULL)
            return &walk->slots[i];
    }
    return NULL;
}

static void
judge(Walk *walk, size_t index, AclVerdict verdict, const GError *failure)
{
    walk->filter.allowed[index] = verdict == ACL_ALLOWED;
    if (failure != NULL && walk->failure == NULL)
        acl_refuse(&walk->failure, walk->permission, walk->identity, failure);
}

/* Asks about as many as may be open at once. PENDING: there is more to come. */
static AclVerdict
advance(Walk *walk)
{
    size_t budget = ANSWERS_PER_TURN;
    while (walk->next < walk->filter.n && walk->failure == NULL) {
        Slot *slot = free_slot(walk);
        if (slot == NULL)
            return ACL_PENDING;
        if (budget-- == 0) {
            loop_timer_set(walk->timer, 0);
            return ACL_PENDING;
        }
        slot->index = walk->next++;
        g_autoptr(GError) failure = NULL;
        AclVerdict verdict = acl_manager_ask(
            walk->base.manager, walk->identity, walk->permission,
            walk->filter.attributes(walk->filter.data, slot->index), &slot->waiter, &failure);
        if (verdict == ACL_PENDING)
            walk->n_open++;
        else
            judge(walk, slot->index, verdict, failure);
    }
    if (walk->failure != NULL)
        return ACL_DENIED;
    return walk->n_open > 0 ? ACL_PENDING : ACL_ALLOWED;
}

static void
go_on(Walk *walk)
{
    AclVerdict verdict = advance(walk);
    if (verdict == ACL_PENDING)
        return;
    AclFilter filter = walk->filter;
    g_autoptr(GError) failure = g_steal_pointer(&walk->failure);
    walk_free(&walk->base);
    filter.done(filter.data, verdict, failure);
}

static void
on_turn(void *data)
{
    go_on(data);
}

static void
on_answer(AclWaiter *waiter, AclVerdict verdict, const GError *failure)
{
    Slot *slot = (Slot *)waiter;
    slot->walk->n_open--;
    judge(slot->walk, slot->index, verdict, failure);
    go_on(slot->walk);
}

AclVerdict
acl_filter(AclManager *manager, Identity *identity, AclPermission permission,
           const AclFilter *filter, AclCheck **ret_check, GError **error)
{
    Walk *walk = g_new0(Walk, 1);
    walk->base.free = walk_free;
    walk->identity = identity_ref(identity);
    walk->permission = permission;
    walk->filter = *filter;
    walk->timer = loop_add_timer(acl_manager_get_loop(manager), on_turn, walk);
    for (size_t i = 0; i < ACL_FILTER_IN_FLIGHT; i++)
        walk->slots[i] = (Slot){.waiter = {.fn = on_answer}, .walk = walk};
    acl_manager_enter(manager, &walk->base);
    AclVerdict verdict = advance(walk);
    if (verdict == ACL_PENDING) {
        *ret_check = &walk->base;
        return ACL_PENDING;
    }
    if (walk->failure != NULL)
        g_propagate_error(error, g_steal_pointer(&walk->failure));
    walk_free(&walk->base);
    return verdict;
}
