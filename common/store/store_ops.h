/*
 * store_ops — the system calls that change a store, as a table, so that tests can make any of them
 * fail, or end the process before it.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

typedef struct {
    void *data; /* given to every call */
    int (*openat)(void *data, int dir, const char *name, int flags, mode_t mode);
    ssize_t (*write)(void *data, int fd, const void *bytes, size_t len);
    int (*fchmod)(void *data, int fd, mode_t mode);
    int (*fsync)(void *data, int fd);
    int (*close)(void *data, int fd);
    int (*renameat2)(void *data, int from_dir, const char *from, int to_dir, const char *to,
                     unsigned flags);
    int (*unlinkat)(void *data, int dir, const char *name, int flags);
    int (*symlinkat)(void *data, const char *target, int dir, const char *name);
    int (*mkdirat)(void *data, int dir, const char *name, mode_t mode);
} StoreOps;

/* The kernel's. */
extern const StoreOps store_ops_kernel;
