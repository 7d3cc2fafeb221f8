/*
 * parse — see parse.h. Nodes carry a mark of who has read them in libxml2's field for applications;
 * what is left without one is unknown.
 */
#define LOG_SOURCE "conf.parse"
#include "common/conf/parse.h"

#include <string.h>

#include "common/base/log.h"
#include "common/conf/inventory.h"
#include "common/conf/raw.h"
#include "common/conf/value.h"

struct ConfParse {
    Arena *arena;
    const ConfContext *context;
    GError **error;
    gboolean told; /* of something unknown */
    xmlNode *twin; /* one that is there twice and should not be; NULL: none */
};

/* Marks: rows of the struct itself, or of a struct that looks after its own. */
static char mark_seen, mark_done;

static gboolean parse_rows(ConfParse *parse, const ConfType *type, xmlNode *element, void *object);

void
conf_parse_mark(xmlNode *node)
{
    node->_private = &mark_done;
}

Arena *
conf_parse_arena(const ConfParse *parse)
{
    return parse->arena;
}

const ConfContext *
conf_parse_context(const ConfParse *parse)
{
    return parse->context;
}

/* ---- where ---- */

static gboolean
same_name(const xmlNode *a, const xmlNode *b)
{
    return a->type == XML_ELEMENT_NODE && b->type == XML_ELEMENT_NODE &&
           xmlStrEqual(a->name, b->name);
}

/* 1, 2, ... among its siblings of the same name; 0 when it is alone. */
static unsigned
place_of(const xmlNode *element)
{
    unsigned before = 0, after = 0;
    for (const xmlNode *node = element->prev; node != NULL; node = node->prev)
        before += same_name(node, element);
    for (const xmlNode *node = element->next; node != NULL && after == 0; node = node->next)
        after += same_name(node, element);
    return before + after > 0 ? before + 1 : 0;
}

typedef enum { PATH_PLAIN, PATH_WITH_PLACES } PathStyle;

static void
append_path(GString *path, const xmlNode *element, PathStyle style)
{
    if (element->parent != NULL && element->parent->type == XML_ELEMENT_NODE)
        append_path(path, element->parent, style);
    g_string_append_c(path, '/');
    if (element->ns != NULL && element->ns->prefix != NULL)
        g_string_append_printf(path, "%s:", (const char *)element->ns->prefix);
    g_string_append(path, (const char *)element->name);
    unsigned place = style == PATH_WITH_PLACES && element->parent != NULL &&
                             element->parent->type == XML_ELEMENT_NODE
                         ? place_of(element)
                         : 0;
    if (place > 0)
        g_string_append_printf(path, "[%u]", place);
}

static char *
path_of(const xmlNode *element, const char *attribute, PathStyle style)
{
    GString *path = g_string_new(NULL);
    append_path(path, element, style);
    if (attribute != NULL && *attribute != '\0')
        g_string_append_printf(path, "/%s", attribute);
    return g_string_free(path, FALSE);
}

gboolean
conf_parse_refuse(ConfParse *parse, xmlNode *element, const char *attribute, const char *format,
                  ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *why = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *path = path_of(element, attribute, PATH_WITH_PLACES);
    virt_error_set(parse->error, VIRT_FROM_XML, VIRT_ERR_XML_ERROR, "line %ld: %s: %s",
                   xmlGetLineNo(element), path, why);
    return FALSE;
}

/* ---- finding the place of a row ---- */

/* Whether the element has the name of the path's first segment, in the right namespace. */
static gboolean
is_named(const xmlNode *node, const char *segment, size_t len)
{
    if (node->type != XML_ELEMENT_NODE)
        return FALSE;
    const char *colon = memchr(segment, ':', len);
    if (colon == NULL)
        return node->ns == NULL && strlen((const char *)node->name) == len &&
               memcmp(node->name, segment, len) == 0;
    const char *uri = conf_namespace_uri(segment, (size_t)(colon - segment));
    size_t local = len - (size_t)(colon + 1 - segment);
    return node->ns != NULL && uri != NULL && g_strcmp0((const char *)node->ns->href, uri) == 0 &&
           strlen((const char *)node->name) == local && memcmp(node->name, colon + 1, local) == 0;
}

static xmlNode *
next_named(xmlNode *from, const char *segment, size_t len)
{
    while (from != NULL && !is_named(from, segment, len))
        from = from->next;
    return from;
}

static void
mark(xmlNode *node, void *how)
{
    if (node->_private == NULL)
        node->_private = how;
}

/* Follows the elements of `path`; what is left of it, "" or "@x", comes back. NULL: not there. Only
 * the first of several is read, and the rest counts as seen, as XPath's string() has it. */
