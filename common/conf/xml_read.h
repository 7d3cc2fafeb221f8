/*
 * xml_read — a document from a client or the disk becomes libxml2's tree, within bounds.
 *
 * The scanner (xml_ids) sees the bytes first: it refuses document types, what is too large, too
 * deep or has too many attributes or elements, before libxml2, which takes quadratic time for the
 * first and hundreds of bytes for each of the latter.
 * Nothing is loaded from elsewhere and no entity is replaced. Pure; any thread.
 */
#pragma once

#include <libxml/tree.h>

#include "common/conf/xml_ids.h"

typedef struct {
    xmlDoc *doc;
    XmlIds ids; /* what the access check saw */
    size_t len;
} XmlRead;

/* Errors: VIRT_ERR_XML_ERROR for what the scanner refuses, VIRT_ERR_XML_DETAIL with the line for
 * what is not well-formed. */
gboolean xml_read(const char *bytes, size_t len, XmlRead *ret_read, GError **error);
void xml_read_clear(XmlRead *read);

/* Before there are threads: libxml2 sets itself up at its first use, unguarded. */
void xml_read_init(void);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(XmlRead, xml_read_clear)
