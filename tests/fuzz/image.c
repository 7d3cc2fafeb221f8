/*
 * image — fuzzes the reader of image headers and of the names in them: the first byte chooses the
 * format, or that it is probed. Whatever stands there, names are whole and lead somewhere or
 * nowhere.
 */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/image/image.h"
#include "virtqemud/hostres/image_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(gboolean good)
{
    if (!good)
        abort();
}

static void
check_name(const char *name, Arena *arena)
{
    require(strlen(name) <= IMAGE_NAME_MAX);
    g_autofree char *path = image_name_resolve("/images/top", name);
    require(*path == '/');
    if (image_name_kind(name) != IMAGE_NAME_JSON)
        return;
    const char *format = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *file = image_json_path(name, &format, arena, &error);
    require((file == NULL) == (error != NULL));
    require(file == NULL || *file != '\0');
    require(format == NULL || image_is_format(format));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {NULL, "qcow2", "qcow", "qed", "vmdk", "raw"};
    if (size == 0 || size > IMAGE_HEADER_BYTES + 1)
        return 0;
    const char *format = formats[data[0] % G_N_ELEMENTS(formats)];
    /* A copy of its own, so that a byte too far is seen. */
    g_autofree uint8_t *header = g_memdup2(data + 1, size - 1);
    if (format == NULL)
        format = image_probe(header, size - 1);
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    ImageInfo info;
    gboolean good = image_parse(header, size - 1, format, arena, &info, &error);
    require(good == (error == NULL));
    if (!good)
        return 0;
    require(strcmp(info.format, format) == 0);
    require(info.backing_format == NULL || image_is_format(info.backing_format));
    if (info.backing != NULL)
        check_name(info.backing, arena);
    if (info.data_file != NULL)
        require(strlen(info.data_file) <= IMAGE_NAME_MAX);
    return 0;
}
