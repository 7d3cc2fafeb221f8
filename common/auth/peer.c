/*
 * peer — see peer.h; unix(7), pidfd_open(2), proc_pid_stat(5).
 */
#include "common/auth/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/auth/identity.h"
#include "common/base/error.h"

/* Newer than the C library of Debian 12; asm-generic/socket.h, Linux 6.5. */
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

enum { STAT_BYTES = 4096, GROUPS_MAX = 65536, CONTEXT_MAX = 4096 };

uint64_t
peer_parse_start_time(const char *stat)
{
    /* The second field, the program's name in brackets, may hold anything, brackets and spaces too.
     */
    const char *at = strrchr(stat, ')');
    if (at == NULL)
        return 0;
    for (int field = 2; field < 22; field++) {
        at = strchr(at + 1, ' ');
        if (at == NULL)
            return 0;
    }
    char *end;
    uint64_t ticks = g_ascii_strtoull(at + 1, &end, 10);
    return end != at + 1 && (*end == ' ' || *end == '\n' || *end == '\0') ? ticks : 0;
}

static gboolean
is_alive(int pidfd)
{
    /* A pidfd becomes readable when its process ends. */
    struct pollfd ended = {.fd = pidfd, .events = POLLIN};
    return poll(&ended, 1, 0) == 0;
}

static uint64_t
read_start_time(int32_t pid)
{
    char path[64], text[STAT_BYTES];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    return peer_parse_start_time(text);
}

/* The start time of the process behind `pidfd`, whose number is `pid`. That it still lives after
 * the reading proves that the number was its own meanwhile. */
static uint64_t
start_time_under(int pidfd, int32_t pid)
{
    uint64_t ticks = read_start_time(pid);
    return is_alive(pidfd) ? ticks : 0;
}

uint64_t
peer_start_time(int32_t pid)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0)
        return 0;
    uint64_t ticks = start_time_under(pidfd, pid);
    close(pidfd);
    return ticks;
}

/* SO_PEERPIDFD names the process that connected, for certain. Kernels without it leave the moment
 * between connect() and here in which that process may have ended and its number been given again;
 * polkit is told the uid of the socket with it, so that nothing is gained by winning that race. */
static uint64_t
socket_start_time(int fd, int32_t pid)
{
    int pidfd = -1;
    socklen_t len = sizeof pidfd;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &len) < 0) {
        if (errno == ENOPROTOOPT || errno == EINVAL)
            return peer_start_time(pid);
        return 0;
    }
    uint64_t ticks = start_time_under(pidfd, pid);
    close(pidfd);
    return ticks;
}

static void
read_groups(int fd, Peer *peer)
{
    socklen_t len = 0;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &len) == 0 || errno != ERANGE)
        return;
    if (len == 0 || len > GROUPS_MAX * sizeof(gid_t))
        return;
    G_STATIC_ASSERT(sizeof(gid_t) == sizeof(uint32_t));
    g_autofree uint32_t *groups = g_malloc(len);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) < 0)
        return;
    peer->n_groups = len / sizeof(uint32_t);
    peer->groups = g_steal_pointer(&groups);
}

/* Every security module answers here; what it says is passed on as it is. */
static void
read_context(int fd, Peer *peer)
{
    char text[CONTEXT_MAX + 1];
    socklen_t len = CONTEXT_MAX;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERSEC, text, &len) < 0 || len == 0)
        return;
    text[len] = '\0';
    if (text[0] != '\0')
        peer->selinux_context = g_strdup(text);
}

gboolean
peer_read(int fd, Peer *ret_peer, GError **error)
{
    *ret_peer = (Peer){.uid = IDENTITY_NO_ID, .gid = IDENTITY_NO_ID};
    int family = 0;
    socklen_t len = sizeof family;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) < 0) {
        virt_error_set_errno(error, VIRT_FROM_RPC, errno, "cannot look at the client's socket");
        return FALSE;
    }
    if (family != AF_UNIX)
        return TRUE;
    struct ucred credentials;
    len = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len) < 0) {
        virt_error_set_errno(error, VIRT_FROM_RPC, errno, "cannot read the client's credentials");
        return FALSE;
    }
    ret_peer->uid = credentials.uid;
    ret_peer->gid = credentials.gid;
    if (credentials.pid > 0) {
        ret_peer->pid = credentials.pid;
        ret_peer->start_time = socket_start_time(fd, credentials.pid);
    }
    read_groups(fd, ret_peer);
    read_context(fd, ret_peer);
    return TRUE;
}

void
peer_clear(Peer *peer)
{
    g_free(peer->groups);
    g_free(peer->selinux_context);
    *peer = (Peer){.uid = IDENTITY_NO_ID, .gid = IDENTITY_NO_ID};
}
