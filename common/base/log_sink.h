/*
 * log_sink — the thread that writes log lines, and the queues in front of it. Internal to log.
 *
 * Each output has its own bounded queue, so one that is stuck holds up nobody: neither who logs nor
 * the other outputs. A full queue loses its oldest lines of the lowest level; their number is
 * written when the output takes lines again. Any thread.
 */
#pragma once

#include <glib.h>

#include "common/base/log_output.h"

/* What one output may have waiting. */
#define LOG_QUEUE_MAX_BYTES (4 * 1024 * 1024)

typedef struct LogSink LogSink;

/* Starts the thread. */
LogSink *log_sink_new(void);
/* Queues the line for every output of its level. Takes the line. Never blocks. */
void log_sink_push(LogSink *sink, LogLine *line);
/* Takes the outputs of `outputs` (an array of LogOutput *, freed); the old ones write what they
 * have for at most a second, then are closed. */
void log_sink_replace(LogSink *sink, GPtrArray *outputs);
/* Has the files opened again. */
void log_sink_reopen(LogSink *sink);
/* Waits until everything pushed so far is written or lost, a second at most. */
void log_sink_flush(LogSink *sink);
/* Flushes, ends the thread and closes the outputs. A thread that hangs in the kernel, writing to a
 * dead disk, is left behind with them. */
void log_sink_free(LogSink *sink);
