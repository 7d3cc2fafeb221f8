/*
 * xml_scan — cuts an XML document into tags and text, without a copy and without a tree.
 *
 * Linear in the input, allocates nothing. Refuses document types, NUL bytes, other encodings than
 * UTF-8, ASCII and ISO-8859, and what is beyond its limits. It does not check that tags match nor
 * that names are names: whoever needs that parses the document. Private to xml_ids.c and its tests.
 * Pure; any thread. Rules: XML 1.0, https://www.w3.org/TR/xml/.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

typedef struct {
    const char *bytes;
    size_t len;
} XmlSlice;

typedef enum {
    XML_SCAN_DONE,  /* the document is over, and was complete */
    XML_SCAN_START, /* <name attributes> */
    XML_SCAN_EMPTY, /* <name attributes/>: no end follows */
    XML_SCAN_END,   /* </name> */
    XML_SCAN_TEXT,  /* between two pieces of markup, in the root; as written */
    XML_SCAN_CDATA, /* inside of a CDATA section */
    XML_SCAN_REFUSED
} XmlScanKind;

typedef struct {
    const char *start;
    const char *at;
    const char *end;
    size_t depth;        /* elements that are open */
    size_t n_namespaces; /* declarations so far */
    size_t n_nodes;      /* of the tree that a parser makes of it, so far */
    gboolean had_root;
    gboolean is_latin;   /* ISO-8859: bytes above 127 are not UTF-8 */
    const char *refusal; /* why; `at` is where */
    /* the current token */
    XmlSlice name;       /* START, EMPTY, END */
    XmlSlice attributes; /* START, EMPTY: for xml_scan_attribute() */
    XmlSlice text;       /* TEXT, CDATA */
} XmlScan;

/* `bytes` is borrowed while the scan lasts. FALSE: refused. */
gboolean xml_scan_init(XmlScan *scan, const char *bytes, size_t len);
/* The next token; `depth` counts an element from its START to before its END. */
XmlScanKind xml_scan_next(XmlScan *scan);

/* Takes the next attribute off `rest`. 1: there was one, 0: none is left, -1: that is no attribute.
 */
int xml_scan_attribute(XmlSlice *rest, XmlSlice *ret_name, XmlSlice *ret_value);

gboolean xml_slice_is(XmlSlice slice, const char *text);

/* A buffer that is filled up to a limit. */
typedef struct {
    char *bytes; /* `size` of them, one for the NUL */
    size_t size;
    size_t len;
} XmlBuffer;

/* Appends what the slice stands for, in UTF-8: references replaced, line ends and (in attributes)
 * white space as the XML rules have it. FALSE: not valid, or no room. */
gboolean xml_scan_decode(const XmlScan *scan, XmlScanKind kind, XmlSlice slice, XmlBuffer *buffer);
/* The same for the value of an attribute. */
gboolean xml_scan_decode_attribute(const XmlScan *scan, XmlSlice slice, XmlBuffer *buffer);
