/*
 * nvram — see nvram.h.
 */
#include "virtqemud/hostres/nvram.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "virtqemud/hostres/folder.h"

/* Flash chips of machines have up to 64 MiB. */
enum { NVRAM_MAX_BYTES = 67108864 };

char *
nvram_path(const char *folder, const char *name)
{
    return g_strdup_printf("%s/%s_VARS.fd", folder, name);
}

const char *
nvram_find_template(const Os *os, const QemuConfig *config)
{
    if (os->nvram_template != NULL || os->loader == NULL || config->nvram == NULL)
        return os->nvram_template;
    size_t len = strlen(os->loader);
    for (size_t i = 0; config->nvram[i] != NULL; i++) {
        const char *pair = config->nvram[i];
        if (strncmp(pair, os->loader, len) == 0 && pair[len] == ':')
            return pair + len + 1;
    }
    return NULL;
}

static gboolean
fail(GError **error, const char *path)
{
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot make the firmware's variables '%s'",
                         path);
    return FALSE;
}

static GByteArray *
read_template(const char *path, GError **error)
{
    struct stat st;
    auto_fd fd = fd_open_data(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        errno = fd >= 0 ? EINVAL : errno;
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno,
                             "cannot read the firmware's template '%s'", path);
        return NULL;
    }
    GByteArray *bytes = fd_read_all(fd, NVRAM_MAX_BYTES, error);
    if (bytes == NULL)
        g_prefix_error(error, "the firmware's template '%s': ", path);
    return bytes;
}

/* Gives the finished file its name; one that came meanwhile stays unless it is to be replaced. */
static gboolean
put_in_place(int folder, const char *made, const char *name, gboolean replace)
{
    if (replace)
        return renameat(folder, made, folder, name) == 0;
    gboolean good = linkat(folder, made, folder, name, 0) == 0 || errno == EEXIST;
    int saved = errno;
    (void)unlinkat(folder, made, 0); /* an odd file that stays harms nobody */
    errno = saved;
    return good;
}

gboolean
nvram_prepare(const char *path, const char *template_path, gboolean reset, GError **error)
{
    if (!reset && access(path, F_OK) == 0)
        return TRUE;
    if (template_path == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                       "no template is known for the firmware's variables '%s'", path);
        return FALSE;
    }
    g_autoptr(GByteArray) bytes = read_template(template_path, error);
    if (bytes == NULL)
        return FALSE;
    g_autofree char *above = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *made = g_strdup_printf(".%s.%d", name, (int)getpid());
    auto_fd place = folder_open(above, NULL, error);
    if (place < 0)
        return FALSE;
    auto_fd folder = openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return fail(error, path);
    (void)unlinkat(folder, made, 0); /* of a daemon that was killed */
    auto_fd fd = openat(folder, made, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(error, path);
    gboolean good = fd_write_all(fd, bytes->data, bytes->len, error);
    if (good && (fsync(fd) < 0 || !put_in_place(folder, made, name, reset) || fsync(folder) < 0))
        good = fail(error, path);
    if (!good)
        (void)unlinkat(folder, made, 0); /* the error says the rest */
    return good;
}

gboolean
nvram_remove(const char *path, GError **error)
{
    if (unlink(path) == 0 || errno == ENOENT)
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot remove '%s'", path);
    return FALSE;
}
