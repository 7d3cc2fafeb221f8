/*
 * format — see format.h. An element is begun, filled, and taken back when nothing came into it.
 */
#include "common/conf/format.h"

#include <string.h>

#include "common/conf/raw.h"
#include "common/conf/value.h"

enum { USUAL_BYTES = 4096 }; /* of a document */

struct ConfWriter {
    GString *out;
    unsigned flags;
    unsigned depth;
    GString *namespaces; /* declarations that the root needs */
    size_t root_end;     /* where they go: behind its attributes; 0: not known yet */
};

/* Rows from `from` to before `to` whose paths begin with an element that is being printed; only
 * what follows `skip` characters counts. */
typedef struct {
    const ConfField *from;
    const ConfField *to;
    size_t skip;
    const void *object;
    const ConfExtra *extras; /* of the struct that owns the rows */
    const char *owner_path;
} Level;

static void write_children(ConfWriter *writer, const Level *level);

GString *
conf_writer_out(ConfWriter *writer)
{
    return writer->out;
}

unsigned
conf_writer_flags(const ConfWriter *writer)
{
    return writer->flags;
}

unsigned
conf_writer_depth(const ConfWriter *writer)
{
    return writer->depth;
}

static gboolean
is_printed(const ConfWriter *writer, const ConfField *field)
{
    unsigned want = writer->flags, flags = field->flags;
    if (flags == 0)
        return TRUE;
    return !((flags & SECURE) != 0 && (want & CONF_FORMAT_SECURE) == 0) &&
           !((flags & MIGRATABLE_OMIT) != 0 && (want & CONF_FORMAT_MIGRATABLE) != 0) &&
           !((flags & INACTIVE_OMIT) != 0 && (want & CONF_FORMAT_INACTIVE) != 0) &&
           !((flags & STATUS_ONLY) != 0 && (want & CONF_FORMAT_STATUS) == 0) &&
           !((flags & STATUS_OMIT) != 0 && (want & CONF_FORMAT_STATUS) != 0);
}

static gboolean
is_extra_printed(const ConfWriter *writer, const ConfExtra *extra)
{
    return !extra->status_only || (writer->flags & CONF_FORMAT_STATUS) != 0;
}

/* What is left of a row's path at this level; a path that ends with the element is its text. All
 * rows of a level begin with the same `skip` characters, the last of which is a slash, or the end.
 */
static const char *
rest_of(const Level *level, const ConfField *field)
{
    if (level->skip > 0 && field->path[level->skip - 1] == '\0')
        return "";
    return field->path + level->skip;
}

static const ConfField *
last_row(const ConfType *type)
{
    const ConfField *field = type->fields;
    while (field->kind != CONF_END)
        field++;
    return field;
}

static Level
level_of(const ConfType *type, const void *object)
{
    return (Level){.from = type->fields, .to = last_row(type), .object = object, .owner_path = ""};
}

/* The level of an included table: its rows stand among ours. */
static Level
level_inside(const Level *outer, const ConfType *type, const void *object)
{
    Level level = level_of(type, object);
    level.extras = outer->extras;
    return level;
}

/* Text goes out piece by piece: a document has some hundred of these, and printing by a format
 * costs more than all that it prints. */
static void
write_attribute(ConfWriter *writer, const char *name, const char *value)
{
    g_string_append_c(writer->out, ' ');
    g_string_append(writer->out, name);
    g_string_append(writer->out, "='");
    conf_escape_attribute(writer->out, value);
    g_string_append_c(writer->out, '\'');
}

static gboolean
has_value(const ConfField *field, const void *member)
{
    return conf_value_is_set(field, member) || (field->flags & ALWAYS) != 0;
}

static void
write_value(ConfWriter *writer, const Level *level, const ConfField *field)
{
    const void *member = conf_member(field, level->object);
    const char *rest = rest_of(level, field);
    if ((*rest != '@' && (field->kind != CONF_SIZE || *rest != '\0')) || !has_value(field, member))
        return;
    if (*rest == '@') {
        g_autofree char *text = conf_value_text(field, member);
        write_attribute(writer, rest + 1, text);
    }
    if (field->kind == CONF_SIZE)
        write_attribute(writer, "unit", "KiB");
}

static void
write_own_attributes(ConfWriter *writer, const Level *level)
{
    for (const ConfField *field = level->from; field < level->to; field++) {
        if (conf_kind_is_value(field->kind)) {
            if (is_printed(writer, field))
                write_value(writer, level, field);
        } else if (!is_printed(writer, field)) {
            continue;
        } else if (field->kind == CONF_INCLUDE ||
                   (field->kind == CONF_UNION && *field->path == '\0' &&
                    conf_union_type(field, level->object) != NULL)) {
            const ConfType *type =
                field->kind == CONF_INCLUDE ? field->type : conf_union_type(field, level->object);
            Level inside = level_of(type, conf_member(field, level->object));
            write_own_attributes(writer, &inside);
        }
    }
}

