/*
 * daemon_private — the inside of a daemon, shared by daemon.c and daemon_servers.c only. Io thread.
 */
#pragma once

#include "common/base/handover.h"
#include "common/daemon/daemon.h"
#include "common/daemon/launch.h"
#include "common/daemon/objects.h"
#include "common/daemon/options.h"
#include "common/daemon/paths.h"
#include "common/daemon/sockets.h"

typedef struct DaemonReplace DaemonReplace;

struct Daemon {
    const DaemonInfo *info;
    char *const *argv;
    char *program;          /* path of what runs, and of its successor */
    Handover *handover;     /* from the program before us, while we start; NULL: there was none */
    DaemonReplace *replace; /* NULL: no successor is wanted */
    gboolean privileged;
    DaemonOptions options;
    DaemonConfig *config;
    DaemonPaths paths;
    int pid_file;
    DaemonSockets *sockets;
    GMainContext *context;
    Loop *loop;
    RpcIo *io;
    Polkit *polkit;
    AclManager *acl;
    StrandPool *strands;
    WorkerPool *workers;
    RpcServer *server;
    RpcServer *admin;
    RpcRelay *relay;
    DaemonLaunch *launch;
    LoopFd *signals;
    int signal_fd;
    LoopTimer *idle_timer;
    LoopTimer *drain_timer;
    uint32_t idle_timeout_s;
    guint draining;  /* servers that have clients or calls left */
    gboolean forced; /* some did not end in time: nothing may be freed under them */
    DaemonObjects *objects[ACL_N_OBJECTS];
    void *data;
};

/* --- daemon_servers.c --- */
/* The daemon's own server, "admin", and the relay where there is one. Errors: CONF_SYNTAX for an
 * access driver that is not known. */
gboolean daemon_make_servers(Daemon *daemon, GError **error);
/* The limits of the configuration, in both servers. */
void daemon_apply_limits(Daemon *daemon);
/* Accepts on the sockets. */
void daemon_start_listening(Daemon *daemon);