static xmlNode *
locate(ConfParse *parse, xmlNode *element, const char *path, const char **ret_rest)
{
    const char *rest;
    size_t len;
    while ((len = conf_path_segment(path, &rest)) > 0) {
        xmlNode *first = next_named(element->children, path, len);
        for (xmlNode *node = first; node != NULL; node = next_named(node->next, path, len)) {
            mark(node, node == first ? &mark_seen : &mark_done);
            if (node != first && parse->twin == NULL)
                parse->twin = node;
        }
        if (first == NULL)
            return NULL;
        element = first;
        path = rest;
    }
    *ret_rest = path;
    return element;
}

/* White space around child elements is no text. */
static gboolean
is_layout(const xmlNode *element, const xmlChar *text)
{
    return xmlChildElementCount((xmlNode *)(uintptr_t)element) > 0 &&
           strspn((const char *)text, " \t\r\n") == (size_t)xmlStrlen(text);
}

/* The attribute's or element's text, for xmlFree(); NULL: not there. */
static xmlChar *
read_text(xmlNode *element, const char *rest)
{
    if (*rest != '@') {
        xmlChar *text = xmlNodeGetContent(element);
        if (text != NULL && is_layout(element, text))
            *text = '\0';
        return text;
    }
    xmlAttr *attr = xmlHasNsProp(element, (const xmlChar *)rest + 1, NULL);
    if (attr == NULL)
        return NULL;
    mark((xmlNode *)attr, &mark_seen);
    return xmlNodeGetContent((xmlNode *)attr);
}

/* ---- rows ---- */

static gboolean
parse_size(ConfParse *parse, xmlNode *element, const char *rest, const xmlChar *text, void *member)
{
    xmlChar *unit = read_text(element, "@unit");
    char *why = NULL;
    gboolean ok = conf_value_parse_size(member, (const char *)text, (const char *)unit, &why) ||
                  conf_parse_refuse(parse, element, rest, "%s", why);
    g_free(why);
    xmlFree(unit);
    return ok;
}

/* Rows of a running guest are read from its status only. */
static gboolean
is_taken(const ConfParse *parse, const ConfField *field)
{
    return (field->flags & (INACTIVE_OMIT | STATUS_ONLY)) == 0 ||
           parse->context->origin == CONF_FROM_STATUS;
}

/* The flags of rows that may not be absent; `place`: the element that would have it. */
static unsigned
needed_of(const ConfParse *parse, const xmlNode *place)
{
    if (place == NULL)
        return REQUIRED;
    return REQUIRED | REQUIRED_INSIDE | (parse->context->validate ? SCHEMA_REQUIRED : 0);
}

static gboolean
parse_value(ConfParse *parse, const ConfField *field, xmlNode *element, void *object)
{
    const char *rest;
    xmlNode *place = locate(parse, element, field->path, &rest);
    xmlChar *text = place != NULL ? read_text(place, rest) : NULL;
    gboolean absent = text == NULL || (field->kind != CONF_FLAG && *text == '\0' &&
                                       (*rest != '@' || (field->flags & EMPTY_OK) != 0));
    gboolean ok = TRUE;
    if (absent && (field->flags & needed_of(parse, place)) != 0) {
        ok = conf_parse_refuse(parse, place != NULL ? place : element,
                               place != NULL ? rest : field->path, "is missing");
    } else if (absent && field->otherwise != 0) {
        memcpy(conf_member(field, object), &field->otherwise, sizeof field->otherwise);
    } else if (!absent && is_taken(parse, field)) {
        void *member = conf_member(field, object);
        char *why = NULL;
        if (field->kind == CONF_SIZE)
            ok = parse_size(parse, place, rest, text, member);
        else
            ok = (conf_value_parse(field, parse->arena, member, (const char *)text, &why) &&
                  (!parse->context->validate ||
                   conf_value_fits_schema(field, (const char *)text, &why))) ||
                 conf_parse_refuse(parse, place, rest, "%s", why);
        g_free(why);
    }
    xmlFree(text);
    return ok;
}

static gboolean
parse_table(ConfParse *parse, const ConfField *field, xmlNode *element, void *object)
{
    const char *rest;
    xmlNode *place = locate(parse, element, field->path, &rest);
    if (place == NULL)
        return (field->flags & REQUIRED) == 0 ||
               conf_parse_refuse(parse, element, field->path, "is missing");
    place->_private = &mark_done;
    if (!is_taken(parse, field))
        return TRUE;
    void *member = conf_member(field, object);
    if (field->kind == CONF_TABLE_PTR) {
        *(void **)member = arena_alloc(parse->arena, field->type->size);
        member = *(void **)member;
    }
    return conf_parse_struct(parse, field->type, place, member);
}

/* The parent of a list's elements and their name: "devices/disk" are disks in devices. */
static xmlNode *
locate_parent(ConfParse *parse, xmlNode *element, const char *path, const char **ret_name)
{
    const char *name = strrchr(path, '/');
    *ret_name = name != NULL ? name + 1 : path;
    if (name == NULL)
        return element;
    g_autofree char *parent = g_strndup(path, (size_t)(name - path));
    const char *rest;
    return locate(parse, element, parent, &rest);
}

