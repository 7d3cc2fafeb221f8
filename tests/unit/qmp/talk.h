/*
 * talk — a session whose QEMU and whose clock are the test's. What the session tells its handler
 * stands in `log`, a line each.
 */
#pragma once

#include "virtqemud/qmp/session.h"

typedef struct {
    QmpSession *session;
    GString *log;
    int64_t now_us;
} Talk;

extern const char talk_greeting[];

Talk *talk_new(const QmpOptions *options);
/* The same, greeted and negotiated; the log is empty. */
Talk *talk_new_ready(void);
void talk_free(Talk *talk);
/* The handler that writes the log, for sessions of others; its data is a Talk. */
extern const QmpHandler talk_handler;
/* QEMU says a line. */
void talk_say(Talk *talk, const char *line);
/* What the session writes now, descriptors left out; the caller frees. */
char *talk_hear(Talk *talk);
/* Time goes on, and the session is told. */
void talk_wait_ms(Talk *talk, int64_t ms);
/* Sends a command without arguments; the caller's reference. */
QmpRequest *talk_ask(Talk *talk, QmpCommandId id);
/* "waits", "ok REPLY", "error CODE TEXT"; the caller frees. */
char *talk_outcome(QmpRequest *request);
/* The log, emptied; the caller frees. */
char *talk_log(Talk *talk);

#define assert_text(expression, expected)                                                          \
    do {                                                                                           \
        g_autofree char *text_ = (expression);                                                     \
        g_assert_cmpstr(text_, ==, (expected));                                                    \
    } while (0)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Talk, talk_free)
