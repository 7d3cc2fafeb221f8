/*
 * label — see label.h. Attributes as the stock daemon writes them, recorded: "dac" has the owner as
 * "+UID:+GID", "ref_dac" how many have asked for it, "timestamp_dac" when the host booted, so that
 * a count from before is not believed. That time is another one once somebody sets the clock, so
 * ours have the boot's own id as well.
 */
#include "virtqemud/hostres/label.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "common/base/fd.h"

#define ATTRIBUTE_OWNER "trusted.libvirt.security.dac"
#define ATTRIBUTE_COUNT "trusted.libvirt.security.ref_dac"
#define ATTRIBUTE_BOOT "trusted.libvirt.security.timestamp_dac"
#define ATTRIBUTE_BOOT_ID "trusted.vireo.boot_id"

enum { TEXT_MAX = 64, LOCK_TRIES = 200, LOCK_PAUSE_US = 10000 };
/* The time of the boot is reckoned from clocks that are read one after the other. */
enum { BOOT_TOLERANCE_S = 5 };

/* A file under change: by descriptor, and by a name of that descriptor for what takes no O_PATH. */
typedef struct {
    int fd;
    int lock; /* its folder, locked: counts are read and written */
    char link[32];
    struct stat st;
} File;

typedef struct {
    Owner owner;
    uint64_t count; /* 0: nothing is remembered */
} Memory;

