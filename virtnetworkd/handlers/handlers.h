/*
 * handlers — the calls that virtnetworkd answers itself, each listed once: prototypes here and the
 * rows of the table in main.c follow. What a handler gets is the spec's; see common/rpc/call.h for
 * what it may do.
 */
#pragma once

#include "common/rpc/call.h"
#include "common/spec/remote.h"

/* clang-format off */
/* X(name of the procedure), by the file in this folder that has handle_NAME */
#define VIRTNETWORKD_CALLS(X) \
    /* network.c */ \
    X(connect_num_of_networks) \
    X(connect_num_of_defined_networks) \
    X(connect_list_networks) \
    X(connect_list_defined_networks) \
    X(connect_list_all_networks) \
    X(network_lookup_by_name) \
    X(network_lookup_by_uuid) \
    /* nwfilter.c */ \
    X(connect_num_of_nwfilters) \
    X(connect_list_nwfilters) \
    X(connect_list_all_nwfilters) \
    X(nwfilter_lookup_by_name) \
    X(nwfilter_lookup_by_uuid) \
    /* binding.c */ \
    X(connect_list_all_nwfilter_bindings) \
    X(nwfilter_binding_lookup_by_port_dev) \
    /* interface.c */ \
    X(connect_num_of_interfaces) \
    X(connect_num_of_defined_interfaces) \
    X(connect_list_interfaces) \
    X(connect_list_defined_interfaces) \
    X(connect_list_all_interfaces) \
    X(interface_lookup_by_name) \
    X(interface_lookup_by_mac_string)
/* clang-format on */

#define X(name) remote_fn_##name handle_##name;
VIRTNETWORKD_CALLS(X)
#undef X
