/*
 * xml_ids_oracle — see xml_ids_oracle.h. The paths are written down a second time here, on purpose.
 */
#include "tests/fuzz/xml_ids_oracle.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <string.h>

#include "common/base/uuid.h"
#include "common/conf/xml_ids.h"

typedef struct {
    const char *root; /* NULL: every other root */
    const char *paths[XML_N_IDS];
} Expected;

static const Expected expected[] = {
    {"interface", {[XML_ID_NAME] = "string(/*/@name)", [XML_ID_MAC] = "string(/*/mac/@address)"}},
    {"filter", {[XML_ID_NAME] = "string(/*/@name)", [XML_ID_UUID] = "string(/*/uuid)"}},
    {"filterbinding",
     {[XML_ID_PORT_DEV] = "string(/*/portdev/@name)",
      [XML_ID_LINK_DEV] = "string(/*/linkdev/@name)"}},
    {"secret",
     {[XML_ID_UUID] = "string(/*/uuid)",
      [XML_ID_USAGE_TYPE] = "string(/*/usage/@type)",
      [XML_ID_USAGE] = "string(/*/usage/volume | /*/usage/name | /*/usage/target)"}},
    {"networkport", {[XML_ID_UUID] = "string(/*/uuid)"}},
    {"volume", {[XML_ID_NAME] = "string(/*/name)"}},
    {"device", {[XML_ID_NAME] = "string(/*/name)"}},
    {"domainsnapshot", {[XML_ID_NAME] = "string(/*/name)"}},
    {"domaincheckpoint", {[XML_ID_NAME] = "string(/*/name)"}},
    {NULL, {[XML_ID_NAME] = "string(/*/name)", [XML_ID_UUID] = "string(/*/uuid)"}},
};

static char *
evaluate(xmlDoc *doc, const char *path)
{
    if (path == NULL)
        return g_strdup("");
    xmlXPathContext *context = xmlXPathNewContext(doc);
    xmlXPathObject *object = xmlXPathEvalExpression((const xmlChar *)path, context);
    char *value = g_strdup((const char *)object->stringval);
    xmlXPathFreeObject(object);
    xmlXPathFreeContext(context);
    return value;
}

/* NULL: no difference. */
static char *
compare(xmlDoc *doc, const XmlIds *ids)
{
    const char *root = (const char *)xmlDocGetRootElement(doc)->name;
    if (strcmp(root, ids->root) != 0)
        return g_strdup_printf("root: parser '%s', scanner '%s'", root, ids->root);
    const Expected *row = expected;
    while (row->root != NULL && strcmp(row->root, root) != 0)
        row++;
    for (size_t i = 0; i < XML_N_IDS; i++) {
        g_autofree char *value = evaluate(doc, row->paths[i]);
        const char *found = xml_ids_get(ids, (XmlIdField)i);
        if (g_strcmp0(value, found != NULL ? found : "") != 0)
            return g_strdup_printf("value %zu: parser '%s', scanner '%s'", i, value, found);
    }
    g_autofree char *uuid = evaluate(doc, row->paths[XML_ID_UUID]);
    uint8_t bytes[UUID_BYTES];
    if (ids->has_uuid != uuid_parse(uuid, bytes) ||
        (ids->has_uuid && !uuid_equal(bytes, ids->uuid)))
        return g_strdup_printf("uuid '%s'", uuid);
    return NULL;
}

OracleVerdict
xml_ids_oracle(const char *bytes, size_t len, char **ret_difference)
{
    g_autofree XmlIds *ids = g_new(XmlIds, 1);
    if (!xml_ids_scan(bytes, len, ids, NULL))
        return ORACLE_SCANNER_REFUSES;
    xmlDoc *doc = xmlReadMemory(bytes, (int)len, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (doc == NULL)
        return ORACLE_PARSER_REFUSES;
    char *difference = compare(doc, ids);
    xmlFreeDoc(doc);
    if (difference == NULL)
        return ORACLE_SAME;
    *ret_difference = difference;
    return ORACLE_DIFFERENT;
}
