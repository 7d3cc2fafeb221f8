/*
 * console — the host's end of a guest's character device, connected to a client's stream: bytes go
 * both ways on the io thread, and who does not read holds up the other side and nobody else.
 *
 * One stream at a time has a device. It ends when the guest ends, when the client goes, or when
 * another client takes the device over.
 */
#pragma once

#include "common/base/loop.h"
#include "common/rpc/call.h"

/* All that are open. */
typedef struct Consoles Consoles;

Consoles *consoles_new(Loop *loop);
/* Those that are open still end with their streams. Takes NULL. */
void consoles_unref(Consoles *consoles);

typedef enum {
    CONSOLE_PTY,   /* a terminal that QEMU made; `owner` is who it runs as */
    CONSOLE_SOCKET /* a unix socket on which QEMU listens */
} ConsoleKind;

typedef struct {
    ConsoleKind kind;
    const char *path;
    const char *what; /* "console session", as in "there is an active ..." */
    uid_t owner;
    gboolean forces;  /* whoever has it loses it */
    gboolean is_safe; /* refused where no lock can be made */
} ConsoleWish;

/*
 * Opens the device and gives it to a stream of this call. In a step of the guest's strand, before
 * the reply. Errors: OPERATION_FAILED when another stream or another process has it;
 * SYSTEM_ERROR when it cannot be opened; OPERATION_INVALID when it is not what it should be.
 */
gboolean console_open(Consoles *consoles, RpcCall *call, const ConsoleWish *wish, GError **error);
