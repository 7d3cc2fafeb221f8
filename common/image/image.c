/*
 * image — see image.h. qcow2: QEMU's docs/interop/qcow2.txt; QED: docs/interop/qed_spec.txt; VMDK:
 * VMware's "Virtual Disk Format" paper; the others by their magic only.
 */
#include "common/image/image.h"

#include <string.h>

#include "common/base/arena.h"

/* A format by the bytes that stand at a place. */
typedef struct {
    const char *format;
    size_t offset;
    const char *magic;
    size_t len;
} Magic;

#define MAGIC(format, offset, text)                                                                \
    {                                                                                              \
        format, offset, text, sizeof text - 1                                                      \
    }

static const Magic magics[] = {
    MAGIC("qcow2", 0, "QFI\xfb\0\0\0\2"),
    MAGIC("qcow2", 0, "QFI\xfb\0\0\0\3"),
    MAGIC("qcow", 0, "QFI\xfb\0\0\0\1"),
    MAGIC("qed", 0, "QED\0"),
    MAGIC("vmdk", 0, "KDMV"),
    MAGIC("vmdk", 0, "COWD"),
    MAGIC("vmdk", 0, "# Disk DescriptorFile"),
    MAGIC("vhdx", 0, "vhdxfile"),
    MAGIC("vpc", 0, "conectix"),
    MAGIC("vdi", 64, "\x7f\x10\xda\xbe"),
    MAGIC("luks", 0, "LUKS\xba\xbe"),
    MAGIC("bochs", 0, "Bochs Virtual HD Image"),
    MAGIC("parallels", 0, "WithoutFreeSpace"),
    MAGIC("parallels", 0, "WithouFreSpacExt"),
};

/* Formats of images by QEMU's names, for backing formats that an image tells. */
static const char *const formats[] = {
    "raw", "qcow2", "qcow",  "qed",       "vmdk",  "vhdx", "vpc",
    "vdi", "luks",  "bochs", "parallels", "cloop", "dmg",  "vvfat",
};

enum { QCOW_BACKING_FORMAT = 0xe2792aca, QCOW_DATA_FILE = 0x44415441 };
enum { QCOW_V2_HEADER = 72, QCOW_V3_HEADER = 104, QCOW_MAX_HEADER = 4096, QCOW_MAX_NAME = 1023 };
#define QCOW_INCOMPATIBLE_DATA_FILE (UINT64_C(1) << 2)
#define QED_HAS_BACKING UINT64_C(1)
#define QED_BACKING_IS_RAW UINT64_C(4)

typedef struct {
    const uint8_t *bytes;
    size_t len;
    Arena *arena;
    const char *format;
    GError **error;
} Reader;

static gboolean
damaged(const Reader *reader, const char *why)
{
    virt_error_set(reader->error, VIRT_FROM_STORAGE, VIRT_ERR_OPERATION_FAILED,
                   "it is not a sound image of format %s: %s", reader->format, why);
    return FALSE;
}

static uint64_t
read_be(const Reader *reader, size_t offset, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | reader->bytes[offset + i];
    return value;
}

static uint64_t
read_le(const Reader *reader, size_t offset, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i > 0; i--)
        value = value << 8 | reader->bytes[offset + i - 1];
    return value;
}

/* A name of the image: no NUL in it, and not longer than a path. */
static const char *
read_name(const Reader *reader, uint64_t offset, uint64_t len, uint64_t max)
{
    if (len > max || offset > reader->len || len > reader->len - offset ||
        memchr(reader->bytes + offset, '\0', len) != NULL)
        return NULL;
    return arena_strndup(reader->arena, (const char *)reader->bytes + offset, len);
}

/* A format that QEMU has, or nothing: images tell "host_device" and the like, too. */
static const char *
known_format(const char *name)
{
    for (size_t i = 0; name != NULL && i < G_N_ELEMENTS(formats); i++) {
        if (strcmp(formats[i], name) == 0)
            return formats[i];
    }
    return NULL;
}

static gboolean
read_qcow_extensions(const Reader *reader, uint64_t offset, uint64_t end, ImageInfo *info)
{
    while (end - offset >= 8) {
        uint64_t type = read_be(reader, offset, 4), len = read_be(reader, offset + 4, 4);
        offset += 8;
        if (type == 0)
            return TRUE;
        if (len > end - offset)
            return damaged(reader, "a header extension is longer than the header");
        const char *text = read_name(reader, offset, len, IMAGE_NAME_MAX);
        if (type == QCOW_BACKING_FORMAT)
            info->backing_format = known_format(text);
        if (type == QCOW_DATA_FILE)
            info->data_file = text;
        offset += MIN((len + 7) & ~UINT64_C(7), end - offset);
    }
    return TRUE;
}

