/*
 * compare_domains SCHEMA [-q] FILE... — tells of each guest's document whether a schema takes it
 * and whether we do when we are asked to validate: one line each,
 *
 *     both-take | both-refuse
 *     we-take PLACES          the schema refuses it
 *     we-keep PLACE           the same, but of this element we only keep the text: no start
 *     we-refuse PLACE REASON  the schema takes it
 *
 * PLACES are what the schema refuses in the smallest document of the kind: everything is left out
 * that can be, as long as we take it and the schema does not; of the rest, what both take it
 * without. -q: they are not looked for, which takes long.
 */
#include <libxml/relaxng.h>
#include <stdio.h>
#include <string.h>

#include "common/conf/xml_read.h"
#include "virtqemud/conf/domain.h"

static xmlRelaxNGValidCtxt *schema;

static void
keep_quiet(void *data, const char *format, ...)
{
    (void)data;
    (void)format;
}

static gboolean
schema_takes(xmlDoc *doc)
{
    return xmlRelaxNGValidateDoc(schema, doc) == 0;
}

static DomainDef *
read_ours(xmlDoc *doc, GError **error)
{
    static const ConfContext validated = {CONF_FROM_USER, true, NULL};
    xmlChar *text;
    int len;
    xmlDocDumpMemory(doc, &text, &len);
    DomainDef *def = domain_def_parse((const char *)text, (size_t)len, &validated, error);
    xmlFree(text);
    return def;
}

static gboolean
we_take(xmlDoc *doc)
{
    g_autoptr(DomainDef) def = read_ours(doc, NULL);
    return def != NULL;
}

static gboolean
we_alone_take(xmlDoc *doc)
{
    return !schema_takes(doc) && we_take(doc);
}

static gboolean
both_take(xmlDoc *doc)
{
    return schema_takes(doc) && we_take(doc);
}

/* ---- leaving out ---- */

/* The element or attribute is taken out of its document. */
typedef struct {
    xmlNode *node;
    xmlNode *parent;
    xmlNode *before; /* what stood before it; NULL: nothing */
} Gap;

static Gap
take_out(xmlNode *node)
{
    Gap gap = {node, node->parent, node->prev};
    if (node->type == XML_ATTRIBUTE_NODE) {
        xmlNode **link =
            gap.before != NULL ? &gap.before->next : (xmlNode **)&gap.parent->properties;
        *link = node->next;
        if (node->next != NULL)
            node->next->prev = gap.before;
    } else {
        xmlUnlinkNode(node);
    }
    return gap;
}

static void
put_back(const Gap *gap)
{
    xmlNode *node = gap->node, *parent = gap->parent;
    gboolean attribute = node->type == XML_ATTRIBUTE_NODE;
    xmlNode **link = gap->before != NULL ? &gap->before->next
                     : attribute         ? (xmlNode **)&parent->properties
                                         : &parent->children;
    node->parent = parent;
    node->prev = gap->before;
    node->next = *link;
    if (node->next != NULL)
        node->next->prev = node;
    else if (!attribute)
        parent->last = node;
    *link = node;
}

static void
drop(const Gap *gap)
{
    gap->node->next = gap->node->prev = NULL;
    gap->node->parent = NULL;
    if (gap->node->type == XML_ATTRIBUTE_NODE)
        xmlFreeProp((xmlAttr *)gap->node);
    else
        xmlFreeNode(gap->node);
}

static gboolean shrink(xmlDoc *doc, xmlNode *element);

static gboolean
shrink_list(xmlDoc *doc, xmlNode *first)
{
    gboolean changed = FALSE;
    for (xmlNode *node = first, *next; node != NULL; node = next) {
        next = node->next;
        Gap gap = take_out(node);
        if (we_alone_take(doc)) {
            drop(&gap);
            changed = TRUE;
            continue;
        }
        put_back(&gap);
        if (node->type == XML_ELEMENT_NODE)
            changed |= shrink(doc, node);
    }
    return changed;
}

/* Leaves out what the difference does not need. */
static gboolean
shrink(xmlDoc *doc, xmlNode *element)
{
    gboolean children = shrink_list(doc, element->children);
    return shrink_list(doc, (xmlNode *)element->properties) || children;
}

static gboolean
has_twin(const xmlNode *node)
{
    for (const xmlNode *other = node->next; other != NULL; other = other->next) {
        if (xmlStrEqual(other->name, node->name))
            return TRUE;
    }
    return FALSE;
}

/* Of several elements of a name one is left, which may be the reason. */
static void
thin(xmlDoc *doc, xmlNode *element)
{
    for (xmlNode *node = element->children, *next; node != NULL; node = next) {
        next = node->next;
        Gap gap = {0};
        if (has_twin(node) || (node->prev != NULL && xmlStrEqual(node->prev->name, node->name)))
            gap = take_out(node);
        if (gap.node != NULL && we_alone_take(doc)) {
            drop(&gap);
            continue;
        }
        if (gap.node != NULL)
            put_back(&gap);
        thin(doc, node);
    }
}

/* ---- telling ---- */

