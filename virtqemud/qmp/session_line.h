/*
 * session_line — one line of QEMU taken apart, and one line for QEMU. Pure; any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "virtqemud/qmp/session.h"

typedef enum { QMP_LINE_GREETING, QMP_LINE_EVENT, QMP_LINE_ANSWER } QmpLineKind;

/* Strings and values are borrowed from `document`. */
typedef struct {
    QmpLineKind kind;
    Json *document;
    QmpGreeting greeting;
    const char *event;
    int64_t time_us;
    gboolean has_id;
    uint64_t id;
    Json *value;   /* "return" of an answer, "data" of an event */
    GError *error; /* of an answer; its code follows QEMU's class */
} QmpLine;

/* Errors: VIRT_ERR_PARSE_FAILED when it is none of the three. */
gboolean qmp_line_parse(const char *text, size_t n, const JsonLimits *limits, QmpLine *ret_line,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qmp_line_clear(QmpLine *line);
/* The value, now the caller's alone: references are not counted for two threads at once, so the
 * line is cleared. */
Json *qmp_line_take_value(QmpLine *line);
/* Replaces `line` by the request's, line end included. */
void qmp_line_print(GString *line, const QmpRequest *request, gboolean oob);
/* The error of an answer as the caller of `command` is told. */
GError *qmp_error_for(const char *command, const GError *error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(QmpLine, qmp_line_clear)