static void
file_clear(File *file)
{
    fd_clear(&file->fd);
    fd_clear(&file->lock);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(File, file_clear)

LabelPolicy
label_policy(const QemuConfig *config, gboolean privileged)
{
    return (LabelPolicy){
        .enabled = privileged && config->dynamic_ownership,
        .remember = config->remember_owner,
        .owner = config->owner,
    };
}

/* ---- the file ---- */

/* Other guests' strands may be at it, too; whoever waits too long goes on without. */
static void
lock_folder(File *file, const char *path)
{
    g_autofree char *above = g_path_get_dirname(path);
    file->lock = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; file->lock >= 0 && i < LOCK_TRIES; i++) {
        if (flock(file->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
            return;
        g_usleep(LOCK_PAUSE_US);
    }
}

/* Links are followed that root made ("/dev/serial/by-id"), no others. FALSE with errno. */
static gboolean
open_file(const char *path, File *file)
{
    lock_folder(file, path);
    file->fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (file->fd < 0 || fstat(file->fd, &file->st) < 0)
        return FALSE;
    if (S_ISLNK(file->st.st_mode)) {
        gboolean trusted = file->st.st_uid == 0;
        fd_clear(&file->fd);
        errno = ELOOP;
        file->fd = trusted ? open(path, O_PATH | O_CLOEXEC) : -1;
        if (file->fd < 0 || fstat(file->fd, &file->st) < 0)
            return FALSE;
    }
    g_snprintf(file->link, sizeof file->link, "/proc/self/fd/%d", file->fd);
    return TRUE;
}

static gboolean
give(const File *file, const Owner *owner)
{
    if (file->st.st_uid == owner->uid && file->st.st_gid == owner->gid)
        return TRUE;
    return fchownat(file->fd, "", owner->uid, owner->gid, AT_EMPTY_PATH) == 0;
}

/* ---- what is remembered ---- */

static char *
print_owner(const Owner *owner)
{
    return g_strdup_printf("+%u:+%u", (unsigned)owner->uid, (unsigned)owner->gid);
}

static gboolean
parse_owner(const char *text, Owner *ret_owner)
{
    unsigned uid, gid;
    int end = 0;
    if (sscanf(text, "+%u:+%u%n", &uid, &gid, &end) != 2 || text[end] != '\0')
        return FALSE;
    *ret_owner = (Owner){uid, gid};
    return TRUE;
}

static int64_t
boot_time_s(void)
{
    struct timespec now, since;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_BOOTTIME, &since);
    return (int64_t)now.tv_sec - (int64_t)since.tv_sec;
}

static gboolean
read_attribute(const File *file, const char *name, char text[TEXT_MAX])
{
    ssize_t n = getxattr(file->link, name, text, TEXT_MAX - 1);
    text[MAX(n, 0)] = '\0';
    return n > 0;
}

static gboolean
write_attribute(const File *file, const char *name, const char *text)
{
    return setxattr(file->link, name, text, strlen(text), 0) == 0;
}

/* Empty: the kernel does not tell. */
static void
read_boot_id(char text[TEXT_MAX])
{
    g_autofree char *id = NULL;
    (void)g_file_get_contents("/proc/sys/kernel/random/boot_id", &id, NULL, NULL);
    g_strlcpy(text, id != NULL ? g_strchomp(id) : "", TEXT_MAX);
}

static gboolean
is_of_this_boot(const File *file)
{
    char mine[TEXT_MAX], id[TEXT_MAX], boot[TEXT_MAX];
    read_boot_id(mine);
    if (read_attribute(file, ATTRIBUTE_BOOT_ID, id) && g_str_equal(id, mine))
        return TRUE;
    return read_attribute(file, ATTRIBUTE_BOOT, boot) &&
           llabs(boot_time_s() - g_ascii_strtoll(boot, NULL, 10)) <= BOOT_TOLERANCE_S;
}

static Memory
read_memory(const File *file)
{
    char owner[TEXT_MAX], count[TEXT_MAX];
    Memory memory = {.count = 0};
    if (read_attribute(file, ATTRIBUTE_OWNER, owner) && parse_owner(owner, &memory.owner) &&
        read_attribute(file, ATTRIBUTE_COUNT, count) && is_of_this_boot(file))
        memory.count = g_ascii_strtoull(count, NULL, 10);
    return memory;
}

/* FALSE where the file system has no such attributes. The count comes last: without it nothing is
 * remembered. */
static gboolean
write_memory(const File *file, const Memory *memory)
{
    g_autofree char *owner = print_owner(&memory->owner);
    char count[TEXT_MAX], boot[TEXT_MAX], id[TEXT_MAX];
    g_snprintf(count, sizeof count, "%" PRIu64, memory->count);
    g_snprintf(boot, sizeof boot, "%" PRId64, boot_time_s());
    read_boot_id(id);
    return write_attribute(file, ATTRIBUTE_OWNER, owner) &&
           (memory->count > 1 || (write_attribute(file, ATTRIBUTE_BOOT, boot) &&
                                  write_attribute(file, ATTRIBUTE_BOOT_ID, id))) &&
           write_attribute(file, ATTRIBUTE_COUNT, count);
}

static void
forget(const File *file)
{
    static const char *const names[] = {ATTRIBUTE_COUNT, ATTRIBUTE_BOOT, ATTRIBUTE_BOOT_ID,
                                        ATTRIBUTE_OWNER};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        (void)removexattr(file->link, names[i]); /* there may be none */
}

/* ---- setting and restoring ---- */

gboolean
label_set(const LabelPolicy *policy, const char *path, char **ret_old, GError **error)
{
    if (!policy->enabled) {
        if (ret_old != NULL)
            *ret_old = NULL;
        return TRUE;
    }
    g_auto(File) file = {.fd = -1, .lock = -1};
    if (!open_file(path, &file)) {
        virt_error_set_errno(error, VIRT_FROM_SECURITY, errno, "cannot change the owner of '%s'",
                             path);
        return FALSE;
    }
    Memory memory = read_memory(&file);
    if (memory.count == 0)
        memory.owner = (Owner){file.st.st_uid, file.st.st_gid};
    memory.count++;
    if (policy->remember && !write_memory(&file, &memory))
        forget(&file);
    if (!give(&file, &policy->owner)) {
        virt_error_set_errno(error, VIRT_FROM_SECURITY, errno, "cannot change the owner of '%s'",
                             path);
        if (memory.count == 1)
            forget(&file);
        return FALSE;
    }
    if (ret_old != NULL)
        *ret_old = print_owner(&memory.owner);
    return TRUE;
}

gboolean
label_restore(const LabelPolicy *policy, const char *path, const char *old, GError **error)
{
    if (!policy->enabled)
        return TRUE;
    g_auto(File) file = {.fd = -1, .lock = -1};
    if (!open_file(path, &file)) {
        if (errno == ENOENT)
            return TRUE;
        virt_error_set_errno(error, VIRT_FROM_SECURITY, errno, "cannot restore the owner of '%s'",
                             path);
        return FALSE;
    }
    Memory memory = read_memory(&file);
    if (memory.count > 1) {
        memory.count--;
        if (write_memory(&file, &memory))
            return TRUE;
    }
    Owner owner = {0, 0};
    if (memory.count > 0)
        owner = memory.owner;
    else if (old != NULL && !parse_owner(old, &owner))
        owner = (Owner){0, 0};
    if (!give(&file, &owner)) {
        virt_error_set_errno(error, VIRT_FROM_SECURITY, errno, "cannot restore the owner of '%s'",
                             path);
        return FALSE;
    }
    forget(&file);
    return TRUE;
}
