/*
 * log_syntax — the texts of log_filters and log_outputs, read and written. Internal to log. Pure;
 * any thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

#include "common/base/log.h"

/* More items than these are refused. */
#define LOG_MAX_FILTERS 64
#define LOG_MAX_OUTPUTS 16

typedef struct {
    LogLevel level;
    char *text; /* a shell pattern that may match anywhere: kept as "*text*" */
} LogFilter;

typedef enum { LOG_TO_STDERR, LOG_TO_FILE, LOG_TO_JOURNALD, LOG_TO_SYSLOG } LogDestination;

typedef struct {
    LogLevel level;
    LogDestination destination;
    char *name; /* file: its path; syslog: the program's name; else NULL */
} LogTarget;

/* "LEVEL:TEXT ...": an array of LogFilter. Errors: VIRT_ERR_INVALID_ARG naming the item. */
GArray *log_filters_parse(const char *text, GError **error);
/* "LEVEL:KIND[:NAME] ...": an array of LogTarget. Errors: VIRT_ERR_INVALID_ARG naming the item. */
GArray *log_targets_parse(const char *text, GError **error);
char *log_filters_format(const GArray *filters);
char *log_targets_format(const GArray *targets);
/* A new array of one target. */
GArray *log_targets_new_single(LogLevel level, LogDestination destination);
/*
 * The level of the first filter whose pattern is found in `source` or in the end of `file` (its
 * last two folders and name); `level` when there is none. `file` may be NULL.
 */
LogLevel log_filters_apply(const GArray *filters, LogLevel level, const char *source,
                           const char *file);
