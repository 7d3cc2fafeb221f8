/*
 * copy — see copy.h. The bytes are copied first, then each pointer is replaced by a copy.
 */
#include "common/conf/copy.h"

#include <string.h>

#include "common/conf/engine.h"
#include "common/conf/raw.h"

/* `object` is a copy of the bytes whose pointers are still the original's. */
static void own_rows(const ConfType *type, void *object, Arena *arena);

static void
own_list(const ConfField *field, ConfList *list, Arena *arena)
{
    void **items = arena_array_of(arena, void *, list->n);
    for (size_t i = 0; i < list->n; i++)
        items[i] = conf_copy(field->type, list->items[i], arena);
    list->items = items;
}

static void
own_choices(ConfChoiceList *list, Arena *arena)
{
    ConfChoice *items = arena_array_of(arena, ConfChoice, list->n);
    for (size_t i = 0; i < list->n; i++)
        items[i] = (ConfChoice){list->items[i].type,
                                conf_copy(list->items[i].type, list->items[i].item, arena)};
    list->items = items;
}

static void
own_row(const ConfField *field, void *object, Arena *arena)
{
    void *member = conf_member(field, object);
    switch (field->kind) {
    case CONF_STRING:
        *(const char **)member = arena_strdup(arena, *(const char **)member);
        break;
    case CONF_TABLE:
    case CONF_INCLUDE:
        own_rows(field->type, member, arena);
        break;
    case CONF_TABLE_PTR:
        if (*(void **)member != NULL)
            *(void **)member = conf_copy(field->type, *(void **)member, arena);
        break;
    case CONF_LIST:
        own_list(field, member, arena);
        break;
    case CONF_CHOICE:
        own_choices(member, arena);
        break;
    case CONF_UNION:
        if (conf_union_type(field, object) != NULL)
            own_rows(conf_union_type(field, object), member, arena);
        break;
    case CONF_RAW:
        *(const ConfNode **)member = conf_node_copy(arena, *(const ConfNode **)member);
        break;
    case CONF_EXTRA:
        /* several rows may show the same member: copying it again does no harm */
        *(const ConfExtra **)member = conf_extra_copy(arena, *(const ConfExtra **)member);
        break;
    case CONF_HOOK:
        if (field->hook->copy != NULL)
            field->hook->copy(arena, member);
        break;
    default:
        break;
    }
}

static void
own_rows(const ConfType *type, void *object, Arena *arena)
{
    for (const ConfField *field = type->fields; field->kind != CONF_END; field++)
        own_row(field, object, arena);
}

void
conf_copy_into(const ConfType *type, const void *object, Arena *arena, void *ret_copy)
{
    memcpy(ret_copy, object, type->size);
    own_rows(type, ret_copy, arena);
}

void *
conf_copy(const ConfType *type, const void *object, Arena *arena)
{
    void *copy = arena_alloc(arena, type->size);
    conf_copy_into(type, object, arena, copy);
    return copy;
}
