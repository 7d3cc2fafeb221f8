/*
 * xdr — see xdr.h. The rules are RFC 4506's, except that padding may hold any bytes (senders
 * differ) and that a string must not contain NUL, since it becomes a C string.
 */
#include "common/spec/xdr.h"

#include <string.h>

#include "common/base/error.h"

#define SCALAR(symbol, kind_, c_type, wire)                                                        \
    const XdrType xdr_type_##symbol = {                                                            \
        .kind = (kind_), .size = sizeof(c_type), .min_wire = (wire), .name = #symbol}
SCALAR(int, XDR_INT, int32_t, 4);
SCALAR(uint, XDR_UINT, uint32_t, 4);
SCALAR(hyper, XDR_HYPER, int64_t, 8);
SCALAR(uhyper, XDR_UHYPER, uint64_t, 8);
SCALAR(double, XDR_DOUBLE, double, 8);
SCALAR(char, XDR_CHAR, int8_t, 4);
SCALAR(uchar, XDR_UCHAR, uint8_t, 4);
SCALAR(short, XDR_SHORT, int16_t, 4);
SCALAR(ushort, XDR_USHORT, uint16_t, 4);
const XdrType xdr_type_string = {.kind = XDR_STRING,
                                 .limit = XDR_STRING_MAX,
                                 .size = sizeof(char *),
                                 .min_wire = 4,
                                 .name = "string"};
const XdrType xdr_type_uuid = {.kind = XDR_UUID, .size = 16, .min_wire = 16, .name = "uuid"};

enum { UUID_BYTES = 16 };

/* Where the walk is: a chain on the C stack, turned into text only when something is wrong. */
typedef struct Place Place;
struct Place {
    const Place *above;
    const char *name; /* NULL: an element of an array */
    uint32_t index;
};

static void
place_append(const Place *place, GString *text)
{
    if (place == NULL)
        return;
    place_append(place->above, text);
    if (place->name == NULL)
        g_string_append_printf(text, "[%u]", place->index);
    else
        g_string_append_printf(text, "%s%s", place->above != NULL ? "." : "", place->name);
}

static gboolean fail(GError **error, const Place *place, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Always FALSE, so that a check can return it. */
static gboolean
fail(GError **error, const Place *place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_autoptr(GString) where = g_string_new(NULL);
    place_append(place, where);
    virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_RPC, "%s: %s", where->str, what);
    return FALSE;
}

static uint64_t
padded(uint64_t bytes)
{
    return (bytes + 3) & ~UINT64_C(3);
}

typedef struct {
    const uint8_t *at;
    size_t left;
    Arena *arena;
    GError **error;
} Decoder;

/* Takes `bytes` bytes of input; NULL when there are not as many. */
static const uint8_t *
take(Decoder *in, uint64_t bytes, const Place *place)
{
    if (bytes > in->left) {
        fail(in->error, place, "%" G_GUINT64_FORMAT " bytes are needed, %zu are left", bytes,
             in->left);
        return NULL;
    }
    const uint8_t *start = in->at;
    in->at += bytes;
    in->left -= (size_t)bytes;
    return start;
}

static gboolean
take_uint(Decoder *in, const Place *place, uint32_t *ret_value)
{
    const uint8_t *bytes = take(in, 4, place);
    if (bytes == NULL)
        return FALSE;
    *ret_value = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
                 (uint32_t)bytes[3];
    return TRUE;
}

static gboolean
take_uhyper(Decoder *in, const Place *place, uint64_t *ret_value)
{
    uint32_t high;
    uint32_t low;
    if (!take_uint(in, place, &high) || !take_uint(in, place, &low))
        return FALSE;
    *ret_value = (uint64_t)high << 32 | low;
    return TRUE;
}

