/*
 * An ambiguous or hostile document is refused: the scanner rather takes too little than something
 * else than the parser would.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/conf/xml_ids.h"

static const char *const documents[] = {
    "",
    "  ",
    "text",
    "<domain>",
    "<domain><name>a</name>",
    "</domain>",
    "<domain/><domain/>",
    "<domain/>text",
    "<domain",
    "<domain a",
    "<domain a=b/>",
    "<domain a='1'b='2'/>",
    "<domain a='<'/>",
    "<domain /x>",
    "<domain><name>a</name x></domain>",
    "<domain><!-- a -- b --></domain>",
    "<domain><!-- a</domain>",
    "<domain><![CDATA[ a</domain>",
    "<![CDATA[ ]]><domain/>",
    "<domain><?pi </domain>",
    /* document types and entities */
    "<!DOCTYPE domain><domain/>",
    "<!DOCTYPE d [<!ENTITY n 'x'>]><domain><name>&n;</name></domain>",
    "<domain><name>&n;</name></domain>",
    /* twice */
    "<domain><name>a</name><name>b</name></domain>",
    "<domain><name/><name>b</name></domain>",
    "<domain><uuid/><x/><uuid/></domain>",
    "<interface name='a'><mac address='b'/><mac/></interface>",
    "<secret><usage type='ceph'><name>a</name><volume>b</volume></usage></secret>",
    "<secret><usage/><usage type='ceph'/></secret>",
    /* not plain text */
    "<domain><name>a<b/>c</name></domain>",
    "<domain><name>a<b>c</b></name></domain>",
    "<domain><name>&#0;</name></domain>",
    "<domain><name>&#xD800;</name></domain>",
    "<domain><name>&#x110000;</name></domain>",
    "<domain><name>&#99999999999999999999;</name></domain>",
    "<domain><name>&#;</name></domain>",
    "<domain><name>&lt</name></domain>",
    "<domain><name>a\x01</name></domain>",
    "<domain><name>a\xff</name></domain>",
    /* foreign namespaces and encodings */
    "<domain xmlns='urn:x'><name>a</name></domain>",
    "<x:domain xmlns:x='urn:x'><name>a</name></x:domain>",
    "<domain><name xmlns='urn:x'>a</name></domain>",
    "<?xml version='1.0' encoding='UTF-7'?><domain/>",
    "<?xml version='1.0' encoding='UTF-8' encoding='UTF-7'?><domain/>",
    "<?xml version='1.0' encoding='ISO-8859-1'?><domain><name>\xe9</name></domain>",
    "\xef\xbb\xbf<?xml version='1.0' encoding='ISO-8859-1'?><domain/>",
    "\xfe\xff<domain/>",
    /* no uuid */
    "<domain><uuid>4dea22b3</uuid></domain>",
    "<domain><uuid>4dea22b3-1d52-d8f3-2516-782e98ab3fag</uuid></domain>",
};

static void
assert_refused(const char *bytes, size_t len)
{
    g_autofree XmlIds *ids = g_new(XmlIds, 1);
    g_autoptr(GError) error = NULL;
    g_assert_false(xml_ids_scan(bytes, len, ids, &error));
    g_assert_cmpint(virt_error_get_code(error), ==, VIRT_ERR_XML_ERROR);
}

static void
assert_taken(const char *text)
{
    g_autofree XmlIds *ids = g_new(XmlIds, 1);
    g_autoptr(GError) error = NULL;
    (void)xml_ids_scan(text, strlen(text), ids, &error);
    g_assert_no_error(error);
}

static void
test_refused(gconstpointer data)
{
    assert_refused(data, strlen(data));
}

static void
test_nul(void)
{
    assert_refused("<domain/>\0<x", 12);
}

/* `n` times `unit` between `head` and `tail`. */
static char *
repeat(const char *head, const char *unit, size_t n, const char *tail)
{
    GString *text = g_string_new(head);
    for (size_t i = 0; i < n; i++)
        g_string_append(text, unit);
    g_string_append(text, tail);
    return g_string_free(text, FALSE);
}

static void
test_limit(const char *head, const char *unit, const char *tail, size_t most)
{
    g_autofree char *fits = repeat(head, unit, most, tail);
    assert_taken(fits);
    g_autofree char *too_many = repeat(head, unit, most + 1, tail);
    assert_refused(too_many, strlen(too_many));
}

static void
test_limits(void)
{
    test_limit("<domain><name>", "n", "</name></domain>", XML_IDS_MAX_VALUE);
    test_limit("<domain", " a=''", "/>", XML_IDS_MAX_ATTRIBUTES);
    test_limit("<domain>", "<a xmlns:b='c'/>", "</domain>", XML_IDS_MAX_NAMESPACES);
    test_limit("<domain/>", " ", "", XML_IDS_MAX_BYTES - strlen("<domain/>"));
    g_autofree char *ends = repeat("", "</a>", XML_IDS_MAX_DEPTH, "");
    g_autofree char *fits = repeat("", "<a>", XML_IDS_MAX_DEPTH, ends);
    assert_taken(fits);
    g_autofree char *deep = repeat("<a>", "<a>", XML_IDS_MAX_DEPTH, ends);
    g_autofree char *too_deep = g_strconcat(deep, "</a>", NULL);
    assert_refused(too_deep, strlen(too_deep));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
        g_autofree char *name = g_strdup_printf("/xml-ids/refused/%zu", i);
        g_test_add_data_func(name, documents[i], test_refused);
    }
    g_test_add_func("/xml-ids/refused/nul", test_nul);
    g_test_add_func("/xml-ids/refused/limits", test_limits);
    return g_test_run();
}
