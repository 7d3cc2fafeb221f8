/*
 * open_sets — see open_sets.h.
 */
#include "virtqemud/hostres/open_sets.h"

#include "common/base/fd.h"

struct OpenSets {
    uint32_t next;
    GArray *fds;    /* OpenSetFd */
    GArray *passed; /* BuildSetFd */
    Arena *texts;
};

OpenSets *
open_sets_new(uint32_t first)
{
    OpenSets *sets = g_new(OpenSets, 1);
    *sets = (OpenSets){
        .next = first,
        .fds = g_array_new(FALSE, FALSE, sizeof(OpenSetFd)),
        .passed = g_array_new(FALSE, FALSE, sizeof(BuildSetFd)),
        .texts = arena_new(),
    };
    return sets;
}

void
open_sets_free(OpenSets *sets)
{
    if (sets == NULL)
        return;
    open_sets_close(sets);
    g_array_unref(sets->fds);
    g_array_unref(sets->passed);
    arena_free(sets->texts);
    g_free(sets);
}

uint32_t
open_sets_begin(OpenSets *sets)
{
    return sets->next++;
}

uint32_t
open_sets_next(const OpenSets *sets)
{
    return sets->next;
}

void
open_sets_add(OpenSets *sets, uint32_t set, int fd, const char *opaque)
{
    OpenSetFd item = {fd, set, arena_strdup(sets->texts, opaque)};
    g_array_append_val(sets->fds, item);
}

const OpenSetFd *
open_sets_get(const OpenSets *sets, size_t *ret_n)
{
    *ret_n = sets->fds->len;
    return (const OpenSetFd *)(const void *)sets->fds->data;
}

const BuildSetFd *
open_sets_pass(OpenSets *sets, ExecPlan *plan, size_t *ret_n)
{
    g_array_set_size(sets->passed, 0);
    for (guint i = 0; i < sets->fds->len; i++) {
        const OpenSetFd *item = &g_array_index(sets->fds, OpenSetFd, i);
        BuildSetFd passed = {exec_plan_pass_fd(plan, item->fd), item->set, item->opaque};
        g_array_append_val(sets->passed, passed);
    }
    *ret_n = sets->passed->len;
    return (const BuildSetFd *)(const void *)sets->passed->data;
}

void
open_sets_close(OpenSets *sets)
{
    for (guint i = 0; i < sets->fds->len; i++)
        fd_clear(&g_array_index(sets->fds, OpenSetFd, i).fd);
}
