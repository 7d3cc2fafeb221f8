/*
 * identity_new — how an Identity comes into being. Private to identity*.c. Any thread.
 */
#pragma once

#include "common/auth/identity.h"

/* A new identity with the values of `from`; everything that it points to is copied. */
Identity *identity_new(const Identity *from);
