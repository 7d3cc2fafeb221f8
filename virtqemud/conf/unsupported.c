/*
 * unsupported — see unsupported.h.
 */
#include "virtqemud/conf/unsupported.h"

#include "common/conf/engine.h"
#include "common/conf/raw.h"

static const char *
find_extra_in_list(const ConfField *field, const ConfList *list)
{
    const char *found = NULL;
    for (size_t i = 0; i < list->n && found == NULL; i++)
        found = find_unsupported(field->type, list->items[i]);
    return found;
}

static const char *
find_extra_in_row(const ConfField *field, const void *object)
{
    const void *member = conf_member(field, object);
    switch (field->kind) {
    case CONF_EXTRA: {
        const ConfExtra *extra = *(const ConfExtra *const *)member;
        while (extra != NULL && extra->status_only)
            extra = extra->next;
        return extra != NULL ? extra->path : NULL;
    }
    case CONF_TABLE:
    case CONF_INCLUDE:
        return find_unsupported(field->type, member);
    case CONF_TABLE_PTR:
        return *(void *const *)member != NULL
                   ? find_unsupported(field->type, *(void *const *)member)
                   : NULL;
    case CONF_LIST:
        return find_extra_in_list(field, member);
    case CONF_UNION: {
        const ConfType *type = conf_union_type(field, object);
        return type != NULL ? find_unsupported(type, member) : NULL;
    }
    default:
        return NULL;
    }
}

const char *
find_unsupported(const ConfType *type, const void *object)
{
    const char *found = NULL;
    for (const ConfField *field = type->fields; field->kind != CONF_END && found == NULL; field++)
        found = find_extra_in_row(field, object);
    return found;
}
