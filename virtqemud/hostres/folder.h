/*
 * folder — a running guest's own folders: made for QEMU's user, removed exactly.
 *
 * Everything happens below a descriptor of the parent, and no link is followed: QEMU, which owns
 * what is in there, may put anything in their place. It owns folders above, too: on the way there
 * links are followed that root or oneself made, no others. On the guest's strand.
 */
#pragma once

#include "virtqemud/config/config.h"

/* "domain-ID-NAME", NAME cut after twenty characters: the folder's name, as stock makes it. For a
 * guest found again it is in the status file. The caller frees. */
char *folder_name(int32_t id, const char *guest);
/* The folder (O_PATH), with those above it; what is missing is made: 0755 of `owner`, or 0700 and
 * one's own when that is NULL. -1 on error. Errors: SYSTEM_ERROR. */
int folder_open(const char *path, const Owner *owner, GError **error);
/*
 * Makes PARENT/NAME, 0750 and of `owner` (NULL: one's own), or takes over one that is left from
 * before, emptied. Folders above it: as folder_open(). `ret_fd` (may be NULL)
 * is the caller's. Errors: SYSTEM_ERROR.
 */
gboolean folder_make(const char *parent, const char *name, const Owner *owner, int *ret_fd,
                     GError **error);
/* Removes it with all that is in it; no folder is fine. Errors: SYSTEM_ERROR. */
gboolean folder_remove(const char *parent, const char *name, GError **error);
