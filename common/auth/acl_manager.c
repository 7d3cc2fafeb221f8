/*
 * acl_manager — see acl.h and acl_manager.h.
 */
#include "common/auth/acl_manager.h"

#include <string.h>

#include "common/base/error.h"

enum { ATTRIBUTES_MAX = 15 }; /* of one object, connect_driver among them */

struct AclManager {
    Loop *loop;
    char *connect_driver;
    AclEngine *engine;
    Polkit *polkit; /* NULL: not needed so far */
    gboolean owns_polkit;
    GQueue checks; /* AclCheck.link */
};

/* Setting access_drivers. */
static const struct {
    const char *name;
    const AclDriver *driver; /* NULL: allows everything */
} known_drivers[] = {
    {"none", NULL},
    {"polkit", &acl_polkit_driver},
};

static gboolean
load_driver(AclManager *manager, const char *name, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known_drivers); i++) {
        if (strcmp(known_drivers[i].name, name) != 0)
            continue;
        if (known_drivers[i].driver != NULL)
            acl_engine_add_driver(manager->engine, known_drivers[i].driver, manager);
        return TRUE;
    }
    virt_error_set(error, VIRT_FROM_ACCESS, VIRT_ERR_CONF_SYNTAX,
                   "access driver '%s' is not known; there are 'none' and 'polkit'", name);
    return FALSE;
}

AclManager *
acl_manager_new(const char *const *drivers, const char *connect_driver, Loop *loop, GError **error)
{
    g_autoptr(AclManager) manager = g_new0(AclManager, 1);
    manager->loop = loop;
    manager->connect_driver = g_strdup(connect_driver);
    manager->engine = acl_engine_new(loop);
    g_queue_init(&manager->checks);
    for (; drivers != NULL && *drivers != NULL; drivers++) {
        if (!load_driver(manager, *drivers, error))
            return NULL;
    }
    return g_steal_pointer(&manager);
}

void
acl_manager_free(AclManager *manager)
{
    if (manager == NULL)
        return;
    while (manager->checks.length > 0)
        acl_check_cancel(manager->checks.head->data);
    acl_engine_free(manager->engine);
    if (manager->owns_polkit)
        polkit_free(manager->polkit);
    else if (manager->polkit != NULL)
        polkit_set_changed(manager->polkit, NULL, NULL);
    g_free(manager->connect_driver);
    g_free(manager);
}

gboolean
acl_manager_is_open(const AclManager *manager)
{
    return acl_engine_n_drivers(manager->engine) == 0;
}

void
acl_manager_add_driver(AclManager *manager, const AclDriver *driver, void *state)
{
    acl_engine_add_driver(manager->engine, driver, state);
}

void
acl_manager_forget(AclManager *manager)
{
    acl_engine_forget(manager->engine);
}

static void
on_polkit_changed(void *data)
{
    acl_manager_forget(data);
}

void
acl_manager_set_polkit(AclManager *manager, Polkit *polkit)
{
    g_assert(manager->polkit == NULL);
    manager->polkit = polkit;
    polkit_set_changed(polkit, on_polkit_changed, manager);
}

Polkit *
acl_manager_get_polkit(AclManager *manager)
{
    if (manager->polkit == NULL) {
        acl_manager_set_polkit(manager, polkit_new(manager->loop, NULL, NULL));
        manager->owns_polkit = TRUE;
    }
    return manager->polkit;
}

Loop *
acl_manager_get_loop(AclManager *manager)
{
    return manager->loop;
}

void
acl_manager_enter(AclManager *manager, AclCheck *check)
{
    check->manager = manager;
    check->link = (GList){.data = check};
    g_queue_push_tail_link(&manager->checks, &check->link);
}

void
acl_manager_leave(AclCheck *check)
{
    g_queue_unlink(&check->manager->checks, &check->link);
}

AclVerdict
acl_manager_ask(AclManager *manager, const Identity *identity, AclPermission permission,
                const AclAttribute *attributes, AclWaiter *waiter, GError **failure)
{
    if (identity->system || acl_manager_is_open(manager))
        return ACL_ALLOWED;
    /* A daemon that serves several drivers says which one it is asked as. */
    gboolean names_driver = attributes != NULL && attributes->key != NULL &&
                            g_str_equal(attributes->key, "connect_driver");
    AclAttribute all[ATTRIBUTES_MAX + 1] = {{"connect_driver", manager->connect_driver}};
    size_t n = names_driver ? 0 : 1;
    for (; attributes != NULL && attributes->key != NULL; attributes++) {
        g_assert(n < ATTRIBUTES_MAX);
        all[n++] = *attributes;
    }
    all[n] = (AclAttribute){NULL, NULL};
    AclQuery query = {identity, permission, all};
    return acl_engine_ask(manager->engine, &query, waiter, failure);
}

void
acl_refuse(GError **error, AclPermission permission, const Identity *identity,
           const GError *failure)
{
    g_autofree char *who = identity_describe(identity);
    const char *action = acl_permissions[permission].action;
    if (failure != NULL)
        virt_error_set(error, VIRT_FROM_ACCESS, VIRT_ERR_ACCESS_DENIED,
                       "cannot find out whether %s has '%s': %s", who, action, failure->message);
    else
        virt_error_set(error, VIRT_FROM_ACCESS, VIRT_ERR_ACCESS_DENIED, "'%s' is not granted to %s",
                       action, who);
}
