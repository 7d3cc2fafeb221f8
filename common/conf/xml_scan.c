/*
 * xml_scan — see xml_scan.h.
 */
#include "common/conf/xml_scan.h"

#include <string.h>

#include "common/conf/xml_ids.h"

/* --- slices and small readers --- */

static gboolean
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

gboolean
xml_slice_is(XmlSlice slice, const char *text)
{
    return slice.len == strlen(text) && memcmp(slice.bytes, text, slice.len) == 0;
}

static XmlScanKind
refuse(XmlScan *scan, const char *why)
{
    scan->refusal = why;
    return XML_SCAN_REFUSED;
}

static gboolean
starts_with(const XmlScan *scan, const char *text)
{
    size_t len = strlen(text);
    return (size_t)(scan->end - scan->at) >= len && memcmp(scan->at, text, len) == 0;
}

/* The first `text` at or behind `from`, or NULL. */
static const char *
find(const XmlScan *scan, const char *from, const char *text)
{
    return memmem(from, (size_t)(scan->end - from), text, strlen(text));
}

static const char *
skip_space(const char *at, const char *end)
{
    while (at < end && is_space(*at))
        at++;
    return at;
}

/* Up to what cannot be part of a name. */
static const char *
skip_name(const char *at, const char *end)
{
    while (at < end && !is_space(*at) && strchr("/>=<\"'&", *at) == NULL)
        at++;
    return at;
}

int
xml_scan_attribute(XmlSlice *rest, XmlSlice *ret_name, XmlSlice *ret_value)
{
    const char *end = rest->bytes + rest->len;
    const char *name = skip_space(rest->bytes, end);
    if (name == end)
        return 0;
    const char *name_end = skip_name(name, end);
    const char *equals = skip_space(name_end, end);
    if (name == rest->bytes || name_end == name || equals == end || *equals != '=')
        return -1;
    const char *quote = skip_space(equals + 1, end);
    if (quote == end || (*quote != '"' && *quote != '\''))
        return -1;
    const char *value = quote + 1;
    const char *close = memchr(value, *quote, (size_t)(end - value));
    if (close == NULL || memchr(value, '<', (size_t)(close - value)) != NULL)
        return -1;
    *ret_name = (XmlSlice){name, (size_t)(name_end - name)};
    *ret_value = (XmlSlice){value, (size_t)(close - value)};
    *rest = (XmlSlice){close + 1, (size_t)(end - close - 1)};
    return 1;
}

/* --- the head of the document --- */

static gboolean
accept_encoding(XmlScan *scan, XmlSlice name, gboolean has_mark)
{
    static const char *const plain[] = {"UTF-8", "UTF8", "US-ASCII", "ASCII"};
    for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
        if (name.len == strlen(plain[i]) &&
            g_ascii_strncasecmp(name.bytes, plain[i], name.len) == 0)
            return TRUE;
    }
    scan->is_latin = TRUE;
    return !has_mark && name.len > strlen("ISO-8859-") &&
           g_ascii_strncasecmp(name.bytes, "ISO-8859-", strlen("ISO-8859-")) == 0;
}

/* <?xml version="1.0" encoding="..."?> */
static gboolean
read_declaration(XmlScan *scan, gboolean has_mark)
{
    const char *inside = scan->at + strlen("<?xml");
    const char *close = find(scan, inside, "?>");
    if (close == NULL)
        return FALSE;
    XmlSlice rest = {inside, (size_t)(close - inside)};
    XmlSlice name, value;
    gboolean has_encoding = FALSE;
    int more;
    while ((more = xml_scan_attribute(&rest, &name, &value)) == 1) {
        if (!xml_slice_is(name, "encoding"))
            continue;
        if (has_encoding || !accept_encoding(scan, value, has_mark))
            return FALSE;
        has_encoding = TRUE;
    }
    scan->at = close + strlen("?>");
    return more == 0;
}

gboolean
xml_scan_init(XmlScan *scan, const char *bytes, size_t len)
{
    *scan = (XmlScan){.start = bytes, .at = bytes, .end = bytes + len};
    if (len > XML_IDS_MAX_BYTES) {
        refuse(scan, "it is too large");
        return FALSE;
    }
    /* A parser that takes strings would see another document. */
    if (memchr(bytes, '\0', len) != NULL) {
        refuse(scan, "it has a NUL byte");
        return FALSE;
    }
    gboolean has_mark = starts_with(scan, "\xef\xbb\xbf");
    if (has_mark)
        scan->at += 3;
    if (starts_with(scan, "<?xml") && scan->end - scan->at > 5 && is_space(scan->at[5]) &&
        !read_declaration(scan, has_mark)) {
        refuse(scan, "its declaration or encoding is not supported");
        return FALSE;
    }
    return TRUE;
}

