/*
 * durable — makes stock as durable as we are: preloaded into its daemon, it lets a file's new name,
 * or its end, reach the disk before the call goes on. Stock syncs a file, but not the folder that
 * the file's name is in. Only below /etc/libvirt; any thread.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char folder[] = "/etc/libvirt/";

static void
sync_folder(const char *path)
{
    char name[PATH_MAX];
    if (strncmp(path, folder, sizeof folder - 1) != 0)
        return;
    (void)snprintf(name, sizeof name, "%.*s", (int)(strrchr(path, '/') - path), path);
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

int
rename(const char *from, const char *to)
{
    int (*next)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    int status = next(from, to);
    if (status == 0)
        sync_folder(to);
    return status;
}

int
unlink(const char *path)
{
    int (*next)(const char *) = dlsym(RTLD_NEXT, "unlink");
    int status = next(path);
    if (status == 0)
        sync_folder(path);
    return status;
}
