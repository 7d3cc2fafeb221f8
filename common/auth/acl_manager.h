/*
 * acl_manager — what checks and filters share with the manager. Private to acl*.c. Io thread only.
 */
#pragma once

#include "common/auth/acl_engine.h"

/* The head of a pending check or filter. */
struct AclCheck {
    AclManager *manager;
    GList link; /* in the manager's list */
    /* Leaves the engine and frees the whole; calls nobody back. */
    void (*free)(AclCheck *check);
};

/* Into the manager's list of what is pending, and out of it. */
void acl_manager_enter(AclManager *manager, AclCheck *check);
void acl_manager_leave(AclCheck *check);
Loop *acl_manager_get_loop(AclManager *manager);

/* Adds connect_driver and asks the engine; the system identity may do everything. */
AclVerdict acl_manager_ask(AclManager *manager, const Identity *identity, AclPermission permission,
                           const AclAttribute *attributes, AclWaiter *waiter, GError **failure);

/* The error for who was refused. `failure` NULL: the rules refuse it; else why they could not be
 * asked. */
void acl_refuse(GError **error, AclPermission permission, const Identity *identity,
                const GError *failure);
