/*
 * log — leveled, filtered, structured logging.
 *
 * Any thread may log; the line is formatted where it is logged and written by a sink thread, so the
 * io thread never waits for a file, the journal or syslog. Filters and outputs use the syntax of
 * libvirt's log_filters and log_outputs. Secrets never reach this module: a value that is secret
 * has no printer (see common/spec). Until log_configure() lines go straight to stderr at level
 * warning and above.
 */
#pragma once

#include <glib.h>

typedef enum { LOG_DEBUG = 1, LOG_INFO = 2, LOG_WARNING = 3, LOG_ERROR = 4 } LogLevel;

/* Each .c file that logs defines its source name before including this header:
 *   #define LOG_SOURCE "rpc.server"                                                            */
#ifndef LOG_SOURCE
#define LOG_SOURCE "vireo"
#endif

/*
 * Whether a line of this level from this source would be written. What no filter and no output
 * wants is refused without a lock; `file` lets filters match the place in the source tree as well.
 */
gboolean log_enabled(LogLevel level, const char *source);
gboolean log_enabled_in(LogLevel level, const char *source, const char *file);

/*
 * Writes one line; the macros ask log_enabled_in() first. `source` and `file` must be literals.
 * Never blocks: an output that does not take its lines loses the oldest of the lowest level, and
 * tells how many. Errors of the outputs are swallowed: there is nobody to tell. Any thread.
 */
void log_write(LogLevel level, const char *source, const char *file, int line, const char *format,
               ...) G_GNUC_PRINTF(5, 6);

#define log_at(level, ...)                                                                         \
    do {                                                                                           \
        if (log_enabled_in((level), LOG_SOURCE, __FILE__))                                         \
            log_write((level), LOG_SOURCE, __FILE__, __LINE__, __VA_ARGS__);                       \
    } while (0)
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_at(LOG_INFO, __VA_ARGS__)
#define log_warning(...) log_at(LOG_WARNING, __VA_ARGS__)
#define log_error(...) log_at(LOG_ERROR, __VA_ARGS__)

/*
 * Replaces filters and outputs at once; NULL leaves that part as it is, "" resets it to its
 * default.
 * - level: what is written when no filter matches
 * - filters: "LEVEL:TEXT LEVEL:TEXT ..."; TEXT, a shell pattern, matches a part of the source name
 *   or of the file's folders and name; the first filter that matches decides
 * - outputs: "LEVEL:stderr LEVEL:syslog:NAME LEVEL:file:PATH LEVEL:journald"; the default is stderr
 *   when that is a terminal, else the journal when there is one, at the level given here
 *
 * The first call starts the sink thread, so a daemon forks before it. Errors: VIRT_ERR_INVALID_ARG
 * naming the item, VIRT_ERR_SYSTEM_ERROR naming the file that cannot be opened; the old settings
 * stay.
 */
gboolean log_configure(LogLevel level, const char *filters, const char *outputs, GError **error);
/* The settings in force, in the same syntax; the caller frees. */
char *log_get_filters(void);
char *log_get_outputs(void);
LogLevel log_get_level(void);
/* Opens file outputs again (after rotation). */
void log_reopen(void);
/* Waits until everything logged so far is written, one second at most. */
void log_flush(void);
/* Flushes, stops the sink thread, closes the outputs. Later lines go to stderr directly. */
void log_close(void);
