/*
 * doc — see doc.h.
 */
#include "common/conf/doc.h"

#include "common/conf/engine.h"
#include "common/conf/value.h"

static void doc_rows(GString *out, const ConfType *type, const char *path, const char *when);

static void
append_kind(GString *out, const ConfField *field)
{
    switch (field->kind) {
    case CONF_ENUM:
        for (size_t i = 0; i < field->values->n; i++)
            g_string_append_printf(out, "%s`%s`", i > 0 ? ", " : "", field->values->items[i].name);
        break;
    case CONF_STRING:
        g_string_append(out, field->pattern == NULL          ? "text"
                             : field->pattern->words != NULL ? field->pattern->words
                                                             : field->pattern->what);
        break;
    case CONF_UUID:
        g_string_append(out, "uuid");
        break;
    case CONF_FLAG:
        g_string_append(out, "there or not");
        break;
    case CONF_SIZE:
        g_string_append(out, "size, with `@unit`");
        break;
    case CONF_OPT_I64:
        g_string_append_printf(out, "%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                               (int64_t)field->range->min, (int64_t)field->range->max);
        break;
    case CONF_RAW:
        g_string_append(out, "any XML");
        break;
    case CONF_TABLE_PTR:
        g_string_append(out, "as the element around it");
        break;
    case CONF_HOOK:
        g_string_append(out, "see its file");
        break;
    default:
        g_string_append_printf(out, "%" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                               field->range->min, field->range->max);
    }
}

static void
append_flags(GString *out, unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *text;
    } texts[] = {{REQUIRED, "required"},
                 {REQUIRED_INSIDE, "required"},
                 {SCHEMA_REQUIRED, "required"},
                 {DERIVED, "filled in"},
                 {SECURE, "secret"},
                 {GUEST_ABI, "guest ABI"},
                 {LIVE, "live"},
                 {INACTIVE_OMIT, "running"},
                 {STATUS_ONLY, "status"},
                 {MIGRATABLE_OMIT, "local"}};
    const char *separator = "";
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        if ((flags & texts[i].flag) == 0)
            continue;
        g_string_append_printf(out, "%s%s", separator, texts[i].text);
        separator = ", ";
    }
}

static void
doc_line(GString *out, const ConfField *field, const char *path, const char *when)
{
    g_string_append_printf(out, "| `%s` | ", path);
    append_kind(out, field);
    g_string_append(out, " | ");
    append_flags(out, field->flags);
    if (field->otherwise != 0)
        g_string_append_printf(out, "%selse %s", field->flags != 0 ? ", " : "",
                               conf_enum_name(field->values, field->otherwise));
    g_string_append_printf(out, " | %s%s%s |\n", field->doc != NULL ? field->doc : "",
                           *when != '\0' ? " " : "", when);
}

/* "(type file)": the enum that decides, and its value for this case. */
static char *
name_case(const ConfType *type, const ConfField *field, size_t number)
{
    for (const ConfField *tag = type->fields; tag->kind != CONF_END; tag++) {
        if (tag->kind != CONF_ENUM || tag->offset != field->tag_offset)
            continue;
        const char *name = conf_enum_name(tag->values, (int)number);
        return g_strdup_printf("(%s `%s`)", tag->path, name != NULL ? name : "");
    }
    return g_strdup("");
}

static void
doc_cases(GString *out, const ConfType *owner, const ConfField *field, const char *path)
{
    for (size_t i = 0; i < field->cases->n; i++) {
        const ConfType *type = field->cases->types[i];
        if (type == NULL)
            continue;
        if (field->kind == CONF_UNION) {
            g_autofree char *when = name_case(owner, field, i);
            doc_rows(out, type, path, when);
        } else {
            g_autofree char *place = g_strdup_printf("%s/%s", path, type->name);
            doc_rows(out, type, place, "");
        }
    }
}

static void
doc_rows(GString *out, const ConfType *type, const char *path, const char *when)
{
    for (const ConfField *field = type->fields; field->kind != CONF_END; field++) {
        g_autofree char *place =
            g_strdup_printf("%s%s%s", path, *field->path != '\0' ? "/" : "", field->path);
        if (field->kind == CONF_EXTRA)
            continue;
        if ((field->flags & RECURSIVE) != 0)
            doc_line(out, field, place, when);
        else if (field->kind == CONF_TABLE || field->kind == CONF_TABLE_PTR ||
                 field->kind == CONF_LIST || field->kind == CONF_INCLUDE)
            doc_rows(out, field->type, place, when);
        else if (field->kind == CONF_UNION || field->kind == CONF_CHOICE)
            doc_cases(out, type, field, place);
        else
            doc_line(out, field, place, when);
    }
}

char *
conf_doc(const ConfType *type)
{
    GString *out = g_string_new(NULL);
    g_autofree char *root = g_strdup_printf("/%s", type->name);
    g_string_printf(out,
                    "# <%s>\n\nPrinted from the tables of elements; do not edit. Where, what, "
                    "rules, meaning. What is not listed\nhere, but part of libvirt's schema, is "
                    "kept as it is.\n\n| place | value | rules | |\n|---|---|---|---|\n",
                    type->name);
    doc_rows(out, type, root, "");
    return g_string_free(out, FALSE);
}
