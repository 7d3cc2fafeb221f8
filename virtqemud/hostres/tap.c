/*
 * tap — see tap.h. Taps: the kernel's Documentation/networking/tuntap.rst; the first byte of their
 * addresses as the stock daemon has it, so that a bridge never takes a guest's address for its own.
 */
#include "virtqemud/hostres/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "common/base/fd.h"

enum { NETLINK_TIMEOUT_S = 5, NUMBERS_MAX = 65536 };
/* The least and the most of a tap, as the kernel has them. */
enum { MTU_MIN = 68, MTU_MAX = 65521 };

typedef struct nl_sock Netlink;
typedef struct rtnl_link NetLink;
typedef struct nl_addr NetAddress;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Netlink, nl_socket_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetLink, rtnl_link_put)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetAddress, nl_addr_put)

/* ---- rtnetlink ---- */

static int
errno_of(int result)
{
    switch (result < 0 ? -result : result) {
    case NLE_NODEV:
    case NLE_OBJ_NOTFOUND:
        return ENODEV;
    case NLE_PERM:
    case NLE_NOACCESS:
        return EPERM;
    case NLE_EXIST:
        return EEXIST;
    case NLE_BUSY:
        return EBUSY;
    case NLE_INVAL:
    case NLE_RANGE:
        return EINVAL;
    case NLE_NOMEM:
        return ENOMEM;
    case NLE_AGAIN:
        return ETIMEDOUT;
    default:
        return EIO;
    }
}

static Netlink *
open_netlink(GError **error)
{
    g_autoptr(Netlink) netlink = nl_socket_alloc();
    struct timeval limit = {.tv_sec = NETLINK_TIMEOUT_S};
    int result = netlink == NULL ? -NLE_NOMEM : nl_connect(netlink, NETLINK_ROUTE);
    if (result == 0 &&
        setsockopt(nl_socket_get_fd(netlink), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0)
        return g_steal_pointer(&netlink);
    virt_error_set_errno(error, VIRT_FROM_QEMU, result < 0 ? errno_of(result) : errno,
                         "cannot talk to the kernel's network");
    return NULL;
}

static NetLink *
find_link(Netlink *netlink, const char *name, GError **error)
{
    NetLink *link = NULL;
    int result = rtnl_link_get_kernel(netlink, 0, name, &link);
    if (result == 0)
        return link;
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno_of(result), "cannot find interface '%s'",
                         name);
    return NULL;
}

static NetLink *
find_bridge(Netlink *netlink, const char *name, GError **error)
{
    g_autoptr(NetLink) link = find_link(netlink, name, error);
    if (link == NULL)
        return NULL;
    const char *type = rtnl_link_get_type(link);
    if (type != NULL && strcmp(type, "bridge") == 0)
        return g_steal_pointer(&link);
    virt_error_set_errno(error, VIRT_FROM_QEMU, EINVAL, "interface '%s' is not a bridge", name);
    return NULL;
}

/* The guest's address, so made that it is not the guest's. */
static void
set_address(NetLink *change, const uint8_t mac[TAP_MAC_BYTES])
{
    uint8_t bytes[TAP_MAC_BYTES];
    memcpy(bytes, mac, sizeof bytes);
    bytes[0] = mac[0] == 0xfe ? 0xfa : 0xfe;
    g_autoptr(NetAddress) address = nl_addr_build(AF_LLC, bytes, sizeof bytes);
    rtnl_link_set_addr(change, address);
}

