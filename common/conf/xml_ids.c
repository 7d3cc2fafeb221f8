/*
 * xml_ids — see xml_ids.h. Tables say where the identity of each kind of document stands; xml_scan
 * cuts the document.
 */
#include "common/conf/xml_ids.h"

#include <string.h>

#include "common/base/error.h"
#include "common/base/uuid.h"
#include "common/conf/xml_scan.h"

/* Where a value stands: in an attribute, or in the text, of the root, a child of it, or a child's
 * child. */
typedef struct {
    XmlIdField field;
    const char *child;      /* NULL: the root */
    const char *grandchild; /* NULL: the child */
    const char *attribute;  /* NULL: the text */
} Row;

#define MAX_ROWS 8

typedef struct {
    const char *root; /* NULL: any other */
    size_t n_rows;
    Row rows[MAX_ROWS];
} Kind;

/* clang-format off */
static const Kind kinds[] = {
    {"interface", 2, {{XML_ID_NAME, NULL, NULL, "name"}, {XML_ID_MAC, "mac", NULL, "address"}}},
    {"filter", 2, {{XML_ID_NAME, NULL, NULL, "name"}, {XML_ID_UUID, "uuid", NULL, NULL}}},
    {"filterbinding", 2, {
        {XML_ID_PORT_DEV, "portdev", NULL, "name"},
        {XML_ID_LINK_DEV, "linkdev", NULL, "name"}}},
    {"secret", 5, {
        {XML_ID_UUID, "uuid", NULL, NULL},
        {XML_ID_USAGE_TYPE, "usage", NULL, "type"},
        {XML_ID_USAGE, "usage", "volume", NULL},
        {XML_ID_USAGE, "usage", "name", NULL},
        {XML_ID_USAGE, "usage", "target", NULL}}},
    {"networkport", 1, {{XML_ID_UUID, "uuid", NULL, NULL}}},
    {"volume", 1, {{XML_ID_NAME, "name", NULL, NULL}}},
    {"device", 1, {{XML_ID_NAME, "name", NULL, NULL}}},
    {"domainsnapshot", 1, {{XML_ID_NAME, "name", NULL, NULL}}},
    {"domaincheckpoint", 1, {{XML_ID_NAME, "name", NULL, NULL}}},
    {NULL, 2, {{XML_ID_NAME, "name", NULL, NULL}, {XML_ID_UUID, "uuid", NULL, NULL}}},
};
/* clang-format on */

typedef struct {
    XmlScan scan;
    XmlIds *ids;
    const Kind *kind;
    gboolean row_seen[MAX_ROWS]; /* the row's child was there */
    gboolean field_seen[XML_N_IDS];
    XmlSlice child;    /* the one that is open */
    size_t text_depth; /* 0: no text is being collected */
    XmlBuffer text;    /* of values[text_field] */
    XmlIdField text_field;
} Search;

static gboolean
refuse(Search *search, const char *why)
{
    search->scan.refusal = why;
    return FALSE;
}

static XmlBuffer
buffer_of(Search *search, XmlIdField field)
{
    return (XmlBuffer){search->ids->values[field], XML_IDS_MAX_VALUE + 1, 0};
}

/* FALSE: the value was there already. */
static gboolean
claim_field(Search *search, XmlIdField field)
{
    if (search->field_seen[field])
        return refuse(search, "a part of its identity is there twice");
    return search->field_seen[field] = TRUE;
}

/* The attribute of the current tag; 1, 0 when it has none. Its tag was read before, so it is well
 * formed. */
static int
find_attribute(const Search *search, const char *wanted, XmlSlice *ret_value)
{
    XmlSlice rest = search->scan.attributes, name;
    while (xml_scan_attribute(&rest, &name, ret_value) == 1) {
        if (xml_slice_is(name, wanted))
            return 1;
    }
    return 0;
}

/* An element of a foreign vocabulary is not the one that the name says. No document of ours has a
 * default namespace there, so it is refused instead of resolved. */
static gboolean
check_namespace(Search *search)
{
    XmlSlice value;
    if (find_attribute(search, "xmlns", &value) && value.len > 0)
        return refuse(search, "it puts its identity in a foreign namespace");
    return TRUE;
}

static gboolean
collect(Search *search, const Row *row, XmlScanKind tag)
{
    if (row->attribute != NULL) {
        XmlSlice value;
        if (!find_attribute(search, row->attribute, &value))
            return TRUE;
        XmlBuffer buffer = buffer_of(search, row->field);
        return claim_field(search, row->field) &&
               (xml_scan_decode_attribute(&search->scan, value, &buffer) ||
                refuse(search, "a part of its identity is not valid or too long"));
    }
    if (!claim_field(search, row->field))
        return FALSE;
    if (tag == XML_SCAN_START) {
        search->text_depth = search->scan.depth;
        search->text_field = row->field;
        search->text = buffer_of(search, row->field);
    }
    return TRUE;
}

