/*
 * interface — see interface.h. https://libvirt.org/formatdomain.html#network-interfaces
 */
#include "virtqemud/conf/interface.h"

#include <string.h>

#include "common/conf/fields.h"

enum { MAC_BYTES = 6 };

/* Six bytes of one or two hex digits, the first of them even: not a group's address. */
static bool
is_mac(const char *text)
{
    for (int i = 0; i < MAC_BYTES; i++) {
        char *end = NULL;
        if (!g_ascii_isxdigit(*text))
            return false;
        guint64 byte = g_ascii_strtoull(text, &end, 16);
        if (end - text > 2 || *end != (i < MAC_BYTES - 1 ? ':' : '\0') ||
            (i == 0 && (byte & 1) != 0))
            return false;
        text = end + 1;
    }
    return true;
}

static const ConfPattern mac = {"a unicast MAC address", "([a-fA-F0-9]{1,2}:){5}[a-fA-F0-9]{1,2}",
                                is_mac};

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"user", INTERFACE_USER, "A NAT within the emulator."},
    {"bridge", INTERFACE_BRIDGE, "A bridge of the host."},
    {"network", INTERFACE_NETWORK, "A virtual network."},
    {"direct", INTERFACE_DIRECT, "A macvtap above a card of the host."},
    {"ethernet", INTERFACE_ETHERNET, "A tap that somebody else connects."},
    {"hostdev", INTERFACE_HOSTDEV, "A card of the host itself."},
    {"vhostuser", INTERFACE_VHOST_USER, "A process on the host."},
    {"server", INTERFACE_SERVER, "A TCP tunnel, listening."},
    {"client", INTERFACE_CLIENT, "A TCP tunnel, connecting."},
    {"mcast", INTERFACE_MCAST, "A multicast tunnel."},
    {"udp", INTERFACE_UDP, "A UDP tunnel."},
    {"internal", INTERFACE_INTERNAL, "Other hypervisors only."},
    {"vdpa", INTERFACE_VDPA, "A vDPA device."},
};
static const ConfEnum interface_type_enum = CONF_ENUM_OF("interface_type", type_items);

static const ConfEnumItem link_items[] = {
    {"up", LINK_UP, "The cable is in."}, {"down", LINK_DOWN, "The cable is out."},
};
static const ConfEnum link_enum = CONF_ENUM_OF("link_state", link_items);

static const ConfEnumItem tx_items[] = {
    {"iothread", TX_IOTHREAD, ""}, {"timer", TX_TIMER, ""},
};
static const ConfEnum tx_enum = CONF_ENUM_OF("tx_mode", tx_items);

static const ConfField bridge_rows[] = {
    ATTR_STR(InterfaceBridge, bridge, "bridge", NULL, REQUIRED | LIVE, "Name of the bridge."),
    EXTRA(InterfaceBridge, extra, NULL),
    END};
static const ConfType bridge_source = CONF_TYPE(InterfaceBridge, "source", bridge_rows, NULL);

static const ConfField network_rows[] = {
    ATTR_STR(InterfaceNetwork, network, "network", NULL, REQUIRED | LIVE, "Name of the network."),
    ATTR_STR(InterfaceNetwork, portgroup, "portgroup", NULL, LIVE, "Group of its ports."),
    ATTR_STR(InterfaceNetwork, portid, "portid", NULL, INACTIVE_OMIT, "The port, while it runs."),
    ATTR_STR(InterfaceNetwork, bridge, "bridge", NULL, INACTIVE_OMIT, "Its bridge, as well."),
    EXTRA(InterfaceNetwork, extra, NULL),
    END};
static const ConfType network_source = CONF_TYPE(InterfaceNetwork, "source", network_rows, NULL);

static const ConfType *const source_types[] = {
    [INTERFACE_BRIDGE] = &bridge_source,
    [INTERFACE_NETWORK] = &network_source,
};
static const ConfCases interface_sources = CONF_CASES_OF(source_types);

static const ConfField interface_rows[] = {
    ATTR_ENUM(Interface, type, "type", interface_type_enum, REQUIRED, "What the other end is."),
    ATTR_ENUM(Interface, trust_guest_rx_filters, "trustGuestRxFilters", yes_no_enum, LIVE,
              "Whether the guest may change the host's filters."),
    SUB_STR(Interface, mac, "mac/@address", &mac, DERIVED | GUEST_ABI, "The card's address."),
    UNION(Interface, source, "source", type, interface_sources, REQUIRED, "Depends on @type."),
    EXTRA(Interface, extra, "source ip route bandwidth vlan virtualport"),
    SUB_STR(Interface, target, "target/@dev", NULL, OPTIONAL, "Name of the tap on the host."),
    SUB_STR(Interface, model, "model/@type", NULL, DERIVED | GUEST_ABI, "Which card."),
    SUB_STR(Interface, driver, "driver/@name", NULL, OPTIONAL, "vhost or qemu."),
    SUB_ENUM(Interface, tx_mode, "driver/@txmode", tx_enum, OPTIONAL, "What sends packets."),
    SUB_NUM(Interface, queues, "driver/@queues", 1, UINT32_MAX, GUEST_ABI, "Queues."),
    SUB_NUM(Interface, rx_queue_size, "driver/@rx_queue_size", 1, UINT32_MAX, GUEST_ABI,
            "Length of a receive queue."),
    SUB_NUM(Interface, tx_queue_size, "driver/@tx_queue_size", 1, UINT32_MAX, GUEST_ABI,
            "Length of a transmit queue."),
    EXTRA(Interface, extra, "backend filterref"),
    SUB_ENUM(Interface, link, "link/@state", link_enum, LIVE, "The cable."),
    SUB_NUM(Interface, mtu, "mtu/@size", 1, 65535, GUEST_ABI, "Largest frame."),
    EXTRA(Interface, extra, "coalesce"),
    INCLUDE(Interface, info, DeviceInfo, device_info_conf),
    EXTRA(Interface, extra, NULL),
    END};
/* clang-format on */

const ConfType interface_conf = CONF_TYPE(Interface, "interface", interface_rows, NULL);