static gboolean
parse_list(ConfParse *parse, const ConfField *field, xmlNode *element, void *object)
{
    const char *name;
    xmlNode *parent = locate_parent(parse, element, field->path, &name);
    if (parent == NULL)
        return TRUE;
    size_t n = 0, len = strlen(name);
    for (xmlNode *node = parent->children; (node = next_named(node, name, len)) != NULL;
         node = node->next) {
        node->_private = &mark_done;
        n++;
    }
    if (n == 0 && (field->flags & REQUIRED) != 0)
        return conf_parse_refuse(parse, parent, name, "is missing");
    if (n == 0 || !is_taken(parse, field))
        return TRUE;
    ConfList *list = conf_member(field, object);
    list->items = arena_array_of(parse->arena, void *, n);
    for (xmlNode *node = parent->children; (node = next_named(node, name, len)) != NULL;
         node = node->next) {
        void *item = arena_alloc(parse->arena, field->type->size);
        list->items[list->n++] = item;
        if (!conf_parse_struct(parse, field->type, node, item))
            return FALSE;
    }
    return TRUE;
}

static const ConfType *
choose(const ConfField *field, const xmlNode *node)
{
    if (node->type != XML_ELEMENT_NODE || node->ns != NULL)
        return NULL;
    return conf_choice_type(field->cases, (const char *)node->name);
}

static gboolean
parse_choice(ConfParse *parse, const ConfField *field, xmlNode *element, void *object)
{
    const char *rest;
    xmlNode *parent = locate(parse, element, field->path, &rest);
    ConfChoiceList *list = conf_member(field, object);
    size_t n = 0;
    for (xmlNode *node = parent != NULL ? parent->children : NULL; node != NULL; node = node->next)
        n += choose(field, node) != NULL;
    if (n == 0)
        return TRUE;
    list->items = arena_array_of(parse->arena, ConfChoice, n);
    for (xmlNode *node = parent->children; node != NULL; node = node->next) {
        const ConfType *type = choose(field, node);
        if (type == NULL)
            continue;
        node->_private = &mark_done;
        ConfChoice *choice = &list->items[list->n++];
        *choice = (ConfChoice){type, arena_alloc(parse->arena, type->size)};
        if (!conf_parse_struct(parse, type, node, choice->item))
            return FALSE;
    }
    return TRUE;
}

static gboolean
parse_union(ConfParse *parse, const ConfField *field, xmlNode *element, void *object)
{
    const ConfType *type = conf_union_type(field, object);
    if (type == NULL)
        return TRUE;
    void *member = conf_member(field, object);
    if (*field->path == '\0')
        return parse_rows(parse, type, element, member);
    const char *rest;
    xmlNode *place = locate(parse, element, field->path, &rest);
    if (place == NULL)
        return (field->flags & REQUIRED) == 0 ||
               conf_parse_refuse(parse, element, field->path, "is missing");
    place->_private = &mark_done;
    return !is_taken(parse, field) || conf_parse_struct(parse, type, place, member);
}

static gboolean
parse_raw(ConfParse *parse, const ConfField *field, xmlNode *element, void *object)
{
    const char *rest;
    xmlNode *place = locate(parse, element, field->path, &rest);
    if (place == NULL)
        return TRUE;
    place->_private = &mark_done;
    *(const ConfNode **)conf_member(field, object) = conf_node_take(parse->arena, place);
    return TRUE;
}

static gboolean
parse_row(ConfParse *parse, const ConfField *field, xmlNode *element, void *object)
{
    switch (field->kind) {
    case CONF_TABLE:
    case CONF_TABLE_PTR:
        return parse_table(parse, field, element, object);
    case CONF_LIST:
        return parse_list(parse, field, element, object);
    case CONF_CHOICE:
        return parse_choice(parse, field, element, object);
    case CONF_UNION:
        return parse_union(parse, field, element, object);
    case CONF_INCLUDE:
        return parse_rows(parse, field->type, element, conf_member(field, object));
    case CONF_RAW:
        return parse_raw(parse, field, element, object);
    case CONF_HOOK:
        return field->hook->parse(parse, element, conf_member(field, object));
    case CONF_EXTRA:
    case CONF_END:
        return TRUE;
    default:
        return parse_value(parse, field, element, object);
    }
}

static gboolean
parse_rows(ConfParse *parse, const ConfType *type, xmlNode *element, void *object)
{
    for (const ConfField *field = type->fields; field->kind != CONF_END; field++) {
        if (!parse_row(parse, field, element, object))
            return FALSE;
    }
    return TRUE;
}

/* ---- what no row has read ---- */

