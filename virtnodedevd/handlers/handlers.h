/*
 * handlers — the calls that virtnodedevd answers itself, each listed once: prototypes here and the
 * rows of the table in main.c follow. What a handler gets is the spec's; see common/rpc/call.h for
 * what it may do.
 */
#pragma once

#include "common/rpc/call.h"
#include "common/spec/remote.h"

/* clang-format off */
/* X(name of the procedure), by the file in this folder that has handle_NAME */
#define VIRTNODEDEVD_CALLS(X) \
    /* device.c */ \
    X(node_num_of_devices) \
    X(node_list_devices) \
    X(connect_list_all_node_devices) \
    X(node_device_lookup_by_name) \
    X(node_device_lookup_scsi_host_by_wwn)
/* clang-format on */

#define X(name) remote_fn_##name handle_##name;
VIRTNODEDEVD_CALLS(X)
#undef X
