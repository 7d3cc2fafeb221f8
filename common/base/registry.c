/*
 * registry — see registry.h.
 */
#include "common/base/registry.h"

#include <string.h>

#include "common/base/thread.h"

struct Registry {
    VirtErrorDomain domain;
    LeafLock lock;
    GHashTable *owners; /* key -> owner */
};

Registry *
registry_new(VirtErrorDomain domain)
{
    Registry *registry = g_new0(Registry, 1);
    registry->domain = domain;
    leaf_init(&registry->lock);
    registry->owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return registry;
}

void
registry_free(Registry *registry)
{
    if (registry == NULL)
        return;
    g_hash_table_destroy(registry->owners);
    leaf_clear(&registry->lock);
    g_free(registry);
}

/* With the lock: who else holds `key`, NULL when it can be claimed. */
static const char *
other_owner(Registry *registry, const char *key, const char *owner)
{
    const char *holder = g_hash_table_lookup(registry->owners, key);
    return holder != NULL && strcmp(holder, owner) != 0 ? holder : NULL;
}

gboolean
registry_claim_all(Registry *registry, const char *const *keys, const char *owner, GError **error)
{
    g_autofree char *holder = NULL;
    const char *taken = NULL;
    thread_yield_point();
    leaf_lock(&registry->lock);
    for (size_t i = 0; keys[i] != NULL && taken == NULL; i++) {
        holder = g_strdup(other_owner(registry, keys[i], owner));
        taken = holder != NULL ? keys[i] : NULL;
    }
    for (size_t i = 0; keys[i] != NULL && taken == NULL; i++)
        g_hash_table_replace(registry->owners, g_strdup(keys[i]), g_strdup(owner));
    leaf_unlock(&registry->lock);
    if (taken == NULL)
        return TRUE;
    virt_error_set(error, registry->domain, VIRT_ERR_RESOURCE_BUSY, "%s is in use by %s", taken,
                   holder);
    return FALSE;
}

gboolean
registry_claim(Registry *registry, const char *key, const char *owner, GError **error)
{
    const char *const keys[] = {key, NULL};
    return registry_claim_all(registry, keys, owner, error);
}

/* With the lock: claims KIND:number if it is free. */
static gboolean
claim_if_free(Registry *registry, const char *kind, uint32_t number, const char *owner)
{
    g_autofree char *key = g_strdup_printf("%s:%u", kind, number);
    if (g_hash_table_contains(registry->owners, key))
        return FALSE;
    g_hash_table_insert(registry->owners, g_steal_pointer(&key), g_strdup(owner));
    return TRUE;
}

gboolean
registry_claim_number(Registry *registry, const char *kind, const uint32_t range[2],
                      const char *owner, uint32_t *ret_number, GError **error)
{
    gboolean found = FALSE;
    uint64_t number = range[0];
    thread_yield_point();
    leaf_lock(&registry->lock);
    for (; number <= range[1] && !found; number++)
        found = claim_if_free(registry, kind, (uint32_t)number, owner);
    leaf_unlock(&registry->lock);
    if (found) {
        *ret_number = (uint32_t)(number - 1);
        return TRUE;
    }
    virt_error_set(error, registry->domain, VIRT_ERR_RESOURCE_BUSY,
                   "every %s from %u to %u is in use", kind, range[0], range[1]);
    return FALSE;
}

void
registry_release(Registry *registry, const char *key, const char *owner)
{
    thread_yield_point();
    leaf_lock(&registry->lock);
    const char *holder = g_hash_table_lookup(registry->owners, key);
    if (holder != NULL && strcmp(holder, owner) == 0)
        g_hash_table_remove(registry->owners, key);
    leaf_unlock(&registry->lock);
}

static gboolean
is_owner(gpointer key, gpointer holder, gpointer owner)
{
    return strcmp(holder, owner) == 0;
}

size_t
registry_release_all(Registry *registry, const char *owner)
{
    thread_yield_point();
    leaf_lock(&registry->lock);
    size_t count = g_hash_table_foreach_remove(registry->owners, is_owner, (gpointer)owner);
    leaf_unlock(&registry->lock);
    return count;
}

char *
registry_owner(Registry *registry, const char *key)
{
    leaf_lock(&registry->lock);
    char *owner = g_strdup(g_hash_table_lookup(registry->owners, key));
    leaf_unlock(&registry->lock);
    return owner;
}
