/*
 * lists — what all list and count calls share: choosing among the views that the caller may see,
 * and copying names. Any thread; results live in the call's arena.
 */
#pragma once

#include "common/base/objtable.h"
#include "common/base/uuid.h"
#include "common/rpc/call.h"

/* The first member of every published view. */
typedef struct {
    char *name;
    uint8_t uuid[OBJ_UUID_BYTES];
    char uuid_text[UUID_TEXT_BYTES];
    int32_t id; /* -1 while inactive, or where the kind has no ids */
    gboolean active;
    gboolean persistent;
    gboolean autostart;
} ObjHead;

typedef enum { LIST_ALL, LIST_ACTIVE, LIST_INACTIVE } ListChoice;

/* Pairs of flags of a list call: when exactly one of a pair is given, it decides. 0: no such flag.
 */
typedef struct {
    uint32_t active, inactive;
    uint32_t persistent, transient;
    uint32_t autostart, no_autostart;
} ListFlags;

int32_t list_count(const ViewSet *set, ListChoice choice);
/* At most `max` names (a negative maximum counts as 0). */
char **list_names(RpcCall *call, const ViewSet *set, ListChoice choice, int32_t max,
                  uint32_t *ret_n);
/* The views that the flags choose; terminated by NULL. */
const ObjHead **list_choose(RpcCall *call, const ViewSet *set, const ListFlags *known,
                            uint32_t flags, uint32_t *ret_n);
