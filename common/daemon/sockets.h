/*
 * sockets — the listening sockets of a daemon: taken from a service manager (LISTEN_FDS), or made.
 *
 * A lock on NAME.pid keeps two instances apart. A socket that nobody answers on is replaced; one
 * that a living process answers on is left alone, and that process is named. Blocking; before the
 * loop runs.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "common/daemon/config.h"

typedef enum { DAEMON_SOCKET_RW, DAEMON_SOCKET_RO, DAEMON_SOCKET_ADMIN } DaemonSocketRole;

typedef struct {
    int fd;
    DaemonSocketRole role;
    char *path; /* NULL for one from the service manager: not ours to remove */
} DaemonSocket;

typedef struct DaemonSockets DaemonSockets;

/* `bases` as in DaemonInfo.sockets. A session has no read-only sockets. */
DaemonSockets *daemon_sockets_open(const char *dir, const char *const *bases, gboolean privileged,
                                   const DaemonConfig *config, GError **error);
/* Those whose descriptors the program before us left: only their paths, to be removed at the end.
 */
DaemonSockets *daemon_sockets_left(char *const *paths);
/* The paths that are ours to remove, borrowed, NULL-terminated; the caller frees the array. */
const char **daemon_sockets_paths(const DaemonSockets *sockets);
guint daemon_sockets_count(const DaemonSockets *sockets);
/* Takes the descriptor out (the caller closes it); the path stays ours. */
int daemon_sockets_take(DaemonSockets *sockets, guint index, DaemonSocketRole *ret_role);
/* Removes the paths that we made. */
void daemon_sockets_free(DaemonSockets *sockets);

/* Locks PATH and writes our pid. The descriptor holds the lock. -1: error naming who holds it. */
int daemon_pid_file_lock(const char *path, GError **error);
