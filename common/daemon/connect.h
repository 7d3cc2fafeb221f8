/*
 * connect — the calls about the connection itself, the same in every daemon: authentication, open,
 * close, features, identity, close callbacks, and the registrations for events.
 *
 * A daemon puts CONNECT_HANDLERS into its handler structure, and the EVENT rows of the families
 * that it serves. All of class `conn` or `control`: io thread.
 */
#pragma once

#include "common/rpc/call.h"
#include "common/spec/qemu.h"
#include "common/spec/remote.h"

gboolean connect_auth_list(RpcCall *call, RemoteAuthListRet *ret, GError **error);
gboolean connect_auth_polkit(RpcCall *call, RemoteAuthPolkitRet *ret, GError **error);
gboolean connect_open(RpcCall *call, const RemoteConnectOpenArgs *args, GError **error);
gboolean connect_close(RpcCall *call, GError **error);
gboolean connect_get_type(RpcCall *call, RemoteConnectGetTypeRet *ret, GError **error);
gboolean connect_get_uri(RpcCall *call, RemoteConnectGetUriRet *ret, GError **error);
gboolean connect_get_lib_version(RpcCall *call, RemoteConnectGetLibVersionRet *ret, GError **error);
gboolean connect_is_secure(RpcCall *call, RemoteConnectIsSecureRet *ret, GError **error);
gboolean connect_supports_feature(RpcCall *call, const RemoteConnectSupportsFeatureArgs *args,
                                  RemoteConnectSupportsFeatureRet *ret, GError **error);
gboolean connect_set_identity(RpcCall *call, const RemoteConnectSetIdentityArgs *args,
                              GError **error);
gboolean connect_register_close_callback(RpcCall *call, GError **error);
gboolean connect_unregister_close_callback(RpcCall *call, GError **error);

#define CONNECT_HANDLERS                                                                           \
    .auth_list = connect_auth_list, .auth_polkit = connect_auth_polkit,                            \
    .connect_open = connect_open, .connect_close = connect_close,                                  \
    .connect_get_type = connect_get_type, .connect_get_uri = connect_get_uri,                      \
    .connect_get_lib_version = connect_get_lib_version, .connect_is_secure = connect_is_secure,    \
    .connect_supports_feature = connect_supports_feature,                                          \
    .connect_set_identity = connect_set_identity,                                                  \
    .connect_register_close_callback = connect_register_close_callback,                            \
    .connect_unregister_close_callback = connect_unregister_close_callback

/* --- connect_events.c --- */

gboolean events_domain_register(RpcCall *call, RemoteConnectDomainEventRegisterRet *ret,
                                GError **error);
gboolean events_domain_deregister(RpcCall *call, RemoteConnectDomainEventDeregisterRet *ret,
                                  GError **error);
gboolean events_domain_register_any(RpcCall *call,
                                    const RemoteConnectDomainEventRegisterAnyArgs *args,
                                    GError **error);
gboolean events_domain_deregister_any(RpcCall *call,
                                      const RemoteConnectDomainEventDeregisterAnyArgs *args,
                                      GError **error);
gboolean events_domain_callback_register(
    RpcCall *call, const RemoteConnectDomainEventCallbackRegisterAnyArgs *args,
    RemoteConnectDomainEventCallbackRegisterAnyRet *ret, GError **error);
gboolean events_domain_callback_deregister(
    RpcCall *call, const RemoteConnectDomainEventCallbackDeregisterAnyArgs *args, GError **error);
gboolean events_monitor_register(RpcCall *call,
                                 const QemuConnectDomainMonitorEventRegisterArgs *args,
                                 QemuConnectDomainMonitorEventRegisterRet *ret, GError **error);
gboolean events_monitor_deregister(RpcCall *call,
                                   const QemuConnectDomainMonitorEventDeregisterArgs *args,
                                   GError **error);
gboolean events_network_register(RpcCall *call,
                                 const RemoteConnectNetworkEventRegisterAnyArgs *args,
                                 RemoteConnectNetworkEventRegisterAnyRet *ret, GError **error);
gboolean events_network_deregister(RpcCall *call,
                                   const RemoteConnectNetworkEventDeregisterAnyArgs *args,
                                   GError **error);
gboolean events_pool_register(RpcCall *call,
                              const RemoteConnectStoragePoolEventRegisterAnyArgs *args,
                              RemoteConnectStoragePoolEventRegisterAnyRet *ret, GError **error);
gboolean events_pool_deregister(RpcCall *call,
                                const RemoteConnectStoragePoolEventDeregisterAnyArgs *args,
                                GError **error);
gboolean events_nodedev_register(RpcCall *call,
                                 const RemoteConnectNodeDeviceEventRegisterAnyArgs *args,
                                 RemoteConnectNodeDeviceEventRegisterAnyRet *ret, GError **error);
gboolean events_nodedev_deregister(RpcCall *call,
                                   const RemoteConnectNodeDeviceEventDeregisterAnyArgs *args,
                                   GError **error);
gboolean events_secret_register(RpcCall *call, const RemoteConnectSecretEventRegisterAnyArgs *args,
                                RemoteConnectSecretEventRegisterAnyRet *ret, GError **error);
gboolean events_secret_deregister(RpcCall *call,
                                  const RemoteConnectSecretEventDeregisterAnyArgs *args,
                                  GError **error);

#define EVENT_HANDLERS_DOMAIN                                                                      \
    .connect_domain_event_register = events_domain_register,                                       \
    .connect_domain_event_deregister = events_domain_deregister,                                   \
    .connect_domain_event_register_any = events_domain_register_any,                               \
    .connect_domain_event_deregister_any = events_domain_deregister_any,                           \
    .connect_domain_event_callback_register_any = events_domain_callback_register,                 \
    .connect_domain_event_callback_deregister_any = events_domain_callback_deregister
#define EVENT_HANDLERS_NETWORK                                                                     \
    .connect_network_event_register_any = events_network_register,                                 \
    .connect_network_event_deregister_any = events_network_deregister
#define EVENT_HANDLERS_STORAGE                                                                     \
    .connect_storage_pool_event_register_any = events_pool_register,                               \
    .connect_storage_pool_event_deregister_any = events_pool_deregister
#define EVENT_HANDLERS_NODEDEV                                                                     \
    .connect_node_device_event_register_any = events_nodedev_register,                             \
    .connect_node_device_event_deregister_any = events_nodedev_deregister
#define EVENT_HANDLERS_SECRET                                                                      \
    .connect_secret_event_register_any = events_secret_register,                                   \
    .connect_secret_event_deregister_any = events_secret_deregister
