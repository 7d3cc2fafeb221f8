/* Folders and images of tests. */
#include "scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *
scratch_new(void)
{
    g_autofree char *folder = g_dir_make_tmp("hostres-XXXXXX", NULL);
    g_assert_nonnull(folder);
    return g_steal_pointer(&folder);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    return remove(path);
}

void
scratch_free(char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    g_free(folder);
}

char *
scratch_path(const char *folder, const char *name)
{
    return g_build_filename(folder, name, NULL);
}

void
scratch_write(const char *folder, const char *name, const void *bytes, size_t n)
{
    g_autofree char *path = scratch_path(folder, name);
    g_assert_true(g_file_set_contents(path, bytes, (gssize)n, NULL));
}

char *
scratch_read(const char *folder, const char *name)
{
    g_autofree char *path = scratch_path(folder, name);
    char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

size_t
scratch_count_fds(void)
{
    size_t n = 0;
    g_autoptr(GDir) folder = g_dir_open("/proc/self/fd", 0, NULL);
    while (g_dir_read_name(folder) != NULL)
        n++;
    return n;
}

static void
append(GByteArray *out, uint64_t value, size_t size)
{
    for (size_t i = size; i > 0; i--) {
        guint8 byte = i <= 8 ? (guint8)(value >> (8 * (i - 1))) : 0;
        g_byte_array_append(out, &byte, 1);
    }
}

static void
append_extension(GByteArray *out, uint32_t type, const char *text)
{
    if (text == NULL)
        return;
    size_t len = strlen(text);
    append(out, type, 4);
    append(out, len, 4);
    g_byte_array_append(out, (const guint8 *)text, (guint)len);
    append(out, 0, (8 - len % 8) % 8);
}

GByteArray *
scratch_qcow(const ScratchQcow *image)
{
    unsigned version = image->version != 0 ? image->version : 3;
    g_autoptr(GByteArray) extensions = g_byte_array_new();
    append_extension(extensions, 0xe2792aca, image->format);
    append_extension(extensions, 0x44415441, image->data_file);
    append(extensions, 0, 8);
    size_t header = version >= 3 ? 104 : 72;
    size_t backing = image->backing != NULL ? header + extensions->len : 0;
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, (const guint8 *)"QFI\xfb", 4);
    append(out, version, 4);
    append(out, backing, 8);
    append(out, image->backing != NULL ? strlen(image->backing) : 0, 4);
    append(out, 16, 4);      /* cluster bits */
    append(out, 1 << 20, 8); /* size */
    append(out, 0, 4);       /* no encryption */
    append(out, 1, 4);       /* entries of the first table */
    append(out, 3 << 16, 8); /* where it is */
    append(out, 1 << 16, 8); /* where references are counted */
    append(out, 1, 4);
    append(out, 0, 4 + 8); /* no snapshots */
    if (version >= 3) {
        append(out, image->data_file != NULL ? 4 : 0, 8);
        append(out, 0, 16);
        append(out, 4, 4);
        append(out, header, 4);
    }
    g_byte_array_append(out, extensions->data, extensions->len);
    if (image->backing != NULL)
        g_byte_array_append(out, (const guint8 *)image->backing, (guint)strlen(image->backing));
    return out;
}

void
scratch_write_qcow(const char *folder, const char *name, ScratchQcow image)
{
    g_autoptr(GByteArray) bytes = scratch_qcow(&image);
    guint end = bytes->len;
    g_byte_array_set_size(bytes, 4 << 16);
    memset(bytes->data + end, 0, bytes->len - end);
    scratch_write(folder, name, bytes->data, bytes->len);
}