/* Address, size, bridge and "up", in one message. */
static gboolean
configure(const TapSpec *spec, Tap *tap, GError **error)
{
    g_autoptr(Netlink) netlink = open_netlink(error);
    g_autoptr(NetLink) link = netlink != NULL ? find_link(netlink, tap->name, error) : NULL;
    if (link == NULL)
        return FALSE;
    g_autoptr(NetLink) bridge = NULL;
    g_autoptr(NetLink) change = rtnl_link_alloc();
    tap->mtu = spec->mtu;
    if (spec->bridge != NULL) {
        bridge = find_bridge(netlink, spec->bridge, error);
        if (bridge == NULL)
            return FALSE;
        rtnl_link_set_master(change, rtnl_link_get_ifindex(bridge));
        tap->mtu = tap->mtu != 0 ? tap->mtu : rtnl_link_get_mtu(bridge);
    }
    tap->mtu = tap->mtu != 0 ? CLAMP(tap->mtu, MTU_MIN, MTU_MAX) : rtnl_link_get_mtu(link);
    rtnl_link_set_mtu(change, tap->mtu);
    set_address(change, spec->mac);
    rtnl_link_set_flags(change, IFF_UP);
    int result = rtnl_link_change(netlink, link, change, 0);
    if (result == 0)
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno_of(result),
                         "cannot set up tap '%s' in bridge '%s'", tap->name,
                         spec->bridge != NULL ? spec->bridge : "");
    return FALSE;
}

/* ---- names ---- */

gboolean
tap_claim(Registry *claims, const char *owner, const char *name, GError **error)
{
    g_autofree char *key = g_strconcat("tap:", name, NULL);
    return registry_claim(claims, key, owner, error);
}

void
tap_release(Registry *claims, const char *owner, const char *name)
{
    g_autofree char *key = g_strconcat("tap:", name, NULL);
    registry_release(claims, key, owner);
}

static gboolean
is_claimed(Registry *claims, const char *name)
{
    g_autofree char *key = g_strconcat("tap:", name, NULL);
    g_autofree char *owner = registry_owner(claims, key);
    return owner != NULL;
}

/* The text around a number that is to be chosen; NULL: the name is the user's own. */
static char *
chosen_prefix(const char *target)
{
    if (target == NULL || *target == '\0' || g_str_has_prefix(target, "vnet"))
        return g_strdup("vnet");
    return g_str_has_suffix(target, "%d") && strchr(target, '%') == target + strlen(target) - 2
               ? g_strndup(target, strlen(target) - 2)
               : NULL;
}

static gboolean
check_name(const char *name, GError **error)
{
    if (strlen(name) < IFNAMSIZ && strpbrk(name, "/%: \t\n") == NULL && strcmp(name, ".") != 0 &&
        strcmp(name, "..") != 0)
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_QEMU, strlen(name) < IFNAMSIZ ? EINVAL : ERANGE,
                         "interface name '%s' is not possible", name);
    return FALSE;
}

/* ---- the tap ---- */

/* A queue of the tap; the first one makes it, and never takes one that is there. 0 or errno. */
static int
open_queue(const TapSpec *spec, const char *name, gboolean is_first, int *ret_fd)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    auto_fd fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno;
    int flags = IFF_TAP | IFF_NO_PI;
    flags |= spec->vnet_header ? IFF_VNET_HDR : 0;
    flags |= spec->queues > 1 ? IFF_MULTI_QUEUE : 0;
    flags |= is_first ? IFF_TUN_EXCL : 0;
    request.ifr_flags = (short)flags;
    g_strlcpy(request.ifr_name, name, sizeof request.ifr_name);
    if (ioctl(fd, TUNSETIFF, &request) < 0)
        return errno;
    *ret_fd = fd_steal(&fd);
    return 0;
}

static gboolean
fail(GError **error, int saved_errno, const char *name)
{
    if (saved_errno == EBUSY || saved_errno == EEXIST || saved_errno == EINVAL)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                       "interface '%s' exists already", name);
    else
        virt_error_set_errno(error, VIRT_FROM_QEMU, saved_errno, "cannot make tap '%s'", name);
    return FALSE;
}

/* The first queue, under the user's name. */
static gboolean
make_named(Registry *claims, const char *owner, const TapSpec *spec, Tap *tap, GError **error)
{
    if (!check_name(spec->target, error))
        return FALSE;
    /* Another card of the same guest may have it, too. */
    if (is_claimed(claims, spec->target)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_RESOURCE_BUSY,
                       "interface '%s' belongs to a running guest", spec->target);
        return FALSE;
    }
    if (!tap_claim(claims, owner, spec->target, error))
        return FALSE;
    tap->name = g_strdup(spec->target);
    int result = open_queue(spec, tap->name, TRUE, &tap->fds[0]);
    return result == 0 || fail(error, result, tap->name);
}

