/*
 * replace — the hot restart: SIGUSR1 puts a new program (of the same path) in the place of a daemon
 * that runs, and no client notices. Calls that change something are held back until those under way
 * have ended; then everything waits for an instant, while listening sockets, connections with their
 * registrations, and what the daemon itself keeps open are left to the successor.
 *
 * A call that does not end in time, or a program that cannot be run, leaves everything as it was.
 * Io thread only.
 */
#pragma once

#include "common/daemon/daemon_private.h"

/* Begins; nothing when one is under way. */
void daemon_replace_begin(Daemon *daemon);
void daemon_replace_free(Daemon *daemon);

/* The lock on the pid file that the program before us held; -1: none. */
int daemon_replace_take_pid_file(Daemon *daemon);
/* The clients and listeners that it left. FALSE: there were no listeners. */
gboolean daemon_replace_restore(Daemon *daemon);
/* The paths of the sockets that it had made; NULL: none. The caller frees. */
char **daemon_replace_socket_paths(const Daemon *daemon);
/* Waits for the children that it had, so that they do not stay behind as zombies. Before there are
 * children of our own. */
void daemon_replace_adopt_children(Daemon *daemon);
