/*
 * fd_groups — descriptors that clients lend a guest for its disks, in groups with names
 * (virDomainFDAssociate, since 9.0.0): a group is as long there as the client that lent it.
 *
 * Only files and block devices are taken: a client that lends its own end of its connection would
 * never be seen to leave. All descriptors of a group are of one file. Modes are what the client
 * opened: nothing is ever opened anew from a descriptor. On the guest's strand; closing may block.
 */
#pragma once

#include <stdatomic.h>

#include "common/base/fd.h"
#include "common/base/handover.h"

typedef struct FdGroups FdGroups;

/* What all guests of a daemon may be lent together; shared by many strands. */
typedef struct {
    atomic_uint n;
    uint32_t most;
} FdBudget;

/* `budget` outlives the groups. */
FdGroups *fd_groups_new(FdBudget *budget);
FdGroups *fd_groups_ref(FdGroups *groups);
/* Takes NULL. Any thread. */
void fd_groups_unref(FdGroups *groups);
/* Closes all: the guest goes. Takes NULL. */
void fd_groups_close(FdGroups *groups);
/*
 * Lends `fds` as the group `name`, in the place of one of that name; they are taken (the set is
 * empty then) when it succeeds. Errors: INVALID_ARG (name empty or long, none at all, a descriptor
 * of another kind or mode, of several files); RESOURCE_BUSY (over the budget).
 */
gboolean fd_groups_lend(FdGroups *groups, const char *name, uint64_t client, FdSet *fds,
                        GError **error);
/* Whether this is the client's first group since the last fd_groups_drop(): its end is not awaited
 * yet. */
gboolean fd_groups_is_new_client(const FdGroups *groups, uint64_t client);
/* Closes what the client lent: it has gone. */
void fd_groups_drop(FdGroups *groups, uint64_t client);

/* What a client lent, for the program that follows a hot restart; `groups` may be NULL. */
#define FD_GROUPS_SAVED "a(ayai)"
GVariant *fd_groups_save(const FdGroups *groups, uint64_t client, Handover *handover);
typedef struct {
    char *name;
    FdSet fds;
} FdGroup;
/* It again: FdGroup, which the array owns. */
GPtrArray *fd_groups_saved(GVariant *saved, Handover *handover);

/* Whether there is such a group; `groups` may be NULL. */
gboolean fd_groups_has(const FdGroups *groups, const char *name);
/* The group's descriptor that was opened O_RDONLY or O_RDWR, as `access` says; -1: none. Borrowed.
 */
int fd_groups_find(const FdGroups *groups, const char *name, int access);
