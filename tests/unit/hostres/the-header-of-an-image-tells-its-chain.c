/*
 * What the first bytes of an image say: its format, its backing file and that one's format; and
 * what is refused in them. Where the names lead.
 */
#include <string.h>

#include "scratch.h"
#include "common/image/image.h"
#include "virtqemud/hostres/image_name.h"

static gboolean
parse(const GByteArray *bytes, const char *format, Arena *arena, ImageInfo *ret_info)
{
    g_autoptr(GError) error = NULL;
    gboolean good = image_parse(bytes->data, bytes->len, format, arena, ret_info, &error);
    if (!good)
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_OPERATION_FAILED);
    return good;
}

static void
test_probe(void)
{
    static const struct {
        const char *format;
        const char *bytes;
        size_t n;
    } rows[] = {
        {"qcow2", "QFI\xfb\0\0\0\3", 8}, {"qcow2", "QFI\xfb\0\0\0\2", 8},
        {"qcow", "QFI\xfb\0\0\0\1", 8},  {"raw", "QFI\xfb\0\0\0\4", 8},
        {"raw", "QFI\xfb\0\0\0", 7},     {"qed", "QED\0", 4},
        {"vmdk", "KDMV\1\0\0\0", 8},     {"vmdk", "# Disk DescriptorFile\nversion=1", 30},
        {"vhdx", "vhdxfile", 8},         {"vpc", "conectix", 8},
        {"luks", "LUKS\xba\xbe", 6},     {"raw", "", 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpstr(image_probe((const uint8_t *)rows[i].bytes, rows[i].n), ==, rows[i].format);
    uint8_t vdi[68] = {0};
    memcpy(vdi + 64, "\x7f\x10\xda\xbe", 4);
    g_assert_cmpstr(image_probe(vdi, sizeof vdi), ==, "vdi");
    g_assert_cmpstr(image_probe(vdi, sizeof vdi - 1), ==, "raw");
}

static void
test_qcow2(void)
{
    g_autoptr(Arena) arena = arena_new();
    static const ScratchQcow rows[] = {
        {.version = 2},
        {.version = 3, .backing = "base.img", .format = "raw"},
        {.version = 2, .backing = "/a/b", .format = "qcow2"},
        {.backing = "base.img"},
        {.backing = "base.img", .format = "nonsense"},
        {.data_file = "data.raw"},
        {.backing = "/dev/sda", .format = "host_device"},
    };
    static const char *const told[] = {NULL, "raw", "qcow2", NULL, NULL, NULL, NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = scratch_qcow(&rows[i]);
        ImageInfo info;
        g_assert_true(parse(bytes, "qcow2", arena, &info));
        g_assert_cmpstr(info.format, ==, "qcow2");
        g_assert_cmpstr(info.backing, ==, rows[i].backing);
        g_assert_cmpstr(info.backing_format, ==, told[i]);
        g_assert_cmpstr(info.data_file, ==, rows[i].data_file);
        g_assert_cmpuint(info.virtual_bytes, ==, 1 << 20);
    }
}

/* As any other format, the same bytes have no backing file. */
static void
test_format_that_is_told_counts(void)
{
    g_autoptr(Arena) arena = arena_new();
    const ScratchQcow image = {.backing = "/etc/shadow", .format = "raw"};
    g_autoptr(GByteArray) bytes = scratch_qcow(&image);
    ImageInfo info;
    g_assert_true(parse(bytes, "raw", arena, &info));
    g_assert_null(info.backing);
    g_assert_false(parse(bytes, "qed", arena, &info));
    g_assert_false(parse(bytes, "vmdk", arena, &info));
    memset(bytes->data, 0, 8);
    g_assert_false(parse(bytes, "qcow2", arena, &info));
}

static void
test_damaged(void)
{
    g_autoptr(Arena) arena = arena_new();
    const ScratchQcow image = {.backing = "base.img", .format = "raw"};
    static const struct {
        size_t at;
        uint8_t byte;
    } rows[] = {
        {8, 0xff},   /* the name is far outside */
        {15, 0x10},  /* the name is in the header */
        {16, 0xff},  /* the name is too long */
        {19, 0},     /* the name is empty */
        {23, 40},    /* clusters are too large */
        {23, 3},     /* or too small */
        {102, 0xff}, /* the header is too long */
        {103, 1},    /* or too short */
        {108, 0xff}, /* an extension is too long */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = scratch_qcow(&image);
        bytes->data[rows[i].at] = rows[i].byte;
        ImageInfo info;
        if (parse(bytes, "qcow2", arena, &info))
            g_error("byte %zu: accepted", rows[i].at);
    }
    /* A name that is whole, but stands in the header. */
    g_autoptr(GByteArray) inside = scratch_qcow(&image);
    inside->data[15] = 2;
    inside->data[19] = 1;
    ImageInfo of_inside;
    g_assert_false(parse(inside, "qcow2", arena, &of_inside));
    /* No cut of it reads beyond its end. */
    g_autoptr(GByteArray) whole = scratch_qcow(&image);
    for (guint n = 0; n < whole->len; n++) {
        g_autofree uint8_t *copy = g_memdup2(whole->data, n);
        const GByteArray cut = {copy, n};
        ImageInfo info;
        g_assert_false(parse(&cut, "qcow2", arena, &info));
    }
}

static void
test_vmdk(void)
{
    g_autoptr(Arena) arena = arena_new();
    static const char text[] = "# Disk DescriptorFile\nparentCID=1\n"
                               "parentFileNameHint=\"base.vmdk\"\n";
    const GByteArray bytes = {(guint8 *)text, sizeof text - 1};
    ImageInfo info;
    g_assert_true(parse(&bytes, "vmdk", arena, &info));
    g_assert_cmpstr(info.backing, ==, "base.vmdk");
    g_assert_cmpstr(info.backing_format, ==, "vmdk");
    const GByteArray open = {(guint8 *)text, sizeof text - 3};
    g_assert_false(parse(&open, "vmdk", arena, &info));
}

static void
test_names(void)
{
    g_assert_cmpint(image_name_kind("base.img"), ==, IMAGE_NAME_PATH);
    g_assert_cmpint(image_name_kind("/a:b"), ==, IMAGE_NAME_PATH);
    g_assert_cmpint(image_name_kind("./a:b"), ==, IMAGE_NAME_PATH);
    g_assert_cmpint(image_name_kind("a:b"), ==, IMAGE_NAME_NETWORK);
    g_assert_cmpint(image_name_kind("nbd://host/x"), ==, IMAGE_NAME_NETWORK);
    g_assert_cmpint(image_name_kind("json:{}"), ==, IMAGE_NAME_JSON);
    g_autofree char *beside = image_name_resolve("/images/top.qcow2", "sub/base.img");
    g_assert_cmpstr(beside, ==, "/images/sub/base.img");
    g_autofree char *absolute = image_name_resolve("/images/top.qcow2", "/base.img");
    g_assert_cmpstr(absolute, ==, "/base.img");
}

static void
test_json_names(void)
{
    g_autoptr(Arena) arena = arena_new();
    static const struct {
        const char *name;
        const char *path;
        const char *format;
    } rows[] = {
        {"json:{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"/x\"}}", "/x",
         "raw"},
        {"json:{\"driver\":\"file\",\"filename\":\"/x\"}", "/x", NULL},
        {"json:{\"driver\":\"qcow2\",\"file.driver\":\"file\",\"file.filename\":\"/x\"}", "/x",
         "qcow2"},
        {"json:{\"file.filename\":\"y\"}", "y", NULL},
        {"json:{\"driver\":\"nbd\",\"host\":\"h\"}", NULL, NULL},
        {"json:{\"driver\":\"raw\",\"offset\":5,\"file\":{\"filename\":\"/x\"}}", NULL, NULL},
        {"json:{\"driver\":\"raw\",\"file\":{\"driver\":\"nbd\",\"filename\":\"/x\"}}", NULL, NULL},
        {"json:{\"driver\":\"quorum\",\"file\":{\"filename\":\"/x\"}}", NULL, NULL},
        {"json:{\"driver\":\"file\",\"filename\":5}", NULL, NULL},
        {"json:{\"driver\":\"raw\",\"file\":\"node\"}", NULL, NULL},
        {"json:{", NULL, NULL},
        {"json:", NULL, NULL},
        {"json:{\"file.filename\":\"\"}", NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *format = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree char *path = image_json_path(rows[i].name, &format, arena, &error);
        g_assert_cmpstr(path, ==, rows[i].path);
        g_assert_cmpstr(format, ==, rows[i].format);
        if (path == NULL)
            g_assert_error(error, VIRT_ERROR, VIRT_ERR_CONFIG_UNSUPPORTED);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/image/probe", test_probe);
    g_test_add_func("/image/qcow2", test_qcow2);
    g_test_add_func("/image/format-that-is-told-counts", test_format_that_is_told_counts);
    g_test_add_func("/image/damaged", test_damaged);
    g_test_add_func("/image/vmdk", test_vmdk);
    g_test_add_func("/image/names", test_names);
    g_test_add_func("/image/json-names", test_json_names);
    return g_test_run();
}