/* A byte count within `limit`, and the bytes with their padding; `*ret_bytes` is then not NULL. */
static gboolean
take_counted(Decoder *in, uint32_t limit, const Place *place, uint32_t *ret_len,
             const uint8_t **ret_bytes)
{
    uint32_t len;
    if (!take_uint(in, place, &len))
        return FALSE;
    if (len > limit)
        return fail(in->error, place, "%u bytes, at most %u are allowed", len, limit);
    *ret_bytes = take(in, padded(len), place);
    *ret_len = len;
    return *ret_bytes != NULL;
}

static gboolean decode_value(Decoder *in, const XdrType *type, void *value, const Place *place);

static gboolean
decode_scalar(Decoder *in, const XdrType *type, void *value, const Place *place)
{
    uint32_t word = 0;
    uint64_t wide = 0;
    gboolean is_wide = type->min_wire == 8;
    if (is_wide ? !take_uhyper(in, place, &wide) : !take_uint(in, place, &word))
        return FALSE;
    if (is_wide) {
        memcpy(value, &wide, sizeof(wide));
        return TRUE;
    }
    switch (type->kind) {
    case XDR_CHAR:
    case XDR_UCHAR:
        *(uint8_t *)value = (uint8_t)word;
        break;
    case XDR_SHORT:
    case XDR_USHORT:
        *(uint16_t *)value = (uint16_t)word;
        break;
    default:
        *(uint32_t *)value = word;
        break;
    }
    return TRUE;
}

static gboolean
decode_string(Decoder *in, const XdrType *type, void *value, const Place *place)
{
    uint32_t len = 0;
    const uint8_t *bytes = NULL;
    if (!take_counted(in, type->limit, place, &len, &bytes))
        return FALSE;
    if (memchr(bytes, '\0', len) != NULL)
        return fail(in->error, place, "a zero byte inside a string");
    *(char **)value = arena_strndup(in->arena, (const char *)bytes, len);
    return TRUE;
}

static gboolean
decode_opaque(Decoder *in, const XdrType *type, XdrBytes *value, const Place *place)
{
    const uint8_t *bytes = NULL;
    if (!take_counted(in, type->limit, place, &value->len, &bytes))
        return FALSE;
    if (value->len > 0) {
        value->bytes = arena_alloc(in->arena, value->len);
        memcpy(value->bytes, bytes, value->len);
    }
    return TRUE;
}

static gboolean
decode_elements(Decoder *in, const XdrType *element, uint32_t count, void *items,
                const Place *place)
{
    for (uint32_t i = 0; i < count; i++) {
        Place inner = {.above = place, .index = i};
        if (!decode_value(in, element, (char *)items + (size_t)i * element->size, &inner))
            return FALSE;
    }
    return TRUE;
}

static gboolean
decode_array(Decoder *in, const XdrType *type, void *value, const Place *place)
{
    XdrArray array = {0};
    if (!take_uint(in, place, &array.len))
        return FALSE;
    if (array.len > type->limit)
        return fail(in->error, place, "%u elements, at most %u are allowed", array.len,
                    type->limit);
    /* No memory for elements that cannot be in the bytes that came. */
    if ((uint64_t)array.len * type->element->min_wire > in->left)
        return fail(in->error, place, "%u elements cannot be in the %zu bytes that are left",
                    array.len, in->left);
    if (array.len > 0)
        array.items = arena_alloc_n(in->arena, array.len, type->element->size);
    /* The field is a structure with a typed pointer: copied, not cast. */
    memcpy(value, &array, sizeof(array));
    return decode_elements(in, type->element, array.len, array.items, place);
}

static gboolean
decode_optional(Decoder *in, const XdrType *type, void *value, const Place *place)
{
    uint32_t present;
    if (!take_uint(in, place, &present))
        return FALSE;
    if (present > 1)
        return fail(in->error, place, "%u where 0 or 1 says whether a value follows", present);
    if (present == 0)
        return TRUE;
    if (type->element->kind == XDR_STRING)
        return decode_string(in, type->element, value, place);
    void *item = arena_alloc(in->arena, type->element->size);
    memcpy(value, &item, sizeof(item));
    return decode_value(in, type->element, item, place);
}

