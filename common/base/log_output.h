/*
 * log_output — one place that log lines go to: stderr, a file, the journal or syslog. Internal to
 * log. A LogOutput is opened anywhere and then used by the sink thread alone; sending never waits,
 * except for the disk under a regular file.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/base/log_syntax.h"

/* One line, formatted where it was logged. Reference counted: each output holds it until written.
 */
typedef struct {
    int refs; /* atomic */
    LogLevel level;
    int line;
    pid_t tid;
    uint64_t sequence;
    const char *source; /* literals of the program */
    const char *file;
    size_t len; /* of `text`, which ends in a newline */
    const char *message;
    size_t message_len; /* `message` lies inside `text`, without the newline */
    char text[];
} LogLine;

/* A line of now and of this thread; `source` and `file` must outlive it. */
LogLine *log_line_new(LogLevel level, const char *source, const char *file, int line,
                      const char *message);
LogLine *log_line_ref(LogLine *line);
void log_line_unref(LogLine *line);

typedef enum {
    LOG_SEND_DONE,
    LOG_SEND_AGAIN, /* wait until log_output_poll_fd() can be written, then send the same line */
    LOG_SEND_LOST,  /* refused for good: disk full, nobody there */
} LogSend;

typedef struct LogOutput LogOutput;

/* Errors: VIRT_ERR_SYSTEM_ERROR naming the file. */
LogOutput *log_output_open(const LogTarget *target, GError **error);
void log_output_free(LogOutput *output);
LogLevel log_output_get_level(const LogOutput *output);
LogSend log_output_send(LogOutput *output, const LogLine *line);
/* What to poll for writing before a send; -1: there is nothing to poll, try again a little later.
 */
int log_output_poll_fd(const LogOutput *output);
/* Opens the file again by its name; if that fails the old one stays. */
void log_output_reopen(LogOutput *output);
/* Whether a journal or a syslog listens on this host. */
gboolean log_output_is_there(LogDestination destination);

/* One try at stderr, for the time without a sink. */
void log_output_write_stderr(const LogLine *line);
