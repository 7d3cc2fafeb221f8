/*
 * raw — see raw.h. Recursion is bounded by the reader's depth limit.
 */
#include "common/conf/raw.h"

#include <string.h>

/* Scopes that were declared within the piece, innermost first. */
typedef struct Scope Scope;
struct Scope {
    const Scope *outer;
    const xmlNs *ns;
};

static const char *
qualified(Arena *arena, const xmlNs *ns, const xmlChar *name)
{
    if (ns != NULL && ns->prefix != NULL)
        return arena_printf(arena, "%s:%s", (const char *)ns->prefix, (const char *)name);
    return arena_strdup(arena, (const char *)name);
}

static const ConfAttribute **
append_attribute(Arena *arena, const ConfAttribute **tail, const char *name, const char *value)
{
    ConfAttribute *made = arena_new_of(arena, ConfAttribute);
    made->name = name;
    made->value = arena_strdup(arena, value);
    *tail = made;
    return &made->next;
}

static gboolean
in_scope(const Scope *scope, const xmlNs *ns)
{
    for (; scope != NULL; scope = scope->outer) {
        if (g_strcmp0((const char *)scope->ns->prefix, (const char *)ns->prefix) == 0)
            return g_strcmp0((const char *)scope->ns->href, (const char *)ns->href) == 0;
    }
    return FALSE;
}

typedef struct {
    Arena *arena;
    const ConfAttribute **tail;
    const Scope *scope;
} Taking;

/* Declares `ns` at this element, unless it is in force or belongs to XML itself. */
static void
declare(Taking *taking, const xmlNs *ns)
{
    if (ns == NULL || in_scope(taking->scope, ns) ||
        g_strcmp0((const char *)ns->prefix, "xml") == 0)
        return;
    Scope *scope = arena_new_of(taking->arena, Scope);
    *scope = (Scope){taking->scope, ns};
    taking->scope = scope;
    const char *name = ns->prefix == NULL
                           ? "xmlns"
                           : arena_printf(taking->arena, "xmlns:%s", (const char *)ns->prefix);
    const char *href = ns->href != NULL ? (const char *)ns->href : "";
    taking->tail = append_attribute(taking->arena, taking->tail, name, href);
}

static const ConfNode *take(Arena *arena, xmlNode *node, const Scope *scope);

/* White space between elements is layout; beside other text, or alone, it is content. */
static gboolean
has_only_layout(const xmlNode *parent)
{
    if (parent->children == NULL || parent->children->next == NULL)
        return FALSE;
    for (xmlNode *child = parent->children; child != NULL; child = child->next) {
        if ((child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) &&
            !xmlIsBlankNode(child))
            return FALSE;
    }
    return TRUE;
}

static void
take_children(Arena *arena, ConfNode *made, xmlNode *parent, const Scope *scope)
{
    const ConfNode **tail = &made->children;
    gboolean layout = has_only_layout(parent);
    for (xmlNode *child = parent->children; child != NULL; child = child->next) {
        if (layout && xmlIsBlankNode(child))
            continue;
        const ConfNode *taken = take(arena, child, scope);
        if (taken == NULL)
            continue;
        *tail = taken;
        tail = &((ConfNode *)taken)->next;
    }
}

