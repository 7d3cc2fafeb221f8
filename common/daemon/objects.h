/*
 * objects — one kind of object of a daemon: its table and what the dispatcher must know of it.
 *
 * The facts of a kind (codes, nouns, keys of its access rules) stand in one table here, so that a
 * daemon that adds a kind names it and nothing else. Io thread, except the tables themselves.
 */
#pragma once

#include "common/daemon/daemon.h"
#include "common/daemon/lists.h"

typedef struct DaemonObjects DaemonObjects;

/* A table for this kind in the daemon's server. Views begin with an ObjHead and come from
 * view_new(). */
DaemonObjects *daemon_objects_new(Daemon *daemon, const DaemonObjectKind *kind);
/* Closes the strands of all objects and drops them. Takes NULL. */
void daemon_objects_close(DaemonObjects *objects);
/* After the last step of a strand. Takes NULL. */
void daemon_objects_free(DaemonObjects *objects);
ObjTable *daemon_objects_table(const DaemonObjects *objects);
