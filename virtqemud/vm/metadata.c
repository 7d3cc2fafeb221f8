/*
 * metadata — see metadata.h. Namespaces in XML: https://www.w3.org/TR/xml-names/.
 */
#include "virtqemud/vm/metadata.h"

#include <libxml/tree.h>
#include <string.h>

#include "common/base/error.h"
#include "common/conf/xml_read.h"

#define XMLNS "xmlns"

/* ---- names ---- */

/* The length of the prefix, 0 without. */
static size_t
prefix_length(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon != NULL ? (size_t)(colon - name) : 0;
}

/* Whether the attribute declares the prefix; an empty one is the default namespace. */
static gboolean
declares(const ConfAttribute *attribute, const char *prefix, size_t len)
{
    if (!g_str_has_prefix(attribute->name, XMLNS))
        return FALSE;
    const char *rest = attribute->name + strlen(XMLNS);
    if (len == 0)
        return *rest == '\0';
    return *rest == ':' && strlen(rest + 1) == len && memcmp(rest + 1, prefix, len) == 0;
}

static const ConfAttribute *
find_declaration(const ConfNode *element, const char *prefix, size_t len)
{
    for (const ConfAttribute *at = element->attributes; at != NULL; at = at->next) {
        if (declares(at, prefix, len))
            return at;
    }
    return NULL;
}

/* The namespace of a child of <metadata>; NULL: none. */
static const char *
namespace_of(const ConfNode *metadata, const ConfNode *element)
{
    size_t len = prefix_length(element->name);
    const ConfAttribute *found = find_declaration(element, element->name, len);
    if (found == NULL)
        found = find_declaration(metadata, element->name, len);
    return found != NULL ? found->value : NULL;
}

static gboolean
is_of(const ConfNode *metadata, const ConfNode *node, const char *uri)
{
    return node->kind == CONF_NODE_ELEMENT && g_strcmp0(namespace_of(metadata, node), uri) == 0;
}

/* ---- copies with other names ---- */

typedef struct {
    Arena *arena;
    const char *prefix; /* to be taken off; NULL: `key` is to be put before names without one */
    size_t len;
    const char *key;
} Renamer;

static const char *
renamed(const Renamer *renamer, const char *name)
{
    size_t len = prefix_length(name);
    if (renamer->prefix == NULL)
        return len == 0 ? arena_printf(renamer->arena, "%s:%s", renamer->key, name)
                        : arena_strdup(renamer->arena, name);
    gboolean is_ours = len == renamer->len && memcmp(name, renamer->prefix, len) == 0;
    return arena_strdup(renamer->arena, is_ours && len > 0 ? name + len + 1 : name);
}

/* Whether names below the element mean something else by the prefix than above it. */
static gboolean
redeclares(const Renamer *renamer, const ConfNode *element)
{
    return renamer->prefix != NULL
               ? find_declaration(element, renamer->prefix, renamer->len) != NULL
               : find_declaration(element, "", 0) != NULL;
}

static ConfNode *copy_renamed(const Renamer *renamer, const ConfNode *node);

/* A node without its siblings; what is below it is shared, as nodes do not change. */
static ConfNode *
copy_node(Arena *arena, const ConfNode *node)
{
    ConfNode *copy = arena_new_of(arena, ConfNode);
    *copy = *node;
    copy->next = NULL;
    return copy;
}

static const ConfNode *
copy_children(const Renamer *renamer, const ConfNode *first)
{
    const ConfNode *copies = NULL;
    const ConfNode **tail = &copies;
    for (const ConfNode *child = first; child != NULL; child = child->next) {
        gboolean is_other = child->kind != CONF_NODE_ELEMENT || redeclares(renamer, child);
        ConfNode *copy = is_other ? copy_node(renamer->arena, child) : copy_renamed(renamer, child);
        *tail = copy;
        tail = &copy->next;
    }
    return copies;
}

/* Depth is bounded by the reader's. */
static ConfNode *
copy_renamed(const Renamer *renamer, const ConfNode *node)
{
    ConfNode *copy = copy_node(renamer->arena, node);
    copy->name = renamed(renamer, node->name);
    copy->children = copy_children(renamer, node->children);
    return copy;
}

/* ---- reading ---- */

/* Without the declaration of the prefix, unless an attribute needs it still. */
static const ConfAttribute *
drop_declaration(const Renamer *renamer, const ConfAttribute *attributes)
{
    for (const ConfAttribute *at = attributes; at != NULL && renamer->len > 0; at = at->next) {
        if (prefix_length(at->name) == renamer->len &&
            memcmp(at->name, renamer->prefix, renamer->len) == 0)
            return attributes;
    }
    const ConfAttribute *kept = NULL;
    const ConfAttribute **tail = &kept;
    for (const ConfAttribute *at = attributes; at != NULL; at = at->next) {
        if (declares(at, renamer->prefix, renamer->len))
            continue;
        ConfAttribute *copy = arena_new_of(renamer->arena, ConfAttribute);
        *copy = (ConfAttribute){NULL, at->name, at->value};
        *tail = copy;
        tail = &copy->next;
    }
    return kept;
}

static char *
print(const ConfNode *element, Arena *arena)
{
    g_autoptr(GString) out = g_string_new(NULL);
    conf_node_print(element, out, 0, CONF_NODE_AS_USER);
    if (g_str_has_suffix(out->str, "\n"))
        g_string_truncate(out, out->len - 1);
    return arena_strdup(arena, out->str);
}

