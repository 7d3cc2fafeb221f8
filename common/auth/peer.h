/*
 * peer — what the kernel knows of the process at the other end of a socket.
 *
 * Reads only; asks no name service and never blocks. Private to identity.c and its tests. Any
 * thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
    uint32_t uid; /* IDENTITY_NO_ID: not a unix socket */
    uint32_t gid;
    int32_t pid;         /* 0: unknown, or outside our pid namespace */
    uint64_t start_time; /* 0: unknown */
    uint32_t n_groups;
    uint32_t *groups;
    char *selinux_context;
} Peer;

/* Fills `ret_peer`; peer_clear() it. Errors: VIRT_ERR_SYSTEM_ERROR. */
gboolean peer_read(int fd, Peer *ret_peer, GError **error);
void peer_clear(Peer *peer);

/* When the living process `pid` was started, in clock ticks since boot; 0 when there is none. */
uint64_t peer_start_time(int32_t pid);
/* Field 22 of the text of /proc/PID/stat; 0 when it is not such a text. */
uint64_t peer_parse_start_time(const char *stat);
