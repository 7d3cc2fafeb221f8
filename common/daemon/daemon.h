/*
 * daemon — what the five programs have in common: options, configuration, sockets, servers,
 * signals, draining, idle exit. Each program is a DaemonInfo and its handlers.
 *
 * The io thread is the main thread. Everything here runs on it.
 */
#pragma once

#include <glib.h>

#include "common/base/loop.h"
#include "common/base/strand.h"
#include "common/daemon/config.h"
#include "common/rpc/relay.h"
#include "common/rpc/server.h"
#include "common/spec/qemu.h"
#include "common/spec/remote.h"

typedef struct Daemon Daemon;

/* One kind of object that a daemon has. All but the first may be NULL. */
typedef struct {
    AclObject object;
    /* Frees an object after the last reference and step. */
    GDestroyNotify object_free;
    /* What class `control` may touch; borrowed from the reference. */
    const void *(*control)(ObjRef *ref);
    /* Kinds that live inside another: the views of all children; the array owns them. */
    GPtrArray *(*children)(const void *parent_view);
    /* Finds one, or the parent of one, by a key that is none of name, uuid and id. */
    ObjRef *(*find_key)(ObjTable *table, const RpcProc *proc, const void *args);
} DaemonObjectKind;

typedef struct {
    DaemonKind config_kind;
    RpcDaemon number;
    const char *name; /* "virtqemud" */
    const char *const
        *sockets; /* base names, the main one first: NAME-sock, -sock-ro, -admin-sock */
    const RemoteHandlers *remote;
    const QemuHandlers *qemu;      /* NULL: none of its calls is served */
    gboolean relays;               /* forwards what other daemons serve */
    gboolean has_threads;          /* strands and workers; the proxy has none */
    const DaemonObjectKind *kinds; /* of its objects; each gets a table */
    size_t n_kinds;
    /* What else there is to do before the first client. NULL: nothing. */
    gboolean (*init)(Daemon *daemon, GError **error);
    void (*reload)(Daemon *daemon); /* SIGHUP; may be NULL */
    /* Whether nothing is under way that could not be left to another program, steps and calls
     * aside; may be NULL. */
    gboolean (*is_at_rest)(Daemon *daemon);
    /* Leaves what it keeps open to the program that follows; no step runs, nothing comes any more
     * if that goes well. May be NULL. */
    void (*save)(Daemon *daemon, Handover *handover);
    const RpcLeaverKind *const *leavers; /* that its calls leave; NULL, or ends with NULL */
    gboolean (*is_busy)(Daemon *daemon); /* keeps from idling out; may be NULL */
    /* Lets go of what steps of strands wait for, and of strands; may be NULL. */
    void (*stop)(Daemon *daemon);
    void (*free)(Daemon *daemon); /* frees what init made, after the last step; may be NULL */
} DaemonInfo;

/* Runs the program; returns its exit status. */
int daemon_main(const DaemonInfo *info, int argc, char **argv);

const DaemonInfo *daemon_info(const Daemon *daemon);
Loop *daemon_loop(const Daemon *daemon);
/* NULL without threads. */
StrandPool *daemon_strands(const Daemon *daemon);
WorkerPool *daemon_workers(const Daemon *daemon);
RpcServer *daemon_server(const Daemon *daemon);
RpcServer *daemon_admin_server(const Daemon *daemon);
const DaemonConfig *daemon_config(const Daemon *daemon);
gboolean daemon_is_privileged(const Daemon *daemon);
/* Folders: "/run/libvirt", or the session's. */
const char *daemon_run_dir(const Daemon *daemon);
/* What the program before us left; NULL: nothing, or no longer needed. For `init`. */
Handover *daemon_handover(const Daemon *daemon);
/* The table of one of its kinds; NULL when it is none of them. */
ObjTable *daemon_table(const Daemon *daemon, AclObject kind);
/* What the program keeps for its handlers. */
void daemon_set_data(Daemon *daemon, void *data);
void *daemon_data(const Daemon *daemon);
/* Seconds without clients and work after which it ends; 0: never. */
void daemon_set_idle_timeout(Daemon *daemon, uint32_t timeout_s);
/* Whether the daemon may idle out has changed. */
void daemon_busy_changed(Daemon *daemon);

/* The libvirt release whose behaviour we serve, in libvirt's numbering. Clients infer features from
 * it, so it moves only when those are there. */
#define DAEMON_LIBVIRT_VERSION 9000000
