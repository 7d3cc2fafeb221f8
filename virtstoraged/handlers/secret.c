/*
 * secret — secrets: counts, lists, look-ups.
 */
#include "virtstoraged/handlers/handlers.h"

#include <string.h>

#include "common/daemon/lists.h"

static void
fill_secret(RemoteSecret *ref, const ObjHead *head)
{
    memcpy(ref->uuid, head->uuid, sizeof ref->uuid);
    ref->usage_id = (char *)"";
}

gboolean
handle_connect_num_of_secrets(RpcCall *call, const ViewSet *set, RemoteConnectNumOfSecretsRet *ret,
                              GError **error)
{
    ret->num = list_count(set, LIST_ALL);
    return TRUE;
}

gboolean
handle_connect_list_secrets(RpcCall *call, const ViewSet *set,
                            const RemoteConnectListSecretsArgs *args,
                            RemoteConnectListSecretsRet *ret, GError **error)
{
    size_t room = MIN((size_t)MAX(args->maxuuids, 0), set->n);
    ret->uuids.items = arena_array_of(rpc_call_arena(call), char *, room);
    for (size_t i = 0; i < room; i++)
        ret->uuids.items[ret->uuids.len++] = (char *)((const ObjHead *)set->views[i])->uuid_text;
    return TRUE;
}

gboolean
handle_connect_list_all_secrets(RpcCall *call, const ViewSet *set,
                                const RemoteConnectListAllSecretsArgs *args,
                                RemoteConnectListAllSecretsRet *ret, GError **error)
{
    static const ListFlags known = {};
    uint32_t n;
    const ObjHead **heads = list_choose(call, set, &known, args->flags, &n);
    ret->ret = n;
    if (args->need_results == 0)
        return TRUE;
    ret->secrets.len = n;
    ret->secrets.items = arena_alloc_n(rpc_call_arena(call), n, sizeof *ret->secrets.items);
    for (uint32_t i = 0; i < n; i++)
        fill_secret(&ret->secrets.items[i], heads[i]);
    return TRUE;
}

gboolean
handle_secret_lookup_by_uuid(RpcCall *call, const SecretView *view,
                             const RemoteSecretLookupByUuidArgs *args,
                             RemoteSecretLookupByUuidRet *ret, GError **error)
{
    fill_secret(&ret->secret, (const ObjHead *)view);
    return TRUE;
}

gboolean
handle_secret_lookup_by_usage(RpcCall *call, const SecretView *view,
                              const RemoteSecretLookupByUsageArgs *args,
                              RemoteSecretLookupByUsageRet *ret, GError **error)
{
    fill_secret(&ret->secret, (const ObjHead *)view);
    return TRUE;
}
