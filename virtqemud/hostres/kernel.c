/*
 * kernel — see kernel.h.
 */
#include "virtqemud/hostres/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"

static int
fail(GError **error, const char *what, const char *path)
{
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot read %s '%s'", what, path);
    return -1;
}

static int
open_regular(const char *what, const char *path, GError **error)
{
    struct stat st;
    auto_fd fd = fd_open_data(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) < 0)
        return fail(error, what, path);
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > KERNEL_MAX_BYTES) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       S_ISREG(st.st_mode) ? "%s '%s' is larger than 1 GiB"
                                           : "%s '%s' is not a regular file",
                       what, path);
        return -1;
    }
    return fd_steal(&fd);
}

/* The file may grow meanwhile, but not beyond the bound. */
static gboolean
copy(int from, int to)
{
    uint64_t left = KERNEL_MAX_BYTES;
    while (left > 0) {
        ssize_t n = sendfile(to, from, NULL, (size_t)MIN(left, UINT64_C(1) << 24));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        left -= (uint64_t)n;
    }
    errno = EFBIG;
    return FALSE;
}

int
kernel_copy(const char *what, const char *path, GError **error)
{
    auto_fd from = open_regular(what, path, error);
    if (from < 0)
        return -1;
    auto_fd to = memfd_create(what, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (to < 0 || !copy(from, to) ||
        fcntl(to, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        return fail(error, what, path);
    /* QEMU's user opens it anew, by name, so everybody must be allowed to read it; nobody else has
     * a name for it. */
    if (fchmod(to, 0444) < 0 || lseek(to, 0, SEEK_SET) < 0)
        return fail(error, what, path);
    return fd_steal(&to);
}
