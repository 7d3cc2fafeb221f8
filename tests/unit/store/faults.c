/*
 * faults — see faults.h. Each call is counted, may go wrong, and is otherwise the kernel's.
 */
#include "faults.h"

#include <errno.h>
#include <unistd.h>

/* TRUE when this call fails. */
static gboolean
strike(Faults *faults, const char *name)
{
    if (faults->trace->len > 0)
        g_string_append_c(faults->trace, ' ');
    g_string_append(faults->trace, name);
    if (++faults->calls != faults->at)
        return FALSE;
    if (faults->error == 0)
        _exit(0);
    errno = faults->error;
    return TRUE;
}

static int
faulty_openat(void *data, int dir, const char *name, int flags, mode_t mode)
{
    return strike(data, "openat") ? -1 : store_ops_kernel.openat(NULL, dir, name, flags, mode);
}

static ssize_t
faulty_write(void *data, int fd, const void *bytes, size_t len)
{
    Faults *faults = data;
    if (strike(faults, "write"))
        return -1;
    return store_ops_kernel.write(NULL, fd, bytes, faults->trickle ? 1 : len);
}

static int
faulty_fchmod(void *data, int fd, mode_t mode)
{
    return strike(data, "fchmod") ? -1 : store_ops_kernel.fchmod(NULL, fd, mode);
}

static int
faulty_fsync(void *data, int fd)
{
    return strike(data, "fsync") ? -1 : store_ops_kernel.fsync(NULL, fd);
}

/* A close that fails has closed all the same (close(2)). */
static int
faulty_close(void *data, int fd)
{
    gboolean fails = strike(data, "close");
    int saved_errno = errno;
    int closed = store_ops_kernel.close(NULL, fd);
    errno = saved_errno;
    return fails ? -1 : closed;
}

static int
faulty_renameat2(void *data, int from_dir, const char *from, int to_dir, const char *to,
                 unsigned flags)
{
    if (strike(data, "renameat2"))
        return -1;
    return store_ops_kernel.renameat2(NULL, from_dir, from, to_dir, to, flags);
}

static int
faulty_unlinkat(void *data, int dir, const char *name, int flags)
{
    return strike(data, "unlinkat") ? -1 : store_ops_kernel.unlinkat(NULL, dir, name, flags);
}

static int
faulty_symlinkat(void *data, const char *target, int dir, const char *name)
{
    return strike(data, "symlinkat") ? -1 : store_ops_kernel.symlinkat(NULL, target, dir, name);
}

static int
faulty_mkdirat(void *data, int dir, const char *name, mode_t mode)
{
    return strike(data, "mkdirat") ? -1 : store_ops_kernel.mkdirat(NULL, dir, name, mode);
}

void
faults_init(Faults *faults)
{
    *faults = (Faults){.trace = g_string_new(NULL)};
    faults->ops = (StoreOps){
        .data = faults,
        .openat = faulty_openat,
        .write = faulty_write,
        .fchmod = faulty_fchmod,
        .fsync = faulty_fsync,
        .close = faulty_close,
        .renameat2 = faulty_renameat2,
        .unlinkat = faulty_unlinkat,
        .symlinkat = faulty_symlinkat,
        .mkdirat = faulty_mkdirat,
    };
}

void
faults_clear(Faults *faults)
{
    g_string_free(faults->trace, TRUE);
}
