/*
 * attribute — a key and a value that describe the object of an access check ("domain_name", "vm1").
 *
 * Arrays of them end with a NULL key; a NULL value means that the attribute is not there. They are
 * borrowed during the call only.
 */
#pragma once

typedef struct {
    const char *key;
    const char *value;
} AclAttribute;