char *
metadata_get(const ConfNode *metadata, const char *uri, Arena *arena)
{
    const ConfNode *node = metadata != NULL ? metadata->children : NULL;
    while (node != NULL && !is_of(metadata, node, uri))
        node = node->next;
    if (node == NULL)
        return NULL;
    size_t len = prefix_length(node->name);
    Renamer renamer = {.arena = arena, .prefix = node->name, .len = len};
    ConfNode *copy = copy_renamed(&renamer, node);
    copy->attributes = drop_declaration(&renamer, node->attributes);
    return print(copy, arena);
}

/* ---- writing ---- */

static gboolean
refuse(const char *what, const char *text, GError **error)
{
    g_autofree char *shown = g_strescape(text, NULL);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "%s '%s'", what, shown);
    return FALSE;
}

/* The library's own check takes bytes that are no text. */
static gboolean
check_key(const char *key, GError **error)
{
    if (g_utf8_validate(key, -1, NULL) && xmlValidateNCName((const xmlChar *)key, 0) == 0 &&
        !g_str_has_prefix(key, "xml"))
        return TRUE;
    return refuse("the prefix of a namespace cannot be", key, error);
}

static gboolean
check_uri(const char *uri, GError **error)
{
    gboolean good = *uri != '\0' && g_utf8_validate(uri, -1, NULL);
    for (const char *c = uri; good && *c != '\0'; c++)
        good = !g_ascii_iscntrl(*c);
    return good || refuse("the name of a namespace cannot be", uri, error);
}

/* The text as part of a document; what may stand before an element in a file is left out. */
static char *
wrap(const char *xml)
{
    xml += strspn(xml, " \t\r\n");
    const char *end = g_str_has_prefix(xml, "<?xml ") ? strstr(xml, "?>") : NULL;
    return g_strconcat("<domain><metadata>", end != NULL ? end + strlen("?>") : xml,
                       "</metadata></domain>", NULL);
}

/* The one element in the wrapping; NULL: there are others, or text, or the wrapping was broken. */
static xmlNode *
only_element(xmlNode *parent)
{
    xmlNode *found = NULL;
    for (xmlNode *child = parent->children; child != NULL; child = child->next) {
        gboolean is_element = child->type == XML_ELEMENT_NODE;
        if (is_element ? found != NULL : child->type != XML_COMMENT_NODE && !xmlIsBlankNode(child))
            return NULL;
        if (is_element)
            found = child;
    }
    return found;
}

static const ConfNode *
read_node(const char *xml, Arena *arena, GError **error)
{
    g_auto(XmlRead) read = {0};
    g_autofree char *text = wrap(xml);
    if (!xml_read(text, strlen(text), &read, error))
        return NULL;
    xmlNode *metadata = only_element(xmlDocGetRootElement(read.doc));
    xmlNode *element = metadata != NULL ? only_element(metadata) : NULL;
    if (element != NULL)
        return conf_node_take(arena, element);
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "metadata must be one element, with nothing beside it");
    return NULL;
}

/* The attributes with the declaration of the key behind those that are there. */
static const ConfAttribute *
add_declaration(const ConfAttribute *attributes, const MetadataElement *element, Arena *arena)
{
    const ConfAttribute *made = NULL;
    const ConfAttribute **tail = &made;
    for (; attributes != NULL && g_str_has_prefix(attributes->name, XMLNS);
         attributes = attributes->next) {
        ConfAttribute *copy = arena_new_of(arena, ConfAttribute);
        *copy = (ConfAttribute){NULL, attributes->name, attributes->value};
        *tail = copy;
        tail = &copy->next;
    }
    ConfAttribute *declaration = arena_new_of(arena, ConfAttribute);
    *declaration = (ConfAttribute){attributes, arena_printf(arena, XMLNS ":%s", element->key),
                                   arena_strdup(arena, element->uri)};
    *tail = declaration;
    return made;
}

/* The document's element, as ours. */
static ConfNode *
read_element(const MetadataElement *element, Arena *arena, GError **error)
{
    if (!check_key(element->key, error) || !check_uri(element->uri, error))
        return NULL;
    const ConfNode *taken = read_node(element->xml, arena, error);
    if (taken == NULL)
        return NULL;
    if (find_declaration(taken, element->key, strlen(element->key)) != NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "the element declares the prefix '%s' by itself", element->key);
        return NULL;
    }
    Renamer renamer = {.arena = arena, .key = element->key};
    gboolean has_default = find_declaration(taken, "", 0) != NULL;
    ConfNode *made = has_default ? copy_node(arena, taken) : copy_renamed(&renamer, taken);
    made->attributes = add_declaration(taken->attributes, element, arena);
    return made;
}

/* The children without those of this URI, and with `made` (may be NULL) behind them. */
static const ConfNode *
replace_children(const ConfNode *metadata, const char *uri, const ConfNode *made, Arena *arena)
{
    const ConfNode *children = NULL;
    const ConfNode **tail = &children;
    for (const ConfNode *at = metadata->children; at != NULL; at = at->next) {
        if (is_of(metadata, at, uri))
            continue;
        ConfNode *copy = copy_node(arena, at);
        *tail = copy;
        tail = &copy->next;
    }
    *tail = made;
    return children;
}

gboolean
metadata_set(const ConfNode **metadata, const MetadataElement *element, Arena *arena,
             GError **error)
{
    static const ConfNode none = {.kind = CONF_NODE_ELEMENT, .name = "metadata"};
    ConfNode *made = NULL;
    if (element->xml != NULL && (made = read_element(element, arena, error)) == NULL)
        return FALSE;
    const ConfNode *old = *metadata != NULL ? *metadata : &none;
    ConfNode *copy = copy_node(arena, old);
    copy->children = replace_children(old, element->uri, made, arena);
    *metadata = copy->children != NULL ? copy : NULL;
    return TRUE;
}
