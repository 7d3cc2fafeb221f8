/*
 * log — see log.h. The module's one state: the settings under a read-write lock, the sink behind
 * them. `floor` is read without a lock and keeps lines that nobody wants cheap.
 */
#include "common/base/log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log_output.h"
#include "common/base/log_sink.h"
#include "common/base/log_syntax.h"

static struct {
    pthread_mutex_t configuring; /* one log_configure() or log_close() at a time; taken first */
    pthread_rwlock_t lock;       /* guards what follows; held for pointer work only */
    LogSink *sink;               /* NULL: straight to stderr */
    GArray *filters;             /* of LogFilter; NULL: none */
    GArray *targets;             /* of LogTarget; NULL: the default one */
    LogLevel level;
    atomic_int floor; /* lines below are written by nobody */
} log_state = {
    .configuring = PTHREAD_MUTEX_INITIALIZER,
    .lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP,
    .level = LOG_WARNING,
    .floor = LOG_WARNING,
};

/* What an empty log_outputs means: the terminal when there is one, else the journal, if any. */
static GArray *
default_targets(LogLevel level)
{
    gboolean journal = !isatty(STDERR_FILENO) && log_output_is_there(LOG_TO_JOURNALD);
    return log_targets_new_single(level, journal ? LOG_TO_JOURNALD : LOG_TO_STDERR);
}

/* With the lock held. */
static LogLevel
level_for(const char *source, const char *file)
{
    if (log_state.filters == NULL)
        return log_state.level;
    return log_filters_apply(log_state.filters, log_state.level, source, file);
}

static LogLevel
find_floor(LogLevel level, const GArray *filters, const GArray *targets)
{
    LogLevel lowest = level;
    for (guint i = 0; filters != NULL && i < filters->len; i++)
        lowest = MIN(lowest, g_array_index(filters, LogFilter, i).level);
    LogLevel wanted = LOG_ERROR;
    for (guint i = 0; i < targets->len; i++)
        wanted = MIN(wanted, g_array_index(targets, LogTarget, i).level);
    return MAX(lowest, wanted);
}

gboolean
log_enabled_in(LogLevel level, const char *source, const char *file)
{
    if ((int)level < atomic_load_explicit(&log_state.floor, memory_order_relaxed))
        return FALSE;
    pthread_rwlock_rdlock(&log_state.lock);
    gboolean enabled = level >= level_for(source, file);
    pthread_rwlock_unlock(&log_state.lock);
    return enabled;
}

gboolean
log_enabled(LogLevel level, const char *source)
{
    return log_enabled_in(level, source, NULL);
}

void
log_write(LogLevel level, const char *source, const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    LogLine *entry = log_line_new(level, source, file, line, message);
    pthread_rwlock_rdlock(&log_state.lock);
    LogSink *sink = log_state.sink;
    if (sink != NULL)
        log_sink_push(sink, entry);
    pthread_rwlock_unlock(&log_state.lock);
    if (sink != NULL)
        return;
    log_output_write_stderr(entry);
    log_line_unref(entry);
}

/* An array of LogOutput *, or NULL. */
static GPtrArray *
open_outputs(const GArray *targets, GError **error)
{
    g_autoptr(GPtrArray) outputs = g_ptr_array_new_with_free_func((GDestroyNotify)log_output_free);
    for (guint i = 0; i < targets->len; i++) {
        LogOutput *output = log_output_open(&g_array_index(targets, LogTarget, i), error);
        if (output == NULL)
            return NULL;
        g_ptr_array_add(outputs, output);
    }
    return g_steal_pointer(&outputs);
}

/* Parses `text` when it is given and not blank. FALSE only on errors. */
static gboolean
parse_part(const char *text, GArray *(*parse)(const char *, GError **), GArray **ret_array,
           GError **error)
{
    g_autoptr(GArray) array = NULL;
    if (text != NULL) {
        array = parse(text, error);
        if (array == NULL)
            return FALSE;
        if (array->len == 0)
            g_clear_pointer(&array, g_array_unref);
    }
    *ret_array = g_steal_pointer(&array);
    return TRUE;
}

