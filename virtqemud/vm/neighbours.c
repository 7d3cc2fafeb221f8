/*
 * neighbours — see neighbours.h.
 */
#include "virtqemud/vm/neighbours.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "common/base/fd.h"

enum { BUFFER_BYTES = 65536, NEIGHBOURS_MAX = 100000, WAIT_S = 1 };

/* States in which the address is not known to belong to the card. */
enum { UNKNOWN_STATES = NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP };

static void
add_entry(const struct nlmsghdr *header, GArray *neighbours)
{
    const struct ndmsg *entry = NLMSG_DATA(header);
    gboolean has_card = FALSE, has_address = FALSE;
    if (header->nlmsg_len < NLMSG_LENGTH(sizeof *entry) ||
        (entry->ndm_state & UNKNOWN_STATES) != 0 ||
        (entry->ndm_family != AF_INET && entry->ndm_family != AF_INET6))
        return;
    Neighbour found = {.family = entry->ndm_family};
    size_t address_bytes = found.family == AF_INET ? 4 : 16;
    const struct rtattr *attribute =
        (const void *)((const char *)entry + NLMSG_ALIGN(sizeof *entry));
    size_t left = header->nlmsg_len - NLMSG_LENGTH(sizeof *entry);
    for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
        size_t n = RTA_PAYLOAD(attribute);
        if (attribute->rta_type == NDA_LLADDR && n == sizeof found.card) {
            memcpy(found.card, RTA_DATA(attribute), n);
            has_card = TRUE;
        } else if (attribute->rta_type == NDA_DST && n == address_bytes) {
            has_address = inet_ntop(found.family, RTA_DATA(attribute), found.address,
                                    sizeof found.address) != NULL;
        }
    }
    if (has_card && has_address)
        g_array_append_val(neighbours, found);
}

gboolean
neighbours_parse(const void *message, size_t n, GArray *neighbours)
{
    const struct nlmsghdr *header = message;
    for (; n <= INT32_MAX && NLMSG_OK(header, n); header = NLMSG_NEXT(header, n)) {
        if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR ||
            neighbours->len >= NEIGHBOURS_MAX)
            return FALSE;
        if (header->nlmsg_type == RTM_NEWNEIGH)
            add_entry(header, neighbours);
    }
    return n == 0;
}

static gboolean
ask(int sock)
{
    struct {
        struct nlmsghdr header;
        struct ndmsg entry;
    } request = {.header = {.nlmsg_len = sizeof request,
                            .nlmsg_type = RTM_GETNEIGH,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                            .nlmsg_seq = 1}};
    const struct timeval wait = {.tv_sec = WAIT_S};
    return setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0 &&
           TEMP_FAILURE_RETRY(send(sock, &request, sizeof request, 0)) == sizeof request;
}

GArray *
neighbours_read(GError **error)
{
    auto_fd sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    g_autoptr(GArray) neighbours = g_array_new(FALSE, TRUE, sizeof(Neighbour));
    g_autofree char *buffer = g_malloc(BUFFER_BYTES);
    gboolean ok = sock >= 0 && ask(sock);
    for (gboolean more = ok; more;) {
        ssize_t n = TEMP_FAILURE_RETRY(recv(sock, buffer, BUFFER_BYTES, 0));
        ok = n >= 0;
        more = n > 0 && neighbours_parse(buffer, (size_t)n, neighbours);
    }
    if (ok)
        return g_steal_pointer(&neighbours);
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot read the table of neighbours");
    return NULL;
}
