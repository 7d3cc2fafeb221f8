/*
 * acl_cache — answers of the access drivers, each for a limited time, and at most so many.
 *
 * A key owns what it is made of; time is passed in. Private to acl*.c and its tests. Io thread
 * only.
 */
#pragma once

#include "common/auth/acl.h"

/* Who, may do what, to which object. */
typedef struct {
    guint hash;
    AclPermission permission;
    Identity *identity;
    size_t text_len;
    char *text; /* key, NUL, value, NUL, ... of the attributes that have a value */
} AclKey;

AclKey *acl_key_new(const Identity *identity, AclPermission permission,
                    const AclAttribute *attributes);
void acl_key_free(AclKey *key);
/* For GHashTable. */
guint acl_key_hash(gconstpointer key);
gboolean acl_key_equal(gconstpointer a, gconstpointer b);

typedef struct AclCache AclCache;

AclCache *acl_cache_new(size_t max_entries, int64_t ttl_us);
void acl_cache_free(AclCache *cache);
/* ACL_ALLOWED, ACL_DENIED, or ACL_PENDING: not known (any more). */
AclVerdict acl_cache_get(AclCache *cache, const AclKey *key, int64_t now_us);
/* Takes `key`. The oldest entry makes room. */
void acl_cache_put(AclCache *cache, AclKey *key, AclVerdict verdict, int64_t now_us);
void acl_cache_clear(AclCache *cache);
size_t acl_cache_size(const AclCache *cache);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AclKey, acl_key_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AclCache, acl_cache_free)