static gboolean
decode_union(Decoder *in, const XdrType *type, void *value, const Place *place)
{
    uint32_t word;
    if (!take_uint(in, place, &word))
        return FALSE;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const XdrField *arm = &type->fields[i];
        if ((uint32_t)arm->arm == word) {
            *(int32_t *)value = arm->arm;
            return decode_value(in, arm->type, (char *)value + arm->offset, place);
        }
    }
    return fail(in->error, place, "no kind of value has the number %d", (int32_t)word);
}

static gboolean
decode_value(Decoder *in, const XdrType *type, void *value, const Place *place)
{
    switch (type->kind) {
    case XDR_STRING:
        return decode_string(in, type, value, place);
    case XDR_OPAQUE:
        return decode_opaque(in, type, value, place);
    case XDR_ARRAY:
        return decode_array(in, type, value, place);
    case XDR_OPTIONAL:
        return decode_optional(in, type, value, place);
    case XDR_UNION:
        return decode_union(in, type, value, place);
    case XDR_FIXED:
        return decode_elements(in, type->element, type->limit, value, place);
    case XDR_UUID: {
        const uint8_t *bytes = take(in, UUID_BYTES, place);
        if (bytes != NULL)
            memcpy(value, bytes, UUID_BYTES);
        return bytes != NULL;
    }
    case XDR_STRUCT:
        for (uint32_t i = 0; i < type->n_fields; i++) {
            const XdrField *field = &type->fields[i];
            Place inner = {.above = place, .name = field->name};
            if (!decode_value(in, field->type, (char *)value + field->offset, &inner))
                return FALSE;
        }
        return TRUE;
    default:
        return decode_scalar(in, type, value, place);
    }
}

gboolean
xdr_decode(const XdrType *type, const uint8_t *bytes, size_t len, Arena *arena, void *ret_value,
           size_t *ret_used, GError **error)
{
    Decoder in = {.at = bytes, .left = len, .arena = arena, .error = error};
    Place top = {.name = type->name};
    if (!decode_value(&in, type, ret_value, &top))
        return FALSE;
    if (ret_used != NULL)
        *ret_used = len - in.left;
    return TRUE;
}

typedef struct {
    GByteArray *out;
    guint start;
    GError **error;
} Encoder;

static gboolean
put(Encoder *to, const void *bytes, size_t len, const Place *place)
{
    if (len > XDR_ENCODE_MAX - (size_t)(to->out->len - to->start))
        return fail(to->error, place, "the message grows over %d bytes", XDR_ENCODE_MAX);
    g_byte_array_append(to->out, bytes, (guint)len);
    return TRUE;
}

static gboolean
put_uint(Encoder *to, uint32_t value, const Place *place)
{
    uint32_t big = GUINT32_TO_BE(value);
    return put(to, &big, sizeof(big), place);
}

static gboolean
put_counted(Encoder *to, const void *bytes, size_t len, uint32_t limit, const Place *place)
{
    static const uint8_t zeros[4] = {0};
    if (len > limit)
        return fail(to->error, place, "%zu bytes, at most %u are allowed", len, limit);
    size_t rest = (size_t)(padded(len) - len);
    return put_uint(to, (uint32_t)len, place) && (len == 0 || put(to, bytes, len, place)) &&
           put(to, zeros, rest, place);
}

static gboolean encode_value(Encoder *to, const XdrType *type, const void *value,
                             const Place *place);

