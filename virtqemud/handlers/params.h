/*
 * params — typed parameters of a reply: a list that grows in the call's arena, and how much of it a
 * caller gets. Any thread; one owner at a time.
 */
#pragma once

#include "common/base/arena.h"
#include "common/spec/types.h"

typedef struct {
    Arena *arena;
    RemoteTypedParam *items;
    uint32_t n;
    uint32_t room;
    uint32_t hidden;
} Params;

/* Names are made by printf; they and texts are copied. */
void params_int(Params *params, int32_t value, const char *name, ...) G_GNUC_PRINTF(3, 4);
void params_uint(Params *params, uint32_t value, const char *name, ...) G_GNUC_PRINTF(3, 4);
void params_llong(Params *params, int64_t value, const char *name, ...) G_GNUC_PRINTF(3, 4);
void params_ullong(Params *params, uint64_t value, const char *name, ...) G_GNUC_PRINTF(3, 4);
void params_bool(Params *params, gboolean value, const char *name, ...) G_GNUC_PRINTF(3, 4);
void params_text(Params *params, const char *value, const char *name, ...) G_GNUC_PRINTF(3, 4);

/* VIR_TYPED_PARAM_STRING_OKAY: without it a caller gets no texts. */
enum { PARAMS_TEXTS_OKAY = 4 };
/* Drops the texts unless `flags` has it; they still count when the number is asked for. */
void params_hide_texts(Params *params, uint32_t flags);

/* Gives `asked` of them at most; for 0 none, and their number in place of that. */
#define params_reply(list, asked, ret)                                                             \
    do {                                                                                           \
        (ret)->nparams = (asked) == 0 ? (int32_t)((list)->n + (list)->hidden) : 0;                 \
        (ret)->params.items = (list)->items;                                                       \
        (ret)->params.len = MIN((uint32_t)(asked), (list)->n);                                     \
    } while (0)
