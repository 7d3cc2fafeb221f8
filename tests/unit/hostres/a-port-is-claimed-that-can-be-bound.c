/*
 * Ports of displays: the lowest of the range that no guest has and nobody listens on.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/fd.h"
#include "virtqemud/hostres/port.h"

/* Listens on a port that the kernel chooses; 0: this host has no such family. */
static int
listen_somewhere(int family, uint16_t *ret_port)
{
    struct sockaddr_in6 address = {.sin6_family = (sa_family_t)family};
    socklen_t len = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof address;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, len) < 0) {
        fd_clear(&fd);
        return -1;
    }
    g_assert_cmpint(listen(fd, 1), ==, 0);
    len = sizeof address;
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &len), ==, 0);
    *ret_port = ntohs(address.sin6_port); /* at the same place in both */
    return fd;
}

static void
test_busy_ports(void)
{
    static const int families[] = {AF_INET, AF_INET6};
    for (size_t i = 0; i < G_N_ELEMENTS(families); i++) {
        g_autoptr(Registry) claims = registry_new(VIRT_FROM_QEMU);
        uint16_t busy = 0, port = 0;
        auto_fd fd = listen_somewhere(families[i], &busy);
        if (fd < 0)
            continue;
        const uint32_t range[2] = {busy, busy};
        g_autoptr(GError) error = NULL;
        g_assert_false(port_claim_free(claims, "a", range, &port, &error));
        g_assert_error(error, VIRT_ERROR, VIRT_ERR_RESOURCE_BUSY);
        g_assert_cmpuint(registry_release_all(claims, "a"), ==, 0);
        fd_clear(&fd);
        g_assert_true(port_claim_free(claims, "a", range, &port, NULL));
        g_assert_cmpuint(port, ==, busy);
    }
}

static void
test_claims(void)
{
    g_autoptr(Registry) claims = registry_new(VIRT_FROM_QEMU);
    const uint32_t range[2] = {40000, 65535};
    uint16_t a = 0, b = 0, again = 0;
    g_assert_true(port_claim_free(claims, "a", range, &a, NULL));
    /* Of one guest, too: its second display needs another one. */
    g_assert_true(port_claim_free(claims, "a", range, &b, NULL));
    g_assert_cmpuint(b, >, a);
    g_autoptr(GError) error = NULL;
    g_assert_false(port_claim(claims, "c", a, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_RESOURCE_BUSY);
    port_release(claims, "a", a);
    g_assert_true(port_claim_free(claims, "c", range, &again, NULL));
    g_assert_cmpuint(again, ==, a);
    g_assert_true(port_claim(claims, "d", 5900, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/port/busy-ports", test_busy_ports);
    g_test_add_func("/port/claims", test_claims);
    return g_test_run();
}
