/*
 * image_name — where the name of a backing file in an image leads. Pure; any thread.
 */
#pragma once

#include "common/base/arena.h"
#include "common/base/error.h"

/* Where a backing name leads. */
typedef enum { IMAGE_NAME_PATH, IMAGE_NAME_JSON, IMAGE_NAME_NETWORK } ImageNameKind;
/* A name with "PROTOCOL:" before the first '/' is no path, as in QEMU. */
ImageNameKind image_name_kind(const char *name);
/* The path that `name`, in the image at `path`, means: absolute, or beside that image. */
char *image_name_resolve(const char *path, const char *name);
/* The plain file that a "json:" name of QEMU names, and the format that it tells (NULL: none).
 * Errors: CONFIG_UNSUPPORTED for all that is not a local file. The caller frees. */
char *image_json_path(const char *name, const char **ret_format, Arena *arena, GError **error);
