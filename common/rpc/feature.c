/*
 * feature — see feature.h.
 */
#include "common/rpc/feature.h"

gboolean
feature_is_of_transport(int32_t feature)
{
    return feature == FEATURE_FD_PASSING || feature == FEATURE_KEEPALIVE ||
           feature == FEATURE_EVENT_CALLBACK || feature == FEATURE_CLOSE_CALLBACK;
}

gboolean
feature_of_kind(int32_t feature, const RpcConnKind *kind)
{
    switch (feature) {
    case FEATURE_TYPED_PARAM_STRING:
    case FEATURE_NETWORK_UPDATE_ORDER:
        return kind->family == RPC_FAMILY_HYPERVISOR || kind->family == RPC_FAMILY_NETWORK;
    case FEATURE_MIGRATION_V2:
    case FEATURE_MIGRATION_P2P:
    case FEATURE_MIGRATION_V3:
    case FEATURE_MIGRATE_CHANGE_PROTECTION:
    case FEATURE_XML_MIGRATABLE:
    case FEATURE_MIGRATION_OFFLINE:
    case FEATURE_MIGRATION_PARAMS:
        /* Asked by clients before they migrate: answered with the calls that do it. */
        return FALSE;
    default:
        return FALSE;
    }
}