/* --- tokens --- */

static XmlScanKind
take_text(XmlScan *scan)
{
    const char *markup = memchr(scan->at, '<', (size_t)(scan->end - scan->at));
    if (markup == NULL)
        markup = scan->end;
    scan->text = (XmlSlice){scan->at, (size_t)(markup - scan->at)};
    if (scan->depth == 0 && skip_space(scan->at, markup) != markup)
        return refuse(scan, "there is text outside of the root element");
    scan->at = markup;
    return XML_SCAN_TEXT;
}

/* `open` stands at `at`; goes behind the `close` that follows. FALSE: there is none. */
static gboolean
skip_section(XmlScan *scan, const char *open, const char *close)
{
    const char *inside = scan->at + strlen(open);
    const char *found = find(scan, inside, close);
    if (found == NULL)
        return FALSE;
    scan->text = (XmlSlice){inside, (size_t)(found - inside)};
    scan->at = found + strlen(close);
    return TRUE;
}

static XmlScanKind
take_end_tag(XmlScan *scan)
{
    const char *name = scan->at + strlen("</");
    const char *name_end = skip_name(name, scan->end);
    const char *close = skip_space(name_end, scan->end);
    if (name_end == name || close == scan->end || *close != '>' || scan->depth == 0)
        return refuse(scan, "there is a malformed end tag");
    scan->name = (XmlSlice){name, (size_t)(name_end - name)};
    scan->at = close + 1;
    scan->depth--;
    return XML_SCAN_END;
}

/* Goes over the attributes to the end of the tag. NULL: refused. A tag with thousands of attributes
 * is worthless to everybody but those who know that parsers compare each with each. */
static const char *
skip_attributes(XmlScan *scan, const char *from)
{
    XmlSlice rest = {from, (size_t)(scan->end - from)};
    for (size_t n = 0; n <= XML_IDS_MAX_ATTRIBUTES; n++) {
        const char *next = skip_space(rest.bytes, scan->end);
        if (next < scan->end && (*next == '>' || *next == '/'))
            return next;
        XmlSlice name, value;
        if (xml_scan_attribute(&rest, &name, &value) != 1) {
            refuse(scan, "there is a malformed attribute");
            return NULL;
        }
        scan->n_nodes++;
        if (name.len >= 5 && memcmp(name.bytes, "xmlns", 5) == 0)
            scan->n_namespaces++;
    }
    refuse(scan, "an element has too many attributes");
    return NULL;
}

static XmlScanKind
take_start_tag(XmlScan *scan)
{
    const char *name = scan->at + 1;
    const char *name_end = skip_name(name, scan->end);
    if (name_end == name || (scan->depth == 0 && scan->had_root))
        return refuse(scan, "there is a malformed tag");
    const char *close = skip_attributes(scan, name_end);
    if (close == NULL)
        return XML_SCAN_REFUSED;
    if (scan->n_namespaces > XML_IDS_MAX_NAMESPACES)
        return refuse(scan, "it declares too many namespaces");
    gboolean empty = *close == '/';
    if (empty && (close + 1 == scan->end || close[1] != '>'))
        return refuse(scan, "there is a malformed tag");
    if (scan->depth == XML_IDS_MAX_DEPTH)
        return refuse(scan, "its elements are nested too deep");
    scan->name = (XmlSlice){name, (size_t)(name_end - name)};
    scan->attributes = (XmlSlice){name_end, (size_t)(close - name_end)};
    scan->at = close + (empty ? 2 : 1);
    scan->had_root = TRUE;
    scan->depth += empty ? 0 : 1;
    return empty ? XML_SCAN_EMPTY : XML_SCAN_START;
}

/* What begins with "<!" or "<?". DONE: skipped, nothing to tell. */
static XmlScanKind
take_special(XmlScan *scan)
{
    if (starts_with(scan, "<?"))
        return skip_section(scan, "<?", "?>") ? XML_SCAN_DONE
                                              : refuse(scan, "an instruction does not end");
    if (starts_with(scan, "<!--")) {
        /* Two dashes end a comment; the '>' must be there. */
        if (!skip_section(scan, "<!--", "--") || scan->at == scan->end || *scan->at != '>')
            return refuse(scan, "there is a malformed comment");
        scan->at++;
        return XML_SCAN_DONE;
    }
    if (starts_with(scan, "<![CDATA[") && scan->depth > 0)
        return skip_section(scan, "<![CDATA[", "]]>")
                   ? XML_SCAN_CDATA
                   : refuse(scan, "a CDATA section does not end");
    return refuse(scan, "it has a document type or other declaration");
}