typedef struct {
    ConfParse *parse;
    const ConfExtra **tail; /* NULL: the table keeps none */
    const char *owner_path;
} Leftovers;

/* What no inventory has is of a newer release's status document, and belongs into that alone. */
typedef enum { KEPT_AS_MEANT, KEPT_FOR_STATUS } KeptFor;

static gboolean
keep(Leftovers *left, xmlNode *element, const char *attribute, const char *path, KeptFor what_for)
{
    if (left->tail == NULL)
        return conf_parse_refuse(left->parse, element, attribute, "is not supported here");
    Arena *arena = left->parse->arena;
    ConfExtra *extra = arena_new_of(arena, ConfExtra);
    extra->owner_path = arena_strdup(arena, left->owner_path);
    extra->path = arena_strdup(arena, path);
    extra->status_only = what_for == KEPT_FOR_STATUS;
    if (attribute != NULL) {
        xmlChar *value = xmlGetNoNsProp(element, (const xmlChar *)attribute + 1);
        extra->attribute = arena_strdup(arena, attribute + 1);
        extra->value = arena_strdup(arena, value != NULL ? (const char *)value : "");
        xmlFree(value);
    } else {
        extra->element = conf_node_take(arena, element);
    }
    *left->tail = extra;
    left->tail = &extra->next;
    return TRUE;
}

static gboolean
handle_unknown(Leftovers *left, xmlNode *element, const char *attribute)
{
    ConfParse *parse = left->parse;
    g_autofree char *plain = path_of(element, attribute, PATH_PLAIN);
    if (conf_inventory_knows(plain))
        return keep(left, element, attribute, plain, KEPT_AS_MEANT);
    if (parse->context->origin == CONF_FROM_STATUS && left->tail != NULL)
        return keep(left, element, attribute, plain, KEPT_FOR_STATUS);
    if (parse->context->validate)
        return conf_parse_refuse(parse, element, attribute, "is not known");
    if (!parse->told) {
        g_autofree char *path = path_of(element, attribute, PATH_WITH_PLACES);
        log_warning("line %ld: %s is not known and ignored", xmlGetLineNo(element), path);
        parse->told = TRUE;
    }
    return TRUE;
}

static gboolean
collect_leftovers(Leftovers *left, xmlNode *element)
{
    for (xmlAttr *attr = element->properties; attr != NULL; attr = attr->next) {
        g_autofree char *name = g_strdup_printf("@%s", (const char *)attr->name);
        if (attr->_private == NULL && attr->ns == NULL && !handle_unknown(left, element, name))
            return FALSE;
    }
    const char *owner_path = left->owner_path;
    for (xmlNode *node = element->children; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE || node->_private == &mark_done)
            continue;
        if (node->_private == NULL) {
            if (!handle_unknown(left, node, NULL))
                return FALSE;
            continue;
        }
        g_autofree char *inner = g_strdup_printf("%s%s/", owner_path, (const char *)node->name);
        left->owner_path = inner;
        gboolean ok = collect_leftovers(left, node);
        left->owner_path = owner_path;
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_rules(const ConfParse *parse, const ConfType *type, const void *object, GError **error)
{
    if (type->validate != NULL && !type->validate(object, error))
        return FALSE;
    return !parse->context->validate || type->validate_schema == NULL ||
           type->validate_schema(object, error);
}

gboolean
conf_parse_struct(ConfParse *parse, const ConfType *type, xmlNode *element, void *object)
{
    if (!parse_rows(parse, type, element, object))
        return FALSE;
    if (parse->twin != NULL && parse->context->validate)
        return conf_parse_refuse(parse, parse->twin, NULL, "is there more than once");
    Leftovers left = {parse, conf_extras(type, object), ""};
    if (!collect_leftovers(&left, element))
        return FALSE;
    g_autoptr(GError) wrong = NULL;
    if (check_rules(parse, type, object, &wrong))
        return TRUE;
    g_autofree char *path = path_of(element, NULL, PATH_WITH_PLACES);
    g_propagate_error(parse->error, g_steal_pointer(&wrong));
    g_prefix_error(parse->error, "line %ld: %s: ", xmlGetLineNo(element), path);
    return FALSE;
}

gboolean
conf_parse(const ConfType *type, xmlNode *root, Arena *arena, const ConfContext *context,
           void *object, GError **error)
{
    g_autoptr(GError) failure = NULL;
    ConfParse parse = {.arena = arena, .context = context, .error = &failure};
    if (!is_named(root, type->name, strlen(type->name))) {
        virt_error_set(error, VIRT_FROM_XML, VIRT_ERR_XML_ERROR,
                       "line %ld: the root is <%s>, expected is <%s>", xmlGetLineNo(root),
                       (const char *)root->name, type->name);
        return FALSE;
    }
    if (conf_parse_struct(&parse, type, root, object))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}
