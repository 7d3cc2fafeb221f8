/*
 * rng — see rng.h. An element's rows become one <interleave>; beside them stands, with any content,
 * what the inventory has at that place and no row describes.
 */
#include "common/conf/rng.h"

#include <string.h>

#include "common/conf/engine.h"
#include "common/conf/inventory.h"
#include "common/conf/value.h"

/* As in format.c: rows whose paths begin with the element that is being printed. */
typedef struct {
    const ConfField *from;
    const ConfField *to;
    size_t skip;
    gboolean open;    /* the struct keeps what has no row */
    const char *path; /* from the root */
} Level;

typedef struct {
    GString *out;
    unsigned depth;
} Printer;

static void print_rows(Printer *printer, const Level *level);

static void line(Printer *printer, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
line(Printer *printer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_string_append_printf(printer->out, "%*s", (int)printer->depth * 2, "");
    g_string_append_vprintf(printer->out, format, args);
    g_string_append_c(printer->out, '\n');
    va_end(args);
}

static void
open_tag(Printer *printer, const char *tag)
{
    line(printer, "<%s>", tag);
    printer->depth++;
}

static void
close_tag(Printer *printer, const char *tag)
{
    printer->depth--;
    line(printer, "</%s>", tag);
}

static Level
level_of(const ConfType *type, gboolean open, const char *path)
{
    const ConfField *last = type->fields;
    while (last->kind != CONF_END)
        last++;
    return (Level){type->fields, last, 0, open, path};
}

static Level
level_of_struct(const ConfType *type, const char *path)
{
    gboolean open = FALSE;
    for (const ConfField *field = type->fields; field->kind != CONF_END; field++)
        open |= field->kind == CONF_EXTRA;
    return level_of(type, open, path);
}

static const char *
rest_of(const Level *level, const ConfField *field)
{
    return strlen(field->path) > level->skip ? field->path + level->skip : "";
}

/* Names of attributes, or of elements, that the level has rows for. */
typedef enum { NAMES_OF_ATTRIBUTES, NAMES_OF_ELEMENTS } NameKind;

static void
collect_names(GHashTable *names, const Level *level, NameKind kind)
{
    for (const ConfField *field = level->from; field < level->to; field++) {
        const char *rest = rest_of(level, field), *tail;
        size_t len = conf_path_segment(rest, &tail);
        if (field->kind == CONF_INCLUDE) {
            Level inside = level_of(field->type, FALSE, level->path);
            collect_names(names, &inside, kind);
        } else if (field->kind == CONF_UNION && *rest == '\0') {
            for (size_t i = 0; i < field->cases->n; i++) {
                Level inside = {0};
                if (field->cases->types[i] != NULL)
                    inside = level_of(field->cases->types[i], FALSE, level->path);
                collect_names(names, &inside, kind);
            }
        } else if (kind == NAMES_OF_ATTRIBUTES && *rest == '@') {
            g_hash_table_add(names, g_strdup(rest + 1));
            if (field->kind == CONF_SIZE)
                g_hash_table_add(names, g_strdup("unit"));
        } else if (kind == NAMES_OF_ATTRIBUTES && field->kind == CONF_SIZE && len == 0) {
            g_hash_table_add(names, g_strdup("unit"));
        } else if (kind == NAMES_OF_ELEMENTS && len > 0) {
            const char *colon = memchr(rest, ':', len);
            const char *local = colon != NULL ? colon + 1 : rest;
            g_hash_table_add(names, g_strndup(local, len - (size_t)(local - rest)));
        }
    }
}

/* Elements that the inventory has at this place and no row describes. */
static void
print_other_elements(Printer *printer, const Level *level)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    collect_names(names, level, NAMES_OF_ELEMENTS);
    g_autofree char *prefix = g_strdup_printf("%s/", level->path);
    size_t n;
    const ConfInventoryRow *rows = conf_inventory_rows(&n);
    for (size_t i = 0; i < n; i++) {
        if (!g_str_has_prefix(rows[i].path, prefix))
            continue;
        const char *name = rows[i].path + strlen(prefix);
        if (strpbrk(name, "/:*") == NULL && !g_hash_table_contains(names, name))
            line(printer,
                 "<zeroOrMore><element name='%s'><ref name='anything'/></element></zeroOrMore>",
                 name);
    }
}

static void
print_other_attributes(Printer *printer, const Level *level)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    collect_names(names, level, NAMES_OF_ATTRIBUTES);
    size_t n;
    const ConfInventoryRow *rows = conf_inventory_rows(&n);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(rows[i].path, level->path) != 0)
            continue;
        g_auto(GStrv) others = g_strsplit(rows[i].attributes, " ", -1);
        for (size_t j = 0; others[j] != NULL; j++) {
            if (*others[j] != '\0' && !g_hash_table_contains(names, others[j]))
                line(printer, "<optional><attribute name='%s'/></optional>", others[j]);
        }
    }
}

