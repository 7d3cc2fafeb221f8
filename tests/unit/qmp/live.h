/*
 * live — a QEMU program, real or not, with a client on its monitor and a loop that the test turns.
 * What the client tells stands in the log of `talk`.
 */
#pragma once

#include "common/base/loop.h"
#include "common/base/process.h"
#include "tests/unit/qmp/talk.h"
#include "virtqemud/qmp/client.h"

typedef struct {
    Loop *loop;
    QmpClient *client;
    Process *process;
    Future *done; /* ProcessResult */
    Talk talk;    /* its log only */
} Live;

/* Starts `program` with its monitor on a socket. `script` is for the fake; NULL: none. */
Live *live_start(const char *program, const char *script, const QmpOptions *options);
/* Ends what still runs and waits for it. */
void live_free(Live *live);
/* Turns the loop until `text` stands in the log. */
void live_until_log(Live *live, const char *text);
/* Turns the loop until `future` is complete. */
void live_until(Live *live, Future *future);
/* Sends and waits; "ok REPLY" or "error CODE TEXT", the caller frees. */
char *live_ask(Live *live, QmpCommandId id, int64_t deadline_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Live, live_free)