XmlScanKind
xml_scan_next(XmlScan *scan)
{
    while (scan->at < scan->end) {
        if (++scan->n_nodes > XML_IDS_MAX_NODES)
            return refuse(scan, "it has too many elements");
        if (*scan->at != '<') {
            XmlScanKind kind = take_text(scan);
            if (kind == XML_SCAN_REFUSED || scan->depth > 0)
                return kind;
            continue;
        }
        char second = scan->at + 1 < scan->end ? scan->at[1] : '\0';
        if (second == '/')
            return take_end_tag(scan);
        if (second != '!' && second != '?')
            return take_start_tag(scan);
        XmlScanKind kind = take_special(scan);
        if (kind != XML_SCAN_DONE)
            return kind;
    }
    if (!scan->had_root || scan->depth > 0)
        return refuse(scan, "it is not complete");
    return XML_SCAN_DONE;
}

/* --- what text stands for --- */

static gboolean
put(XmlBuffer *buffer, const char *bytes, size_t len)
{
    if (len >= buffer->size - buffer->len)
        return FALSE;
    memcpy(buffer->bytes + buffer->len, bytes, len);
    buffer->len += len;
    buffer->bytes[buffer->len] = '\0';
    return TRUE;
}

/* Char of XML 1.0, section 2.2. */
static gboolean
is_xml_char(gunichar c)
{
    return c == 0x9 || c == 0xa || c == 0xd || (c >= 0x20 && c <= 0xd7ff) ||
           (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

/* "#65" or "#x41" */
static gboolean
decode_number(XmlSlice reference, XmlBuffer *buffer)
{
    gboolean hex = reference.len > 1 && reference.bytes[1] == 'x';
    gunichar c = 0;
    size_t first = hex ? 2 : 1;
    for (size_t i = first; i < reference.len; i++) {
        int digit = hex ? g_ascii_xdigit_value(reference.bytes[i])
                        : g_ascii_digit_value(reference.bytes[i]);
        if (digit < 0 || c > 0x10ffff)
            return FALSE;
        c = c * (hex ? 16 : 10) + (gunichar)digit;
    }
    char utf8[6];
    if (reference.len == first || !is_xml_char(c))
        return FALSE;
    return put(buffer, utf8, (size_t)g_unichar_to_utf8(c, utf8));
}

/* Behind '&'; sets the number of bytes up to and with ';'. */
static gboolean
decode_reference(const char *at, size_t len, XmlBuffer *buffer, size_t *ret_used)
{
    static const struct {
        const char *name;
        const char *text;
    } known[] = {{"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}};
    const char *semicolon = memchr(at, ';', len);
    if (semicolon == NULL)
        return FALSE;
    XmlSlice reference = {at, (size_t)(semicolon - at)};
    *ret_used = reference.len + 1;
    if (reference.len > 0 && reference.bytes[0] == '#')
        return decode_number(reference, buffer);
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (xml_slice_is(reference, known[i].name))
            return put(buffer, known[i].text, 1);
    }
    return FALSE;
}

typedef enum { RULES_TEXT, RULES_CDATA, RULES_ATTRIBUTE } Rules;

static gboolean
decode(const XmlScan *scan, Rules rules, XmlSlice slice, XmlBuffer *buffer)
{
    if (scan->is_latin) {
        for (size_t i = 0; i < slice.len; i++) {
            if ((guchar)slice.bytes[i] > 127)
                return FALSE;
        }
    }
    if (!g_utf8_validate_len(slice.bytes, slice.len, NULL))
        return FALSE;
    for (size_t i = 0; i < slice.len; i++) {
        char c = slice.bytes[i];
        if (c == '&' && rules != RULES_CDATA) {
            size_t used;
            if (!decode_reference(slice.bytes + i + 1, slice.len - i - 1, buffer, &used))
                return FALSE;
            i += used;
            continue;
        }
        /* Line ends become \n, and white space in an attribute becomes a space
         * (sections 2.11, 3.3.3). */
        if (c == '\r') {
            if (i + 1 < slice.len && slice.bytes[i + 1] == '\n')
                i++;
            c = '\n';
        }
        if (rules == RULES_ATTRIBUTE && (c == '\n' || c == '\t'))
            c = ' ';
        if (((guchar)c < 0x20 && !is_space(c)) || !put(buffer, &c, 1))
            return FALSE;
    }
    return TRUE;
}

gboolean
xml_scan_decode(const XmlScan *scan, XmlScanKind kind, XmlSlice slice, XmlBuffer *buffer)
{
    return decode(scan, kind == XML_SCAN_CDATA ? RULES_CDATA : RULES_TEXT, slice, buffer);
}

gboolean
xml_scan_decode_attribute(const XmlScan *scan, XmlSlice slice, XmlBuffer *buffer)
{
    return decode(scan, RULES_ATTRIBUTE, slice, buffer);
}
