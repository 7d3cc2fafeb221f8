/*
 * child — starts a program by posix_spawn: exactly these descriptors, default signals, nothing
 * blocked, a process group or session of its own. The one place of the tree that starts anything.
 * Blocking only as long as the kernel takes; any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>

/* The child has `parent_fd` as `child_fd`; the caller keeps and closes `parent_fd`. */
typedef struct {
    int parent_fd;
    int child_fd;
} ChildFd;

/* Borrowed during the call. */
typedef struct {
    const char *const *argv; /* argv[0] is a path, or a name that is looked up in PATH */
    const char *const *env;  /* "NAME=value"; NULL: PATH and LC_ALL=C only */
    const char *folder;      /* working folder; NULL: / */
    const ChildFd *fds;      /* 0, 1 and 2 are /dev/null where they are not among them */
    size_t n_fds;
    gboolean new_session; /* it outlives whoever started it; else only a group of its own */
} ChildSpec;

/*
 * `ret_pidfd` is the caller's. The child is the caller's to reap. A child that cannot be watched is
 * ended again. Errors: VIRT_ERR_SYSTEM_ERROR naming the program.
 */
gboolean child_spawn(const ChildSpec *spec, pid_t *ret_pid, int *ret_pidfd, GError **error);
