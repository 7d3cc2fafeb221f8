/*
 * store_ops — see store_ops.h: the kernel's system calls. Those that change what a later daemon
 * finds are fault points.
 */
#include "common/store/store_ops.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fault.h"

static int
kernel_openat(void *data, int dir, const char *name, int flags, mode_t mode)
{
    if ((flags & O_CREAT) != 0)
        fault_point("store: making a file");
    return openat(dir, name, flags, mode);
}

static ssize_t
kernel_write(void *data, int fd, const void *bytes, size_t len)
{
    return write(fd, bytes, len);
}

static int
kernel_fchmod(void *data, int fd, mode_t mode)
{
    return fchmod(fd, mode);
}

static int
kernel_fsync(void *data, int fd)
{
    return fsync(fd);
}

static int
kernel_close(void *data, int fd)
{
    return close(fd);
}

static int
kernel_renameat2(void *data, int from_dir, const char *from, int to_dir, const char *to,
                 unsigned flags)
{
    fault_point("store: putting a file in its place");
    return renameat2(from_dir, from, to_dir, to, flags);
}

static int
kernel_unlinkat(void *data, int dir, const char *name, int flags)
{
    fault_point("store: removing a file");
    return unlinkat(dir, name, flags);
}

static int
kernel_symlinkat(void *data, const char *target, int dir, const char *name)
{
    fault_point("store: making a link");
    return symlinkat(target, dir, name);
}

static int
kernel_mkdirat(void *data, int dir, const char *name, mode_t mode)
{
    fault_point("store: making a folder");
    return mkdirat(dir, name, mode);
}

const StoreOps store_ops_kernel = {
    .openat = kernel_openat,
    .write = kernel_write,
    .fchmod = kernel_fchmod,
    .fsync = kernel_fsync,
    .close = kernel_close,
    .renameat2 = kernel_renameat2,
    .unlinkat = kernel_unlinkat,
    .symlinkat = kernel_symlinkat,
    .mkdirat = kernel_mkdirat,
};
