/*
 * bitmap — see bitmap.h.
 */
#include "common/base/bitmap.h"

#include <string.h>

#include "common/base/units.h"

enum { WORD_BITS = 64 };

struct Bitmap {
    size_t bits;
    size_t n_words;
    uint64_t words[]; /* bits beyond `bits` are always clear */
};

Bitmap *
bitmap_new(size_t bits)
{
    g_assert(bits <= BITMAP_BITS_MAX);
    size_t n_words = (bits + WORD_BITS - 1) / WORD_BITS;
    Bitmap *bitmap = g_malloc0(sizeof(Bitmap) + n_words * sizeof(uint64_t));
    bitmap->bits = bits;
    bitmap->n_words = n_words;
    return bitmap;
}

void
bitmap_free(Bitmap *bitmap)
{
    g_free(bitmap);
}

Bitmap *
bitmap_copy(const Bitmap *bitmap)
{
    Bitmap *copy = bitmap_new(bitmap->bits);
    memcpy(copy->words, bitmap->words, bitmap->n_words * sizeof(uint64_t));
    return copy;
}

size_t
bitmap_size(const Bitmap *bitmap)
{
    return bitmap->bits;
}

size_t
bitmap_count(const Bitmap *bitmap)
{
    size_t count = 0;
    for (size_t i = 0; i < bitmap->n_words; i++)
        count += (size_t)__builtin_popcountll(bitmap->words[i]);
    return count;
}

gboolean
bitmap_set(Bitmap *bitmap, size_t bit, gboolean on)
{
    if (bit >= bitmap->bits)
        return FALSE;
    uint64_t mask = UINT64_C(1) << (bit % WORD_BITS);
    if (on)
        bitmap->words[bit / WORD_BITS] |= mask;
    else
        bitmap->words[bit / WORD_BITS] &= ~mask;
    return TRUE;
}

gboolean
bitmap_get(const Bitmap *bitmap, size_t bit)
{
    return bit < bitmap->bits && (bitmap->words[bit / WORD_BITS] >> (bit % WORD_BITS) & 1) != 0;
}

gssize
bitmap_next(const Bitmap *bitmap, size_t from)
{
    for (size_t i = from / WORD_BITS; i < bitmap->n_words; i++) {
        uint64_t word = bitmap->words[i];
        if (i == from / WORD_BITS)
            word &= ~UINT64_C(0) << (from % WORD_BITS);
        if (word != 0)
            return (gssize)(i * WORD_BITS + (size_t)__builtin_ctzll(word));
    }
    return -1;
}

static uint64_t
word_at(const Bitmap *bitmap, size_t i)
{
    return i < bitmap->n_words ? bitmap->words[i] : 0;
}

gboolean
bitmap_equal(const Bitmap *a, const Bitmap *b)
{
    for (size_t i = 0; i < MAX(a->n_words, b->n_words); i++) {
        if (word_at(a, i) != word_at(b, i))
            return FALSE;
    }
    return TRUE;
}

gboolean
bitmap_is_subset(const Bitmap *part, const Bitmap *whole)
{
    for (size_t i = 0; i < part->n_words; i++) {
        if ((part->words[i] & ~word_at(whole, i)) != 0)
            return FALSE;
    }
    return TRUE;
}

gboolean
bitmap_overlaps(const Bitmap *a, const Bitmap *b)
{
    for (size_t i = 0; i < MIN(a->n_words, b->n_words); i++) {
        if ((a->words[i] & b->words[i]) != 0)
            return TRUE;
    }
    return FALSE;
}

/* One item, already without white space around it; FALSE when it is none or outside. */
static gboolean
parse_item(Bitmap *bitmap, char *item)
{
    gboolean on = item[0] != '^';
    char *first_text = on ? item : item + 1;
    char *dash = on ? strchr(first_text, '-') : NULL;
    if (dash != NULL)
        *dash = '\0';
    uint64_t first, last;
    if (!units_parse_u64(first_text, UINT32_MAX, &first))
        return FALSE;
    last = first;
    if (dash != NULL && !units_parse_u64(dash + 1, UINT32_MAX, &last))
        return FALSE;
    if (last < first || last >= bitmap->bits)
        return FALSE;
    for (uint64_t bit = first; bit <= last; bit++)
        (void)bitmap_set(bitmap, bit, on); /* inside: checked above */
    return TRUE;
}

Bitmap *
bitmap_parse(const char *text, size_t bits, GError **error)
{
    g_autoptr(Bitmap) bitmap = bitmap_new(bits);
    g_auto(GStrv) items = g_strsplit(text, ",", -1);
    gboolean good = items[0] != NULL;
    for (size_t i = 0; items[i] != NULL && good; i++)
        good = parse_item(bitmap, g_strstrip(items[i]));
    if (!good || bitmap_count(bitmap) == 0) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                       "'%s' is no list of numbers below %zu", text, bits);
        return NULL;
    }
    return g_steal_pointer(&bitmap);
}

/* The first clear bit behind a set one. */
static size_t
run_end(const Bitmap *bitmap, size_t first)
{
    while (bitmap_get(bitmap, first))
        first++;
    return first;
}

char *
bitmap_format(const Bitmap *bitmap)
{
    GString *text = g_string_new(NULL);
    for (gssize first = bitmap_next(bitmap, 0); first >= 0;) {
        size_t end = run_end(bitmap, (size_t)first);
        if (text->len > 0)
            g_string_append_c(text, ',');
        g_string_append_printf(text, "%zd", first);
        if (end - (size_t)first > 1)
            g_string_append_printf(text, "-%zu", end - 1);
        first = bitmap_next(bitmap, end);
    }
    return g_string_free(text, FALSE);
}

Bitmap *
bitmap_from_bytes(const uint8_t *bytes, size_t n, size_t bits)
{
    Bitmap *bitmap = bitmap_new(bits);
    for (size_t bit = 0; bit < bits && bit / 8 < n; bit++) {
        if ((bytes[bit / 8] >> (bit % 8) & 1) != 0)
            (void)bitmap_set(bitmap, bit, TRUE); /* inside */
    }
    return bitmap;
}

void
bitmap_to_bytes(const Bitmap *bitmap, uint8_t *ret_bytes, size_t n)
{
    memset(ret_bytes, 0, n);
    for (gssize bit = bitmap_next(bitmap, 0); bit >= 0 && (size_t)bit / 8 < n;
         bit = bitmap_next(bitmap, (size_t)bit + 1))
        ret_bytes[bit / 8] |= (uint8_t)(1u << (bit % 8));
}
