/*
 * Answers are kept for a while: for their time, up to their number, and apart for everything that
 * may differ.
 */
#include "common/auth/acl_cache.h"

static const Identity alice = {.uid = 1000, .pid = 1, .start_time = 1};
static const Identity bob = {.uid = 1001, .pid = 2, .start_time = 1};

static AclKey *
key_of(const Identity *identity, AclPermission permission, const char *key, const char *value)
{
    const AclAttribute attributes[] = {{key, value}, {NULL, NULL}};
    g_autoptr(Identity) copy = identity_new_with_sasl_user(identity, identity->sasl_user);
    return acl_key_new(copy, permission, attributes);
}

static AclVerdict
get(AclCache *cache, AclKey *key, int64_t now_us)
{
    AclVerdict verdict = acl_cache_get(cache, key, now_us);
    acl_key_free(key);
    return verdict;
}

static void
test_keys(void)
{
    g_autoptr(AclCache) cache = acl_cache_new(10, 100);
    acl_cache_put(cache, key_of(&alice, 1, "name", "vm"), ACL_ALLOWED, 0);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "name", "vm"), 0), ==, ACL_ALLOWED);
    g_assert_cmpint(get(cache, key_of(&bob, 1, "name", "vm"), 0), ==, ACL_PENDING);
    g_assert_cmpint(get(cache, key_of(&alice, 2, "name", "vm"), 0), ==, ACL_PENDING);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "name", "vm2"), 0), ==, ACL_PENDING);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "uuid", "vm"), 0), ==, ACL_PENDING);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "name", NULL), 0), ==, ACL_PENDING);
    /* Nobody gets another's answer by a clever name. */
    g_assert_cmpint(get(cache, key_of(&alice, 1, "nam", "evm"), 0), ==, ACL_PENDING);
    acl_cache_put(cache, key_of(&alice, 1, "name", "vm"), ACL_DENIED, 0);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "name", "vm"), 0), ==, ACL_DENIED);
    g_assert_cmpuint(acl_cache_size(cache), ==, 1);
}

static void
test_time(void)
{
    g_autoptr(AclCache) cache = acl_cache_new(10, 100);
    acl_cache_put(cache, key_of(&alice, 1, "name", "a"), ACL_ALLOWED, 0);
    acl_cache_put(cache, key_of(&alice, 1, "name", "b"), ACL_DENIED, 50);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "name", "a"), 99), ==, ACL_ALLOWED);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "name", "a"), 100), ==, ACL_PENDING);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "name", "b"), 100), ==, ACL_DENIED);
    g_assert_cmpuint(acl_cache_size(cache), ==, 1);
    acl_cache_clear(cache);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "name", "b"), 100), ==, ACL_PENDING);
}

static void
test_bound(void)
{
    g_autoptr(AclCache) cache = acl_cache_new(3, 100);
    static const char *const names[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        acl_cache_put(cache, key_of(&alice, 1, "name", names[i]), ACL_ALLOWED, (int64_t)i);
    g_assert_cmpuint(acl_cache_size(cache), ==, 3);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "name", "a"), 5), ==, ACL_PENDING);
    g_assert_cmpint(get(cache, key_of(&alice, 1, "name", "d"), 5), ==, ACL_ALLOWED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/acl-cache/keys", test_keys);
    g_test_add_func("/acl-cache/time", test_time);
    g_test_add_func("/acl-cache/bound", test_bound);
    return g_test_run();
}
