/*
 * interface — see interface.h. https://libvirt.org/formatdomain.html#network-interfaces
 */
#include "virtqemud/conf/interface.h"

#include <string.h>

#include "common/conf/fields.h"
#include "virtqemud/conf/patterns.h"

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

static bool
is_model(const char *text)
{
    return strspn(text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_") == strlen(text);
}

static const ConfPattern model_name = {"a name of letters, digits, '-' and '_'", "[a-zA-Z0-9_\\-]+",
                                       is_model, NULL};

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
    ATTR_STR(InterfaceBridge, bridge, "bridge", &device_name_pattern, REQUIRED | LIVE,
             "Name of the bridge."),
    EXTRA(InterfaceBridge, extra, NULL),
    END};
static const ConfType bridge_source = CONF_TYPE(InterfaceBridge, "source", bridge_rows, NULL);

static const ConfField network_rows[] = {
    ATTR_STR(InterfaceNetwork, network, "network", NULL, REQUIRED | LIVE, "Name of the network."),
    ATTR_STR(InterfaceNetwork, portgroup, "portgroup", &device_name_pattern, LIVE,
             "Group of its ports."),
    ATTR_STR(InterfaceNetwork, portid, "portid", NULL, INACTIVE_OMIT, "The port, while it runs."),
    ATTR_STR(InterfaceNetwork, bridge, "bridge", &device_name_pattern, INACTIVE_OMIT | STATUS_OMIT,
             "Its bridge, as well."),
    EXTRA(InterfaceNetwork, extra, NULL),
    END};
static const ConfType network_source = CONF_TYPE(InterfaceNetwork, "source", network_rows, NULL);

static const ConfEnumItem macvtap_items[] = {
    {"vepa", MACVTAP_VEPA, "Through the switch."}, {"private", MACVTAP_PRIVATE, "Never to others."},
    {"bridge", MACVTAP_BRIDGE, "Directly to others."},
    {"passthrough", MACVTAP_PASSTHROUGH, "Alone on the card."},
};
static const ConfEnum macvtap_enum = CONF_ENUM_OF("macvtap_mode", macvtap_items);

static const ConfField direct_rows[] = {
    ATTR_STR(InterfaceDirect, dev, "dev", &device_name_pattern, REQUIRED, "Card of the host."),
    ATTR_ENUM(InterfaceDirect, mode, "mode", macvtap_enum, OPTIONAL, "How it goes to others."),
    EXTRA(InterfaceDirect, extra, NULL),
    END};
static const ConfType direct_source = CONF_TYPE(InterfaceDirect, "source", direct_rows, NULL);

static const ConfField ip_rows[] = {
    ATTR_STR(InterfaceIp, address, "address", &ip_address_pattern, REQUIRED, "Address."),
    ATTR_STR(InterfaceIp, family, "family", ONE_OF("ipv4 ipv6"), OPTIONAL, "ipv4 or ipv6."),
    ATTR_NUM(InterfaceIp, prefix, "prefix", 0, 128, OPTIONAL, "Bits of the network."),
    ATTR_STR(InterfaceIp, peer, "peer", &ip_address_pattern, OPTIONAL, "The other end's address."),
    END};
static const ConfType ip_conf = CONF_TYPE(InterfaceIp, "ip", ip_rows, NULL);

static const ConfField route_rows[] = {
    ATTR_STR(InterfaceRoute, family, "family", ONE_OF("ipv4 ipv6"), OPTIONAL, "ipv4 or ipv6."),
    ATTR_STR(InterfaceRoute, address, "address", &ip_address_pattern, REQUIRED, "Network."),
    ATTR_STR(InterfaceRoute, netmask, "netmask", &ip_address_pattern, OPTIONAL, "Its mask."),
    ATTR_NUM(InterfaceRoute, prefix, "prefix", 0, 128, OPTIONAL, "The same as a number of bits."),
    ATTR_STR(InterfaceRoute, gateway, "gateway", &ip_address_pattern, REQUIRED, "By which host."),
    ATTR_NUM(InterfaceRoute, metric, "metric", 1, UINT32_MAX, OPTIONAL, "Less is better."),
    END};

