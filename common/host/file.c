/*
 * file — see file.h.
 */
#include "common/host/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/units.h"

enum { LINE_MAX_BYTES = 4096, LIST_MAX_BYTES = 128 * 1024, CHUNK_BYTES = 16 * 1024 };

int
host_root_open(GError **error)
{
    int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot open /");
    return root;
}

/* A fifo or a device in the place of a file must not hang the reader. */
static int
open_regular(int root, const char *path, int how)
{
    auto_fd fd = openat(root, path, how | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return -1;
    struct stat status;
    if (fstat(fd, &status) != 0)
        return -1;
    if (!S_ISREG(status.st_mode)) {
        errno = EINVAL;
        return -1;
    }
    return fd_steal(&fd);
}

/* FALSE with errno. The buffer ends in a NUL that its length does not count. */
static gboolean
read_at_most(int fd, size_t max, GByteArray *into)
{
    while (into->len < max) {
        size_t want = MIN(max - into->len, (size_t)CHUNK_BYTES);
        guint had = into->len;
        g_byte_array_set_size(into, had + (guint)want);
        ssize_t n = TEMP_FAILURE_RETRY(read(fd, into->data + had, want));
        g_byte_array_set_size(into, had + (guint)MAX(n, 0));
        if (n < 0)
            return FALSE;
        if (n == 0)
            break;
    }
    g_byte_array_append(into, (const guint8 *)"", 1);
    g_byte_array_set_size(into, into->len - 1);
    return TRUE;
}

char *
host_file_text(int root, const char *path, size_t max, GError **error)
{
    auto_fd fd = open_regular(root, path, O_RDONLY);
    if (fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot open /%s", path);
        return NULL;
    }
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    if (!read_at_most(fd, max, bytes)) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot read /%s", path);
        return NULL;
    }
    char *text = g_strndup((const char *)bytes->data, bytes->len);
    if (bytes->len == max) {
        char *end = strrchr(text, '\n');
        if (end != NULL)
            end[1] = '\0';
    }
    return text;
}

char *
host_file_line(int root, const char *path)
{
    char *text = host_file_text(root, path, LINE_MAX_BYTES, NULL);
    if (text == NULL)
        return NULL;
    text[strcspn(text, "\n")] = '\0';
    return g_strstrip(text);
}

gboolean
host_file_number(int root, const char *path, uint64_t max, uint64_t *ret_number)
{
    g_autofree char *text = host_file_line(root, path);
    return text != NULL && units_parse_u64(text, max, ret_number);
}

Bitmap *
host_file_list(int root, const char *path, size_t bits)
{
    g_autofree char *text = host_file_text(root, path, LIST_MAX_BYTES, NULL);
    if (text == NULL)
        return NULL;
    g_strstrip(text);
    return text[0] == '\0' ? bitmap_new(bits) : bitmap_parse(text, bits, NULL);
}

gboolean
host_dir_exists(int root, const char *path)
{
    struct stat status;
    return fstatat(root, path, &status, 0) == 0 && S_ISDIR(status.st_mode);
}

Bitmap *
host_dir_numbers(int root, const char *path, const char *prefix, size_t bits)
{
    auto_fd fd = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL)
        return NULL;
    (void)fd_steal(&fd); /* the folder closes it */
    Bitmap *numbers = bitmap_new(bits);
    const struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        uint64_t number = 0;
        if (g_str_has_prefix(entry->d_name, prefix) &&
            units_parse_u64(entry->d_name + strlen(prefix), bits - 1, &number))
            (void)bitmap_set(numbers, number, TRUE); /* within: parsed so */
    }
    closedir(dir);
    return numbers;
}

gboolean
host_file_write(int root, const char *path, const char *text, GError **error)
{
    auto_fd fd = open_regular(root, path, O_WRONLY | O_TRUNC);
    size_t length = strlen(text);
    if (fd < 0 || TEMP_FAILURE_RETRY(write(fd, text, length)) != (ssize_t)length) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot write %s to /%s", text, path);
        return FALSE;
    }
    return TRUE;
}
