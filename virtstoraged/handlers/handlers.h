/*
 * handlers — the calls that virtstoraged answers itself, each listed once: prototypes here and the
 * rows of the table in main.c follow. What a handler gets is the spec's; see common/rpc/call.h for
 * what it may do.
 */
#pragma once

#include "common/rpc/call.h"
#include "common/spec/remote.h"

/* clang-format off */
/* X(name of the procedure), by the file in this folder that has handle_NAME */
#define VIRTSTORAGED_CALLS(X) \
    /* pool.c */ \
    X(connect_num_of_storage_pools) \
    X(connect_num_of_defined_storage_pools) \
    X(connect_list_storage_pools) \
    X(connect_list_defined_storage_pools) \
    X(connect_list_all_storage_pools) \
    X(storage_pool_lookup_by_name) \
    X(storage_pool_lookup_by_uuid) \
    X(storage_pool_lookup_by_volume) \
    X(storage_pool_lookup_by_target_path) \
    /* pool_change.c */ \
    X(storage_pool_get_info) \
    X(storage_pool_get_xml_desc) \
    X(storage_pool_get_autostart) \
    X(storage_pool_is_active) \
    X(storage_pool_is_persistent) \
    X(storage_pool_define_xml) \
    X(storage_pool_create_xml) \
    X(storage_pool_create) \
    X(storage_pool_build) \
    X(storage_pool_destroy) \
    X(storage_pool_delete) \
    X(storage_pool_undefine) \
    X(storage_pool_refresh) \
    X(storage_pool_set_autostart) \
    /* volume.c */ \
    X(storage_pool_num_of_volumes) \
    X(storage_pool_list_volumes) \
    X(storage_pool_list_all_volumes) \
    X(storage_vol_get_info) \
    X(storage_vol_get_info_flags) \
    X(storage_vol_get_path) \
    X(storage_vol_get_xml_desc) \
    X(storage_vol_delete) \
    X(storage_vol_lookup_by_name) \
    X(storage_vol_lookup_by_key) \
    X(storage_vol_lookup_by_path) \
    /* secret.c */ \
    X(connect_num_of_secrets) \
    X(connect_list_secrets) \
    X(connect_list_all_secrets) \
    X(secret_lookup_by_uuid) \
    X(secret_lookup_by_usage)
/* clang-format on */

#define X(name) remote_fn_##name handle_##name;
VIRTSTORAGED_CALLS(X)
#undef X
