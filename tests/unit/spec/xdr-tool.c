/*
 * xdr-tool — the codecs as a filter, for differential.py.
 *
 * Each input line is "PROGRAM NUMBER args|ret HEX" or "type NAME HEX" (HEX may be "-": no bytes).
 * Each output line is "ok USED HEX JSON": the bytes that the value took, the value encoded again,
 * and the value itself; or "error TEXT". JSON: numbers, strings of \u00xx per byte, hex for uuid,
 * opaque and double's bits (as strings), arrays for arrays and structures, [number, value] for
 * unions, null.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/error.h"
#include "common/spec/admin.h"
#include "common/spec/qemu.h"
#include "common/spec/remote.h"
#include "common/spec/wire.h"

typedef struct {
    const char *name;
    const XdrType *type;
} NamedType;

/* Those of the shared types that no procedure carries, and a few that many do. */
static const NamedType named_types[] = {
    {"error", &remote_error_xdr},
    {"domain", &remote_domain_xdr},
    {"typed_param", &remote_typed_param_xdr},
    {"typed_param_value", &remote_typed_param_value_xdr},
    {"domain_stats_record", &remote_domain_stats_record_xdr},
    {"domain_get_security_label_ret", &remote_security_label_xdr},
    {"header", &wire_header_xdr},
    {"stream_hole", &wire_stream_hole_xdr},
    {"client", &admin_client_xdr},
};

static const RpcProgram *const programs[] = {&remote_program, &qemu_program, &admin_program,
                                             &keepalive_program};

static const XdrType *
find_named(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(named_types); i++) {
        if (g_str_equal(named_types[i].name, name))
            return named_types[i].type;
    }
    return NULL;
}

static const XdrType *
find_side(const char *program, const char *number, const char *side)
{
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
        if (!g_str_equal(programs[i]->name, program))
            continue;
        const RpcProc *proc = rpc_program_find(programs[i], (uint32_t)strtoul(number, NULL, 10));
        if (proc == NULL)
            return NULL;
        return g_str_equal(side, "args") ? proc->args : proc->ret;
    }
    return NULL;
}

static void
json_hex(GString *out, const uint8_t *bytes, size_t len)
{
    g_string_append_c(out, '"');
    for (size_t i = 0; i < len; i++)
        g_string_append_printf(out, "%02x", bytes[i]);
    g_string_append_c(out, '"');
}

static void
json_text(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const uint8_t *at = (const uint8_t *)text; *at != '\0'; at++)
        g_string_append_printf(out, "\\u%04x", *at);
    g_string_append_c(out, '"');
}

static void json_value(GString *out, const XdrType *type, const void *value);

static void
json_items(GString *out, const XdrType *element, const void *items, uint32_t count)
{
    g_string_append_c(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        json_value(out, element, (const char *)items + (size_t)i * element->size);
    }
    g_string_append_c(out, ']');
}

static void
json_struct(GString *out, const XdrType *type, const void *value)
{
    g_string_append_c(out, '[');
    for (uint32_t i = 0; i < type->n_fields; i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        json_value(out, type->fields[i].type, (const char *)value + type->fields[i].offset);
    }
    g_string_append_c(out, ']');
}

static void
json_union(GString *out, const XdrType *type, const void *value)
{
    int32_t number = *(const int32_t *)value;
    g_string_append_printf(out, "[%d,", number);
    for (uint32_t i = 0; i < type->n_fields; i++) {
        if (type->fields[i].arm == number)
            json_value(out, type->fields[i].type, (const char *)value + type->fields[i].offset);
    }
    g_string_append_c(out, ']');
}

static void
json_optional(GString *out, const XdrType *type, const void *value)
{
    const void *item;
    memcpy(&item, value, sizeof(item));
    if (item == NULL)
        g_string_append(out, "null");
    else if (type->element->kind == XDR_STRING)
        json_text(out, item);
    else
        json_value(out, type->element, item);
}

