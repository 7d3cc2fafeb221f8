/*
 * conn_handover — the connections of a server, left to the program that follows by exec: who sits
 * at the other end, what was opened and registered, frames that came or go in part, calls that
 * wait, and what is relayed. Clients see nothing of it. Io thread only.
 *
 * Streams are not left: they end with an error when they are saved.
 */
#pragma once

#include "common/rpc/server.h"

/* Nothing is under way that could not be left: no call but relayed ones, no event that waits for
 * the access rules, no daemon that is being connected to. */
gboolean rpc_server_is_at_rest(RpcServer *server);
/* Its streams end. */
void rpc_server_end_streams(RpcServer *server);
/* Of a server that is at rest, and does not come back to the loop before exec. */
GVariant *rpc_server_save(RpcServer *server, Handover *handover);
/* Into a new server, before it listens. What is not understood is dropped with a log line. */
void rpc_server_restore(RpcServer *server, GVariant *saved, Handover *handover);
