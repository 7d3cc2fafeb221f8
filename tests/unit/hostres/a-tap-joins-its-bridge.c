/*
 * Taps in a network namespace of this test: name, address, size, bridge; that they end with their
 * descriptors; what is refused. Needs root.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <linux/if_tun.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "scratch.h"
#include "virtqemud/hostres/tap.h"

static const char *obstacle; /* why nothing can be tried here; NULL: it can */
static const TapSpec plain = {.mac = {0x52, 0x54, 0, 0x11, 0x22, 0x33}};

static void
add_bridge(const char *name, unsigned mtu)
{
    struct nl_sock *netlink = nl_socket_alloc();
    g_assert_cmpint(nl_connect(netlink, NETLINK_ROUTE), ==, 0);
    struct rtnl_link *bridge = rtnl_link_bridge_alloc();
    rtnl_link_set_name(bridge, name);
    rtnl_link_set_mtu(bridge, mtu);
    rtnl_link_set_flags(bridge, IFF_UP);
    g_assert_cmpint(rtnl_link_add(netlink, bridge, NLM_F_CREATE | NLM_F_EXCL), ==, 0);
    rtnl_link_put(bridge);
    nl_socket_free(netlink);
}

/* A namespace of its own, with the bridge "br0". */
static void
enter(void)
{
    if (geteuid() != 0)
        obstacle = "needs root";
    else if (unshare(CLONE_NEWNET) < 0)
        obstacle = "no network namespace can be made";
    else if (access("/dev/net/tun", R_OK | W_OK) < 0)
        obstacle = "no /dev/net/tun";
    if (obstacle == NULL)
        add_bridge("br0", 1400);
}

static gboolean
can_try(void)
{
    if (obstacle != NULL)
        g_test_skip(obstacle);
    return obstacle == NULL;
}

/* Facts of an interface, as one text. */
static char *
describe(const char *name)
{
    struct nl_sock *netlink = nl_socket_alloc();
    g_assert_cmpint(nl_connect(netlink, NETLINK_ROUTE), ==, 0);
    struct rtnl_link *link = NULL;
    char mac[64] = "", master[IF_NAMESIZE] = "-";
    char *text = NULL;
    if (rtnl_link_get_kernel(netlink, 0, name, &link) == 0) {
        nl_addr2str(rtnl_link_get_addr(link), mac, sizeof mac);
        if (rtnl_link_get_master(link) != 0)
            if_indextoname((unsigned)rtnl_link_get_master(link), master);
        text = g_strdup_printf("%s mtu %u in %s %s", mac, rtnl_link_get_mtu(link), master,
                               rtnl_link_get_flags(link) & IFF_UP ? "up" : "down");
        rtnl_link_put(link);
    }
    nl_socket_free(netlink);
    return text;
}

static void
assert_is(const char *name, const char *text)
{
    g_autofree char *is = describe(name);
    g_assert_cmpstr(is, ==, text);
}

static Tap *
open_tap(Registry *claims, TapSpec spec)
{
    g_autoptr(GError) error = NULL;
    Tap *tap = tap_open(claims, "guest", &spec, &error);
    g_assert_no_error(error);
    return tap;
}

static void
assert_refused(Registry *claims, TapSpec spec, VirtErrorCode code)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(tap_open(claims, "other", &spec, &error));
    g_assert_error(error, VIRT_ERROR, (int)code);
}

static void
test_bridge(void)
{
    if (!can_try())
        return;
    g_autoptr(Registry) claims = registry_new(VIRT_FROM_QEMU);
    TapSpec spec = plain;
    spec.bridge = "br0";
    spec.vnet_header = TRUE;
    Tap *tap = open_tap(claims, spec);
    g_assert_cmpstr(tap->name, ==, "vnet0");
    g_assert_cmpuint(tap->n_fds, ==, 1);
    g_assert_cmpuint(tap->n_vhosts, ==, 0);
    g_assert_cmpint(fcntl(tap->fds[0], F_GETFD), ==, FD_CLOEXEC);
    assert_is("vnet0", "fe:54:00:11:22:33 mtu 1400 in br0 up");
    g_autofree char *holder = registry_owner(claims, "tap:vnet0");
    g_assert_cmpstr(holder, ==, "guest");
    /* It lives as long as somebody has it open. */
    auto_fd qemu = fd_dup(tap->fds[0], NULL);
    tap_close(tap);
    assert_is("vnet0", "fe:54:00:11:22:33 mtu 1400 in br0 up");
    fd_clear(&qemu);
    assert_is("vnet0", NULL);
    tap_free(tap);
}

