/*
 * later — a call that is answered by a step of its own, which may wait: for a program that is asked
 * what it can do. No call waits behind another's.
 */
#pragma once

#include "common/rpc/call.h"
#include "virtqemud/vm/driver.h"

/* As a handler; in a step. `args` and `ret` are those of the call. */
typedef gboolean (*LaterFn)(RpcCall *call, Driver *driver, const void *args, void *ret,
                            GError **error);

/* What the handler returns. Any thread. */
gboolean later_run(RpcCall *call, const void *args, LaterFn fn);