static void
append_place(GString *out, const xmlNode *node)
{
    if (node->parent != NULL && (xmlNode *)node->doc != node->parent)
        append_place(out, node->parent);
    if (node->type == XML_TEXT_NODE)
        return;
    const char *prefix =
        node->ns != NULL && node->ns->prefix != NULL ? (const char *)node->ns->prefix : NULL;
    g_string_append_printf(out, "/%s%s%s%s", node->type == XML_ATTRIBUTE_NODE ? "@" : "",
                           prefix != NULL ? prefix : "", prefix != NULL ? ":" : "",
                           (const char *)node->name);
}

static void
add_place(GPtrArray *places, const xmlNode *node)
{
    GString *place = g_string_new(NULL);
    append_place(place, node);
    char *text = g_string_free(place, FALSE);
    if (g_ptr_array_find_with_equal_func(places, text, g_str_equal, NULL))
        g_free(text);
    else
        g_ptr_array_add(places, text);
}

/* Places without which both take the document, the innermost ones; FALSE: none here. */
static gboolean
collect(xmlDoc *doc, xmlNode *first, GPtrArray *places)
{
    gboolean found = FALSE;
    for (xmlNode *node = first; node != NULL; node = node->next) {
        gboolean inside = FALSE;
        if (node->type == XML_ELEMENT_NODE) {
            inside = collect(doc, (xmlNode *)node->properties, places);
            inside |= collect(doc, node->children, places);
        }
        if (!inside) {
            Gap gap = take_out(node);
            inside = both_take(doc);
            put_back(&gap);
            if (inside)
                add_place(places, node);
        }
        found |= inside;
    }
    return found;
}

static int
compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
tell_why_schema_refuses(xmlDoc *doc)
{
    xmlNode *root = xmlDocGetRootElement(doc);
    thin(doc, root);
    g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(g_free);
    if (!collect(doc, root->children, places)) {
        while (shrink(doc, root))
            continue;
        if (!collect(doc, root->children, places))
            add_place(places, root);
    }
    g_ptr_array_sort(places, compare_text);
    g_ptr_array_add(places, NULL);
    g_autofree char *line = g_strjoinv(" ", (char **)places->pdata);
    printf("we-take %s", line);
    if (g_getenv("SHOW") != NULL) {
        printf("\n");
        xmlDocDump(stdout, doc);
    }
}

/* The place of "line 3: /domain/devices/disk[2]/@bus: ..." without numbers. */
static void
tell_why_we_refuse(const GError *error)
{
    g_autoptr(GRegex) numbers = g_regex_new("\\[[0-9]+\\]", 0, 0, NULL);
    g_autofree char *text = g_regex_replace_literal(numbers, error->message, -1, 0, "", 0, NULL);
    const char *place = strstr(text, ": /");
    place = place != NULL ? place + 2 : "/domain";
    printf("we-refuse %.*s %s", (int)strcspn(place, ": "), place, text);
}

typedef enum { TELL_WHERE, TELL_NOT } Telling;

static void
compare(xmlDoc *doc, Telling where)
{
    g_autoptr(GError) error = NULL;
    gboolean theirs = schema_takes(doc);
    g_autoptr(DomainDef) ours = read_ours(doc, &error);
    const char *kept = ours != NULL ? domain_def_unsupported(ours) : NULL;
    if (theirs == (ours != NULL))
        printf(theirs ? "both-take" : "both-refuse");
    else if (kept != NULL)
        printf("we-keep %s", kept);
    else if (ours != NULL && where == TELL_NOT)
        printf("we-take");
    else if (ours != NULL)
        tell_why_schema_refuses(doc);
    else
        tell_why_we_refuse(error);
    printf("\n");
}

int
main(int argc, char **argv)
{
    if (argc < 2)
        return fprintf(stderr, "usage: compare_domains SCHEMA [-q] FILE...\n"), 2;
    xmlRelaxNGParserCtxt *parser = xmlRelaxNGNewParserCtxt(argv[1]);
    xmlRelaxNG *grammar = xmlRelaxNGParse(parser);
    if (grammar == NULL)
        return fprintf(stderr, "compare_domains: %s is no schema\n", argv[1]), 2;
    schema = xmlRelaxNGNewValidCtxt(grammar);
    xmlRelaxNGSetValidErrors(schema, keep_quiet, keep_quiet, NULL);
    Telling where = argc > 2 && strcmp(argv[2], "-q") == 0 ? TELL_NOT : TELL_WHERE;
    for (int i = where == TELL_NOT ? 3 : 2; i < argc; i++) {
        xmlDoc *doc = xmlReadFile(argv[i], NULL, XML_PARSE_NONET | XML_PARSE_NOBLANKS);
        if (doc == NULL)
            return fprintf(stderr, "compare_domains: cannot read %s\n", argv[i]), 2;
        compare(doc, where);
        xmlFreeDoc(doc);
    }
    xmlRelaxNGFreeValidCtxt(schema);
    xmlRelaxNGFree(grammar);
    xmlRelaxNGFreeParserCtxt(parser);
    return 0;
}
