/*
 * xdr — RFC 4506 encoding driven by type tables that common/spec generates.
 *
 * One walk serves every structure of the protocol. Decoding checks each length and count against
 * its limit and against the bytes that are left before it allocates; the walk recurses over the
 * type table (whose depth is fixed at build time), never over the input. Pure; any thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"

typedef enum {
    XDR_INT,     /* int32_t */
    XDR_UINT,    /* uint32_t */
    XDR_HYPER,   /* int64_t */
    XDR_UHYPER,  /* uint64_t */
    XDR_DOUBLE,  /* double */
    XDR_CHAR,    /* int8_t, 4 bytes on the wire */
    XDR_UCHAR,   /* uint8_t, 4 bytes on the wire */
    XDR_SHORT,   /* int16_t, 4 bytes on the wire */
    XDR_USHORT,  /* uint16_t, 4 bytes on the wire */
    XDR_STRING,  /* char *, never NULL; `limit` bytes at most, no NUL inside */
    XDR_UUID,    /* uint8_t[16] */
    XDR_OPAQUE,  /* XdrBytes; `limit` bytes at most */
    XDR_STRUCT,  /* in place; `fields` */
    XDR_UNION,   /* int32_t discriminant at offset 0, arms at the offsets of `fields`; in place */
    XDR_ARRAY,   /* XdrArray of `element`; `limit` elements at most */
    XDR_FIXED,   /* `limit` elements in place */
    XDR_OPTIONAL /* pointer to `element`, or NULL; an optional string is a plain char * */
} XdrKind;

typedef struct {
    uint32_t len;
    uint8_t *bytes;
} XdrBytes;

/* Every generated array field is a struct with these two members, the second one typed. */
typedef struct {
    uint32_t len;
    void *items;
} XdrArray;

typedef struct XdrType XdrType;
typedef struct XdrField XdrField;

struct XdrType {
    XdrKind kind;
    uint32_t limit;
    uint32_t size;     /* sizeof the C type */
    uint32_t min_wire; /* least bytes that one value takes on the wire */
    uint32_t n_fields;
    const XdrField *fields;
    const XdrType *element;
    const char *name;
};

struct XdrField {
    const char *name;
    const XdrType *type;
    uint32_t offset;
    int32_t arm;     /* in a union: the discriminant of this arm */
    gboolean secret; /* never printed */
};

/* The scalar types. */
extern const XdrType xdr_type_int;
extern const XdrType xdr_type_uint;
extern const XdrType xdr_type_hyper;
extern const XdrType xdr_type_uhyper;
extern const XdrType xdr_type_double;
extern const XdrType xdr_type_char;
extern const XdrType xdr_type_uchar;
extern const XdrType xdr_type_short;
extern const XdrType xdr_type_ushort;
extern const XdrType xdr_type_string;
extern const XdrType xdr_type_uuid;

enum { XDR_STRING_MAX = 4194304, XDR_ENCODE_MAX = 33554432 };

/* Decodes a value of `type` into `ret_value` (type->size zeroed bytes). Pointers inside it live in
 * `arena`. Bytes behind the value are no error. Errors: VIRT_ERR_RPC naming the field. */
gboolean xdr_decode(const XdrType *type, const uint8_t *bytes, size_t len, Arena *arena,
                    void *ret_value, size_t *ret_used, GError **error);

/* Appends the value to `out`. Errors: VIRT_ERR_RPC when a string, array or opaque is over its limit
 * (`out` then has its old length). A NULL string that is not optional is sent as "". */
gboolean xdr_encode(const XdrType *type, const void *value, GByteArray *out, GError **error);

/* One line, for debug logs; secret fields are masked, long values cut. Caller frees. */
char *xdr_print(const XdrType *type, const void *value);
