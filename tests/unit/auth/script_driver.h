/*
 * script_driver — an access driver that a test answers by hand.
 *
 * Questions about "yes" and "no" (attribute name) are answered at once; others wait until the test
 * answers them, in the order in which they came.
 */
#pragma once

#include "common/auth/acl_driver.h"

typedef struct {
    GQueue open; /* ScriptQuestion */
    guint n_asked;
    guint n_cancelled;
    const char *expected_driver; /* NULL: "QEMU" */
} Script;

typedef struct {
    Script *script;
    char *name;
    AclPermission permission;
    AclAnswer answer;
    void *data;
} ScriptQuestion;

extern const AclDriver script_driver;

/* Answers the oldest open question, which must be about `name`. */
void script_answer(Script *script, const char *name, AclVerdict verdict, const GError *failure);
