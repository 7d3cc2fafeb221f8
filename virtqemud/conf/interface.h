/*
 * interface — <interface>: a network card, and what its other end is on the host.
 */
#pragma once

#include "common/conf/device_info.h"
#include "virtqemud/conf/virtio_options.h"

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

typedef enum { MACVTAP_VEPA = 1, MACVTAP_PRIVATE, MACVTAP_BRIDGE, MACVTAP_PASSTHROUGH } MacvtapMode;

typedef struct {
    const char *dev;
    MacvtapMode mode;
    const ConfExtra *extra;
} InterfaceDirect;

typedef struct {
    const char *address;
    const char *family; /* "ipv4" or "ipv6" */
    uint32_t prefix;
    const char *peer;
} InterfaceIp;

typedef struct {
    const char *family;
    const char *address;
    const char *netmask;
    OptU32 prefix;
    const char *gateway;
    uint32_t metric;
} InterfaceRoute;

/* The host's side of a tap. */
typedef struct {
    CONF_LIST_OF(InterfaceIp) ips;
    CONF_LIST_OF(InterfaceRoute) routes;
    const ConfExtra *extra;
} InterfaceEthernet;

typedef struct {
    const char *type; /* "unix" */
    const char *path;
    const char *mode; /* "server" or "client" */
    Switch reconnect;
    uint32_t reconnect_timeout_s;
    const ConfExtra *extra;
} InterfaceVhostUser;

/* Of types server, client, mcast and udp. */
typedef struct {
    const char *address;
    uint32_t port;
    const char *local_address;
    uint32_t local_port;
    const ConfExtra *extra;
} InterfaceTunnel;

typedef struct {
    const char *name; /* of internal; of vdpa the device */
    const ConfExtra *extra;
} InterfaceNamed;

/* KiB/s and KiB. */
typedef struct {
    uint64_t average;
    uint64_t peak;
    uint64_t floor;
    uint64_t burst;
} InterfaceRate;

typedef struct {
    uint32_t id;
    const char *native_mode; /* "tagged" or "untagged" */
} VlanTag;

typedef struct {
    Switch trunk;
    CONF_LIST_OF(VlanTag) tags;
} InterfaceVlan;

typedef enum {
    VIRTUAL_PORT_8021QBG = 1,
    VIRTUAL_PORT_8021QBH,
    VIRTUAL_PORT_OPENVSWITCH,
    VIRTUAL_PORT_MIDONET
} VirtualPortType;

typedef struct {
    VirtualPortType type; /* 0: the network's */
    OptU32 manager_id;
    OptU32 type_id;
    OptU32 type_id_version;
    OptUuid instance_id;
    OptUuid interface_id;
    const char *profile_id;
    const ConfExtra *extra;
} VirtualPort;

typedef struct {
    const char *name;
    const char *value;
} FilterParameter;

typedef struct {
    const char *name;
    CONF_LIST_OF(FilterParameter) parameters;
} FilterRef;

/* Work that the card does for a kernel. */
typedef struct {
    Switch csum, gso, tso4, tso6, ecn, ufo, mrg_rxbuf;
} InterfaceOffloads;

typedef struct {
    InterfaceType type;
    Switch trust_guest_rx_filters;
    const char *mac;      /* NULL: to be chosen */
    const char *mac_type; /* "generated" or "static" */
    Switch mac_checked;
    const char *actual_type;   /* of a network's card, in a stock status document */
    const char *actual_bridge; /* the same */
    union {
        InterfaceBridge bridge;
        InterfaceNetwork network;
        InterfaceDirect direct;
        InterfaceEthernet ethernet;
        InterfaceVhostUser vhost_user;
        InterfaceTunnel tunnel;
        InterfaceNamed internal;
        InterfaceNamed vdpa;
    } source; /* the member that `type` names; of a hostdev it is kept as XML */
    InterfaceVlan *vlan;
    VirtualPort *virtual_port;
    CONF_LIST_OF(InterfaceIp) ips; /* inside the guest */
    CONF_LIST_OF(InterfaceRoute) routes;
    InterfaceRate *inbound;
    InterfaceRate *outbound;
    Switch port_isolated;
    const char *script;
    const char *downscript;
    const char *target; /* name of the tap on the host */
    Switch target_managed;
    const char *guest_dev;
    const char *model;
    const char *driver; /* "vhost" or "qemu" */
    InterfaceTxMode tx_mode;
    uint32_t queues;
    uint32_t rx_queue_size;
    uint32_t tx_queue_size;
    Switch ioeventfd;
    Switch event_idx;
    Switch rss;
    Switch rss_hash_report;
    VirtioOptions virtio;
    InterfaceOffloads host_offloads;
    InterfaceOffloads guest_offloads;
    const char *tun_path;
    const char *vhost_path;
    FilterRef *filter;
    uint32_t sndbuf;
    LinkState link;
    uint32_t mtu;
    uint32_t coalesce_rx_frames;
    const char *teaming;            /* "persistent" or "transient" */
    const char *teaming_persistent; /* alias of the other card */
    DeviceInfo info;
    const ConfExtra *extra;
} Interface;

extern const ConfType interface_conf;