static void
print_enum(Printer *printer, const ConfEnum *values)
{
    open_tag(printer, "choice");
    for (size_t i = 0; i < values->n; i++)
        line(printer, "<value>%s</value>", values->items[i].name);
    close_tag(printer, "choice");
}

static void
print_words(Printer *printer, const char *words)
{
    g_auto(GStrv) list = g_strsplit(words, " ", -1);
    open_tag(printer, "choice");
    for (size_t i = 0; list[i] != NULL; i++)
        line(printer, "<value>%s</value>", list[i]);
    close_tag(printer, "choice");
}

static void
print_number(Printer *printer, const ConfField *field)
{
    /* Both ends wrap around where the least is below 0. */
    gboolean is_signed = field->kind == CONF_OPT_I64 || field->range->min > field->range->max;
    if (is_signed)
        line(printer,
             "<data type='long'><param name='minInclusive'>%" G_GINT64_FORMAT "</param>"
             "<param name='maxInclusive'>%" G_GINT64_FORMAT "</param></data>",
             (int64_t)field->range->min, (int64_t)field->range->max);
    else
        line(printer,
             "<data type='unsignedLong'><param name='minInclusive'>%" G_GUINT64_FORMAT "</param>"
             "<param name='maxInclusive'>%" G_GUINT64_FORMAT "</param></data>",
             field->range->min, field->range->max);
}

static void
print_value(Printer *printer, const ConfField *field, gboolean in_attribute)
{
    if (field->kind == CONF_ENUM) {
        print_enum(printer, field->values);
    } else if (field->kind == CONF_STRING && field->pattern != NULL &&
               field->pattern->words != NULL) {
        print_words(printer, field->pattern->words);
    } else if (field->kind == CONF_STRING && in_attribute && field->pattern != NULL) {
        g_autofree char *pattern = g_markup_escape_text(field->pattern->rng, -1);
        line(printer, "<data type='string'><param name='pattern'>%s</param></data>", pattern);
    } else if (field->kind == CONF_STRING || field->kind == CONF_UUID) {
        line(printer, "<text/>");
    } else if (field->kind != CONF_SIZE && (field->flags & HEX) == 0) {
        print_number(printer, field);
    } else {
        open_tag(printer, "choice");
        line(printer, "<data type='unsignedLong'/>");
        line(printer, "<data type='string'><param name='pattern'>0x[0-9a-fA-F]+</param></data>");
        close_tag(printer, "choice");
    }
}

static void
print_attribute(Printer *printer, const ConfField *field, const char *name)
{
    gboolean required = (field->flags & (REQUIRED | REQUIRED_INSIDE | SCHEMA_REQUIRED)) != 0;
    if (!required)
        open_tag(printer, "optional");
    line(printer, "<attribute name='%s'>", name);
    printer->depth++;
    print_value(printer, field, TRUE);
    close_tag(printer, "attribute");
    if (field->kind == CONF_SIZE)
        line(printer, "<optional><attribute name='unit'/></optional>");
    if (!required)
        close_tag(printer, "optional");
}

/* The element's own text; returns whether child elements of other names may stand beside it. */
static gboolean
print_text(Printer *printer, const ConfField *field)
{
    if (field->kind == CONF_FLAG)
        return TRUE;
    if (field->kind == CONF_SIZE)
        line(printer, "<optional><attribute name='unit'/></optional>");
    print_value(printer, field, FALSE);
    return field->kind == CONF_STRING;
}

static void
print_element(Printer *printer, const char *name, const Level *level, const char *how_often)
{
    const char *colon = strchr(name, ':');
    open_tag(printer, how_often);
    if (colon != NULL)
        line(printer, "<element name='%s' ns='%s'>", colon + 1,
             conf_namespace_uri(name, (size_t)(colon - name)));
    else
        line(printer, "<element name='%s'>", name);
    printer->depth++;
    open_tag(printer, "interleave");
    line(printer, "<empty/>");
    print_rows(printer, level);
    close_tag(printer, "interleave");
    close_tag(printer, "element");
    close_tag(printer, how_often);
}

static const ConfField *
print_run(Printer *printer, const Level *level, const ConfField *first)
{
    const char *rest = rest_of(level, first), *tail;
    size_t len = conf_path_segment(rest, &tail);
    const ConfField *after = first + 1;
    while (after < level->to && conf_path_same_element(rest, rest_of(level, after)))
        after++;
    g_autofree char *name = g_strndup(rest, len);
    g_autofree char *path = g_strdup_printf("%s/%s", level->path, name);
    Level run = {first, after, level->skip + len + 1, level->open, path};
    print_element(printer, name, &run, "optional");
    return after;
}

