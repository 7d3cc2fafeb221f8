/*
 * paths — where a daemon's files are, by prefix and mode: system places for root, XDG ones
 * otherwise. Reads the environment once, at start.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *run;    /* /run/libvirt, $XDG_RUNTIME_DIR/libvirt or ~/.cache/libvirt */
    char *config; /* /etc/libvirt or $XDG_CONFIG_HOME/libvirt */
} DaemonPaths;

/* Makes the run folder: 0755 for the system, 0700 for a session. Errors: SYSTEM_ERROR. */
gboolean daemon_paths_init(DaemonPaths *paths, gboolean privileged, GError **error);
void daemon_paths_clear(DaemonPaths *paths);
