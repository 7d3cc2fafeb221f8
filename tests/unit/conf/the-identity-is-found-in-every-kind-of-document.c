/*
 * The identity is found in every kind of document: each kind has its own places for name, uuid and
 * the rest.
 */
#include <string.h>

#include "common/conf/xml_ids.h"

#define UUID_TEXT "4dea22b3-1d52-d8f3-2516-782e98ab3fa0"
static const uint8_t uuid_bytes[16] = {0x4d, 0xea, 0x22, 0xb3, 0x1d, 0x52, 0xd8, 0xf3,
                                       0x25, 0x16, 0x78, 0x2e, 0x98, 0xab, 0x3f, 0xa0};

typedef struct {
    const char *document;
    const char *root;
    gboolean has_uuid;
    const char *values[XML_N_IDS]; /* but the uuid */
} Case;

static const Case cases[] = {
    {"<domain type='kvm'><name>vm1</name><uuid>" UUID_TEXT "</uuid><memory>1</memory></domain>",
     "domain",
     TRUE,
     {[XML_ID_NAME] = "vm1"}},
    {"<domain><metadata><name>x</name><uuid>y</uuid></metadata><name>vm1</name></domain>",
     "domain",
     FALSE,
     {[XML_ID_NAME] = "vm1"}},
    {"<pool type='dir'><uuid>\n 4DEA22B31D52D8F32516782E98AB3FA0 </uuid><name>p</name></pool>",
     "pool",
     TRUE,
     {[XML_ID_NAME] = "p"}},
    {"<interface name='eth0' type='ethernet'><name>no</name><mac address=\"52:54:00:00:00:01\"/>"
     "</interface>",
     "interface",
     FALSE,
     {[XML_ID_NAME] = "eth0", [XML_ID_MAC] = "52:54:00:00:00:01"}},
    {"<filter name='f' chain='root'><uuid>" UUID_TEXT "</uuid></filter>",
     "filter",
     TRUE,
     {[XML_ID_NAME] = "f"}},
    {"<filterbinding><owner><name>vm</name><uuid>" UUID_TEXT "</uuid></owner>"
     "<portdev name='vnet0'/><linkdev name='eth0'></linkdev></filterbinding>",
     "filterbinding",
     FALSE,
     {[XML_ID_PORT_DEV] = "vnet0", [XML_ID_LINK_DEV] = "eth0"}},
    {"<secret><usage type='volume'><volume>/v/a.qcow2</volume></usage><uuid>" UUID_TEXT
     "</uuid></secret>",
     "secret",
     TRUE,
     {[XML_ID_USAGE_TYPE] = "volume", [XML_ID_USAGE] = "/v/a.qcow2"}},
    {"<secret><usage type='iscsi'><target>t</target></usage></secret>",
     "secret",
     FALSE,
     {[XML_ID_USAGE_TYPE] = "iscsi", [XML_ID_USAGE] = "t"}},
    {"<networkport><uuid>" UUID_TEXT "</uuid></networkport>", "networkport", TRUE, {NULL}},
    {"<volume><name>d.img</name><uuid>not looked at</uuid></volume>",
     "volume",
     FALSE,
     {[XML_ID_NAME] = "d.img"}},
    {"<domainsnapshot><domain><name>vm</name></domain><name>s1</name></domainsnapshot>",
     "domainsnapshot",
     FALSE,
     {[XML_ID_NAME] = "s1"}},
    /* What may surround and interrupt the text. */
    {"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n<!-- a - b --><?p i?>\n<domain>"
     "<name>a&lt;<!-- no -->&#65;&#x42;<![CDATA[<c>&]]><?p i?>\r\nd</name></domain>\n<!-- e -->",
     "domain",
     FALSE,
     {[XML_ID_NAME] = "a<AB<c>&\nd"}},
    {"<interface name='a&#10;b\tc\r\nd&amp;'/>", "interface", FALSE, {[XML_ID_NAME] = "a\nb c d&"}},
    /* Other vocabularies. */
    {"<domain><x:name xmlns:x='urn:x'>no</x:name><name>yes</name><m><uuid/></m></domain>",
     "domain",
     FALSE,
     {[XML_ID_NAME] = "yes"}},
    {"<domain><name/><uuid></uuid></domain>", "domain", FALSE, {NULL}},
};

static void
test_case(gconstpointer data)
{
    const Case *test = data;
    g_autofree XmlIds *ids = g_new(XmlIds, 1);
    g_autoptr(GError) error = NULL;
    g_assert_true(xml_ids_scan(test->document, strlen(test->document), ids, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(ids->root, ==, test->root);
    g_assert_cmpint(ids->has_uuid, ==, test->has_uuid);
    if (test->has_uuid)
        g_assert_cmpmem(ids->uuid, 16, uuid_bytes, 16);
    for (size_t i = 0; i < XML_N_IDS; i++) {
        if (i != XML_ID_UUID)
            g_assert_cmpstr(xml_ids_get(ids, (XmlIdField)i), ==, test->values[i]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/xml-ids/found/%zu-%s", i, cases[i].root);
        g_test_add_data_func(name, &cases[i], test_case);
    }
    return g_test_run();
}