static void
swap_settings(LogLevel level, GArray **filters, GArray **targets, int floor, GPtrArray *outputs)
{
    pthread_rwlock_wrlock(&log_state.lock);
    log_state.level = level;
    if (filters != NULL) {
        GArray *old = log_state.filters;
        log_state.filters = *filters;
        *filters = old;
    }
    if (targets != NULL) {
        GArray *old = log_state.targets;
        log_state.targets = *targets;
        *targets = old;
    }
    if (log_state.sink == NULL)
        log_state.sink = log_sink_new();
    if (outputs != NULL)
        log_sink_replace(log_state.sink, outputs);
    atomic_store_explicit(&log_state.floor, floor, memory_order_relaxed);
    pthread_rwlock_unlock(&log_state.lock);
}

/* With `configuring` held: nobody else writes the settings, so they can be read without the lock.
 */
static gboolean
configure(LogLevel level, const char *filters_text, const char *outputs_text, GError **error)
{
    g_autoptr(GArray) filters = NULL;
    g_autoptr(GArray) targets = NULL;
    if (!parse_part(filters_text, log_filters_parse, &filters, error) ||
        !parse_part(outputs_text, log_targets_parse, &targets, error))
        return FALSE;
    const GArray *used_targets = outputs_text != NULL ? targets : log_state.targets;
    g_autoptr(GArray) fallback = used_targets == NULL ? default_targets(level) : NULL;
    if (used_targets == NULL)
        used_targets = fallback;
    /* The default output follows the level, so it is made anew as well. */
    GPtrArray *outputs = NULL;
    if (outputs_text != NULL || fallback != NULL || log_state.sink == NULL) {
        outputs = open_outputs(used_targets, error);
        if (outputs == NULL)
            return FALSE;
    }
    const GArray *used_filters = filters_text != NULL ? filters : log_state.filters;
    LogLevel floor = find_floor(level, used_filters, used_targets);
    swap_settings(level, filters_text != NULL ? &filters : NULL,
                  outputs_text != NULL ? &targets : NULL, (int)floor, outputs);
    return TRUE;
}

gboolean
log_configure(LogLevel level, const char *filters, const char *outputs, GError **error)
{
    if (level < LOG_DEBUG || level > LOG_ERROR) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                       "log level %d is not from 1 to 4", (int)level);
        return FALSE;
    }
    pthread_mutex_lock(&log_state.configuring);
    gboolean done = configure(level, filters, outputs, error);
    pthread_mutex_unlock(&log_state.configuring);
    return done;
}

char *
log_get_filters(void)
{
    pthread_rwlock_rdlock(&log_state.lock);
    char *text = log_state.filters != NULL ? log_filters_format(log_state.filters) : g_strdup("");
    pthread_rwlock_unlock(&log_state.lock);
    return text;
}

char *
log_get_outputs(void)
{
    pthread_rwlock_rdlock(&log_state.lock);
    g_autoptr(GArray) fallback =
        log_state.targets == NULL ? default_targets(log_state.level) : NULL;
    char *text = log_targets_format(fallback != NULL ? fallback : log_state.targets);
    pthread_rwlock_unlock(&log_state.lock);
    return text;
}

LogLevel
log_get_level(void)
{
    pthread_rwlock_rdlock(&log_state.lock);
    LogLevel level = log_state.level;
    pthread_rwlock_unlock(&log_state.lock);
    return level;
}

void
log_reopen(void)
{
    pthread_rwlock_rdlock(&log_state.lock);
    if (log_state.sink != NULL)
        log_sink_reopen(log_state.sink);
    pthread_rwlock_unlock(&log_state.lock);
}

void
log_flush(void)
{
    /* Not under the lock, which log lines need; log_close() is kept out by `configuring`. */
    pthread_mutex_lock(&log_state.configuring);
    if (log_state.sink != NULL)
        log_sink_flush(log_state.sink);
    pthread_mutex_unlock(&log_state.configuring);
}

void
log_close(void)
{
    pthread_mutex_lock(&log_state.configuring);
    pthread_rwlock_wrlock(&log_state.lock);
    LogSink *sink = log_state.sink;
    log_state.sink = NULL;
    g_clear_pointer(&log_state.filters, g_array_unref);
    g_clear_pointer(&log_state.targets, g_array_unref);
    log_state.level = LOG_WARNING;
    atomic_store_explicit(&log_state.floor, LOG_WARNING, memory_order_relaxed);
    pthread_rwlock_unlock(&log_state.lock);
    log_sink_free(sink);
    pthread_mutex_unlock(&log_state.configuring);
}
