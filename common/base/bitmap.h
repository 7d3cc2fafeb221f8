/*
 * bitmap — a set of small numbers (processors, memory nodes), with the text form "0-3,^2,5".
 *
 * A bitmap has a fixed number of bits; setting beyond is refused. Pure; one owner at a time.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

typedef struct Bitmap Bitmap;

enum { BITMAP_BITS_MAX = 1 << 20 };

/* All clear. `bits` up to BITMAP_BITS_MAX. */
Bitmap *bitmap_new(size_t bits);
void bitmap_free(Bitmap *bitmap);
Bitmap *bitmap_copy(const Bitmap *bitmap);
/* Reads numbers and ranges separated by commas; ^ before a number takes it away from what stood
 * before (https://libvirt.org/formatdomain.html, cpuset). White space around items is ignored.
 * Errors: VIRT_ERR_INVALID_ARG for syntax, for a number of `bits` or above, and for an empty
 * result. */
Bitmap *bitmap_parse(const char *text, size_t bits, GError **error);
/* "0-1,3,5"; "" when nothing is set. The caller frees. */
char *bitmap_format(const Bitmap *bitmap);
/* From and to bytes, bit 0 being the lowest of the first byte, as cpumaps travel on the wire. */
Bitmap *bitmap_from_bytes(const uint8_t *bytes, size_t n, size_t bits);
void bitmap_to_bytes(const Bitmap *bitmap, uint8_t *ret_bytes, size_t n);

size_t bitmap_size(const Bitmap *bitmap);
size_t bitmap_count(const Bitmap *bitmap);
/* FALSE when `bit` is outside; nothing changes then. */
gboolean bitmap_set(Bitmap *bitmap, size_t bit, gboolean on);
/* FALSE outside. */
gboolean bitmap_get(const Bitmap *bitmap, size_t bit);
/* The lowest set bit at or above `from`; -1: none. */
gssize bitmap_next(const Bitmap *bitmap, size_t from);
/* Bits beyond the shorter one count as clear. */
gboolean bitmap_equal(const Bitmap *a, const Bitmap *b);
gboolean bitmap_is_subset(const Bitmap *part, const Bitmap *whole);
gboolean bitmap_overlaps(const Bitmap *a, const Bitmap *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bitmap, bitmap_free)
