/*
 * acl_driver — what an access driver is to the engine that asks it. Private to acl*.c and its
 * tests.
 *
 * A driver answers a question at once or later, and never forgets one: the engine keeps the
 * answers, asks the next driver, and tells whoever waits. Io thread only.
 */
#pragma once

#include "common/auth/acl.h"

typedef struct {
    const Identity *identity;
    AclPermission permission;
    const AclAttribute *attributes; /* NULL-key terminated, connect_driver among them */
} AclQuery;

/* ALLOWED or DENIED. `failure` set: DENIED because the driver could not find out. */
typedef void (*AclAnswer)(void *data, AclVerdict verdict, const GError *failure);

typedef struct {
    const char *name;
    /* ALLOWED, DENIED (with `failure` if it could not find out), or PENDING with `ret_handle`; then
     * `answer` follows once, not from inside this call. The query is borrowed during the call. */
    AclVerdict (*ask)(void *state, const AclQuery *query, AclAnswer answer, void *data,
                      void **ret_handle, GError **failure);
    /* The answer is not wanted any more. */
    void (*cancel)(void *handle);
    void (*free)(void *state);
} AclDriver;

/* Puts a driver behind those that are there; owns `state`. Before the first check. */
void acl_manager_add_driver(AclManager *manager, const AclDriver *driver, void *state);
/* Forgets every answer. */
void acl_manager_forget(AclManager *manager);

/* The driver "polkit"; its state is the AclManager, whose connection to polkit it uses. */
extern const AclDriver acl_polkit_driver;
/* The manager's connection, made if there is none. */
Polkit *acl_manager_get_polkit(AclManager *manager);
