/*
 * xml_read — see xml_read.h.
 */
#include "common/conf/xml_read.h"

#include <libxml/parser.h>
#include <malloc.h>
#include <string.h>

#include "common/base/error.h"

enum { BYTES_MAX = 4 << 20, LARGE_BYTES = 256 << 10 };

static void
ignore_structured(void *data, xmlError *detail)
{
    (void)data; /* the context keeps the last one */
    (void)detail;
}

static void
report(xmlParserCtxt *parser, GError **error)
{
    const xmlError *last = xmlCtxtGetLastError(parser);
    if (last == NULL || last->message == NULL) {
        virt_error_set(error, VIRT_FROM_XML, VIRT_ERR_XML_DETAIL, "the document is not XML");
        return;
    }
    g_autofree char *message = g_strstrip(g_strdup(last->message));
    virt_error_set(error, VIRT_FROM_XML, VIRT_ERR_XML_DETAIL, "line %d: %s", last->line, message);
}

gboolean
xml_read(const char *bytes, size_t len, XmlRead *ret_read, GError **error)
{
    *ret_read = (XmlRead){.len = len};
    if (len > BYTES_MAX) {
        virt_error_set(error, VIRT_FROM_XML, VIRT_ERR_XML_ERROR,
                       "the document has %zu bytes, the most is %d", len, BYTES_MAX);
        return FALSE;
    }
    if (!xml_ids_scan(bytes, len, &ret_read->ids, error))
        return FALSE;
    xmlParserCtxt *parser = xmlNewParserCtxt();
    g_assert(parser != NULL);
    parser->sax->serror = ignore_structured;
    ret_read->doc = xmlCtxtReadMemory(parser, bytes, (int)len, NULL, NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
    gboolean ok = ret_read->doc != NULL && xmlDocGetRootElement(ret_read->doc) != NULL;
    if (!ok) {
        report(parser, error);
        xml_read_clear(ret_read);
    }
    xmlFreeParserCtxt(parser);
    return ok;
}

void
xml_read_clear(XmlRead *read)
{
    if (read->doc == NULL)
        return;
    xmlFreeDoc(read->doc);
    read->doc = NULL;
    if (read->len >= LARGE_BYTES)
        (void)malloc_trim(0); /* or each thread would keep what its largest took */
}

void
xml_read_init(void)
{
    xmlInitParser();
}
