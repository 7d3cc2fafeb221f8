/*
 * nwfilter — network filters: counts, lists, look-ups.
 */
#include "virtnetworkd/handlers/handlers.h"

#include <string.h>

#include "common/daemon/lists.h"

static void
fill_nwfilter(RemoteNwfilter *ref, const ObjHead *head)
{
    ref->name = head->name;
    memcpy(ref->uuid, head->uuid, sizeof ref->uuid);
}

gboolean
handle_connect_num_of_nwfilters(RpcCall *call, const ViewSet *set,
                                RemoteConnectNumOfNwfiltersRet *ret, GError **error)
{
    ret->num = list_count(set, LIST_ALL);
    return TRUE;
}

gboolean
handle_connect_list_nwfilters(RpcCall *call, const ViewSet *set,
                              const RemoteConnectListNwfiltersArgs *args,
                              RemoteConnectListNwfiltersRet *ret, GError **error)
{
    ret->names.items = list_names(call, set, LIST_ALL, args->maxnames, &ret->names.len);
    return TRUE;
}

gboolean
handle_connect_list_all_nwfilters(RpcCall *call, const ViewSet *set,
                                  const RemoteConnectListAllNwfiltersArgs *args,
                                  RemoteConnectListAllNwfiltersRet *ret, GError **error)
{
    static const ListFlags known = {};
    uint32_t n;
    const ObjHead **heads = list_choose(call, set, &known, args->flags, &n);
    ret->ret = n;
    if (args->need_results == 0)
        return TRUE;
    ret->filters.len = n;
    ret->filters.items = arena_alloc_n(rpc_call_arena(call), n, sizeof *ret->filters.items);
    for (uint32_t i = 0; i < n; i++)
        fill_nwfilter(&ret->filters.items[i], heads[i]);
    return TRUE;
}

gboolean
handle_nwfilter_lookup_by_name(RpcCall *call, const NwFilterView *view,
                               const RemoteNwfilterLookupByNameArgs *args,
                               RemoteNwfilterLookupByNameRet *ret, GError **error)
{
    fill_nwfilter(&ret->nwfilter, (const ObjHead *)view);
    return TRUE;
}

gboolean
handle_nwfilter_lookup_by_uuid(RpcCall *call, const NwFilterView *view,
                               const RemoteNwfilterLookupByUuidArgs *args,
                               RemoteNwfilterLookupByUuidRet *ret, GError **error)
{
    fill_nwfilter(&ret->nwfilter, (const ObjHead *)view);
    return TRUE;
}
