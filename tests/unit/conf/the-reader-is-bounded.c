/*
 * Documents made to exhaust the reader are refused quickly: size, depth, attributes, entities,
 * document types.
 */
#include <time.h>

#include "tests/unit/conf/toys.h"

static void
refuse(const char *xml)
{
    ConfContext context = {CONF_FROM_USER, false, NULL};
    int code;
    g_autofree char *message = toy_refusal(xml, &context, &code);
    g_assert_cmpuint(strlen(message), <, 1000);
    g_assert_true(code == VIRT_ERR_XML_ERROR || code == VIRT_ERR_XML_DETAIL);
}

static char *
repeat(const char *before, const char *piece, size_t times, const char *after)
{
    GString *text = g_string_new(before);
    for (size_t i = 0; i < times; i++)
        g_string_append_printf(text, piece, i);
    g_string_append(text, after);
    return g_string_free(text, FALSE);
}

static void
test_depth(void)
{
    g_autofree char *deep = repeat("<domain type='x'><name>a</name><metadata>", "<x>", 100000, "");
    refuse(deep);
}

static void
test_attributes(void)
{
    g_autofree char *wide =
        repeat("<domain type='x'><name>a</name><memory", " a%zu='1'", 100000, "/></domain>");
    clock_t start = clock();
    refuse(wide);
    g_assert_cmpint(clock() - start, <, 5 * CLOCKS_PER_SEC);
}

static void
test_elements(void)
{
    g_autofree char *many =
        repeat("<domain type='x'><name>a</name><metadata>", "<i/>", 101000, "</metadata></domain>");
    refuse(many);
    g_autofree char *wordy = repeat("<domain type='x'><name>a</name><metadata>",
                                    "<i a='' b='' c=''/>", 26000, "</metadata></domain>");
    refuse(wordy);
    g_autofree char *parted = repeat("<domain type='x'><name>a</name><metadata>", "x<!---->", 51000,
                                     "</metadata></domain>");
    refuse(parted);
}

static void
test_size(void)
{
    g_autofree char *large =
        repeat("<domain type='x'><name>a</name>", "<!-- %020zu -->", 200000, "</domain>");
    refuse(large);
}

static void
test_entities(void)
{
    refuse("<!DOCTYPE d [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>"
           "<domain type='x'><name>&b;</name></domain>");
    refuse("<!DOCTYPE d SYSTEM 'file:///etc/passwd'><domain type='x'><name>a</name></domain>");
    refuse("<domain type='x'><name>a</name><memory>&a;</memory></domain>");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conf/bounds/depth", test_depth);
    g_test_add_func("/conf/bounds/attributes", test_attributes);
    g_test_add_func("/conf/bounds/elements", test_elements);
    g_test_add_func("/conf/bounds/size", test_size);
    g_test_add_func("/conf/bounds/entities", test_entities);
    return g_test_run();
}
