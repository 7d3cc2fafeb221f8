/*
 * params — see params.h.
 */
#include "virtqemud/handlers/params.h"

#include <string.h>

static RemoteTypedParam *
add(Params *params, const char *name, va_list args)
{
    if (params->n == params->room) {
        uint32_t room = MAX(16, params->room * 2);
        RemoteTypedParam *items = arena_array_of(params->arena, RemoteTypedParam, room);
        if (params->n > 0)
            memcpy(items, params->items, params->n * sizeof *items);
        params->items = items;
        params->room = room;
    }
    g_autofree char *text = g_strdup_vprintf(name, args);
    RemoteTypedParam *param = &params->items[params->n++];
    param->field = arena_strdup(params->arena, text);
    return param;
}

#define DEFINE_ADD(name_, c_type_, tag_, member_)                                                  \
    void params_##name_(Params *params, c_type_ value, const char *name, ...)                      \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, name);                                                                      \
        RemoteTypedParam *param = add(params, name, args);                                         \
        va_end(args);                                                                              \
        param->value.type = REMOTE_TYPED_PARAM_VALUE_##tag_;                                       \
        param->value.value.member_ = value;                                                        \
    }

DEFINE_ADD(int, int32_t, INT, i)
DEFINE_ADD(uint, uint32_t, UINT, ui)
DEFINE_ADD(llong, int64_t, LLONG, l)
DEFINE_ADD(ullong, uint64_t, ULLONG, ul)

void
params_bool(Params *params, gboolean value, const char *name, ...)
{
    va_list args;
    va_start(args, name);
    RemoteTypedParam *param = add(params, name, args);
    va_end(args);
    param->value.type = REMOTE_TYPED_PARAM_VALUE_BOOLEAN;
    param->value.value.b = value ? 1 : 0;
}

void
params_text(Params *params, const char *value, const char *name, ...)
{
    va_list args;
    va_start(args, name);
    RemoteTypedParam *param = add(params, name, args);
    va_end(args);
    param->value.type = REMOTE_TYPED_PARAM_VALUE_STRING;
    param->value.value.s = arena_strdup(params->arena, value);
}

void
params_hide_texts(Params *params, uint32_t flags)
{
    if ((flags & PARAMS_TEXTS_OKAY) != 0)
        return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < params->n; i++) {
        if (params->items[i].value.type != REMOTE_TYPED_PARAM_VALUE_STRING)
            params->items[kept++] = params->items[i];
    }
    params->hidden = params->n - kept;
    params->n = kept;
}
