/*
 * interface — <interface>: a network card, and what its other end is on the host.
 */
#pragma once

#include "common/conf/device_info.h"

typedef enum {
    INTERFACE_USER = 1,
    INTERFACE_BRIDGE,
    INTERFACE_NETWORK,
    INTERFACE_DIRECT,
    INTERFACE_ETHERNET,
    INTERFACE_HOSTDEV,
    INTERFACE_VHOST_USER,
    INTERFACE_SERVER,
    INTERFACE_CLIENT,
    INTERFACE_MCAST,
    INTERFACE_UDP,
    INTERFACE_INTERNAL,
    INTERFACE_VDPA
} InterfaceType;
typedef enum { TX_IOTHREAD = 1, TX_TIMER } InterfaceTxMode;
typedef enum { LINK_UP = 1, LINK_DOWN } LinkState;

typedef struct {
    const char *bridge;
    const ConfExtra *extra;
} InterfaceBridge;

typedef struct {
    const char *network;
    const char *portgroup;
    const char *portid; /* uuid of the running port */
    const char *bridge; /* the network's, while the guest runs */
    const ConfExtra *extra;
} InterfaceNetwork;

typedef struct {
    InterfaceType type;
    Switch trust_guest_rx_filters;
    const char *mac; /* NULL: to be chosen */
    union {
        InterfaceBridge bridge;
        InterfaceNetwork network;
    } source;           /* the member that `type` names; other types are kept as XML */
    const char *target; /* name of the tap on the host */
    const char *model;
    const char *driver; /* "vhost" or "qemu" */
    InterfaceTxMode tx_mode;
    uint32_t queues;
    uint32_t rx_queue_size;
    uint32_t tx_queue_size;
    LinkState link;
    uint32_t mtu;
    DeviceInfo info;
    const ConfExtra *extra;
} Interface;

extern const ConfType interface_conf;
