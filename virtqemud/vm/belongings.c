/*
 * belongings — see belongings.h. Names of folders and files are libvirt's.
 */
#define LOG_SOURCE "qemu.belongings"

#include "virtqemud/vm/belongings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/log.h"

static const char *const folders[] = {
    [BELONGINGS_SNAPSHOTS] = "snapshot",
    [BELONGINGS_CHECKPOINTS] = "checkpoint",
};

static gboolean
fail(const char *verb, const char *folder, const char *name, GError **error)
{
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot %s '%s/%s'", verb, folder, name);
    return FALSE;
}

/* -1 with errno. `lib` itself is the administrator's and may be a link. */
static int
open_folder(const char *lib, const char *folder)
{
    auto_fd lib_fd = open(lib, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return lib_fd < 0 ? -1
                      : openat(lib_fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- managed save ---- */

static char *
save_name(const char *name)
{
    return g_strconcat(name, ".save", NULL);
}

gboolean
belongings_has_save(const char *lib, const char *name)
{
    struct stat st;
    g_autofree char *file = save_name(name);
    auto_fd fd = open_folder(lib, "save");
    return fd >= 0 && fstatat(fd, file, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

gboolean
belongings_remove_save(const char *lib, const char *name, GError **error)
{
    g_autofree char *file = save_name(name);
    auto_fd fd = open_folder(lib, "save");
    if (fd < 0 || unlinkat(fd, file, 0) == 0 || errno == ENOENT)
        return TRUE;
    return fail("remove", "save", file, error);
}

/* ---- metadata ---- */

/* The guest's folder; NULL: there is none. */
static DIR *
open_metadata(const char *lib, const char *name, BelongingsKind kind)
{
    auto_fd parent = open_folder(lib, folders[kind]);
    auto_fd fd =
        parent < 0 ? -1 : openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir != NULL)
        (void)fd_steal(&fd); /* the DIR's from here */
    return dir;
}

static gboolean
is_document(const struct dirent *entry)
{
    return g_str_has_suffix(entry->d_name, ".xml");
}

size_t
belongings_count(const char *lib, const char *name, BelongingsKind kind)
{
    size_t n = 0;
    DIR *dir = open_metadata(lib, name, kind);
    if (dir == NULL)
        return 0;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        n += is_document(entry) ? 1 : 0;
    closedir(dir);
    return n;
}

static gboolean
remove_documents(DIR *dir, const char *folder, GError **error)
{
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (is_document(entry) && unlinkat(dirfd(dir), entry->d_name, 0) != 0 && errno != ENOENT)
            return fail("remove", folder, entry->d_name, error);
    }
    return TRUE;
}

gboolean
belongings_remove_all(const char *lib, const char *name, BelongingsKind kind, GError **error)
{
    DIR *dir = open_metadata(lib, name, kind);
    if (dir == NULL)
        return TRUE;
    gboolean ok = remove_documents(dir, folders[kind], error);
    closedir(dir);
    if (!ok)
        return FALSE;
    auto_fd parent = open_folder(lib, folders[kind]);
    /* Something else in it is somebody else's: it stays. */
    if (parent < 0 || unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ||
        errno == ENOTEMPTY || errno == EEXIST)
        return TRUE;
    return fail("remove", folders[kind], name, error);
}

gboolean
belongings_rename(const char *lib, const char *from, const char *to, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        auto_fd parent = open_folder(lib, folders[i]);
        if (parent >= 0 && renameat2(parent, from, parent, to, RENAME_NOREPLACE) != 0 &&
            errno != ENOENT)
            return fail("rename", folders[i], from, error);
    }
    return TRUE;
}

void
belongings_follow(void *lib, const char *from, const char *to)
{
    g_autoptr(GError) error = NULL;
    if (!belongings_rename(lib, from, to, &error))
        log_warning("%s", error->message);
}

/* ---- a file by its path ---- */

/* The folder of `path`, -1 with errno; the name in it. */
static int
open_parent(const char *path, char **ret_name)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        *ret_name = g_path_get_basename(path);
    return fd;
}

gboolean
belongings_has_file(const char *path)
{
    struct stat st;
    g_autofree char *name = NULL;
    auto_fd parent = open_parent(path, &name);
    return parent >= 0 && fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

gboolean
belongings_remove_file(const char *path, GError **error)
{
    g_autofree char *name = NULL;
    auto_fd parent = open_parent(path, &name);
    if (parent < 0 || unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot remove '%s'", path);
    return FALSE;
}
