/*
 * An element of <metadata> is set, found, replaced and removed by the URI of its namespace; what is
 * no element, or would break out of its place, is refused and changes nothing. Shows LC-16.
 */
#include <glib.h>
#include <string.h>

#include "common/base/error.h"
#include "virtqemud/vm/metadata.h"

#define URI "http://example.org/1"

static char *
whole(const ConfNode *metadata)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (metadata != NULL)
        conf_node_print(metadata, out, 0, CONF_NODE_AS_USER);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
set(const ConfNode **metadata, Arena *arena, const char *uri, const char *key, const char *xml)
{
    g_autoptr(GError) error = NULL;
    MetadataElement element = {uri, key, xml};
    g_assert_true(metadata_set(metadata, &element, arena, &error));
    g_assert_no_error(error);
}

static void
test_set_and_get(void)
{
    static const struct {
        const char *xml, *stored, *found;
    } cases[] = {
        {"<foo a=\"1\"><bar/></foo>",
         "<k:foo xmlns:k=\"" URI "\" a=\"1\">\n    <k:bar/>\n  </k:foo>",
         "<foo a=\"1\">\n  <bar/>\n</foo>"},
        {"<?xml version='1.0'?>\n<foo>text</foo>", "<k:foo xmlns:k=\"" URI "\">text</k:foo>",
         "<foo>text</foo>"},
        {"<!-- said --><foo/>", "<k:foo xmlns:k=\"" URI "\"/>", "<foo/>"},
        {"<foo xmlns=\"" URI "\"><i/></foo>",
         "<foo xmlns=\"" URI "\" xmlns:k=\"" URI "\">\n    <i/>\n  </foo>",
         "<foo xmlns:k=\"" URI "\">\n  <i/>\n</foo>"},
        {"<foo><o:i xmlns:o='http://o' o:a='1'/>a <b> t</b></foo>",
         "<k:foo xmlns:k=\"" URI "\"><o:i xmlns:o=\"http://o\" o:a=\"1\"/>a <k:b> t</k:b></k:foo>",
         "<foo><o:i xmlns:o=\"http://o\" o:a=\"1\"/>a <b> t</b></foo>"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Arena) arena = arena_new();
        const ConfNode *metadata = NULL;
        set(&metadata, arena, URI, "k", cases[i].xml);
        g_autofree char *stored = whole(metadata);
        g_autofree char *wanted =
            g_strdup_printf("<metadata>\n  %s\n</metadata>\n", cases[i].stored);
        g_assert_cmpstr(stored, ==, wanted);
        g_assert_cmpstr(metadata_get(metadata, URI, arena), ==, cases[i].found);
        g_assert_null(metadata_get(metadata, "http://example.org/2", arena));
        set(&metadata, arena, URI, NULL, NULL);
        g_assert_null(metadata);
    }
}

static void
test_replace(void)
{
    g_autoptr(Arena) arena = arena_new();
    const ConfNode *metadata = NULL;
    set(&metadata, arena, "u:1", "a", "<one/>");
    set(&metadata, arena, "u:2", "b", "<two/>");
    set(&metadata, arena, "u:1", "c", "<three/>");
    g_autofree char *both = whole(metadata);
    g_assert_cmpstr(both, ==,
                    "<metadata>\n  <b:two xmlns:b=\"u:2\"/>\n  <c:three xmlns:c=\"u:1\"/>\n"
                    "</metadata>\n");
    set(&metadata, arena, "u:1", NULL, NULL);
    set(&metadata, arena, "u:1", NULL, NULL);
    g_autofree char *one = whole(metadata);
    g_assert_cmpstr(one, ==, "<metadata>\n  <b:two xmlns:b=\"u:2\"/>\n</metadata>\n");
}

static void
test_refused(void)
{
    static const struct {
        const char *key, *xml;
        VirtErrorCode code;
    } cases[] = {
        {"k", "", VIRT_ERR_XML_ERROR},
        {"k", "text", VIRT_ERR_XML_ERROR},
        {"k", "<a/><b/>", VIRT_ERR_XML_ERROR},
        {"k", "<a/>text", VIRT_ERR_XML_ERROR},
        {"k", "</metadata><name>other</name><metadata><a/>", VIRT_ERR_XML_ERROR},
        {"k", "<a/></metadata><metadata>", VIRT_ERR_XML_ERROR},
        {"k", "<a/></metadata></domain><domain><metadata>", VIRT_ERR_XML_ERROR},
        {"k", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", VIRT_ERR_XML_ERROR},
        {"k", "<k:a xmlns:k='u:2'/>", VIRT_ERR_INVALID_ARG},
        {"k k", "<a/>", VIRT_ERR_INVALID_ARG},
        {"k:l", "<a/>", VIRT_ERR_INVALID_ARG},
        {"1", "<a/>", VIRT_ERR_INVALID_ARG},
        {"", "<a/>", VIRT_ERR_INVALID_ARG},
        {"k\xff", "<a/>", VIRT_ERR_INVALID_ARG},
        {"xmlns", "<a/>", VIRT_ERR_INVALID_ARG},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Arena) arena = arena_new();
        g_autoptr(GError) error = NULL;
        const ConfNode *metadata = NULL;
        MetadataElement element = {URI, cases[i].key, cases[i].xml};
        g_test_message("%s", cases[i].xml);
        g_assert_false(metadata_set(&metadata, &element, arena, &error));
        g_assert_cmpint(virt_error_get_code(error), ==, cases[i].code);
        g_assert_null(metadata);
    }
}

static void
test_depth(void)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) xml = g_string_new(NULL);
    for (int i = 0; i < 100000; i++)
        g_string_append(xml, "<a>");
    const ConfNode *metadata = NULL;
    MetadataElement element = {URI, "k", xml->str};
    g_assert_false(metadata_set(&metadata, &element, arena, &error));
    g_assert_cmpint(virt_error_get_code(error), ==, VIRT_ERR_XML_ERROR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metadata/set-and-get", test_set_and_get);
    g_test_add_func("/metadata/replace", test_replace);
    g_test_add_func("/metadata/refused", test_refused);
    g_test_add_func("/metadata/depth", test_depth);
    return g_test_run();
}
