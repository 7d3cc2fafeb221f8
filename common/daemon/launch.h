/*
 * launch — starts another daemon of the session when nobody listens on its socket, as
 * `<daemon> --timeout=120`, found beside our own program. In the system the service manager does
 * it.
 *
 * Many may ask at once: the daemon's own lock lets one live. Does not block: the caller dials again
 * until its deadline. Io thread.
 */
#pragma once

#include "common/rpc/relay.h"

typedef struct DaemonLaunch DaemonLaunch;

DaemonLaunch *daemon_launch_new(Loop *loop);
void daemon_launch_free(DaemonLaunch *launch);
/* An RpcLaunchFn; `data` is the DaemonLaunch. */
gboolean daemon_launch(void *data, const RpcConnKind *kind);
