/*
 * console_lock — see console_lock.h.
 */
#define LOG_SOURCE "qemu.console"

#include "virtqemud/vm/console_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/log.h"

enum { TRIES = 3, CONTENT_MAX = 32 };

/* "LCK.._pts_3" of "/dev/pts/3". */
static char *
file_name(const char *device)
{
    const char *name = g_str_has_prefix(device, "/dev/") ? device + strlen("/dev") : device;
    char *file = g_strconcat("LCK..", name, NULL);
    g_strdelimit(file, "/", '_');
    return file;
}

static int
open_folder(const char *folder)
{
    return open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* The process that holds the lock; 0: nobody that lives, or what is there is no lock. */
static pid_t
holder(int dir, const char *file)
{
    char text[CONTENT_MAX + 1] = "";
    auto_fd fd = openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || read(fd, text, CONTENT_MAX) <= 0)
        return 0;
    long pid = strtol(text, NULL, 10);
    if (pid <= 0 || pid > G_MAXINT32 || pid == getpid())
        return 0;
    return kill((pid_t)pid, 0) == 0 || errno == EPERM ? (pid_t)pid : 0;
}

/* FALSE with errno. */
static gboolean
make(int dir, const char *file)
{
    char text[CONTENT_MAX];
    auto_fd fd = openat(dir, file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return FALSE;
    int n = snprintf(text, sizeof text, "%10d\n", (int)getpid());
    if (write(fd, text, (size_t)n) == n)
        return TRUE;
    int saved_errno = errno;
    (void)unlinkat(dir, file, 0); /* what is left of it names no process */
    errno = saved_errno;
    return FALSE;
}

gboolean
console_lock_take(const char *folder, const char *device, GError **error)
{
    g_autofree char *file = file_name(device);
    auto_fd dir = open_folder(folder);
    for (int i = 0; dir >= 0 && i < TRIES; i++) {
        if (make(dir, file))
            return TRUE;
        if (errno != EEXIST)
            break;
        pid_t pid = holder(dir, file);
        if (pid != 0) {
            virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                           "device '%s' is locked by '%s/%s', which process %d holds", device,
                           folder, file, (int)pid);
            return FALSE;
        }
        if (unlinkat(dir, file, 0) != 0 && errno != ENOENT)
            break;
        errno = EEXIST;
    }
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot make the lock '%s/%s'", folder,
                         file);
    return FALSE;
}

void
console_lock_drop(const char *folder, const char *device)
{
    g_autofree char *file = file_name(device);
    auto_fd dir = open_folder(folder);
    if (dir >= 0 && unlinkat(dir, file, 0) != 0 && errno != ENOENT)
        log_warning("cannot remove the lock '%s/%s': %s", folder, file, g_strerror(errno));
}
