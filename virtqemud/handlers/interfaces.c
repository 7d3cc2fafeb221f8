/*
 * interfaces — what went through a guest's network cards, and which addresses they have. From the
 * host's own counters and tables.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>
#include <sys/socket.h>

#include "common/daemon/arguments.h"
#include "virtqemud/handlers/agent.h"
#include "virtqemud/handlers/asked.h"
#include "virtqemud/vm/neighbours.h"
#include "virtqemud/vm/sample.h"

/* --- counters --- */

static const Interface *
find_interface(const DomainDef *def, const char *name)
{
    for (size_t i = 0; i < def->devices.interfaces.n; i++) {
        const Interface *interface = def->devices.interfaces.items[i];
        if (g_strcmp0(interface->target, name) == 0 ||
            (interface->mac != NULL && g_ascii_strcasecmp(interface->mac, name) == 0))
            return interface;
    }
    return NULL;
}

/* The card, which has a device of its own on the host. */
static const Interface *
find_counted(const VmView *view, const char *name, GError **error)
{
    if (!vm_view_check_active(view, error))
        return NULL;
    const Interface *interface = find_interface(vm_view_current(view), name);
    if (interface == NULL)
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG,
                       "the guest has no interface '%s'", name);
    else if (interface->target == NULL)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_UNSUPPORTED,
                       "interface '%s' has no device on the host that counts", name);
    else
        return interface;
    return NULL;
}

gboolean
handle_domain_interface_stats(RpcCall *call, const VmView *view,
                              const RemoteDomainInterfaceStatsArgs *args,
                              RemoteDomainInterfaceStatsRet *ret, GError **error)
{
    SampleTraffic traffic;
    const Interface *interface = find_counted(view, args->device, error);
    if (interface == NULL)
        return FALSE;
    g_autofree char *text = sample_traffic_text();
    if (!sample_interface(text, interface, &traffic)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_FAILED,
                       "there is no device '%s' on the host", interface->target);
        return FALSE;
    }
    *ret = (RemoteDomainInterfaceStatsRet){(int64_t)traffic.rx_bytes,  (int64_t)traffic.rx_packets,
                                           (int64_t)traffic.rx_errors, (int64_t)traffic.rx_dropped,
                                           (int64_t)traffic.tx_bytes,  (int64_t)traffic.tx_packets,
                                           (int64_t)traffic.tx_errors, (int64_t)traffic.tx_dropped};
    return TRUE;
}

/* --- addresses --- */

/* virDomainInterfaceAddressesSource, virIPAddrType */
enum { SOURCE_LEASE, SOURCE_AGENT, SOURCE_ARP };
enum { ADDRESS_IPV4, ADDRESS_IPV6 };

static gboolean
is_card(const Neighbour *neighbour, const char *mac)
{
    const uint8_t *card = neighbour->card;
    char text[18];
    g_snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", card[0], card[1], card[2],
               card[3], card[4], card[5]);
    return mac != NULL && g_ascii_strcasecmp(text, mac) == 0;
}

/* The addresses that were heard from the card. */
static void
fill_interface(Arena *arena, const Interface *interface, const GArray *neighbours,
               RemoteDomainInterface *ret)
{
    ret->addrs.items = arena_array_of(arena, RemoteDomainIpAddr, neighbours->len);
    for (guint i = 0; i < neighbours->len; i++) {
        const Neighbour *neighbour = &g_array_index(neighbours, Neighbour, i);
        if (ret->addrs.len == REMOTE_DOMAIN_IP_ADDR_MAX || !is_card(neighbour, interface->mac))
            continue;
        ret->addrs.items[ret->addrs.len++] =
            (RemoteDomainIpAddr){.type = neighbour->family == AF_INET ? ADDRESS_IPV4 : ADDRESS_IPV6,
                                 .addr = arena_strdup(arena, neighbour->address)};
    }
    ret->name = arena_strdup(arena, interface->target);
    ret->hwaddr = arena_strdup(arena, interface->mac);
}

typedef struct {
    GArray *neighbours; /* NULL: see error */
    GError *error;
} NeighbourWork;

static void
run_neighbours(void *data)
{
    NeighbourWork *work = data;
    work->neighbours = neighbours_read(&work->error);
}

static void
free_neighbours(void *data)
{
    NeighbourWork *work = data;
    g_clear_pointer(&work->neighbours, g_array_unref);
    g_clear_error(&work->error);
    g_free(work);
}

static gboolean
fill_neighbours(const Asked *asked, const Query *query, void *data, GError **error)
{
    RemoteDomainInterfaceAddressesRet *ret = data;
    const Devices *devices = &vm_view_current(asked->view)->devices;
    Arena *arena = rpc_call_arena(asked->call);
    const NeighbourWork *work = query_result(query, 0);
    if (work == NULL || work->error != NULL) {
        g_propagate_error(error, g_error_copy(work != NULL ? work->error : query_error(query, 0)));
        return FALSE;
    }
    ret->ifaces.items = arena_array_of(arena, RemoteDomainInterface, devices->interfaces.n);
    for (size_t i = 0; i < devices->interfaces.n; i++) {
        const Interface *interface = devices->interfaces.items[i];
        RemoteDomainInterface *item = &ret->ifaces.items[ret->ifaces.len];
        if (interface->target == NULL || ret->ifaces.len == REMOTE_DOMAIN_INTERFACE_MAX)
            continue;
        fill_interface(arena, interface, work->neighbours, item);
        ret->ifaces.len += item->addrs.len > 0 ? 1 : 0;
    }
    return TRUE;
}

/* The kernel answers at once, unless somebody changes its network meanwhile. */
static gboolean
ask_neighbours(RpcCall *call, const VmView *view, const void *args)
{
    static const QueryWork kind = {run_neighbours, free_neighbours};
    Query *query = asked_query(call);
    (void)query_work(query, view, &kind, g_new0(NeighbourWork, 1)); /* the only one: number 0 */
    const Asked asked = {call, view, args, fill_neighbours};
    return asked_run(&asked, query);
}

/* Only networks give leases. */
static gboolean
check_no_network(const VmView *view, GError **error)
{
    const Devices *devices = &vm_view_current(view)->devices;
    for (size_t i = 0; i < devices->interfaces.n; i++) {
        const Interface *interface = devices->interfaces.items[i];
        if (interface->type != INTERFACE_NETWORK)
            continue;
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_UNSUPPORTED,
                       "leases of network '%s' cannot be asked for yet",
                       interface->source.network.network);
        return FALSE;
    }
    return TRUE;
}

gboolean
handle_domain_interface_addresses(RpcCall *call, const VmView *view,
                                  const RemoteDomainInterfaceAddressesArgs *args,
                                  RemoteDomainInterfaceAddressesRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error) ||
        !vm_view_check_active(view, error))
        return FALSE;
    if (args->source == SOURCE_ARP)
        return ask_neighbours(call, view, args);
    if (args->source == SOURCE_LEASE)
        return check_no_network(view, error);
    if (args->source == SOURCE_AGENT)
        return agent_refuse_view(view, error);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_ARGUMENT_UNSUPPORTED,
                   "addresses have no source %u", args->source);
    return FALSE;
}
