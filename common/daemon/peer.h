/*
 * peer — a daemon's own call to another daemon, with its own rights: a network's port, a volume, a
 * secret. In a step of a strand; the io thread does the talking. Calls go one way: virtqemud asks,
 * the others answer.
 */
#pragma once

#include "common/daemon/daemon.h"

/* Borrowed until peer_call() returns. */
typedef struct {
    RpcFamily family; /* RPC_FAMILY_NETWORK, ...: which daemon and which URI */
    uint32_t number;  /* of the program REMOTE */
    const void *args;
    /* Copies what is needed of the reply, which is borrowed. Io thread, before the call returns;
     * NULL: nothing is needed. */
    void (*take)(void *data, const void *ret);
    void *data;
} PeerCall;

/* Errors: as the other daemon answered; SYSTEM_ERROR naming it when it does not listen;
 * OPERATION_TIMEOUT. It returns within twenty seconds. */
gboolean peer_call(Daemon *daemon, const PeerCall *call, GError **error);
