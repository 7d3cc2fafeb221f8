/*
 * owner — users and groups as settings and labels name them. Asks the host's databases; any thread.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "common/base/error.h"

/* Of a program or a file. */
typedef struct {
    uid_t uid;
    gid_t gid;
} Owner;

/* "name", "id", or "+id" for what is never a name. Errors: INVALID_ARG when there is none,
 * SYSTEM_ERROR. */
gboolean owner_find_user(const char *text, uid_t *ret_uid, GError **error);
gboolean owner_find_group(const char *text, gid_t *ret_gid, GError **error);
/* All groups of a user, and `gid`; the caller frees. None for a number that is no user's. */
gid_t *owner_find_groups(uid_t uid, gid_t gid, size_t *ret_n);