/* NULL: nothing that is kept (processing instructions). */
static const ConfNode *
take(Arena *arena, xmlNode *node, const Scope *scope)
{
    ConfNode *made = arena_new_of(arena, ConfNode);
    if (node->type != XML_ELEMENT_NODE) {
        if (node->type != XML_TEXT_NODE && node->type != XML_CDATA_SECTION_NODE &&
            node->type != XML_COMMENT_NODE)
            return NULL;
        made->kind = node->type == XML_TEXT_NODE            ? CONF_NODE_TEXT
                     : node->type == XML_CDATA_SECTION_NODE ? CONF_NODE_CDATA
                                                            : CONF_NODE_COMMENT;
        made->text = arena_strdup(arena, node->content != NULL ? (const char *)node->content : "");
        return made;
    }
    made->name = qualified(arena, node->ns, node->name);
    Taking taking = {arena, &made->attributes, scope};
    for (const xmlNs *ns = node->nsDef; ns != NULL; ns = ns->next)
        declare(&taking, ns);
    declare(&taking, node->ns);
    for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next)
        declare(&taking, attr->ns);
    for (xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
        xmlChar *value = xmlNodeGetContent((xmlNode *)attr);
        taking.tail = append_attribute(arena, taking.tail, qualified(arena, attr->ns, attr->name),
                                       value != NULL ? (const char *)value : "");
        xmlFree(value);
    }
    take_children(arena, made, node, taking.scope);
    return made;
}

const ConfNode *
conf_node_take(Arena *arena, xmlNode *element)
{
    return take(arena, element, NULL);
}

const ConfNode *
conf_node_copy(Arena *arena, const ConfNode *node)
{
    const ConfNode *first = NULL, **tail = &first;
    for (; node != NULL; node = node->next) {
        ConfNode *made = arena_new_of(arena, ConfNode);
        made->kind = node->kind;
        made->name = arena_strdup(arena, node->name);
        made->text = arena_strdup(arena, node->text);
        const ConfAttribute **attributes = &made->attributes;
        for (const ConfAttribute *from = node->attributes; from != NULL; from = from->next)
            attributes =
                append_attribute(arena, attributes, arena_strdup(arena, from->name), from->value);
        made->children = conf_node_copy(arena, node->children);
        *tail = made;
        tail = &made->next;
    }
    return first;
}

const ConfExtra *
conf_extra_copy(Arena *arena, const ConfExtra *extra)
{
    const ConfExtra *first = NULL, **tail = &first;
    for (; extra != NULL; extra = extra->next) {
        ConfExtra *made = arena_new_of(arena, ConfExtra);
        made->owner_path = arena_strdup(arena, extra->owner_path);
        made->attribute = arena_strdup(arena, extra->attribute);
        made->value = arena_strdup(arena, extra->value);
        made->element = conf_node_copy(arena, extra->element);
        made->path = arena_strdup(arena, extra->path);
        made->status_only = extra->status_only;
        *tail = made;
        tail = &made->next;
    }
    return first;
}

static gboolean
attributes_equal(const ConfAttribute *a, const ConfAttribute *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        if (strcmp(a->name, b->name) != 0 || strcmp(a->value, b->value) != 0)
            return FALSE;
    }
    return a == b;
}

gboolean
conf_node_equal(const ConfNode *a, const ConfNode *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        if (a->kind != b->kind || g_strcmp0(a->name, b->name) != 0 ||
            g_strcmp0(a->text, b->text) != 0 || !attributes_equal(a->attributes, b->attributes) ||
            !conf_node_equal(a->children, b->children))
            return FALSE;
    }
    return a == b;
}

gboolean
conf_extra_equal(const ConfExtra *a, const ConfExtra *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        if (strcmp(a->owner_path, b->owner_path) != 0 ||
            g_strcmp0(a->attribute, b->attribute) != 0 || g_strcmp0(a->value, b->value) != 0 ||
            !conf_node_equal(a->element, b->element))
            return FALSE;
    }
    return a == b;
}

static void
escape_char(GString *out, char c)
{
    switch (c) {
    case '&':
        g_string_append(out, "&amp;");
        break;
    case '<':
        g_string_append(out, "&lt;");
        break;
    case '>':
        g_string_append(out, "&gt;");
        break;
    case '\'':
        g_string_append(out, "&apos;");
        break;
    case '"':
        g_string_append(out, "&quot;");
        break;
    case '\r':
        g_string_append(out, "&#13;");
        break;
    default:
        g_string_append_c(out, c);
    }
}

