/*
 * driver — what virtqemud has besides its connections: configuration, folders, guests, claims on
 * what guests share, what is known of QEMU.
 *
 * Made before the first client is served and constant from then on, but for what guards itself.
 */
#pragma once

#include <stdatomic.h>

#include "common/base/registry.h"
#include "common/daemon/daemon.h"
#include "common/daemon/objects.h"
#include "common/store/store.h"
#include "virtqemud/hostres/fd_groups.h"

typedef struct CgroupHost CgroupHost;
typedef struct Hooks Hooks;
typedef struct QemuConfig QemuConfig;
typedef struct QemuCapsCache QemuCapsCache;
typedef struct Consoles Consoles;

/* Folders; the system's, or those of a session. */
typedef struct {
    char *definitions; /* /etc/libvirt/qemu */
    char *run;         /* /run/libvirt/qemu */
    char *lib;         /* /var/lib/libvirt/qemu */
    char *cache;       /* /var/cache/libvirt/qemu */
    char *log;         /* /var/log/libvirt/qemu */
    char *hooks;       /* /etc/libvirt/hooks */
    char *helper;      /* path of virt-exec */
} DriverPaths;

typedef struct Driver {
    Daemon *daemon;
    Loop *loop;
    gboolean privileged;
    DriverPaths paths;
    QemuConfig *config;
    ObjTable *guests;
    Store *definitions; /* NAME.xml, autostart/ */
    Store *status;      /* NAME.xml of running guests */
    Registry *claims;
    FdBudget lent;      /* what clients may lend to guests */
    Consoles *consoles; /* lines of guests that clients have open */
    QemuCapsCache *caps;
    struct ExecHelpers *helpers; /* programs that start QEMU, until it ends */
    Hooks *hooks;
    CgroupHost *cgroups;
    struct Logs *logs;
    struct HandedMonitors *handed; /* from the program before us; NULL: none */
    Strand *host;                  /* for steps that belong to no guest */
    GQueue runs;                   /* every VmRun that is watched. Io thread */
    atomic_int last_id;
    atomic_uint n_active; /* guests that are on, or being started */
} Driver;

/* The driver that serves the call. Any thread. */
Driver *driver_of(const RpcCall *call);

/* For main.c: DaemonInfo's functions. */
gboolean driver_init(Daemon *daemon, GError **error);
gboolean driver_is_busy(Daemon *daemon);
gboolean driver_is_at_rest(Daemon *daemon);
void driver_save(Daemon *daemon, Handover *handover);
void driver_stop(Daemon *daemon);
void driver_free(Daemon *daemon);