static gboolean
read_qcow2(const Reader *reader, ImageInfo *info)
{
    if (reader->len < QCOW_V2_HEADER)
        return damaged(reader, "it is too short");
    uint64_t version = read_be(reader, 4, 4);
    uint64_t backing = read_be(reader, 8, 8), backing_len = read_be(reader, 16, 4);
    uint64_t cluster_bits = read_be(reader, 20, 4), header = QCOW_V2_HEADER, incompatible = 0;
    info->virtual_bytes = read_be(reader, 24, 8);
    info->is_encrypted = read_be(reader, 32, 4) != 0;
    if (cluster_bits < 9 || cluster_bits > 21)
        return damaged(reader, "its cluster size is impossible");
    if (version >= 3) {
        if (reader->len < QCOW_V3_HEADER)
            return damaged(reader, "it is too short");
        incompatible = read_be(reader, 72, 8);
        header = read_be(reader, 100, 4);
        if (header < QCOW_V3_HEADER || header > QCOW_MAX_HEADER)
            return damaged(reader, "its header's length is impossible");
    }
    /* The name stands in the first cluster, behind the extensions. */
    uint64_t end = MIN(UINT64_C(1) << cluster_bits, reader->len);
    if (backing != 0) {
        info->backing =
            backing_len > 0 ? read_name(reader, backing, backing_len, QCOW_MAX_NAME) : NULL;
        if (info->backing == NULL)
            return damaged(reader, "the name of its backing file is impossible");
        end = MIN(end, backing);
    }
    if (header > end || !read_qcow_extensions(reader, header, end, info))
        return header > end ? damaged(reader, "its header is too long") : FALSE;
    gboolean has_data_file = (incompatible & QCOW_INCOMPATIBLE_DATA_FILE) != 0;
    if (!has_data_file)
        info->data_file = NULL;
    else if (info->data_file == NULL)
        info->data_file = "";
    return TRUE;
}

static gboolean
read_qcow(const Reader *reader, ImageInfo *info)
{
    if (reader->len < 48)
        return damaged(reader, "it is too short");
    uint64_t backing = read_be(reader, 8, 8), backing_len = read_be(reader, 16, 4);
    info->virtual_bytes = read_be(reader, 24, 8);
    info->is_encrypted = read_be(reader, 36, 4) != 0;
    if (backing == 0 || backing_len == 0)
        return TRUE;
    info->backing = read_name(reader, backing, backing_len, QCOW_MAX_NAME);
    return info->backing != NULL || damaged(reader, "the name of its backing file is impossible");
}

static gboolean
read_qed(const Reader *reader, ImageInfo *info)
{
    if (reader->len < 64)
        return damaged(reader, "it is too short");
    uint64_t features = read_le(reader, 16, 8);
    info->virtual_bytes = read_le(reader, 48, 8);
    if ((features & QED_HAS_BACKING) == 0)
        return TRUE;
    info->backing =
        read_name(reader, read_le(reader, 56, 4), read_le(reader, 60, 4), QCOW_MAX_NAME);
    info->backing_format = (features & QED_BACKING_IS_RAW) != 0 ? "raw" : NULL;
    return info->backing != NULL || damaged(reader, "the name of its backing file is impossible");
}

/* The descriptor of a VMDK is text: parentFileNameHint="NAME", and parentCID when there is one. */
static gboolean
read_vmdk(const Reader *reader, ImageInfo *info)
{
    static const char hint[] = "parentFileNameHint=\"";
    size_t begin = 0, end = reader->len;
    if (reader->len >= 44 && memcmp(reader->bytes, "KDMV", 4) == 0) {
        uint64_t sector = read_le(reader, 28, 8), sectors = read_le(reader, 36, 8);
        if (sector == 0 || sectors == 0)
            return TRUE;
        if (sector > reader->len / 512)
            return damaged(reader, "its descriptor is not where it should be");
        begin = sector * 512;
        end = begin + MIN(sectors, (reader->len - begin) / 512) * 512;
    }
    const uint8_t *at = memmem(reader->bytes + begin, end - begin, hint, sizeof hint - 1);
    if (at == NULL)
        return TRUE;
    at += sizeof hint - 1;
    const uint8_t *quote = memchr(at, '"', (size_t)(reader->bytes + end - at));
    info->backing = quote == NULL ? NULL
                                  : read_name(reader, (uint64_t)(at - reader->bytes),
                                              (uint64_t)(quote - at), IMAGE_NAME_MAX);
    if (info->backing == NULL || *info->backing == '\0')
        return damaged(reader, "the name of its parent is impossible");
    info->backing_format = "vmdk";
    return TRUE;
}

/* Formats with a header that is read; the others have no backing files, or none that are served. */
static const struct {
    const char *format;
    gboolean (*read)(const Reader *reader, ImageInfo *info);
} readers[] = {
    {"qcow2", read_qcow2},
    {"qcow", read_qcow},
    {"qed", read_qed},
    {"vmdk", read_vmdk},
};

const char *
image_probe(const uint8_t *header, size_t len)
{
    for (size_t i = 0; i < G_N_ELEMENTS(magics); i++) {
        const Magic *magic = &magics[i];
        if (len >= magic->offset + magic->len &&
            memcmp(header + magic->offset, magic->magic, magic->len) == 0)
            return magic->format;
    }
    return "raw";
}

gboolean
image_is_format(const char *format)
{
    return known_format(format) != NULL;
}

gboolean
image_parse(const uint8_t *header, size_t len, const char *format, Arena *arena,
            ImageInfo *ret_info, GError **error)
{
    Reader reader = {header, len, arena, format, error};
    ImageInfo info = {.format = arena_strdup(arena, format)};
    for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
        if (strcmp(readers[i].format, format) != 0)
            continue;
        if (strcmp(image_probe(header, len), format) != 0)
            return damaged(&reader, "it begins otherwise");
        if (!readers[i].read(&reader, &info))
            return FALSE;
    }
    *ret_info = info;
    return TRUE;
}
