/*
 * list_all — guests chosen by what they are: the list with flags.
 */
#include "virtqemud/handlers/handlers.h"

#include <unistd.h>

#include "common/daemon/arguments.h"
#include "common/daemon/lists.h"
#include "virtqemud/handlers/list.h"
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

static gboolean
is_saved(RpcCall *call, const VmView *view)
{
    g_autofree char *path =
        g_strdup_printf("%s/save/%s.save", driver_of(call)->paths.lib, view->head.name);
    return access(path, F_OK) == 0;
}

/* TRUE when none of the flags in `group` is given, or the one that the guest has. */
static gboolean
passes(uint32_t flags, uint32_t group, uint32_t has)
{
    return (flags & group) == 0 || (flags & has) != 0;
}

/* No guest has a snapshot or a checkpoint. */
static gboolean
is_listed(RpcCall *call, const VmView *view, uint32_t flags)
{
    return passes(flags, LIST_STATES, state_flag(view)) &&
           passes(flags, LIST_SNAPSHOT | LIST_NO_SNAPSHOT, LIST_NO_SNAPSHOT) &&
           passes(flags, LIST_CHECKPOINT | LIST_NO_CHECKPOINT, LIST_NO_CHECKPOINT) &&
           ((flags & (LIST_SAVED | LIST_NOT_SAVED)) == 0 ||
            (flags & (is_saved(call, view) ? LIST_SAVED : LIST_NOT_SAVED)) != 0);
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
