/*
 * acl — may this identity do that to this object? The only place that answers yes.
 *
 * Owns the access drivers (setting access_drivers: "none", "polkit"), a bounded cache of their
 * answers per identity, action and attributes, and the questions that are open: equal questions
 * are asked once. All drivers must agree; a driver that cannot answer is a refusal. A read-only
 * connection is judged before, by the dispatcher. The system identity is allowed everything.
 * Io thread only; nothing here blocks.
 */
#pragma once

#include "common/auth/attribute.h"
#include "common/auth/identity.h"
#include "common/auth/polkit.h"
#include "common/base/loop.h"
#include "common/spec/spec.h"

typedef struct AclManager AclManager;
typedef struct AclCheck AclCheck;

typedef enum { ACL_DENIED, ACL_ALLOWED, ACL_PENDING } AclVerdict;

/* Called once, never from inside the function that was asked. `error` as for acl_check(). */
typedef void (*AclDone)(void *data, AclVerdict verdict, const GError *error);

/* At most so many questions of one filtered list are open at once. */
#define ACL_FILTER_IN_FLIGHT 16
/* An answer is used again for so long, and so many are kept. */
#define ACL_CACHE_TTL_MS 5000
#define ACL_CACHE_MAX 4096

/* `drivers` is NULL-terminated; NULL or empty is "none". `connect_driver` is given to every rule
 * under that key ("QEMU", "network", ...). Errors: VIRT_ERR_CONF_SYNTAX for a driver that is not
 * known. */
AclManager *acl_manager_new(const char *const *drivers, const char *connect_driver, Loop *loop,
                            GError **error);
/* Open checks end without their callbacks. */
void acl_manager_free(AclManager *manager);
/* TRUE when no rule applies to anybody: callers need not ask. */
gboolean acl_manager_is_open(const AclManager *manager);
/* Lets the polkit driver use this connection instead of one of its own. Borrowed, outlives the
 * manager; before the first check. Takes polkit_set_changed() of it. */
void acl_manager_set_polkit(AclManager *manager, Polkit *polkit);

/* May `identity` do `permission` to the object that `attributes` describe (connect_driver is
 * added, unless it is the first of them)? ALLOWED or DENIED at once, or PENDING: then `done` is
 * called later and `ret_check` is set until then. DENIED sets `error`: VIRT_ERR_ACCESS_DENIED,
 * domain ACCESS. Everything passed in is copied. */
AclVerdict acl_check(AclManager *manager, Identity *identity, AclPermission permission,
                     const AclAttribute *attributes, AclDone done, void *data, AclCheck **ret_check,
                     GError **error);
/* As acl_check() for all of `permissions`; the first that is refused, in their order, is named.
 * None: ALLOWED. */
AclVerdict acl_check_all(AclManager *manager, Identity *identity, const AclPermission *permissions,
                         size_t n_permissions, const AclAttribute *attributes, AclDone done,
                         void *data, AclCheck **ret_check, GError **error);
/* Ends a pending check or filter; its callback is not called. */
void acl_check_cancel(AclCheck *check);

/* The attributes of candidate `index`; borrowed until the next call. Called on the io thread, later
 * than acl_filter() too, until the filter is done or cancelled. */
typedef const AclAttribute *(*AclAttributesFn)(void *data, size_t index);

typedef struct {
    size_t n;
    AclAttributesFn attributes;
    uint8_t *allowed; /* n bytes, set to 1 or 0; the caller's, until done or cancelled */
    AclDone done;
    void *data; /* of both functions */
} AclFilter;

/* Judges each of a list's candidates. ALLOWED: `allowed` is filled already. PENDING: `done` comes
 * with ALLOWED when it is. DENIED (at once or to `done`): the drivers could not be asked, `error`
 * says why; a candidate that is refused is no error. */
AclVerdict acl_filter(AclManager *manager, Identity *identity, AclPermission permission,
                      const AclFilter *filter, AclCheck **ret_check, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AclManager, acl_manager_free)
