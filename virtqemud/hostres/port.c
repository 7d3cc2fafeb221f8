/*
 * port — see port.h.
 */
#include "virtqemud/hostres/port.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "common/base/fd.h"

/* Whether the port can be bound; a family that the host does not have is no obstacle. */
static gboolean
can_bind(int family, const struct sockaddr *address, socklen_t len)
{
    auto_fd fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno == EAFNOSUPPORT;
    int on = 1;
    /* As QEMU does: ports whose connections are ending count as free. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0))
        return FALSE;
    return bind(fd, address, len) == 0 || errno == EADDRNOTAVAIL;
}

static gboolean
is_free(uint16_t port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    return can_bind(AF_INET, (const struct sockaddr *)&v4, sizeof v4) &&
           can_bind(AF_INET6, (const struct sockaddr *)&v6, sizeof v6);
}

gboolean
port_claim(Registry *claims, const char *owner, uint16_t port, GError **error)
{
    g_autofree char *key = g_strdup_printf("port:%u", port);
    return registry_claim(claims, key, owner, error);
}

void
port_release(Registry *claims, const char *owner, uint16_t port)
{
    g_autofree char *key = g_strdup_printf("port:%u", port);
    registry_release(claims, key, owner);
}

gboolean
port_claim_free(Registry *claims, const char *owner, const uint32_t range[2], uint16_t *ret_port,
                GError **error)
{
    for (uint32_t port = range[0]; port <= MIN(range[1], UINT16_MAX); port++) {
        g_autofree char *key = g_strdup_printf("port:%u", port);
        g_autofree char *holder = registry_owner(claims, key);
        /* Claimed before it is tried: two starts try different ports. */
        if (holder != NULL || !registry_claim(claims, key, owner, NULL))
            continue;
        if (is_free((uint16_t)port)) {
            *ret_port = (uint16_t)port;
            return TRUE;
        }
        registry_release(claims, key, owner);
    }
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_RESOURCE_BUSY,
                   "no port from %u to %u is free for a display", range[0], range[1]);
    return FALSE;
}