static void
json_scalar(GString *out, const XdrType *type, const void *value)
{
    switch (type->kind) {
    case XDR_INT:
        g_string_append_printf(out, "%d", *(const int32_t *)value);
        break;
    case XDR_UINT:
        g_string_append_printf(out, "%u", *(const uint32_t *)value);
        break;
    case XDR_HYPER:
        g_string_append_printf(out, "%" G_GINT64_FORMAT, *(const int64_t *)value);
        break;
    case XDR_UHYPER:
        g_string_append_printf(out, "%" G_GUINT64_FORMAT, *(const uint64_t *)value);
        break;
    case XDR_DOUBLE: {
        uint64_t bits;
        memcpy(&bits, value, sizeof(bits));
        g_string_append_printf(out, "\"%016" G_GINT64_MODIFIER "x\"", bits);
        break;
    }
    case XDR_CHAR:
        g_string_append_printf(out, "%d", *(const int8_t *)value);
        break;
    case XDR_UCHAR:
        g_string_append_printf(out, "%u", *(const uint8_t *)value);
        break;
    case XDR_SHORT:
        g_string_append_printf(out, "%d", *(const int16_t *)value);
        break;
    case XDR_USHORT:
        g_string_append_printf(out, "%u", *(const uint16_t *)value);
        break;
    default:
        g_assert_not_reached();
    }
}

static void
json_value(GString *out, const XdrType *type, const void *value)
{
    switch (type->kind) {
    case XDR_STRING:
        json_text(out, *(const char *const *)value);
        break;
    case XDR_UUID:
        json_hex(out, value, 16);
        break;
    case XDR_OPAQUE: {
        const XdrBytes *opaque = value;
        json_hex(out, opaque->bytes, opaque->len);
        break;
    }
    case XDR_STRUCT:
        json_struct(out, type, value);
        break;
    case XDR_UNION:
        json_union(out, type, value);
        break;
    case XDR_ARRAY: {
        XdrArray array;
        memcpy(&array, value, sizeof(array));
        json_items(out, type->element, array.items, array.len);
        break;
    }
    case XDR_FIXED:
        json_items(out, type->element, value, type->limit);
        break;
    case XDR_OPTIONAL:
        json_optional(out, type, value);
        break;
    default:
        json_scalar(out, type, value);
        break;
    }
}

/* The exact bytes in memory of their own, so that reading past them is seen by a sanitizer. */
static uint8_t *
parse_hex(const char *hex, size_t *ret_len)
{
    size_t len = g_str_equal(hex, "-") ? 0 : strlen(hex) / 2;
    uint8_t *bytes = g_malloc(len > 0 ? len : 1);
    for (size_t i = 0; i < len; i++)
        bytes[i] =
            (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    *ret_len = len;
    return bytes;
}

static void
answer(const XdrType *type, const char *hex)
{
    size_t len;
    size_t used = 0;
    g_autofree uint8_t *bytes = parse_hex(hex, &len);
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GByteArray) again = g_byte_array_new();
    void *value = arena_alloc(arena, type->size);
    if (!xdr_decode(type, bytes, len, arena, value, &used, &error) ||
        !xdr_encode(type, value, again, &error)) {
        printf("error %s\n", error->message);
        return;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    json_hex(out, again->data, again->len);
    g_string_append_c(out, ' ');
    json_value(out, type, value);
    printf("ok %zu %s\n", used, out->str);
    g_autofree char *line = xdr_print(type, value);
    g_assert(strchr(line, '\n') == NULL);
}

int
main(void)
{
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        g_auto(GStrv) words = g_strsplit(g_strchomp(line), " ", 4);
        guint n = g_strv_length(words);
        const XdrType *type = NULL;
        if (n == 3 && g_str_equal(words[0], "type"))
            type = find_named(words[1]);
        else if (n == 4)
            type = find_side(words[0], words[1], words[2]);
        if (type == NULL) {
            printf("unknown\n");
            continue;
        }
        answer(type, words[n - 1]);
    }
    free(line);
    return 0;
}
