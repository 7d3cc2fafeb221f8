/*
 * connect_events — the register and deregister calls of every kind of event: rows that say which
 * kind, over the one table of registrations in common/rpc/event.
 */
#include "common/daemon/connect.h"
#include "common/rpc/event.h"

static gboolean
register_callback(RpcCall *call, const RpcEventWish *wish, int32_t *ret_id, GError **error)
{
    return rpc_event_register(rpc_call_conn(call), wish, ret_id, error);
}

/* --- domain: three generations --- */

gboolean
events_domain_register(RpcCall *call, RemoteConnectDomainEventRegisterRet *ret, GError **error)
{
    int32_t id;
    RpcEventWish wish = {.object = ACL_DOMAIN, .event_id = 0, .generation = RPC_EVENTS_LEGACY};
    return register_callback(call, &wish, &id, error);
}

gboolean
events_domain_deregister(RpcCall *call, RemoteConnectDomainEventDeregisterRet *ret, GError **error)
{
    return rpc_event_deregister_legacy(rpc_call_conn(call), 0, error);
}

gboolean
events_domain_register_any(RpcCall *call, const RemoteConnectDomainEventRegisterAnyArgs *args,
                           GError **error)
{
    int32_t id;
    RpcEventWish wish = {
        .object = ACL_DOMAIN, .event_id = args->event_id, .generation = RPC_EVENTS_LEGACY};
    return register_callback(call, &wish, &id, error);
}

gboolean
events_domain_deregister_any(RpcCall *call, const RemoteConnectDomainEventDeregisterAnyArgs *args,
                             GError **error)
{
    return rpc_event_deregister_legacy(rpc_call_conn(call), args->event_id, error);
}

gboolean
events_domain_callback_register(RpcCall *call,
                                const RemoteConnectDomainEventCallbackRegisterAnyArgs *args,
                                RemoteConnectDomainEventCallbackRegisterAnyRet *ret, GError **error)
{
    RpcEventWish wish = {.object = ACL_DOMAIN,
                         .event_id = args->event_id,
                         .uuid = args->dom != NULL ? args->dom->uuid : NULL};
    return register_callback(call, &wish, &ret->callback_id, error);
}

gboolean
events_domain_callback_deregister(RpcCall *call,
                                  const RemoteConnectDomainEventCallbackDeregisterAnyArgs *args,
                                  GError **error)
{
    return rpc_event_deregister(rpc_call_conn(call), ACL_DOMAIN, args->callback_id, error);
}

/* --- QEMU monitor events --- */

enum { MONITOR_EVENT_REGEX = 1, MONITOR_EVENT_NOCASE = 2 };

gboolean
events_monitor_register(RpcCall *call, const QemuConnectDomainMonitorEventRegisterArgs *args,
                        QemuConnectDomainMonitorEventRegisterRet *ret, GError **error)
{
    RpcEventWish wish = {
        .object = ACL_DOMAIN,
        .generation = RPC_EVENTS_QEMU_MONITOR,
        .uuid = args->dom != NULL ? args->dom->uuid : NULL,
        .pattern = args->event,
        .pattern_is_regex = (args->flags & MONITOR_EVENT_REGEX) != 0,
        .pattern_ignores_case = (args->flags & MONITOR_EVENT_NOCASE) != 0,
    };
    return register_callback(call, &wish, &ret->callback_id, error);
}

gboolean
events_monitor_deregister(RpcCall *call, const QemuConnectDomainMonitorEventDeregisterArgs *args,
                          GError **error)
{
    return rpc_event_deregister(rpc_call_conn(call), ACL_DOMAIN, args->callback_id, error);
}

/* --- the others: one generation --- */

gboolean
events_network_register(RpcCall *call, const RemoteConnectNetworkEventRegisterAnyArgs *args,
                        RemoteConnectNetworkEventRegisterAnyRet *ret, GError **error)
{
    RpcEventWish wish = {.object = ACL_NETWORK,
                         .event_id = args->event_id,
                         .uuid = args->net != NULL ? args->net->uuid : NULL};
    return register_callback(call, &wish, &ret->callback_id, error);
}

gboolean
events_network_deregister(RpcCall *call, const RemoteConnectNetworkEventDeregisterAnyArgs *args,
                          GError **error)
{
    return rpc_event_deregister(rpc_call_conn(call), ACL_NETWORK, args->callback_id, error);
}

gboolean
events_pool_register(RpcCall *call, const RemoteConnectStoragePoolEventRegisterAnyArgs *args,
                     RemoteConnectStoragePoolEventRegisterAnyRet *ret, GError **error)
{
    RpcEventWish wish = {.object = ACL_STORAGE_POOL,
                         .event_id = args->event_id,
                         .uuid = args->pool != NULL ? args->pool->uuid : NULL};
    return register_callback(call, &wish, &ret->callback_id, error);
}

gboolean
events_pool_deregister(RpcCall *call, const RemoteConnectStoragePoolEventDeregisterAnyArgs *args,
                       GError **error)
{
    return rpc_event_deregister(rpc_call_conn(call), ACL_STORAGE_POOL, args->callback_id, error);
}

gboolean
events_nodedev_register(RpcCall *call, const RemoteConnectNodeDeviceEventRegisterAnyArgs *args,
                        RemoteConnectNodeDeviceEventRegisterAnyRet *ret, GError **error)
{
    RpcEventWish wish = {.object = ACL_NODE_DEVICE,
                         .event_id = args->event_id,
                         .name = args->dev != NULL ? args->dev->name : NULL};
    return register_callback(call, &wish, &ret->callback_id, error);
}

gboolean
events_nodedev_deregister(RpcCall *call, const RemoteConnectNodeDeviceEventDeregisterAnyArgs *args,
                          GError **error)
{
    return rpc_event_deregister(rpc_call_conn(call), ACL_NODE_DEVICE, args->callback_id, error);
}

gboolean
events_secret_register(RpcCall *call, const RemoteConnectSecretEventRegisterAnyArgs *args,
                       RemoteConnectSecretEventRegisterAnyRet *ret, GError **error)
{
    RpcEventWish wish = {.object = ACL_SECRET,
                         .event_id = args->event_id,
                         .uuid = args->secret != NULL ? args->secret->uuid : NULL};
    return register_callback(call, &wish, &ret->callback_id, error);
}

gboolean
events_secret_deregister(RpcCall *call, const RemoteConnectSecretEventDeregisterAnyArgs *args,
                         GError **error)
{
    return rpc_event_deregister(rpc_call_conn(call), ACL_SECRET, args->callback_id, error);
}
