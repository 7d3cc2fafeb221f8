/*
 * schemas — see schemas.h. The folder is told by meson.
 */
#include "tests/unit/qmp/schemas.h"

#include <gio/gio.h>

enum { BYTES_MAX = 16 * 1024 * 1024 };

static char *
unpack(const char *path, gsize *ret_n)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *packed = NULL;
    gsize n_packed;
    g_file_get_contents(path, &packed, &n_packed, &error);
    g_assert_no_error(error);
    g_autoptr(GConverter) gunzip =
        G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    char *text = g_malloc(BYTES_MAX);
    gsize n_read;
    GConverterResult result = g_converter_convert(gunzip, packed, n_packed, text, BYTES_MAX,
                                                  G_CONVERTER_INPUT_AT_END, &n_read, ret_n, &error);
    g_assert_no_error(error);
    g_assert_cmpint(result, ==, G_CONVERTER_FINISHED);
    return text;
}

/* The file is the array; documents of the monitor are objects. */
QmpSchema *
schemas_load(const char *version)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strdup_printf("%s.json.gz", version);
    g_autofree char *path = g_build_filename(SCHEMAS, name, NULL);
    gsize n;
    g_autofree char *array = unpack(path, &n);
    g_autofree char *text = g_strdup_printf("{\"return\":%.*s}", (int)n, array);
    g_autoptr(Json) document = json_parse(text, strlen(text), NULL, &error);
    g_assert_no_error(error);
    QmpSchema *schema = qmp_schema_new(json_get(document, "return"), &error);
    g_assert_no_error(error);
    return schema;
}