static gboolean
on_root(Search *search, XmlScanKind tag)
{
    XmlSlice name = search->scan.name;
    if (name.len > XML_IDS_MAX_ROOT || memchr(name.bytes, ':', name.len) != NULL)
        return refuse(search, "its root element is not known");
    memcpy(search->ids->root, name.bytes, name.len);
    search->ids->root[name.len] = '\0';
    search->kind = kinds;
    while (search->kind->root != NULL && strcmp(search->kind->root, search->ids->root) != 0)
        search->kind++;
    if (!check_namespace(search))
        return FALSE;
    for (size_t i = 0; i < search->kind->n_rows; i++) {
        const Row *row = &search->kind->rows[i];
        if (row->child == NULL && !collect(search, row, tag))
            return FALSE;
    }
    return TRUE;
}

static gboolean
on_child(Search *search, XmlScanKind tag)
{
    search->child = search->scan.name;
    for (size_t i = 0; i < search->kind->n_rows; i++) {
        const Row *row = &search->kind->rows[i];
        if (row->child == NULL || !xml_slice_is(search->child, row->child))
            continue;
        if (search->row_seen[i])
            return refuse(search, "a part of its identity is there twice");
        search->row_seen[i] = TRUE;
        if (!check_namespace(search))
            return FALSE;
        if (row->grandchild == NULL && !collect(search, row, tag))
            return FALSE;
    }
    return TRUE;
}

static gboolean
on_grandchild(Search *search, XmlScanKind tag)
{
    for (size_t i = 0; i < search->kind->n_rows; i++) {
        const Row *row = &search->kind->rows[i];
        if (row->grandchild == NULL || !xml_slice_is(search->child, row->child) ||
            !xml_slice_is(search->scan.name, row->grandchild))
            continue;
        if (!check_namespace(search) || !collect(search, row, tag))
            return FALSE;
    }
    return TRUE;
}

static gboolean
on_tag(Search *search, XmlScanKind tag)
{
    if (search->text_depth != 0)
        return refuse(search, "a part of its identity has elements inside");
    size_t level = search->scan.depth - (tag == XML_SCAN_START ? 1 : 0);
    if (level == 0)
        return on_root(search, tag);
    if (level == 1)
        return on_child(search, tag);
    return level == 2 ? on_grandchild(search, tag) : TRUE;
}

static gboolean
on_text(Search *search, XmlScanKind kind)
{
    if (search->text_depth == 0)
        return TRUE;
    return xml_scan_decode(&search->scan, kind, search->scan.text, &search->text) ||
           refuse(search, "a part of its identity is not valid or too long");
}

static gboolean
run(Search *search)
{
    for (;;) {
        XmlScanKind kind = xml_scan_next(&search->scan);
        gboolean ok = TRUE;
        switch (kind) {
        case XML_SCAN_DONE:
            return TRUE;
        case XML_SCAN_REFUSED:
            return FALSE;
        case XML_SCAN_START:
        case XML_SCAN_EMPTY:
            ok = on_tag(search, kind);
            break;
        case XML_SCAN_TEXT:
        case XML_SCAN_CDATA:
            ok = on_text(search, kind);
            break;
        case XML_SCAN_END:
            if (search->scan.depth < search->text_depth)
                search->text_depth = 0;
            break;
        }
        if (!ok)
            return FALSE;
    }
}

static guint
line_of(const XmlScan *scan)
{
    guint line = 1;
    for (const char *at = scan->start; at < scan->at; at++)
        line += *at == '\n';
    return line;
}

gboolean
xml_ids_scan(const char *bytes, size_t len, XmlIds *ret_ids, GError **error)
{
    memset(ret_ids, 0, sizeof *ret_ids);
    Search search = {.ids = ret_ids};
    if (!xml_scan_init(&search.scan, bytes, len) || !run(&search)) {
        virt_error_set(error, VIRT_FROM_XML, VIRT_ERR_XML_ERROR,
                       "the document cannot be taken, %s (line %u)", search.scan.refusal,
                       line_of(&search.scan));
        return FALSE;
    }
    const char *uuid = xml_ids_get(ret_ids, XML_ID_UUID);
    if (uuid != NULL && !uuid_parse(uuid, ret_ids->uuid)) {
        virt_error_set(error, VIRT_FROM_XML, VIRT_ERR_XML_ERROR, "'%s' is not a uuid", uuid);
        return FALSE;
    }
    ret_ids->has_uuid = uuid != NULL;
    return TRUE;
}

const char *
xml_ids_get(const XmlIds *ids, XmlIdField field)
{
    return ids->values[field][0] != '\0' ? ids->values[field] : NULL;
}
