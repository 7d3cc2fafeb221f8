/*
 * commands — the table of the commands that we send, with what is known about each, and of the
 * events that we know. Pure, constant; any thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "virtqemud/qmp/command_rows.h"
#include "virtqemud/qmp/event_rows.h"
#include "virtqemud/qmp/json.h"

#define X(id, ...) QMP_##id,
typedef enum { QMP_COMMANDS(X) QMP_COMMAND_COUNT } QmpCommandId;
#undef X

#define X(id, name) QMP_EVENT_##id,
typedef enum { QMP_EVENT_OTHER, QMP_EVENTS(X) QMP_EVENT_COUNT } QmpEventId;
#undef X

/* What an answer must be before anybody looks at it. */
typedef enum {
    QMP_REPLY_NOTHING, /* an object; what is in it does not matter */
    QMP_REPLY_OBJECT,
    QMP_REPLY_ARRAY,
    QMP_REPLY_STRING,
    QMP_REPLY_ANY,
} QmpReply;

typedef enum {
    QMP_DOES_READS = 0,
    QMP_DOES_CHANGES = 1 << 0,
    QMP_DOES_READS_OOB = 1 << 1,
    QMP_DOES_CHANGES_OOB = QMP_DOES_CHANGES | QMP_DOES_READS_OOB,
} QmpDoes;

typedef struct {
    const char *name;
    const char *args;
    QmpReply reply;
    int64_t deadline_ms;
    QmpDoes does;
    const char *needs; /* a path of schema.h, never empty */
} QmpCommand;

/* The row of `id`. Never NULL. */
const QmpCommand *qmp_command(QmpCommandId id);
/* The row of that name; NULL: not one of ours. */
const QmpCommand *qmp_command_by_name(const char *name);
/* Whether no answer leaves open what happened. A command that is not ours (row NULL) may do
 * anything. */
gboolean qmp_command_changes(const QmpCommand *row);
/* Whether QEMU is asked to run it beside others. NULL: no. */
gboolean qmp_command_is_oob(const QmpCommand *row);
/* Errors: VIRT_ERR_INTERNAL_ERROR naming the command when `value` is no such reply. */
gboolean qmp_reply_check(const QmpCommand *row, const Json *value, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* QMP_EVENT_OTHER for a name without a row. */
QmpEventId qmp_event_by_name(const char *name);
/* NULL for QMP_EVENT_OTHER. */
const char *qmp_event_name(QmpEventId id);
