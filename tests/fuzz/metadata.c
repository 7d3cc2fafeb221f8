/*
 * metadata — fuzzes what applications keep in a guest's definition: URI, key and element come from
 * a stranger. What was taken is found under its URI, can be read again as part of a document, and
 * is gone when it was removed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf/xml_read.h"
#include "virtqemud/vm/metadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
fail(const char *what, const char *text)
{
    fprintf(stderr, "%s\n%s\n", what, text);
    abort();
}

static void
check_readable(const ConfNode *metadata)
{
    g_autoptr(GString) out = g_string_new("<domain>");
    g_auto(XmlRead) read = {0};
    g_autoptr(GError) error = NULL;
    conf_node_print(metadata, out, 0, CONF_NODE_AS_USER);
    g_string_append(out, "</domain>");
    if (!xml_read(out->str, out->len, &read, &error))
        fail(error->message, out->str);
}

static void
check(const MetadataElement *element)
{
    g_autoptr(Arena) arena = arena_new();
    const ConfNode *metadata = NULL;
    if (!metadata_set(&metadata, element, arena, NULL))
        return;
    check_readable(metadata);
    /* One that has a namespace of its own is found under that only. */
    char *found = metadata_get(metadata, element->uri, arena);
    MetadataElement again = {element->uri, element->key, found != NULL ? found : element->xml};
    if (!metadata_set(&metadata, &again, arena, NULL) && found == NULL)
        fail("it is not taken twice", element->xml);
    MetadataElement none = {.uri = element->uri};
    if (!metadata_set(&metadata, &none, arena, NULL) ||
        metadata_get(metadata, element->uri, arena) != NULL)
        fail("it is not removed", element->xml);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_auto(GStrv) parts = g_strsplit(text, "\n", 3);
    if (g_strv_length(parts) == 3) {
        MetadataElement element = {parts[0], parts[1], parts[2]};
        check(&element);
    }
    return 0;
}
