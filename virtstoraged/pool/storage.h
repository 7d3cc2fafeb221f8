/*
 * storage — what virtstoraged has besides its connections: folders, pools. Made before the first
 * client is served and constant from then on.
 */
#pragma once

#include "common/daemon/daemon.h"
#include "common/daemon/objects.h"
#include "common/store/store.h"

typedef struct Storage {
    Daemon *daemon;
    gboolean privileged;
    ObjTable *pools;
    Store *definitions; /* /etc/libvirt/storage: NAME.xml, autostart/ */
    Store *running;     /* /run/libvirt/storage: NAME.xml of pools that are started */
} Storage;

/* The one that serves the call. Any thread. */
Storage *storage_of(const RpcCall *call);

/* For main.c: DaemonInfo's functions. */
gboolean storage_init(Daemon *daemon, GError **error);
void storage_free(Daemon *daemon);