/* The first queue, under the lowest number that is free. */
static gboolean
make_numbered(Registry *claims, const char *owner, const TapSpec *spec, const char *prefix,
              Tap *tap, GError **error)
{
    for (unsigned n = 0; n < NUMBERS_MAX; n++) {
        g_autofree char *name = g_strdup_printf("%s%u", prefix, n);
        if (!check_name(name, error))
            return FALSE;
        if (is_claimed(claims, name) || !tap_claim(claims, owner, name, NULL))
            continue;
        int result = open_queue(spec, name, TRUE, &tap->fds[0]);
        if (result == 0) {
            tap->name = g_steal_pointer(&name);
            return TRUE;
        }
        tap_release(claims, owner, name);
        if (result != EBUSY && result != EEXIST && result != EINVAL)
            return fail(error, result, name);
    }
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_RESOURCE_BUSY, "no name '%sN' is free", prefix);
    return FALSE;
}

static gboolean
open_vhosts(const TapSpec *spec, Tap *tap, GError **error)
{
    if (spec->vhost == TAP_VHOST_NO)
        return TRUE;
    tap->vhosts = g_new(int, tap->n_fds);
    for (size_t i = 0; i < tap->n_fds; i++) {
        int fd = open("/dev/vhost-net", O_RDWR | O_CLOEXEC);
        if (fd >= 0) {
            tap->vhosts[tap->n_vhosts++] = fd;
            continue;
        }
        if (spec->vhost == TAP_VHOST_REQUIRED) {
            virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                           "driver 'vhost' was asked for, but /dev/vhost-net cannot be opened: %s",
                           g_strerror(errno));
            return FALSE;
        }
        while (tap->n_vhosts > 0)
            fd_close(tap->vhosts[--tap->n_vhosts]);
        return TRUE;
    }
    return TRUE;
}

static gboolean
open_all(Registry *claims, const char *owner, const TapSpec *spec, Tap *tap, GError **error)
{
    g_autofree char *prefix = chosen_prefix(spec->target);
    gboolean made = prefix != NULL ? make_numbered(claims, owner, spec, prefix, tap, error)
                                   : make_named(claims, owner, spec, tap, error);
    if (!made)
        return FALSE;
    for (size_t i = 1; i < tap->n_fds; i++) {
        int result = open_queue(spec, tap->name, FALSE, &tap->fds[i]);
        if (result != 0) {
            virt_error_set_errno(error, VIRT_FROM_QEMU, result, "cannot add a queue to tap '%s'",
                                 tap->name);
            return FALSE;
        }
    }
    return configure(spec, tap, error) && open_vhosts(spec, tap, error);
}

Tap *
tap_open(Registry *claims, const char *owner, const TapSpec *spec, GError **error)
{
    g_autoptr(Tap) tap = g_new0(Tap, 1);
    tap->n_fds = CLAMP(spec->queues, 1, TAP_QUEUES_MAX);
    tap->fds = g_new(int, tap->n_fds);
    for (size_t i = 0; i < tap->n_fds; i++)
        tap->fds[i] = -1;
    if (open_all(claims, owner, spec, tap, error))
        return g_steal_pointer(&tap);
    if (tap->name != NULL)
        tap_release(claims, owner, tap->name);
    return NULL;
}

void
tap_close(Tap *tap)
{
    for (size_t i = 0; i < tap->n_fds; i++)
        fd_clear(&tap->fds[i]);
    for (size_t i = 0; i < tap->n_vhosts; i++)
        fd_clear(&tap->vhosts[i]);
}

void
tap_free(Tap *tap)
{
    if (tap == NULL)
        return;
    tap_close(tap);
    g_free(tap->name);
    g_free(tap->fds);
    g_free(tap->vhosts);
    g_free(tap);
}
