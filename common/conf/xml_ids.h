/*
 * xml_ids — which object a document is about, found before anything else of it is looked at.
 *
 * Access is judged before a document is parsed, but the judgement needs the name and uuid that
 * stand in it. This scanner finds just these, in one pass, in linear time, allocating nothing,
 * within fixed limits. It is no validator: it may take a document that the parser refuses later,
 * and it refuses some that the parser would take (document types, anything ambiguous), but it never
 * finds other values than the parser. Who parses the document afterwards compares, and fails the
 * call if they differ. Pure; any thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#define XML_IDS_MAX_BYTES (4u * 1024 * 1024)
#define XML_IDS_MAX_DEPTH 64
#define XML_IDS_MAX_VALUE 4096 /* bytes of one value, in UTF-8 */
#define XML_IDS_MAX_ROOT 63
#define XML_IDS_MAX_ATTRIBUTES 256  /* of one element */
#define XML_IDS_MAX_NAMESPACES 1000 /* declarations in the document */
/* Of the tree that a parser makes, in which "<a/>" becomes hundreds of bytes: elements, attributes,
 * texts and the rest. The document of a guest with a thousand disks has less. */
#define XML_IDS_MAX_NODES 100000

typedef enum {
    XML_ID_NAME,       /* <name>; the root's attribute of that name for <interface> and <filter> */
    XML_ID_UUID,       /* <uuid>, as written; read in XmlIds.uuid */
    XML_ID_MAC,        /* <interface>: <mac address=> */
    XML_ID_PORT_DEV,   /* <filterbinding>: <portdev name=> */
    XML_ID_LINK_DEV,   /* <filterbinding>: <linkdev name=> */
    XML_ID_USAGE_TYPE, /* <secret>: <usage type=> */
    XML_ID_USAGE       /* <secret>: the text of usage/volume, usage/name or usage/target */
} XmlIdField;
#define XML_N_IDS (XML_ID_USAGE + 1)

typedef struct {
    char root[XML_IDS_MAX_ROOT + 1];
    gboolean has_uuid;
    uint8_t uuid[16];
    char values[XML_N_IDS][XML_IDS_MAX_VALUE + 1];
} XmlIds;

/* Scans `len` bytes. Errors: VIRT_ERR_XML_ERROR (27) for what it refuses; a uuid that is none is
 * VIRT_ERR_XML_ERROR too. `ret_ids` is written in any case; do not use it after an error. */
gboolean xml_ids_scan(const char *bytes, size_t len, XmlIds *ret_ids, GError **error);

/* The value, or NULL if the document does not have it or it is empty. Borrowed from `ids`. */
const char *xml_ids_get(const XmlIds *ids, XmlIdField field);
