/*
 * lists — see lists.h.
 */
#include "common/daemon/lists.h"

static gboolean
is_chosen(const ObjHead *head, ListChoice choice)
{
    return choice == LIST_ALL || head->active == (choice == LIST_ACTIVE);
}

int32_t
list_count(const ViewSet *set, ListChoice choice)
{
    int32_t n = 0;
    for (size_t i = 0; i < set->n; i++)
        n += is_chosen(set->views[i], choice);
    return n;
}

char **
list_names(RpcCall *call, const ViewSet *set, ListChoice choice, int32_t max, uint32_t *ret_n)
{
    size_t room = MIN((size_t)MAX(max, 0), set->n);
    char **names = arena_array_of(rpc_call_arena(call), char *, room);
    uint32_t n = 0;
    for (size_t i = 0; i < set->n && n < room; i++) {
        const ObjHead *head = set->views[i];
        if (is_chosen(head, choice))
            names[n++] = head->name;
    }
    *ret_n = n;
    return names;
}

static gboolean
pair_allows(uint32_t flags, uint32_t yes, uint32_t no, gboolean value)
{
    uint32_t given = flags & (yes | no);
    return given == 0 || given == (yes | no) || (given == yes) == !!value;
}

const ObjHead **
list_choose(RpcCall *call, const ViewSet *set, const ListFlags *known, uint32_t flags,
            uint32_t *ret_n)
{
    const ObjHead **chosen = arena_array_of(rpc_call_arena(call), const ObjHead *, set->n + 1);
    uint32_t n = 0;
    for (size_t i = 0; i < set->n; i++) {
        const ObjHead *head = set->views[i];
        if (pair_allows(flags, known->active, known->inactive, head->active) &&
            pair_allows(flags, known->persistent, known->transient, head->persistent) &&
            pair_allows(flags, known->autostart, known->no_autostart, head->autostart))
            chosen[n++] = head;
    }
    *ret_n = n;
    return chosen;
}
