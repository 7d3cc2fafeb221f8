/*
 * dir — pools that are a folder: each file in it is a volume.
 *
 * The folder is the administrator's and may be a link; nothing in it is followed. What is neither
 * file, folder nor block device is no volume.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/image/image.h"
#include "virtstoraged/backend/backend.h"

enum { VOLUMES_MAX = 1000000 };

static gboolean
fail(const char *verb, const char *path, GError **error)
{
    virt_error_set_errno(error, VIRT_FROM_STORAGE, errno, "cannot %s '%s'", verb, path);
    return FALSE;
}

static int
open_folder(const PoolDef *def, GError **error)
{
    int fd = open(def->target.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        (void)fail("open path", def->target.path, error);
    return fd;
}

static gboolean
build(const PoolDef *def, GError **error)
{
    mode_t mode = 0711;
    if (def->target.permissions != NULL && def->target.permissions->mode != NULL)
        mode = (mode_t)strtoul(def->target.permissions->mode, NULL, 8) & 07777;
    if (g_mkdir_with_parents(def->target.path, (int)mode) != 0)
        return fail("create the folder", def->target.path, error);
    return TRUE;
}

static gboolean
start(const PoolDef *def, GError **error)
{
    auto_fd folder = open_folder(def, error);
    return folder >= 0;
}

static int64_t
ns_of(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Of a regular file: format, size and what it stands on. A file that cannot be read is raw. */
static void
read_header(int folder, VolumeFacts *facts, Arena *arena)
{
    auto_fd fd =
        openat(folder, facts->name, O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    facts->format = "raw";
    if (fd < 0)
        return;
    uint8_t *header = arena_alloc(arena, IMAGE_HEADER_BYTES);
    ssize_t n = pread(fd, header, IMAGE_HEADER_BYTES, 0);
    const char *format = n > 0 ? image_probe(header, (size_t)n) : "raw";
    ImageInfo info = {0};
    if (g_str_equal(format, "raw") || !image_parse(header, (size_t)n, format, arena, &info, NULL))
        return;
    facts->format = info.format;
    if (info.virtual_bytes != 0)
        facts->capacity_bytes = info.virtual_bytes;
    if (info.backing == NULL)
        return;
    facts->backing = info.backing;
    facts->backing_format = info.backing_format;
    if (*info.backing != '/' && strchr(info.backing, ':') == NULL) {
        g_autofree char *parent = g_path_get_dirname(facts->path);
        facts->backing = arena_printf(arena, "%s/%s", parent, info.backing);
    }
}

static void
add_entry(const PoolDef *def, int folder, const char *name, BackendFound *found)
{
    struct stat stat;
    g_autoptr(Arena) arena = arena_new();
    if (fstatat(folder, name, &stat, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    VolumeFacts facts = {
        .name = name,
        .path = arena_printf(arena, "%s/%s", def->target.path, name),
        .capacity_bytes = (uint64_t)stat.st_size,
        .allocation_bytes = (uint64_t)stat.st_blocks * 512,
        .physical_bytes = (uint64_t)stat.st_size,
        .mode = stat.st_mode,
        .owner = stat.st_uid,
        .group = stat.st_gid,
        .times_ns = {ns_of(stat.st_atim), ns_of(stat.st_mtim), ns_of(stat.st_ctim), 0},
    };
    if (S_ISREG(stat.st_mode)) {
        read_header(folder, &facts, arena);
    } else if (S_ISDIR(stat.st_mode)) {
        facts.type = VOLUME_DIR;
        facts.format = "dir";
    } else if (S_ISBLK(stat.st_mode)) {
        facts.type = VOLUME_BLOCK;
        facts.format = "raw";
    } else {
        return;
    }
    backend_add(found, &facts);
}

static gboolean
measure(int folder, const PoolDef *def, PoolSpace *ret_space, GError **error)
{
    struct statvfs vfs;
    if (fstatvfs(folder, &vfs) != 0)
        return fail("measure", def->target.path, error);
    ret_space->capacity_bytes = (uint64_t)vfs.f_frsize * vfs.f_blocks;
    ret_space->available_bytes = (uint64_t)vfs.f_frsize * vfs.f_bavail;
    ret_space->allocation_bytes = ret_space->capacity_bytes - ret_space->available_bytes;
    return TRUE;
}

static gboolean
refresh(const PoolDef *def, BackendFound *ret_found, GError **error)
{
    int fd = open_folder(def, error);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    if (folder == NULL)
        return FALSE;
    g_auto(BackendFound) found = {0};
    const struct dirent *entry;
    for (size_t i = 0; i < VOLUMES_MAX && (entry = readdir(folder)) != NULL; i++) {
        /* names that a document cannot hold are no volumes */
        if (*entry->d_name != '.' && g_utf8_validate(entry->d_name, -1, NULL) &&
            strpbrk(entry->d_name, "\n\r\t") == NULL)
            add_entry(def, fd, entry->d_name, &found);
    }
    gboolean ok = measure(fd, def, &found.space, error);
    closedir(folder);
    if (!ok)
        return FALSE;
    *ret_found = found;
    found = (BackendFound){0};
    return TRUE;
}

static gboolean
remove_place(const PoolDef *def, GError **error)
{
    return rmdir(def->target.path) == 0 || fail("remove the folder", def->target.path, error);
}

static gboolean
remove_volume(const PoolDef *def, const char *name, GError **error)
{
    auto_fd folder = open_folder(def, error);
    if (folder < 0)
        return FALSE;
    if (unlinkat(folder, name, 0) == 0 || errno == ENOENT ||
        (errno == EISDIR && unlinkat(folder, name, AT_REMOVEDIR) == 0))
        return TRUE;
    return fail("remove the volume", name, error);
}

const Backend backend_dir = {
    .build = build,
    .start = start,
    .refresh = refresh,
    .remove = remove_place,
    .remove_volume = remove_volume,
};