static void
write_attributes(ConfWriter *writer, const Level *level)
{
    write_own_attributes(writer, level);
    for (const ConfExtra *extra = level->extras; extra != NULL; extra = extra->next) {
        if (extra->attribute != NULL && is_extra_printed(writer, extra) &&
            strcmp(extra->owner_path, level->owner_path) == 0)
            write_attribute(writer, extra->attribute, extra->value);
    }
}

/* The element's own text; FALSE: there is none. A flag counts, its element is to be there. */
static gboolean
write_text(ConfWriter *writer, const Level *level, gboolean *ret_wanted)
{
    for (const ConfField *field = level->from; field < level->to; field++) {
        const void *member = conf_member(field, level->object);
        if (field->kind == CONF_INCLUDE || (field->kind == CONF_UNION && *field->path == '\0')) {
            const ConfType *type =
                field->kind == CONF_INCLUDE ? field->type : conf_union_type(field, level->object);
            Level inside = type != NULL ? level_of(type, member) : (Level){0};
            if (type != NULL && write_text(writer, &inside, ret_wanted))
                return TRUE;
            continue;
        }
        if (!conf_kind_is_value(field->kind) || *rest_of(level, field) != '\0' ||
            !has_value(field, member) || !is_printed(writer, field))
            continue;
        *ret_wanted = TRUE;
        g_autofree char *text = conf_value_text(field, member);
        if (*text == '\0')
            continue;
        g_string_append_c(writer->out, '>');
        conf_escape(writer->out, text);
        return TRUE;
    }
    return FALSE;
}

typedef enum { WHEN_FILLED, IN_ANY_CASE } Presence;

/* A name of an element, a part of a row's path. */
typedef struct {
    const char *text;
    size_t len;
} Name;

static void
note_namespace(ConfWriter *writer, const Name *element)
{
    const char *name = element->text, *colon = memchr(name, ':', element->len);
    if (colon == NULL)
        return;
    g_autofree char *declaration =
        g_strdup_printf(" xmlns:%.*s='%s'", (int)(colon - name), name,
                        conf_namespace_uri(name, (size_t)(colon - name)));
    if (strstr(writer->namespaces->str, declaration) == NULL)
        g_string_append(writer->namespaces, declaration);
}

static void
write_tag(ConfWriter *writer, const char *before, const Name *name, const char *after)
{
    g_string_append(writer->out, before);
    g_string_append_len(writer->out, name->text, (gssize)name->len);
    g_string_append(writer->out, after);
}

static void
write_indent(ConfWriter *writer)
{
    for (unsigned i = 0; i < writer->depth; i++)
        g_string_append(writer->out, "  ");
}

/* An element of this level's rows; nothing when it stays empty, unless it is wanted. */
static void
write_element(ConfWriter *writer, const Name *name, const Level *level, Presence presence)
{
    GString *out = writer->out;
    size_t start = out->len;
    write_indent(writer);
    write_tag(writer, "<", name, "");
    size_t attributes = out->len;
    write_attributes(writer, level);
    gboolean wanted = presence == IN_ANY_CASE || out->len > attributes;
    size_t content = out->len;
    if (writer->root_end == 0)
        writer->root_end = content;
    if (write_text(writer, level, &wanted)) {
        write_tag(writer, "</", name, ">\n");
        note_namespace(writer, name);
        return;
    }
    g_string_append(out, ">\n");
    size_t inside = out->len;
    writer->depth++;
    write_children(writer, level);
    writer->depth--;
    if (out->len > inside) {
        write_indent(writer);
        write_tag(writer, "</", name, ">\n");
    } else if (wanted) {
        g_string_truncate(out, content);
        g_string_append(out, "/>\n");
    } else {
        g_string_truncate(out, start);
        return;
    }
    note_namespace(writer, name);
}

static void
write_struct(ConfWriter *writer, const char *name, const ConfType *type, const void *object,
             Presence presence)
{
    Level level = level_of(type, object);
    Name element = {name, strlen(name)};
    const ConfExtra **extras = conf_extras(type, (void *)(uintptr_t)object);
    level.extras = extras != NULL ? *extras : NULL;
    write_element(writer, &element, &level, presence);
}

void
conf_writer_struct(ConfWriter *writer, const ConfType *type, const void *object)
{
    write_struct(writer, type->name, type, object, IN_ANY_CASE);
}

/* Rows that stand one after the other in the same element. */
static const ConfField *
write_run(ConfWriter *writer, const Level *level, const ConfField *first)
{
    const char *rest = rest_of(level, first), *tail;
    Name name = {rest, conf_path_segment(rest, &tail)};
    const ConfField *after = first + 1;
    while (after < level->to && conf_path_same_element(rest, rest_of(level, after)))
        after++;
    g_autofree char *owner_path =
        level->extras == NULL
            ? NULL
            : g_strdup_printf("%s%.*s/", level->owner_path, (int)name.len, name.text);
    Level run = {.from = first,
                 .to = after,
                 .skip = level->skip + name.len + 1,
                 .object = level->object,
                 .extras = level->extras,
                 .owner_path = owner_path};
    write_element(writer, &name, &run, WHEN_FILLED);
    return after;
}