static bool
route_validate(const void *object, GError **error)
{
    const InterfaceRoute *route = object;
    if (route->netmask == NULL || !route->prefix.set)
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "one of @netmask and @prefix is enough");
    return false;
}

static const ConfType route_conf = CONF_TYPE(InterfaceRoute, "route", route_rows, route_validate);

static const ConfField ethernet_rows[] = {
    LIST(InterfaceEthernet, ips, "ip", InterfaceIp, ip_conf, NULL, OPTIONAL, "Of the host's side."),
    LIST(InterfaceEthernet, routes, "route", InterfaceRoute, route_conf, NULL, OPTIONAL, "Routes."),
    EXTRA(InterfaceEthernet, extra, NULL),
    END};
static const ConfType ethernet_source = CONF_TYPE(InterfaceEthernet, "source", ethernet_rows, NULL);

static const ConfField vhost_user_rows[] = {
    ATTR_STR(InterfaceVhostUser, type, "type", ONE_OF("unix"), REQUIRED, "Always unix."),
    ATTR_STR(InterfaceVhostUser, path, "path", NULL, REQUIRED, "Path of the socket."),
    ATTR_STR(InterfaceVhostUser, mode, "mode", ONE_OF("server client"), REQUIRED,
             "server or client."),
    SUB_ENUM(InterfaceVhostUser, reconnect, "reconnect/@enabled", yes_no_enum, SCHEMA_REQUIRED,
             "Connects again."),
    SUB_NUM(InterfaceVhostUser, reconnect_timeout_s, "reconnect/@timeout", 1, UINT32_MAX, OPTIONAL,
            "Seconds between two tries."),
    EXTRA(InterfaceVhostUser, extra, NULL),
    END};
static const ConfType vhost_user_source =
    CONF_TYPE(InterfaceVhostUser, "source", vhost_user_rows, NULL);

#define TUNNEL_ROWS(flag)                                                                          \
    ATTR_STR(InterfaceTunnel, address, "address", NULL, flag, "Address."),                         \
    ATTR_NUM(InterfaceTunnel, port, "port", 1, 65535, REQUIRED, "Port.")
static const ConfField server_rows[] = {
    TUNNEL_ROWS(OPTIONAL),
    EXTRA(InterfaceTunnel, extra, NULL),
    END};
static const ConfType server_source = CONF_TYPE(InterfaceTunnel, "source", server_rows, NULL);

static const ConfField client_rows[] = {
    TUNNEL_ROWS(REQUIRED),
    EXTRA(InterfaceTunnel, extra, NULL),
    END};
static const ConfType client_source = CONF_TYPE(InterfaceTunnel, "source", client_rows, NULL);

static const ConfField udp_rows[] = {
    TUNNEL_ROWS(REQUIRED),
    SUB_STR(InterfaceTunnel, local_address, "local/@address", NULL, REQUIRED, "Of our end."),
    SUB_NUM(InterfaceTunnel, local_port, "local/@port", 1, 65535, REQUIRED, "Of our end."),
    EXTRA(InterfaceTunnel, extra, NULL),
    END};
static const ConfType udp_source = CONF_TYPE(InterfaceTunnel, "source", udp_rows, NULL);

static const ConfField internal_rows[] = {
    ATTR_STR(InterfaceNamed, name, "name", NULL, REQUIRED, "Name."),
    EXTRA(InterfaceNamed, extra, NULL),
    END};
static const ConfType internal_source = CONF_TYPE(InterfaceNamed, "source", internal_rows, NULL);

static const ConfField vdpa_rows[] = {
    ATTR_STR(InterfaceNamed, name, "dev", &device_name_pattern, REQUIRED, "Path of the device."),
    EXTRA(InterfaceNamed, extra, NULL),
    END};
