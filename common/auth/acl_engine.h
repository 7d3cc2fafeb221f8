/*
 * acl_engine — asks the access drivers, once per question however many wait for the answer.
 *
 * Owns the drivers, the cache and the open questions. Private to acl*.c. Io thread only.
 */
#pragma once

#include "common/auth/acl_cache.h"
#include "common/auth/acl_driver.h"

typedef struct AclEngine AclEngine;
typedef struct AclQuestion AclQuestion;
typedef struct AclWaiter AclWaiter;

/* Part of whoever waits; zeroed but for `fn`. When `fn` is called it waits no more. */
struct AclWaiter {
    void (*fn)(AclWaiter *waiter, AclVerdict verdict, const GError *failure);
    AclQuestion *question; /* NULL: not waiting */
    GList link;
};

AclEngine *acl_engine_new(Loop *loop);
/* Nobody must be waiting. */
void acl_engine_free(AclEngine *engine);
void acl_engine_add_driver(AclEngine *engine, const AclDriver *driver, void *state);
size_t acl_engine_n_drivers(const AclEngine *engine);
/* Answers given so far, and those of questions that are open now, are not used again. */
void acl_engine_forget(AclEngine *engine);

/* All drivers allow it: ALLOWED; one does not: DENIED, with `failure` set if it could not find out.
 * PENDING: `waiter` is told. */
AclVerdict acl_engine_ask(AclEngine *engine, const AclQuery *query, AclWaiter *waiter,
                          GError **failure);
/* Ends the waiting, if it waits; the last one to leave takes the question back. */
void acl_engine_leave(AclWaiter *waiter);
