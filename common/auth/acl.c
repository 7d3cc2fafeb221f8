/*
 * acl — the checks of acl.h: the permissions of one call are asked about in their order, until one
 * is refused.
 */
#include "common/auth/acl.h"

#include "common/auth/acl_manager.h"

typedef struct {
    AclCheck base;
    AclWaiter waiter;
    Identity *identity;
    size_t n_permissions;
    AclPermission *permissions;
    size_t next;
    GArray *attributes; /* AclAttribute, owning its strings */
    AclDone done;
    void *data;
} Walk;

void
acl_check_cancel(AclCheck *check)
{
    check->free(check);
}

static void
walk_free(AclCheck *check)
{
    Walk *walk = (Walk *)check;
    acl_engine_leave(&walk->waiter);
    acl_manager_leave(check);
    identity_unref(walk->identity);
    g_free(walk->permissions);
    g_array_unref(walk->attributes);
    g_free(walk);
}

static void
clear_attribute(gpointer data)
{
    AclAttribute *attribute = data;
    g_free((void *)attribute->key);
    g_free((void *)attribute->value);
}

static GArray *
copy_attributes(const AclAttribute *attributes)
{
    GArray *copy = g_array_new(TRUE, TRUE, sizeof(AclAttribute));
    g_array_set_clear_func(copy, clear_attribute);
    for (; attributes != NULL && attributes->key != NULL; attributes++) {
        AclAttribute attribute = {g_strdup(attributes->key), g_strdup(attributes->value)};
        g_array_append_val(copy, attribute);
    }
    return copy;
}

static void on_answer(AclWaiter *waiter, AclVerdict verdict, const GError *failure);

/* What is asked about, and how far it is. */
typedef struct {
    AclManager *manager;
    const Identity *identity;
    const AclPermission *permissions;
    size_t n_permissions;
    const AclAttribute *attributes;
} Ask;

/* Asks from `next` on. DENIED sets `error`; with PENDING `next` is what is asked about. */
static AclVerdict
ask_from(const Ask *ask, size_t *next, AclWaiter *waiter, GError **error)
{
    for (; *next < ask->n_permissions; (*next)++) {
        AclPermission permission = ask->permissions[*next];
        g_autoptr(GError) failure = NULL;
        AclVerdict verdict = acl_manager_ask(ask->manager, ask->identity, permission,
                                             ask->attributes, waiter, &failure);
        if (verdict == ACL_DENIED)
            acl_refuse(error, permission, ask->identity, failure);
        if (verdict != ACL_ALLOWED)
            return verdict;
    }
    return ACL_ALLOWED;
}

static void
on_answer(AclWaiter *waiter, AclVerdict verdict, const GError *failure)
{
    Walk *walk = (Walk *)((char *)waiter - G_STRUCT_OFFSET(Walk, waiter));
    g_autoptr(GError) error = NULL;
    if (verdict == ACL_DENIED) {
        acl_refuse(&error, walk->permissions[walk->next], walk->identity, failure);
    } else {
        Ask ask = {walk->base.manager, walk->identity, walk->permissions, walk->n_permissions,
                   &g_array_index(walk->attributes, AclAttribute, 0)};
        walk->next++;
        verdict = ask_from(&ask, &walk->next, waiter, &error);
    }
    if (verdict == ACL_PENDING)
        return;
    AclDone done = walk->done;
    void *data = walk->data;
    walk_free(&walk->base);
    done(data, verdict, error);
}

AclVerdict
acl_check_all(AclManager *manager, Identity *identity, const AclPermission *permissions,
              size_t n_permissions, const AclAttribute *attributes, AclDone done, void *data,
              AclCheck **ret_check, GError **error)
{
    Walk *walk = g_new0(Walk, 1);
    walk->waiter.fn = on_answer;
    Ask ask = {manager, identity, permissions, n_permissions, attributes};
    AclVerdict verdict = ask_from(&ask, &walk->next, &walk->waiter, error);
    if (verdict != ACL_PENDING) {
        g_free(walk);
        return verdict;
    }
    acl_manager_enter(manager, &walk->base);
    walk->base.free = walk_free;
    walk->identity = identity_ref(identity);
    walk->n_permissions = n_permissions;
    walk->permissions = g_memdup2(permissions, n_permissions * sizeof *permissions);
    walk->attributes = copy_attributes(attributes);
    walk->done = done;
    walk->data = data;
    *ret_check = &walk->base;
    return ACL_PENDING;
}

AclVerdict
acl_check(AclManager *manager, Identity *identity, AclPermission permission,
          const AclAttribute *attributes, AclDone done, void *data, AclCheck **ret_check,
          GError **error)
{
    return acl_check_all(manager, identity, &permission, 1, attributes, done, data, ret_check,
                         error);
}