static gboolean
encode_scalar(Encoder *to, const XdrType *type, const void *value, const Place *place)
{
    switch (type->kind) {
    case XDR_CHAR:
        return put_uint(to, (uint32_t)(int32_t) * (const int8_t *)value, place);
    case XDR_UCHAR:
        return put_uint(to, *(const uint8_t *)value, place);
    case XDR_SHORT:
        return put_uint(to, (uint32_t)(int32_t) * (const int16_t *)value, place);
    case XDR_USHORT:
        return put_uint(to, *(const uint16_t *)value, place);
    case XDR_INT:
    case XDR_UINT:
        return put_uint(to, *(const uint32_t *)value, place);
    default: {
        uint64_t wide;
        memcpy(&wide, value, sizeof(wide));
        wide = GUINT64_TO_BE(wide);
        return put(to, &wide, sizeof(wide), place);
    }
    }
}

static gboolean
encode_string(Encoder *to, const XdrType *type, const char *text, const Place *place)
{
    return put_counted(to, text, text != NULL ? strlen(text) : 0, type->limit, place);
}

static gboolean
encode_elements(Encoder *to, const XdrType *element, uint32_t count, const void *items,
                const Place *place)
{
    for (uint32_t i = 0; i < count; i++) {
        Place inner = {.above = place, .index = i};
        const char *item = (const char *)items + (size_t)i * element->size;
        if (!encode_value(to, element, item, &inner))
            return FALSE;
    }
    return TRUE;
}

static gboolean
encode_array(Encoder *to, const XdrType *type, const void *value, const Place *place)
{
    XdrArray array;
    memcpy(&array, value, sizeof(array));
    if (array.len > type->limit)
        return fail(to->error, place, "%u elements, at most %u are allowed", array.len,
                    type->limit);
    return put_uint(to, array.len, place) &&
           encode_elements(to, type->element, array.len, array.items, place);
}

static gboolean
encode_optional(Encoder *to, const XdrType *type, const void *value, const Place *place)
{
    const void *item;
    memcpy(&item, value, sizeof(item));
    if (!put_uint(to, item != NULL, place))
        return FALSE;
    if (item == NULL)
        return TRUE;
    if (type->element->kind == XDR_STRING)
        return encode_string(to, type->element, item, place);
    return encode_value(to, type->element, item, place);
}

static gboolean
encode_union(Encoder *to, const XdrType *type, const void *value, const Place *place)
{
    int32_t number = *(const int32_t *)value;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const XdrField *arm = &type->fields[i];
        if (arm->arm == number)
            return put_uint(to, (uint32_t)number, place) &&
                   encode_value(to, arm->type, (const char *)value + arm->offset, place);
    }
    return fail(to->error, place, "no kind of value has the number %d", number);
}

static gboolean
encode_value(Encoder *to, const XdrType *type, const void *value, const Place *place)
{
    switch (type->kind) {
    case XDR_STRING:
        return encode_string(to, type, *(const char *const *)value, place);
    case XDR_OPAQUE: {
        const XdrBytes *opaque = value;
        return put_counted(to, opaque->bytes, opaque->len, type->limit, place);
    }
    case XDR_ARRAY:
        return encode_array(to, type, value, place);
    case XDR_OPTIONAL:
        return encode_optional(to, type, value, place);
    case XDR_UNION:
        return encode_union(to, type, value, place);
    case XDR_FIXED:
        return encode_elements(to, type->element, type->limit, value, place);
    case XDR_UUID:
        return put(to, value, UUID_BYTES, place);
    case XDR_STRUCT:
        for (uint32_t i = 0; i < type->n_fields; i++) {
            const XdrField *field = &type->fields[i];
            Place inner = {.above = place, .name = field->name};
            if (!encode_value(to, field->type, (const char *)value + field->offset, &inner))
                return FALSE;
        }
        return TRUE;
    default:
        return encode_scalar(to, type, value, place);
    }
}

gboolean
xdr_encode(const XdrType *type, const void *value, GByteArray *out, GError **error)
{
    Encoder to = {.out = out, .start = out->len, .error = error};
    Place top = {.name = type->name};
    if (encode_value(&to, type, value, &top))
        return TRUE;
    g_byte_array_set_size(out, to.start);
    return FALSE;
}