void
conf_escape(GString *out, const char *text)
{
    for (;; text++) {
        size_t plain = strcspn(text, "&<>'\"\r");
        g_string_append_len(out, text, (gssize)plain);
        text += plain;
        if (*text == '\0')
            return;
        escape_char(out, *text);
    }
}

void
conf_escape_attribute(GString *out, const char *text)
{
    for (;; text++) {
        size_t plain = strcspn(text, "&<>'\"\r\n\t");
        g_string_append_len(out, text, (gssize)plain);
        text += plain;
        if (*text == '\0')
            return;
        if (*text == '\n' || *text == '\t')
            g_string_append_printf(out, "&#%d;", *text);
        else
            escape_char(out, *text);
    }
}

/* As libxml2 escapes: a quote within text and an apostrophe stay. */
static void
escape_as_user(GString *out, const char *text, gboolean in_attribute)
{
    for (; *text != '\0'; text++) {
        if (*text == '&')
            g_string_append(out, "&amp;");
        else if (*text == '<')
            g_string_append(out, "&lt;");
        else if (*text == '>')
            g_string_append(out, "&gt;");
        else if (*text == '"' && in_attribute)
            g_string_append(out, "&quot;");
        else if (*text == '\r' || (in_attribute && (*text == '\n' || *text == '\t')))
            g_string_append_printf(out, "&#%d;", *text);
        else
            g_string_append_c(out, *text);
    }
}

static void
indent(GString *out, unsigned depth)
{
    g_string_append_printf(out, "%*s", (int)depth * 2, "");
}

typedef struct {
    GString *out;
    ConfNodeStyle style;
} Printer;

static void
print_attributes(const Printer *printer, const ConfAttribute *attribute)
{
    for (; attribute != NULL; attribute = attribute->next) {
        char quote = printer->style == CONF_NODE_AS_USER ? '"' : '\'';
        g_string_append_printf(printer->out, " %s=%c", attribute->name, quote);
        if (printer->style == CONF_NODE_AS_USER)
            escape_as_user(printer->out, attribute->value, TRUE);
        else
            conf_escape_attribute(printer->out, attribute->value);
        g_string_append_c(printer->out, quote);
    }
}

static gboolean
has_text(const ConfNode *node)
{
    for (; node != NULL; node = node->next) {
        if (node->kind == CONF_NODE_TEXT || node->kind == CONF_NODE_CDATA)
            return TRUE;
    }
    return FALSE;
}

/* `tight`: no white space may be added around it. */
static void
print(const Printer *printer, const ConfNode *node, unsigned depth, gboolean tight)
{
    GString *out = printer->out;
    if (!tight)
        indent(out, depth);
    if (node->kind == CONF_NODE_TEXT && printer->style == CONF_NODE_AS_USER)
        escape_as_user(out, node->text, FALSE);
    else if (node->kind == CONF_NODE_TEXT)
        conf_escape(out, node->text);
    else if (node->kind == CONF_NODE_CDATA)
        g_string_append_printf(out, "<![CDATA[%s]]>", node->text);
    else if (node->kind == CONF_NODE_COMMENT)
        g_string_append_printf(out, "<!--%s-->", node->text);
    else {
        g_string_append_printf(out, "<%s", node->name);
        print_attributes(printer, node->attributes);
        gboolean inner_tight = tight || has_text(node->children);
        if (node->children == NULL) {
            g_string_append(out, "/>");
        } else {
            g_string_append(out, inner_tight ? ">" : ">\n");
            for (const ConfNode *child = node->children; child != NULL; child = child->next)
                print(printer, child, depth + 1, inner_tight);
            if (!inner_tight)
                indent(out, depth);
            g_string_append_printf(out, "</%s>", node->name);
        }
    }
    if (!tight)
        g_string_append_c(out, '\n');
}

void
conf_node_print(const ConfNode *node, GString *out, unsigned depth, ConfNodeStyle style)
{
    Printer printer = {out, style};
    print(&printer, node, depth, FALSE);
}