static const ConfType vdpa_source = CONF_TYPE(InterfaceNamed, "source", vdpa_rows, NULL);

static const ConfType *const source_types[] = {
    [INTERFACE_BRIDGE] = &bridge_source,         [INTERFACE_NETWORK] = &network_source,
    [INTERFACE_DIRECT] = &direct_source,         [INTERFACE_ETHERNET] = &ethernet_source,
    [INTERFACE_VHOST_USER] = &vhost_user_source, [INTERFACE_SERVER] = &server_source,
    [INTERFACE_CLIENT] = &client_source,         [INTERFACE_MCAST] = &client_source,
    [INTERFACE_UDP] = &udp_source,               [INTERFACE_INTERNAL] = &internal_source,
    [INTERFACE_VDPA] = &vdpa_source,
};
static const ConfCases interface_sources = CONF_CASES_OF(source_types);

static const ConfField rate_rows[] = {
    ATTR_NUM(InterfaceRate, average, "average", 0, UINT64_MAX, LIVE, "KiB/s."),
    ATTR_NUM(InterfaceRate, peak, "peak", 0, UINT64_MAX, LIVE, "KiB/s at most."),
    ATTR_NUM(InterfaceRate, floor, "floor", 0, UINT64_MAX, LIVE, "KiB/s for certain."),
    ATTR_NUM(InterfaceRate, burst, "burst", 0, UINT64_MAX, LIVE, "KiB at the peak."),
    END};
static const ConfType rate_conf = CONF_TYPE(InterfaceRate, "inbound", rate_rows, NULL);

static const ConfField tag_rows[] = {
    ATTR_NUM(VlanTag, id, "id", 0, 4095, REQUIRED | ALWAYS, "Number."),
    ATTR_STR(VlanTag, native_mode, "nativeMode", ONE_OF("tagged untagged"), OPTIONAL,
             "tagged or untagged."),
    END};
static const ConfType tag_conf = CONF_TYPE(VlanTag, "tag", tag_rows, NULL);

static const ConfField vlan_rows[] = {
    ATTR_ENUM(InterfaceVlan, trunk, "trunk", yes_no_enum, OPTIONAL, "Several tags."),
    LIST(InterfaceVlan, tags, "tag", VlanTag, tag_conf, NULL, REQUIRED | LIVE, "Tags."),
    END};

static bool
vlan_validate_schema(const void *object, GError **error)
{
    if (((const InterfaceVlan *)object)->trunk != SWITCH_OFF)
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "@trunk is 'yes' or absent");
    return false;
}

static const ConfType vlan_conf =
    CONF_TYPE_WITH_SCHEMA(InterfaceVlan, "vlan", vlan_rows, NULL, vlan_validate_schema);

static const ConfEnumItem port_items[] = {
    {"802.1Qbg", VIRTUAL_PORT_8021QBG, ""}, {"802.1Qbh", VIRTUAL_PORT_8021QBH, ""},
    {"openvswitch", VIRTUAL_PORT_OPENVSWITCH, ""}, {"midonet", VIRTUAL_PORT_MIDONET, ""},
};
static const ConfEnum port_enum = CONF_ENUM_OF("virtualport_type", port_items);

#define PARAMETER "parameters/"
static const ConfField port_rows[] = {
    ATTR_ENUM(VirtualPort, type, "type", port_enum, OPTIONAL, "What the switch speaks."),
    SUB_NUM(VirtualPort, manager_id, PARAMETER "@managerid", 0, 255, OPTIONAL, "Of 802.1Qbg."),
    SUB_NUM(VirtualPort, type_id, PARAMETER "@typeid", 0, 0xffffff, OPTIONAL, "Of 802.1Qbg."),
    SUB_NUM(VirtualPort, type_id_version, PARAMETER "@typeidversion", 0, 255, OPTIONAL,
            "Of 802.1Qbg."),
    SUB_STR(VirtualPort, instance_id, PARAMETER "@instanceid", NULL, OPTIONAL, "Of 802.1Qbg."),
    SUB_STR(VirtualPort, interface_id, PARAMETER "@interfaceid", NULL, DERIVED, "Of Open vSwitch."),
    SUB_STR(VirtualPort, profile_id, PARAMETER "@profileid", NULL, OPTIONAL, "Name of a profile."),
    EXTRA(VirtualPort, extra, NULL),
    END};

