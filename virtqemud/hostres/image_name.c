/*
 * image_name — names of backing files as images tell them: paths, QEMU's "json:" and protocols.
 */
#include "virtqemud/hostres/image_name.h"

#include <string.h>

#include "common/image/image.h"
#include "virtqemud/qmp/json.h"

ImageNameKind
image_name_kind(const char *name)
{
    if (g_str_has_prefix(name, "json:"))
        return IMAGE_NAME_JSON;
    size_t before = strcspn(name, ":/");
    return name[before] == ':' ? IMAGE_NAME_NETWORK : IMAGE_NAME_PATH;
}

char *
image_name_resolve(const char *path, const char *name)
{
    if (*name == '/')
        return g_strdup(name);
    g_autofree char *folder = g_path_get_dirname(path);
    return g_build_filename(folder, name, NULL);
}

/* Of a node of QEMU's block layer, what a local file can have; all else would be lost. */
static gboolean
is_plain_member(void *data, const char *name, Json *value)
{
    static const char *const plain[] = {"driver",      "filename",      "file",
                                        "file.driver", "file.filename", NULL};
    return g_strv_contains(plain, name);
}

static gboolean
is_local_driver(const char *driver)
{
    return driver == NULL || strcmp(driver, "file") == 0 || strcmp(driver, "host_device") == 0;
}

static const char *
get_text(const Json *object, const char *name)
{
    const char *text = NULL;
    return json_get_string(object, name, &text, NULL) ? text : NULL;
}

/* The file's path, and the driver of what is in it: NULL when the node is the file itself. */
static const char *
read_node(const Json *node, const char **ret_format)
{
    const Json *file = json_get(node, "file");
    if (!json_each(node, is_plain_member, NULL))
        return NULL;
    *ret_format = get_text(node, "driver");
    if (json_has(node, "filename")) {
        gboolean is_file = is_local_driver(*ret_format) && file == NULL;
        *ret_format = NULL;
        return is_file ? get_text(node, "filename") : NULL;
    }
    if (json_kind(file) == JSON_OBJECT)
        return json_each(file, is_plain_member, NULL) && is_local_driver(get_text(file, "driver"))
                   ? get_text(file, "filename")
                   : NULL;
    return file == NULL && is_local_driver(get_text(node, "file.driver"))
               ? get_text(node, "file.filename")
               : NULL;
}

char *
image_json_path(const char *name, const char **ret_format, Arena *arena, GError **error)
{
    static const JsonLimits limits = {.bytes = IMAGE_NAME_MAX, .depth = 8, .values = 64};
    const char *text = name + strlen("json:");
    Json *node = json_parse(text, strlen(text), &limits, NULL);
    const char *format = NULL;
    g_autofree char *path = g_strdup(node != NULL ? read_node(node, &format) : NULL);
    if (format != NULL && !image_is_format(format))
        g_clear_pointer(&path, g_free);
    if (path == NULL || *path == '\0')
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "backing file '%s' is not a plain local file", name);
    else
        *ret_format = arena_strdup(arena, format);
    json_unref(node);
    return path != NULL && *path != '\0' ? g_steal_pointer(&path) : NULL;
}
