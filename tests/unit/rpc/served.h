/*
 * served — a server in the test's own loop, and clients of it at the ends of socket pairs.
 */
#pragma once

#include "common/rpc/call.h"
#include "common/rpc/conn.h"
#include "common/rpc/event.h"
#include "common/rpc/server.h"
#include "common/spec/qemu.h"
#include "common/spec/remote.h"
#include "tests/unit/rpc/peer.h"

typedef struct {
    Loop *loop;
    RpcIo *io;
    RpcServer *server;
} Served;

/* Everybody is in without authentication; `limits` NULL: the defaults. Fields of `config` that are
 * 0 are filled. */
void served_setup(Served *served, const RpcServerConfig *config, const RpcLimits *limits);
/* Cuts what is there. Calls must have ended. */
void served_teardown(Served *served);
/* A client that the server took by rpc_server_adopt(). */
RpcConn *served_client(Served *served, Peer *ret_peer, RpcAccess access);
/* As served_client(), as if it had opened `scheme`:///system. */
RpcConn *served_opened(Served *served, Peer *ret_peer, RpcAccess access, const char *scheme);