/* Alternatives at the same place, or of the same element. */
static void
print_cases(Printer *printer, const Level *level, const ConfField *field, const char *element)
{
    g_autofree char *path =
        element != NULL ? g_strdup_printf("%s/%s", level->path, element) : g_strdup(level->path);
    open_tag(printer, "choice");
    line(printer, "<empty/>");
    for (size_t i = 0; i < field->cases->n; i++) {
        if (field->cases->types[i] == NULL)
            continue;
        Level inside = level_of_struct(field->cases->types[i], path);
        if (element != NULL) {
            print_element(printer, element, &inside, "group");
            continue;
        }
        inside.open = FALSE;
        open_tag(printer, "interleave");
        line(printer, "<empty/>");
        print_rows(printer, &inside);
        close_tag(printer, "interleave");
    }
    if (element != NULL)
        line(printer, "<element name='%s'><ref name='anything'/></element>", element);
    close_tag(printer, "choice");
}

static void
print_choices(Printer *printer, const Level *level, const ConfField *field)
{
    open_tag(printer, "zeroOrMore");
    open_tag(printer, "choice");
    for (size_t i = 0; i < field->cases->n; i++) {
        g_autofree char *path = g_strdup_printf("%s/%s", level->path, field->cases->types[i]->name);
        Level inside = level_of_struct(field->cases->types[i], path);
        print_element(printer, field->cases->types[i]->name, &inside, "group");
    }
    close_tag(printer, "choice");
    close_tag(printer, "zeroOrMore");
}

static void
print_structure(Printer *printer, const Level *level, const ConfField *field)
{
    const char *rest = rest_of(level, field);
    if (field->kind == CONF_INCLUDE) {
        Level inside = level_of(field->type, FALSE, level->path);
        print_rows(printer, &inside);
    } else if (field->kind == CONF_UNION) {
        print_cases(printer, level, field, *rest != '\0' ? rest : NULL);
    } else if (field->kind == CONF_CHOICE) {
        print_choices(printer, level, field);
    } else if (field->kind == CONF_RAW || (field->flags & RECURSIVE) != 0) {
        line(printer, "<optional><element name='%s'><ref name='anything'/></element></optional>",
             rest);
    } else if (field->kind == CONF_HOOK) {
        line(printer, "%s", field->hook->rng);
    } else if (field->kind != CONF_EXTRA) {
        g_autofree char *path = g_strdup_printf("%s/%s", level->path, rest);
        Level inside = level_of_struct(field->type, path);
        const char *list = (field->flags & REQUIRED) != 0 ? "oneOrMore" : "zeroOrMore";
        print_element(printer, rest, &inside, field->kind == CONF_LIST ? list : "optional");
    }
}

static void
print_rows(Printer *printer, const Level *level)
{
    gboolean open_elements = level->open;
    for (const ConfField *field = level->from; field < level->to;) {
        const char *rest = rest_of(level, field), *tail;
        gboolean value = conf_kind_is_value(field->kind);
        if (conf_path_segment(rest, &tail) > 0 &&
            (value || field->kind == CONF_CHOICE || *tail != '\0')) {
            field = print_run(printer, level, field);
            continue;
        }
        if (value && *rest == '@')
            print_attribute(printer, field, rest + 1);
        else if (value)
            open_elements &= print_text(printer, field);
        else
            print_structure(printer, level, field);
        field++;
    }
    if (level->open)
        print_other_attributes(printer, level);
    if (open_elements)
        print_other_elements(printer, level);
}

char *
conf_rng(const ConfType *type)
{
    Printer printer = {g_string_new("<?xml version='1.0' encoding='UTF-8'?>\n"
                                    "<!-- Printed from the tables of elements; do not edit. -->\n"),
                       0};
    line(&printer, "<grammar xmlns='http://relaxng.org/ns/structure/1.0'"
                   " datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'>");
    printer.depth++;
    open_tag(&printer, "start");
    g_autofree char *path = g_strdup_printf("/%s", type->name);
    Level level = level_of_struct(type, path);
    print_element(&printer, type->name, &level, "group");
    close_tag(&printer, "start");
    line(&printer, "<define name='anything'>");
    printer.depth++;
    line(&printer, "<zeroOrMore><choice><text/><attribute><anyName/><text/></attribute>"
                   "<element><anyName/><ref name='anything'/></element></choice></zeroOrMore>");
    close_tag(&printer, "define");
    close_tag(&printer, "grammar");
    return g_string_free(printer.out, FALSE);
}
