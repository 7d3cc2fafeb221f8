/*
 * xdr_print — one line of text for a value, for debug logs; see xdr.h. Secret fields leave no trace
 * but their name, and text is escaped, so that a peer cannot write lines of its own into the log.
 */
#include "common/spec/xdr.h"

#include <string.h>

enum { STRING_SHOWN = 64, ITEMS_SHOWN = 8, BYTES_SHOWN = 16, LINE_MAX_BYTES = 1024 };

static void print_value(GString *out, const XdrType *type, const void *value);

static void
print_text(GString *out, const char *text)
{
    if (text == NULL) {
        g_string_append(out, "null");
        return;
    }
    size_t len = strlen(text);
    g_autofree char *shown = g_strndup(text, MIN(len, STRING_SHOWN));
    g_autofree char *escaped = g_strescape(shown, NULL);
    g_string_append_printf(out, "\"%s\"", escaped);
    if (len > STRING_SHOWN)
        g_string_append_printf(out, "+%zu", len - STRING_SHOWN);
}

static void
print_bytes(GString *out, const uint8_t *bytes, uint32_t len)
{
    for (uint32_t i = 0; i < MIN(len, (uint32_t)BYTES_SHOWN); i++)
        g_string_append_printf(out, "%02x", bytes[i]);
    if (len > BYTES_SHOWN)
        g_string_append_printf(out, "+%u", len - BYTES_SHOWN);
}

static void
print_items(GString *out, const XdrType *element, const void *items, uint32_t count)
{
    g_string_append_c(out, '[');
    for (uint32_t i = 0; i < count && out->len < LINE_MAX_BYTES; i++) {
        if (i == ITEMS_SHOWN) {
            g_string_append_printf(out, ", +%u", count - i);
            break;
        }
        if (i > 0)
            g_string_append(out, ", ");
        print_value(out, element, (const char *)items + (size_t)i * element->size);
    }
    g_string_append_c(out, ']');
}

static void
print_fields(GString *out, const XdrType *type, const void *value)
{
    g_string_append_c(out, '{');
    for (uint32_t i = 0; i < type->n_fields && out->len < LINE_MAX_BYTES; i++) {
        const XdrField *field = &type->fields[i];
        g_string_append_printf(out, "%s%s=", i > 0 ? ", " : "", field->name);
        if (field->secret)
            g_string_append(out, "<secret>");
        else
            print_value(out, field->type, (const char *)value + field->offset);
    }
    g_string_append_c(out, '}');
}

static void
print_union(GString *out, const XdrType *type, const void *value)
{
    int32_t number = *(const int32_t *)value;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const XdrField *arm = &type->fields[i];
        if (arm->arm == number) {
            print_value(out, arm->type, (const char *)value + arm->offset);
            return;
        }
    }
    g_string_append_printf(out, "?%d", number);
}

static void
print_optional(GString *out, const XdrType *type, const void *value)
{
    const void *item;
    memcpy(&item, value, sizeof(item));
    if (item == NULL)
        g_string_append(out, "null");
    else if (type->element->kind == XDR_STRING)
        print_text(out, item);
    else
        print_value(out, type->element, item);
}

static void
print_scalar(GString *out, const XdrType *type, const void *value)
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
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        g_string_append(out, g_ascii_dtostr(text, sizeof(text), *(const double *)value));
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
    default:
        g_string_append_printf(out, "%u", *(const uint16_t *)value);
        break;
    }
}

static void
print_value(GString *out, const XdrType *type, const void *value)
{
    switch (type->kind) {
    case XDR_STRING:
        print_text(out, *(const char *const *)value);
        break;
    case XDR_UUID:
        print_bytes(out, value, type->size);
        break;
    case XDR_OPAQUE: {
        const XdrBytes *opaque = value;
        print_bytes(out, opaque->bytes, opaque->len);
        break;
    }
    case XDR_STRUCT:
        print_fields(out, type, value);
        break;
    case XDR_UNION:
        print_union(out, type, value);
        break;
    case XDR_ARRAY: {
        XdrArray array;
        memcpy(&array, value, sizeof(array));
        print_items(out, type->element, array.items, array.len);
        break;
    }
    case XDR_FIXED:
        print_items(out, type->element, value, type->limit);
        break;
    case XDR_OPTIONAL:
        print_optional(out, type, value);
        break;
    default:
        print_scalar(out, type, value);
        break;
    }
}

char *
xdr_print(const XdrType *type, const void *value)
{
    GString *out = g_string_new(NULL);
    print_value(out, type, value);
    if (out->len > LINE_MAX_BYTES) {
        g_string_truncate(out, LINE_MAX_BYTES);
        g_string_append(out, "...");
    }
    return g_string_free(out, FALSE);
}
