/*
 * interface — <interface>: the card that the guest sees, and QEMU's end of its line.
 *
 * https://libvirt.org/formatdomain.html#network-interfaces
 */
#include <string.h>

#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

static const char *const tx_names[] = {[TX_IOTHREAD] = "bh", [TX_TIMER] = "timer"};

typedef struct {
    size_t offset; /* of a Switch */
    const char *host;
    const char *guest; /* NULL: the guest has none */
} OffloadRow;

#define OFFLOAD(member, host, guest)                                                               \
    {                                                                                              \
        offsetof(InterfaceOffloads, member), host, guest                                           \
    }
static const OffloadRow offloads[] = {
    OFFLOAD(csum, "csum", "guest_csum"),      OFFLOAD(gso, "gso", NULL),
    OFFLOAD(tso4, "host_tso4", "guest_tso4"), OFFLOAD(tso6, "host_tso6", "guest_tso6"),
    OFFLOAD(ecn, "host_ecn", "guest_ecn"),    OFFLOAD(ufo, "host_ufo", "guest_ufo"),
    OFFLOAD(mrg_rxbuf, "mrg_rxbuf", NULL),
};

static gboolean
is_virtio(const Interface *interface)
{
    return g_str_has_prefix(interface->model, "virtio");
}

/* "3" or "3:4:5" below "fd" or "fds". */
static void
add_fds(Json *props, const char *one, const char *many, const int *fds, size_t n)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < n; i++)
        g_string_append_printf(text, i == 0 ? "%d" : ":%d", fds[i]);
    json_add_string(props, n == 1 ? one : many, text->str);
    g_string_free(text, TRUE);
}

static gboolean
add_tap(Json *props, const BuildContext *context, const Interface *interface, GError **error)
{
    const BuildNet *net = context_net(context, interface->info.alias);
    if (net == NULL || net->n_taps == 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "no tap was opened for the interface '%s'", interface->info.alias);
        return FALSE;
    }
    json_add_string(props, "type", "tap");
    context_add_number(props, "sndbuf", interface->sndbuf);
    add_fds(props, "fd", "fds", net->taps, net->n_taps);
    if (net->n_vhosts > 0) {
        json_add_bool(props, "vhost", TRUE);
        add_fds(props, "vhostfd", "vhostfds", net->vhosts, net->n_vhosts);
    }
    return TRUE;
}

/* The guest's network behind the host's programs. */
static void
add_user(Json *props, const Interface *interface)
{
    json_add_string(props, "type", "user");
    for (size_t i = 0; i < interface->ips.n; i++) {
        const InterfaceIp *ip = interface->ips.items[i];
        if (ip->family != NULL && strcmp(ip->family, "ipv6") == 0) {
            json_add_string(props, "ipv6-prefix", ip->address);
            context_add_number(props, "ipv6-prefixlen", ip->prefix);
            continue;
        }
        g_autofree char *net = ip->prefix != 0 ? g_strdup_printf("%s/%u", ip->address, ip->prefix)
                                               : g_strdup(ip->address);
        json_add_string(props, "net", net);
    }
}

/* A line to another QEMU; `member` is what QEMU calls this end. */
static void
add_tunnel(Json *props, const char *member, const InterfaceTunnel *tunnel)
{
    json_add_string(props, "type", "socket");
    g_autofree char *far =
        g_strdup_printf("%s:%u", tunnel->address != NULL ? tunnel->address : "", tunnel->port);
    json_add_string(props, member, far);
    if (tunnel->local_port == 0)
        return;
    g_autofree char *near = g_strdup_printf(
        "%s:%u", tunnel->local_address != NULL ? tunnel->local_address : "", tunnel->local_port);
    json_add_string(props, "localaddr", near);
}

Json *
build_netdev(const BuildContext *context, const Interface *interface, GError **error)
{
    static const char *const tunnels[] = {[INTERFACE_SERVER] = "listen",
                                          [INTERFACE_CLIENT] = "connect",
                                          [INTERFACE_MCAST] = "mcast",
                                          [INTERFACE_UDP] = "udp"};
    g_autoptr(Json) props = json_new_object();
    switch (interface->type) {
    case INTERFACE_USER:
        add_user(props, interface);
        break;
    case INTERFACE_SERVER:
    case INTERFACE_CLIENT:
    case INTERFACE_MCAST:
    case INTERFACE_UDP:
        add_tunnel(props, tunnels[interface->type], &interface->source.tunnel);
        break;
    case INTERFACE_BRIDGE:
    case INTERFACE_NETWORK:
        if (!add_tap(props, context, interface, error))
            return NULL;
        break;
    default:
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the type of interface '%s' is not supported", interface->info.alias);
        return NULL;
    }
    g_autofree char *id = g_strdup_printf("host%s", interface->info.alias);
    json_add_string(props, "id", id);
    return g_steal_pointer(&props);
}

/* "virtio-transitional" -> "virtio-net-pci-transitional"; other models are QEMU's names. */
static char *
driver_of(const Interface *interface)
{
    if (!is_virtio(interface))
        return g_strdup(interface->model);
    return g_strdup_printf("virtio-net-pci%s", interface->model + strlen("virtio"));
}

static void
add_offloads(Json *props, const Interface *interface)
{
    for (size_t i = 0; i < G_N_ELEMENTS(offloads); i++)
        context_add_switch(
            props, offloads[i].host,
            *(const Switch *)((const char *)&interface->host_offloads + offloads[i].offset));
    for (size_t i = 0; i < G_N_ELEMENTS(offloads); i++) {
        if (offloads[i].guest != NULL)
            context_add_switch(
                props, offloads[i].guest,
                *(const Switch *)((const char *)&interface->guest_offloads + offloads[i].offset));
    }
}

/* A pair of vectors for each queue, one for the control queue, one for changes of settings. */
static void
add_virtio(Json *props, const Interface *interface)
{
    context_add_text(props, "tx", tx_names[interface->tx_mode]);
    context_add_switch(props, "ioeventfd", interface->ioeventfd);
    context_add_switch(props, "event_idx", interface->event_idx);
    add_offloads(props, interface);
    context_add_virtio(props, &interface->virtio);
    context_add_switch(props, "rss", interface->rss);
    context_add_switch(props, "hash", interface->rss_hash_report);
    if (interface->queues > 1) {
        json_add_bool(props, "mq", TRUE);
        json_add_uint(props, "vectors", 2 * interface->queues + 2);
    }
    context_add_number(props, "rx_queue_size", interface->rx_queue_size);
    context_add_number(props, "tx_queue_size", interface->tx_queue_size);
    context_add_number(props, "host_mtu", interface->mtu);
}

Json *
build_interface_props(const BuildContext *context, const Interface *interface, GError **error)
{
    g_autoptr(Json) props = json_new_object();
    g_autofree char *driver = driver_of(interface);
    json_add_string(props, "driver", driver);
    if (is_virtio(interface))
        add_virtio(props, interface);
    g_autofree char *netdev = g_strdup_printf("host%s", interface->info.alias);
    json_add_string(props, "netdev", netdev);
    json_add_string(props, "id", interface->info.alias);
    json_add_string(props, "mac", interface->mac);
    place_add_boot(props, context, &interface->info, BOOT_NETWORK);
    if (!place_add(props, context->def, &interface->info, error))
        return NULL;
    place_add_rom(props, &interface->info);
    return g_steal_pointer(&props);
}
