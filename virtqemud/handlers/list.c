/*
 * list — see list.h.
 */
#include "virtqemud/handlers/list.h"

#include <string.h>

#include "common/daemon/lists.h"
#include "virtqemud/handlers/handlers.h"

void
list_fill_domain(RemoteDomain *ref, const ObjHead *head)
{
    ref->name = head->name;
    memcpy(ref->uuid, head->uuid, sizeof ref->uuid);
    ref->id = head->id;
}

gboolean
handle_connect_num_of_domains(RpcCall *call, const ViewSet *set, RemoteConnectNumOfDomainsRet *ret,
                              GError **error)
{
    ret->num = list_count(set, LIST_ACTIVE);
    return TRUE;
}

gboolean
handle_connect_num_of_defined_domains(RpcCall *call, const ViewSet *set,
                                      RemoteConnectNumOfDefinedDomainsRet *ret, GError **error)
{
    ret->num = list_count(set, LIST_INACTIVE);
    return TRUE;
}

gboolean
handle_connect_list_domains(RpcCall *call, const ViewSet *set,
                            const RemoteConnectListDomainsArgs *args,
                            RemoteConnectListDomainsRet *ret, GError **error)
{
    size_t room = MIN((size_t)MAX(args->maxids, 0), set->n);
    ret->ids.items = arena_array_of(rpc_call_arena(call), int32_t, room);
    for (size_t i = 0; i < set->n && ret->ids.len < room; i++) {
        const ObjHead *head = set->views[i];
        if (head->active)
            ret->ids.items[ret->ids.len++] = head->id;
    }
    return TRUE;
}

gboolean
handle_connect_list_defined_domains(RpcCall *call, const ViewSet *set,
                                    const RemoteConnectListDefinedDomainsArgs *args,
                                    RemoteConnectListDefinedDomainsRet *ret, GError **error)
{
    ret->names.items = list_names(call, set, LIST_INACTIVE, args->maxnames, &ret->names.len);
    return TRUE;
}

gboolean
handle_domain_lookup_by_id(RpcCall *call, const VmView *view,
                           const RemoteDomainLookupByIdArgs *args, RemoteDomainLookupByIdRet *ret,
                           GError **error)
{
    list_fill_domain(&ret->dom, (const ObjHead *)view);
    return TRUE;
}

gboolean
handle_domain_lookup_by_name(RpcCall *call, const VmView *view,
                             const RemoteDomainLookupByNameArgs *args,
                             RemoteDomainLookupByNameRet *ret, GError **error)
{
    list_fill_domain(&ret->dom, (const ObjHead *)view);
    return TRUE;
}

gboolean
handle_domain_lookup_by_uuid(RpcCall *call, const VmView *view,
                             const RemoteDomainLookupByUuidArgs *args,
                             RemoteDomainLookupByUuidRet *ret, GError **error)
{
    list_fill_domain(&ret->dom, (const ObjHead *)view);
    return TRUE;
}