static void
test_names(void)
{
    if (!can_try())
        return;
    g_autoptr(Registry) claims = registry_new(VIRT_FROM_QEMU);
    /* A name that is claimed, and one that somebody else has in the kernel, are passed over. */
    g_assert_true(tap_claim(claims, "away", "vnet0", NULL));
    g_autoptr(Registry) others = registry_new(VIRT_FROM_QEMU);
    g_autoptr(Tap) zero = open_tap(others, plain);
    g_assert_nonnull(zero);
    g_autoptr(Tap) one = open_tap(others, plain);
    g_autoptr(Tap) two = open_tap(claims, plain);
    g_assert_cmpstr(one->name, ==, "vnet1");
    g_assert_cmpstr(two->name, ==, "vnet2");
    TapSpec spec = plain;
    spec.target = "vnet9";
    g_autoptr(Tap) three = open_tap(claims, spec);
    g_assert_cmpstr(three->name, ==, "vnet3");
    spec.target = "mine%d";
    g_autoptr(Tap) mine = open_tap(claims, spec);
    g_assert_cmpstr(mine->name, ==, "mine0");
    spec.target = "exact";
    g_autoptr(Tap) exact = open_tap(claims, spec);
    g_assert_cmpstr(exact->name, ==, "exact");
    assert_refused(claims, spec, VIRT_ERR_RESOURCE_BUSY);
    assert_refused(others, spec, VIRT_ERR_OPERATION_INVALID);
    g_autofree char *given_up = registry_owner(others, "tap:exact");
    g_assert_null(given_up);
}

/* A tap that root made to stay is not taken, though nobody has it open. */
static void
test_taps_of_others(void)
{
    if (!can_try())
        return;
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI, .ifr_name = "vnet0"};
    auto_fd fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    g_assert_cmpint(ioctl(fd, TUNSETIFF, &request), ==, 0);
    g_assert_cmpint(ioctl(fd, TUNSETPERSIST, 1), ==, 0);
    fd_clear(&fd);
    g_autoptr(Registry) claims = registry_new(VIRT_FROM_QEMU);
    g_autoptr(Tap) tap = open_tap(claims, plain);
    g_assert_cmpstr(tap->name, ==, "vnet1");
    fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    g_assert_cmpint(ioctl(fd, TUNSETIFF, &request), ==, 0);
    g_assert_cmpint(ioctl(fd, TUNSETPERSIST, 0), ==, 0);
}

static void
test_sizes(void)
{
    if (!can_try())
        return;
    g_autoptr(Registry) claims = registry_new(VIRT_FROM_QEMU);
    TapSpec spec = plain;
    spec.mac[0] = 0xfe;
    spec.bridge = "br0";
    spec.mtu = 1300;
    spec.queues = 3;
    g_autoptr(Tap) tap = open_tap(claims, spec);
    g_assert_cmpuint(tap->n_fds, ==, 3);
    g_assert_cmpuint(tap->mtu, ==, 1300);
    assert_is(tap->name, "fa:54:00:11:22:33 mtu 1300 in br0 up");
}

static void
test_refused(void)
{
    if (!can_try())
        return;
    g_autoptr(Registry) claims = registry_new(VIRT_FROM_QEMU);
    TapSpec spec = plain;
    spec.bridge = "nobr0";
    assert_refused(claims, spec, VIRT_ERR_SYSTEM_ERROR);
    spec.bridge = "lo";
    assert_refused(claims, spec, VIRT_ERR_SYSTEM_ERROR);
    assert_is("vnet0", NULL);
    spec = plain;
    spec.target = "lo";
    assert_refused(claims, spec, VIRT_ERR_OPERATION_INVALID);
    spec.target = "abcdefghijklmnopq";
    assert_refused(claims, spec, VIRT_ERR_SYSTEM_ERROR);
    spec.target = "a/b";
    assert_refused(claims, spec, VIRT_ERR_SYSTEM_ERROR);
    spec.target = "x%dy";
    assert_refused(claims, spec, VIRT_ERR_SYSTEM_ERROR);
    spec = plain;
    spec.vhost = TAP_VHOST_IF_THERE;
    g_autoptr(Tap) tap = open_tap(claims, spec);
    gboolean has_vhost = access("/dev/vhost-net", R_OK | W_OK) == 0;
    g_assert_cmpuint(tap->n_vhosts, ==, has_vhost ? 1 : 0);
    spec.vhost = TAP_VHOST_REQUIRED;
    if (!has_vhost)
        assert_refused(claims, spec, VIRT_ERR_CONFIG_UNSUPPORTED);
    /* Nothing is left of what was refused. */
    g_assert_cmpuint(registry_release_all(claims, "other"), ==, 0);
}

/* Runs a test and sees that no descriptor is left. */
static void
run_test(gconstpointer data)
{
    size_t before = scratch_count_fds();
    ((void (*)(void))data)();
    g_assert_cmpuint(scratch_count_fds(), ==, before);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    enter();
    g_test_add_data_func("/tap/bridge", (gconstpointer)test_bridge, run_test);
    g_test_add_data_func("/tap/names", (gconstpointer)test_names, run_test);
    g_test_add_data_func("/tap/taps-of-others", (gconstpointer)test_taps_of_others, run_test);
    g_test_add_data_func("/tap/sizes", (gconstpointer)test_sizes, run_test);
    g_test_add_data_func("/tap/refused", (gconstpointer)test_refused, run_test);
    return g_test_run();
}