static gboolean
is_among(const char *names, const char *name)
{
    g_auto(GStrv) words = g_strsplit(names, " ", -1);
    return g_strv_contains((const char *const *)words, name);
}

/* Whether a row that is restricted to some names prints this one. */
static gboolean
has_own_place(const Level *level, const char *name)
{
    for (const ConfField *field = level->from; field < level->to; field++) {
        if (field->kind == CONF_EXTRA && field->names != NULL && is_among(field->names, name))
            return TRUE;
    }
    return FALSE;
}

static void
write_extras(ConfWriter *writer, const Level *level, const char *names)
{
    for (const ConfExtra *extra = level->extras; extra != NULL; extra = extra->next) {
        if (extra->element == NULL || !is_extra_printed(writer, extra) ||
            strcmp(extra->owner_path, level->owner_path) != 0)
            continue;
        const char *name = extra->element->name;
        if (names != NULL ? !is_among(names, name) : has_own_place(level, name))
            continue;
        conf_node_print(extra->element, writer->out, writer->depth, CONF_NODE_AS_OUTPUT);
    }
}

static void
write_list(ConfWriter *writer, const char *name, const ConfField *field, const ConfList *list)
{
    for (size_t i = 0; i < list->n; i++)
        write_struct(writer, name, field->type, list->items[i], IN_ANY_CASE);
}

static void
write_structure(ConfWriter *writer, const Level *level, const ConfField *field)
{
    const void *member = conf_member(field, level->object);
    const char *name = rest_of(level, field);
    switch (field->kind) {
    case CONF_TABLE:
        write_struct(writer, name, field->type, member,
                     (field->flags & ALWAYS) != 0 ? IN_ANY_CASE : WHEN_FILLED);
        break;
    case CONF_TABLE_PTR:
        if (*(void *const *)member != NULL)
            write_struct(writer, name, field->type, *(void *const *)member, IN_ANY_CASE);
        break;
    case CONF_LIST:
        write_list(writer, name, field, member);
        break;
    case CONF_CHOICE: {
        const ConfChoiceList *list = member;
        for (size_t i = 0; i < list->n; i++)
            conf_writer_struct(writer, list->items[i].type, list->items[i].item);
        break;
    }
    case CONF_RAW:
        if (*(const ConfNode *const *)member != NULL)
            conf_node_print(*(const ConfNode *const *)member, writer->out, writer->depth,
                            CONF_NODE_AS_USER);
        break;
    case CONF_HOOK:
        field->hook->format(writer, member);
        break;
    default:
        break;
    }
}

static void
write_union(ConfWriter *writer, const Level *level, const ConfField *field)
{
    const ConfType *type = conf_union_type(field, level->object);
    const void *member = conf_member(field, level->object);
    if (type == NULL)
        return;
    if (*field->path != '\0') {
        write_struct(writer, rest_of(level, field), type, member, WHEN_FILLED);
        return;
    }
    Level inside = level_inside(level, type, member);
    write_children(writer, &inside);
}

/* Most of what a document may have is not in it. Additions may stand at a row without a value. */
static gboolean
says_nothing(const ConfWriter *writer, const Level *level, const ConfField *field)
{
    return !is_printed(writer, field) ||
           (conf_kind_is_value(field->kind) && level->extras == NULL &&
            !has_value(field, conf_member(field, level->object)));
}

static void
write_children(ConfWriter *writer, const Level *level)
{
    gboolean has_extra_row = FALSE;
    for (const ConfField *field = level->from; field < level->to;) {
        if (says_nothing(writer, level, field)) {
            field++;
            continue;
        }
        const char *rest = rest_of(level, field), *tail;
        gboolean in_element =
            conf_path_segment(rest, &tail) > 0 &&
            (conf_kind_is_value(field->kind) || field->kind == CONF_CHOICE || *tail != '\0');
        if (in_element) {
            field = write_run(writer, level, field);
        } else {
            if (field->kind == CONF_INCLUDE) {
                Level inside = level_inside(level, field->type, conf_member(field, level->object));
                write_children(writer, &inside);
            } else if (field->kind == CONF_UNION) {
                write_union(writer, level, field);
            } else if (field->kind == CONF_EXTRA) {
                write_extras(writer, level, field->names);
                has_extra_row = TRUE;
            } else {
                write_structure(writer, level, field);
            }
            field++;
        }
    }
    if (!has_extra_row && level->skip > 0)
        write_extras(writer, level, NULL);
}

char *
conf_format(const ConfType *type, const void *object, unsigned flags, unsigned depth)
{
    GString *out = g_string_sized_new(USUAL_BYTES);
    g_autoptr(GString) namespaces = g_string_new(NULL);
    ConfWriter writer = {out, flags, depth, namespaces, 0};
    conf_writer_struct(&writer, type, object);
    g_string_insert(out, (gssize)writer.root_end, namespaces->str);
    return g_string_free(out, FALSE);
}
