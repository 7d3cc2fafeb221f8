/*
 * acl_cache — see acl_cache.h. All entries live equally long, so the order of insertion is the
 * order of expiry: one queue serves both the age and the bound.
 */
#include "common/auth/acl_cache.h"

#include <string.h>

typedef struct {
    AclKey *key;
    AclVerdict verdict;
    int64_t expires_us;
    GList link; /* in AclCache.by_age */
} Entry;

struct AclCache {
    size_t max_entries;
    int64_t ttl_us;
    GHashTable *entries; /* AclKey -> Entry */
    GQueue by_age;       /* oldest first */
};

/* --- keys --- */

AclKey *
acl_key_new(const Identity *identity, AclPermission permission, const AclAttribute *attributes)
{
    GString *text = g_string_sized_new(128);
    for (const AclAttribute *a = attributes; a != NULL && a->key != NULL; a++) {
        if (a->value == NULL)
            continue;
        g_string_append_len(text, a->key, (gssize)strlen(a->key) + 1);
        g_string_append_len(text, a->value, (gssize)strlen(a->value) + 1);
    }
    AclKey *key = g_new(AclKey, 1);
    key->identity = identity_ref(identity);
    key->permission = permission;
    key->text_len = text->len;
    key->text = g_string_free(text, FALSE);
    key->hash = identity_hash_for_acl(identity) * 31 + permission;
    for (size_t i = 0; i < key->text_len; i++)
        key->hash = key->hash * 33 + (guchar)key->text[i];
    return key;
}

void
acl_key_free(AclKey *key)
{
    if (key == NULL)
        return;
    identity_unref(key->identity);
    g_free(key->text);
    g_free(key);
}

guint
acl_key_hash(gconstpointer key)
{
    return ((const AclKey *)key)->hash;
}

gboolean
acl_key_equal(gconstpointer a, gconstpointer b)
{
    const AclKey *one = a;
    const AclKey *other = b;
    return one->hash == other->hash && one->permission == other->permission &&
           one->text_len == other->text_len && memcmp(one->text, other->text, one->text_len) == 0 &&
           identity_equal_for_acl(one->identity, other->identity);
}

/* --- the cache --- */

static void
entry_free(gpointer data)
{
    Entry *entry = data;
    acl_key_free(entry->key);
    g_free(entry);
}

AclCache *
acl_cache_new(size_t max_entries, int64_t ttl_us)
{
    AclCache *cache = g_new(AclCache, 1);
    cache->max_entries = max_entries;
    cache->ttl_us = ttl_us;
    cache->entries = g_hash_table_new_full(acl_key_hash, acl_key_equal, NULL, entry_free);
    g_queue_init(&cache->by_age);
    return cache;
}

void
acl_cache_free(AclCache *cache)
{
    if (cache == NULL)
        return;
    g_hash_table_unref(cache->entries);
    g_free(cache);
}

static void
drop(AclCache *cache, Entry *entry)
{
    g_queue_unlink(&cache->by_age, &entry->link);
    g_hash_table_remove(cache->entries, entry->key);
}

static void
drop_expired(AclCache *cache, int64_t now_us)
{
    while (cache->by_age.head != NULL) {
        Entry *oldest = cache->by_age.head->data;
        if (oldest->expires_us > now_us)
            break;
        drop(cache, oldest);
    }
}

AclVerdict
acl_cache_get(AclCache *cache, const AclKey *key, int64_t now_us)
{
    drop_expired(cache, now_us);
    const Entry *entry = g_hash_table_lookup(cache->entries, key);
    return entry != NULL ? entry->verdict : ACL_PENDING;
}

void
acl_cache_put(AclCache *cache, AclKey *key, AclVerdict verdict, int64_t now_us)
{
    Entry *old = g_hash_table_lookup(cache->entries, key);
    if (old != NULL)
        drop(cache, old);
    drop_expired(cache, now_us);
    while (cache->by_age.length >= cache->max_entries && cache->by_age.length > 0)
        drop(cache, cache->by_age.head->data);
    Entry *entry = g_new0(Entry, 1);
    *entry = (Entry){.key = key, .verdict = verdict, .expires_us = now_us + cache->ttl_us};
    entry->link.data = entry;
    g_queue_push_tail_link(&cache->by_age, &entry->link);
    g_hash_table_insert(cache->entries, entry->key, entry);
}

void
acl_cache_clear(AclCache *cache)
{
    g_queue_init(&cache->by_age);
    g_hash_table_remove_all(cache->entries);
}

size_t
acl_cache_size(const AclCache *cache)
{
    return g_hash_table_size(cache->entries);
}
