/*
 * metadata — the elements of <metadata>: each belongs to an application and is found by the URI of
 * its namespace. Pure; any thread.
 */
#pragma once

#include "common/conf/raw.h"

typedef struct {
    const char *uri;
    const char *key; /* the prefix that it is kept with */
    const char *xml; /* one element; NULL: it is removed */
} MetadataElement;

/* The element as a document of its own, without the prefix, in `arena`; NULL: there is none.
 * `metadata` may be NULL. */
char *metadata_get(const ConfNode *metadata, const char *uri, Arena *arena);
/*
 * Replaces *metadata, whose nodes are in `arena`, by a copy without the element of this URI, and
 * with the new one behind the others. Its elements that have no namespace get this one. Errors:
 * XML_ERROR, XML_DETAIL for what is no element; INVALID_ARG for a key that is no prefix, or that
 * the element uses for another namespace, and for a URI that cannot stand in a document.
 */
gboolean metadata_set(const ConfNode **metadata, const MetadataElement *element, Arena *arena,
                      GError **error);
