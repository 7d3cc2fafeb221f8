/*
 * image — what the header of a disk image says: its format and what else belongs to it.
 *
 * The bytes are a guest's, so every one of them is hostile. Pure and bounded: bytes in, names out;
 * nothing is opened. Formats by their published descriptions (QEMU's docs/interop and source of
 * truth for qcow2: docs/interop/qcow2.txt).
 */
#pragma once

#include "common/base/arena.h"
#include "common/base/error.h"

/* So much of a file's beginning is enough for image_parse(). */
enum { IMAGE_HEADER_BYTES = 69632, IMAGE_NAME_MAX = 4095 };

typedef struct {
    const char *format;         /* QEMU's name of the driver */
    const char *backing;        /* as it stands in the image; NULL: none */
    const char *backing_format; /* NULL: not told, or told as something that is no format */
    const char *data_file;      /* the data are in another file; NULL: no */
    uint64_t virtual_bytes;     /* 0: not known */
    gboolean is_encrypted;
} ImageInfo;

/* QEMU's name of the format by which the file begins; "raw" when none is recognised. Constant. */
const char *image_probe(const uint8_t *header, size_t len);
/* Whether QEMU has such a driver for images. */
gboolean image_is_format(const char *format);
/*
 * Reads a header as that of an image of `format` (see image_probe()); texts go to `arena`. A format
 * whose images have no backing file gives the format alone. Errors: OPERATION_FAILED for an image
 * that is not of this format, or is damaged.
 */
gboolean image_parse(const uint8_t *header, size_t len, const char *format, Arena *arena,
                     ImageInfo *ret_info, GError **error);