/* Each kind of switch has parameters of its own. */
static bool
port_validate_schema(const void *object, GError **error)
{
    const VirtualPort *port = object;
    gboolean has_8021qbg = port->manager_id.set || port->type_id.set ||
                           port->type_id_version.set || port->instance_id.set;
    gboolean profile = port->profile_id != NULL, interface = port->interface_id.set;
    gboolean ok = TRUE;
    switch (port->type) {
    case VIRTUAL_PORT_8021QBG:
        ok = !profile && !interface;
        break;
    case VIRTUAL_PORT_8021QBH:
        ok = !has_8021qbg && !interface;
        break;
    case VIRTUAL_PORT_OPENVSWITCH:
        ok = !has_8021qbg;
        break;
    case VIRTUAL_PORT_MIDONET:
        ok = !has_8021qbg && !profile && interface;
    }
    if (!ok)
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "these <parameters> are not those of @type");
    return ok;
}

static const ConfType port_conf =
    CONF_TYPE_WITH_SCHEMA(VirtualPort, "virtualport", port_rows, NULL, port_validate_schema);

static const ConfField parameter_rows[] = {
    ATTR_STR(FilterParameter, name, "name", NULL, REQUIRED, "Name of the variable."),
    ATTR_STR(FilterParameter, value, "value", NULL, REQUIRED, "Its value."),
    END};
static const ConfType parameter_conf =
    CONF_TYPE(FilterParameter, "parameter", parameter_rows, NULL);

static const ConfField filter_rows[] = {
    ATTR_STR(FilterRef, name, "filter", NULL, REQUIRED, "Name of the filter."),
    LIST(FilterRef, parameters, "parameter", FilterParameter, parameter_conf, NULL, OPTIONAL,
         "Its variables."),
    END};
static const ConfType filter_conf = CONF_TYPE(FilterRef, "filterref", filter_rows, NULL);

