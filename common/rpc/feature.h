/*
 * feature — the numbers of connect_supports_feature and who has which. Constant data.
 *
 * Facts of the protocol: 8, 10, 14 and 15 belong to the transport and are answered by whoever holds
 * the connection; the others by the driver that the connection opened.
 */
#pragma once

#include <glib.h>

#include "common/rpc/kind.h"

enum {
    FEATURE_MIGRATION_V1 = 1,
    FEATURE_REMOTE = 2,
    FEATURE_MIGRATION_V2 = 3,
    FEATURE_MIGRATION_P2P = 4,
    FEATURE_MIGRATION_DIRECT = 5,
    FEATURE_MIGRATION_V3 = 6,
    FEATURE_MIGRATE_CHANGE_PROTECTION = 7,
    FEATURE_FD_PASSING = 8,
    FEATURE_TYPED_PARAM_STRING = 9,
    FEATURE_KEEPALIVE = 10,
    FEATURE_XML_MIGRATABLE = 11,
    FEATURE_MIGRATION_OFFLINE = 12,
    FEATURE_MIGRATION_PARAMS = 13,
    FEATURE_EVENT_CALLBACK = 14,
    FEATURE_CLOSE_CALLBACK = 15,
    FEATURE_NETWORK_UPDATE_ORDER = 16
};

gboolean feature_is_of_transport(int32_t feature);
/* What a driver of this kind answers. */
gboolean feature_of_kind(int32_t feature, const RpcConnKind *kind);
