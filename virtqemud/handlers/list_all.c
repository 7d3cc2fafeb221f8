/*
 * list_all — guests chosen by what they are: the list with flags.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/daemon/arguments.h"
#include "common/daemon/lists.h"
#include "virtqemud/handlers/list.h"
#include "virtqemud/vm/belongings.h"
#include "virtqemud/vm/driver.h"
#include "virtqemud/vm/view.h"

/* virConnectListAllDomainsFlags, beside those that lists of every kind have */
enum {
    LIST_RUNNING = 16,
    LIST_PAUSED = 32,
    LIST_SHUTOFF = 64,
    LIST_OTHER = 128,
    LIST_STATES = LIST_RUNNING | LIST_PAUSED | LIST_SHUTOFF | LIST_OTHER,
    LIST_SAVED = 256,
    LIST_NOT_SAVED = 512,
    LIST_SNAPSHOT = 4096,
    LIST_NO_SNAPSHOT = 8192,
    LIST_CHECKPOINT = 16384,
    LIST_NO_CHECKPOINT = 32768,
    LIST_FLAGS = 65535
};

static uint32_t
state_flag(const VmView *view)
{
    switch (view->state) {
    case VM_RUNNING:
        return LIST_RUNNING;
    case VM_PAUSED:
        return LIST_PAUSED;
    case VM_SHUTOFF:
        return LIST_SHUTOFF;
    default:
        return LIST_OTHER;
    }
}

typedef struct {
    uint32_t with;
    uint32_t without;
    gboolean (*has)(const char *lib, const char *name);
} FileFilter;

static gboolean
has_snapshot(const char *lib, const char *name)
{
    return belongings_count(lib, name, BELONGINGS_SNAPSHOTS) > 0;
}

static gboolean
has_checkpoint(const char *lib, const char *name)
{
    return belongings_count(lib, name, BELONGINGS_CHECKPOINTS) > 0;
}

/* Groups that files decide. They are looked at when one of the group is asked for. */
static const FileFilter file_filters[] = {
    {LIST_SAVED, LIST_NOT_SAVED, belongings_has_save},
    {LIST_SNAPSHOT, LIST_NO_SNAPSHOT, has_snapshot},
    {LIST_CHECKPOINT, LIST_NO_CHECKPOINT, has_checkpoint},
};

static gboolean
is_listed(RpcCall *call, const VmView *view, uint32_t flags)
{
    const char *lib = driver_of(call)->paths.lib;
    if ((flags & LIST_STATES) != 0 && (flags & state_flag(view)) == 0)
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS(file_filters); i++) {
        const FileFilter *filter = &file_filters[i];
        uint32_t asked = flags & (filter->with | filter->without);
        if (asked != 0 &&
            (asked & (filter->has(lib, view->head.name) ? filter->with : filter->without)) == 0)
            return FALSE;
    }
    return TRUE;
}

gboolean
handle_connect_list_all_domains(RpcCall *call, const ViewSet *set,
                                const RemoteConnectListAllDomainsArgs *args,
                                RemoteConnectListAllDomainsRet *ret, GError **error)
{
    static const ListFlags known = {.active = 1,
                                    .inactive = 2,
                                    .persistent = 4,
                                    .transient = 8,
                                    .autostart = 1024,
                                    .no_autostart = 2048};
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, LIST_FLAGS, error))
        return FALSE;
    uint32_t n_chosen, n = 0;
    const ObjHead **heads = list_choose(call, set, &known, args->flags, &n_chosen);
    for (uint32_t i = 0; i < n_chosen; i++) {
        if (is_listed(call, (const VmView *)heads[i], args->flags))
            heads[n++] = heads[i];
    }
    ret->ret = n;
    if (args->need_results == 0)
        return TRUE;
    ret->domains.len = n;
    ret->domains.items = arena_alloc_n(rpc_call_arena(call), n, sizeof *ret->domains.items);
    for (uint32_t i = 0; i < n; i++)
        list_fill_domain(&ret->domains.items[i], heads[i]);
    return TRUE;
}