#define OFFLOAD(m, where, name)                                                                    \
    SUB_ENUM(Interface, m.name, where "@" #name, on_off_enum, GUEST_ABI, "Work of the card.")
#define OFFLOADS_OF_BOTH(m, where)                                                                 \
    OFFLOAD(m, where, tso4), OFFLOAD(m, where, tso6), OFFLOAD(m, where, ecn), OFFLOAD(m, where, ufo)

static const ConfField interface_rows[] = {
    ATTR_ENUM(Interface, type, "type", interface_type_enum, REQUIRED, "What the other end is."),
    ATTR_ENUM(Interface, trust_guest_rx_filters, "trustGuestRxFilters", yes_no_enum, LIVE,
              "Whether the guest may change the host's filters."),
    SUB_STR(Interface, mac, "mac/@address", &mac, DERIVED | GUEST_ABI | SCHEMA_REQUIRED,
            "The card's address."),
    SUB_STR(Interface, mac_type, "mac/@type", ONE_OF("generated static"), OPTIONAL,
            "generated or static."),
    SUB_ENUM(Interface, mac_checked, "mac/@check", yes_no_enum, OPTIONAL, "For a vendor's range."),
    UNION(Interface, source, "source", type, interface_sources, OPTIONAL, "Depends on @type."),
    SUB_STR(Interface, actual_type, "actual/@type", NULL, STATUS_ONLY, "What a network gave."),
    SUB_STR(Interface, actual_bridge, "actual/source/@bridge", NULL, STATUS_ONLY, "Its bridge."),
    EXTRA(Interface, extra, "source"),
    SUB_TABLE_PTR(Interface, vlan, "vlan", InterfaceVlan, vlan_conf, LIVE, "VLAN."),
    SUB_TABLE_PTR(Interface, virtual_port, "virtualport", VirtualPort, port_conf, OPTIONAL,
                  "What the switch is told."),
    LIST(Interface, ips, "ip", InterfaceIp, ip_conf, NULL, OPTIONAL, "Inside the guest."),
    LIST(Interface, routes, "route", InterfaceRoute, route_conf, NULL, OPTIONAL, "The same."),
    SUB_TABLE_PTR(Interface, inbound, "bandwidth/inbound", InterfaceRate, rate_conf, LIVE,
                  "To the guest."),
    SUB_TABLE_PTR(Interface, outbound, "bandwidth/outbound", InterfaceRate, rate_conf, LIVE,
                  "From the guest."),
    SUB_ENUM(Interface, port_isolated, "port/@isolated", yes_no_enum, LIVE,
             "Apart from other isolated ports."),
    SUB_STR(Interface, script, "script/@path", NULL, SCHEMA_REQUIRED, "Program that connects it."),
    SUB_STR(Interface, downscript, "downscript/@path", NULL, SCHEMA_REQUIRED, "And parts it."),
    EXTRA(Interface, extra, "backenddomain"),
    SUB_STR(Interface, target, "target/@dev", &device_name_pattern, SCHEMA_REQUIRED,
            "Name of the tap on the host."),
    SUB_ENUM(Interface, target_managed, "target/@managed", yes_no_enum, OPTIONAL, "Made by us."),
    SUB_STR(Interface, guest_dev, "guest/@dev", &device_name_pattern, OPTIONAL,
            "Name inside the guest."),
    SUB_STR(Interface, model, "model/@type", &model_name, DERIVED | GUEST_ABI | SCHEMA_REQUIRED,
            "Which card."),
    SUB_STR(Interface, driver, "driver/@name", ONE_OF("qemu vhost kvm vfio xen"), OPTIONAL,
            "vhost or qemu."),
    SUB_ENUM(Interface, tx_mode, "driver/@txmode", tx_enum, OPTIONAL, "What sends packets."),
    SUB_ENUM(Interface, ioeventfd, "driver/@ioeventfd", on_off_enum, OPTIONAL,
             "Own event handling."),
    SUB_ENUM(Interface, event_idx, "driver/@event_idx", on_off_enum, OPTIONAL,
             "Fewer interrupts."),
    SUB_NUM(Interface, queues, "driver/@queues", 1, UINT32_MAX, GUEST_ABI, "Queues."),
    SUB_NUM(Interface, rx_queue_size, "driver/@rx_queue_size", 1, UINT32_MAX, GUEST_ABI,
            "Length of a receive queue."),
    SUB_NUM(Interface, tx_queue_size, "driver/@tx_queue_size", 1, UINT32_MAX, GUEST_ABI,
            "Length of a transmit queue."),
    SUB_ENUM(Interface, rss, "driver/@rss", on_off_enum, GUEST_ABI, "Receive side scaling."),
    SUB_ENUM(Interface, rss_hash_report, "driver/@rss_hash_report", on_off_enum, GUEST_ABI,
             "Its hash is shown."),
    VIRTIO_ROWS(Interface, virtio, "driver/"),
    OFFLOAD(host_offloads, "driver/host/", csum), OFFLOAD(host_offloads, "driver/host/", gso),
    OFFLOADS_OF_BOTH(host_offloads, "driver/host/"),
    OFFLOAD(host_offloads, "driver/host/", mrg_rxbuf),
    OFFLOAD(guest_offloads, "driver/guest/", csum),
    OFFLOADS_OF_BOTH(guest_offloads, "driver/guest/"),
    SUB_STR(Interface, tun_path, "backend/@tap", &absolute_path_pattern, OPTIONAL,
            "Device that makes taps."),
    SUB_STR(Interface, vhost_path, "backend/@vhost", &absolute_path_pattern, OPTIONAL,
            "Device of vhost."),
    SUB_TABLE_PTR(Interface, filter, "filterref", FilterRef, filter_conf, LIVE, "Filter."),
    SUB_NUM(Interface, sndbuf, "tune/sndbuf", 1, UINT32_MAX, OPTIONAL, "Bytes on their way."),
    SUB_ENUM(Interface, link, "link/@state", link_enum, SCHEMA_REQUIRED | LIVE, "The cable."),
    SUB_NUM(Interface, mtu, "mtu/@size", 1, 65535, SCHEMA_REQUIRED | GUEST_ABI, "Largest frame."),
    SUB_NUM(Interface, coalesce_rx_frames, "coalesce/rx/frames/@max", 1, UINT32_MAX, LIVE,
            "Frames before the host tells."),
    SUB_STR(Interface, teaming, "teaming/@type", ONE_OF("persistent transient"),
            SCHEMA_REQUIRED | GUEST_ABI,
            "persistent or transient."),
    SUB_STR(Interface, teaming_persistent, "teaming/@persistent", NULL, GUEST_ABI,
            "Alias of the other card."),
    INCLUDE(Interface, info, DeviceInfo, device_info_card_conf),
    EXTRA(Interface, extra, NULL),
    END};
/* clang-format on */

/* Whether the source says what its type needs; NULL: it does. */
static const char *
missing_in_source(const Interface *card)
{
    switch (card->type) {
    case INTERFACE_BRIDGE:
        return card->source.bridge.bridge == NULL ? "source/@bridge" : NULL;
    case INTERFACE_NETWORK:
        return card->source.network.network == NULL ? "source/@network" : NULL;
    case INTERFACE_DIRECT:
        return card->source.direct.dev == NULL ? "source/@dev" : NULL;
    case INTERFACE_VHOST_USER:
        return card->source.vhost_user.path == NULL ? "source/@path" : NULL;
    case INTERFACE_SERVER:
    case INTERFACE_CLIENT:
    case INTERFACE_MCAST:
    case INTERFACE_UDP:
        return card->source.tunnel.port == 0 ? "source/@port" : NULL;
    case INTERFACE_INTERNAL:
        return card->source.internal.name == NULL ? "source/@name" : NULL;
    case INTERFACE_VDPA:
        return card->source.vdpa.name == NULL ? "source/@dev" : NULL;
    default:
        return NULL;
    }
}

static gboolean
is_of_host(const char *driver)
{
    static const char *const names[] = {"kvm", "vfio", "xen", NULL};
    return driver != NULL && g_strv_contains(names, driver);
}

static gboolean
check_teaming(const Interface *card, GError **error)
{
    gboolean has_partner = card->teaming_persistent != NULL;
    gboolean needs_partner = g_strcmp0(card->teaming, "transient") == 0;
    if (has_partner == needs_partner)
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "teaming/@persistent belongs to the type 'transient'");
    return FALSE;
}

static bool
interface_validate(const void *object, GError **error)
{
    const Interface *card = object;
    const char *missing = missing_in_source(card);
    if (missing != NULL) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "%s is missing", missing);
        return false;
    }
    if (is_of_host(card->driver) && card->type != INTERFACE_HOSTDEV) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "the driver '%s' is for a card of the host", card->driver);
        return false;
    }
    gboolean has_switch = card->type == INTERFACE_BRIDGE || card->type == INTERFACE_NETWORK ||
                          card->type == INTERFACE_DIRECT || card->type == INTERFACE_HOSTDEV;
    if (card->virtual_port != NULL && !has_switch) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "a card of this type has no <virtualport>");
        return false;
    }
    return check_teaming(card, error);
}

const ConfType interface_conf =
    CONF_TYPE(Interface, "interface", interface_rows, interface_validate);
