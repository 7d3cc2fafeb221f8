/*
 * log_sink — see log_sink.h. One mutex guards the queues; outputs are opened elsewhere, but used
 * and freed by the sink thread alone, without the mutex.
 */
#include "common/base/log_sink.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "common/base/fd.h"

#define PATIENCE_S 1
/* How long to wait for a receiver of datagrams, which cannot be polled. */
#define RETRY_MS 20
/* What an output may write before the others have their turn. */
#define LINES_PER_TURN 64

typedef struct {
    LogOutput *output;
    GQueue lines[LOG_ERROR + 1]; /* by level */
    size_t bytes;                /* in `lines` */
    uint64_t lost;               /* lines lost since the last that was written */
    LogLine *current;            /* being written: the sink thread's */
    uint64_t noted;              /* not 0: `current` is a note that tells of so many lost lines */
    gboolean retired;
    struct timespec give_up; /* when retired */
} Channel;

struct LogSink {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* everything written; thread ended */
    int wake_fd;
    GPtrArray *channels; /* removed by the sink thread only */
    uint64_t next_sequence;
    gboolean sleeping;
    gboolean reopen;
    gboolean stop;
    gboolean ended;
};

static struct timespec
after_patience(void)
{
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    due.tv_sec += PATIENCE_S;
    return due;
}

static gboolean
is_past(struct timespec due)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > due.tv_sec || (now.tv_sec == due.tv_sec && now.tv_nsec >= due.tv_nsec);
}

static void
channel_free(Channel *channel)
{
    for (int level = LOG_DEBUG; level <= LOG_ERROR; level++)
        g_queue_clear_full(&channel->lines[level], (GDestroyNotify)log_line_unref);
    log_line_unref(channel->current);
    log_output_free(channel->output);
    g_free(channel);
}

static void
channel_push(Channel *channel, LogLine *line)
{
    if (channel->retired || line->level < log_output_get_level(channel->output))
        return;
    g_queue_push_tail(&channel->lines[line->level], log_line_ref(line));
    channel->bytes += line->len;
    int level = LOG_DEBUG;
    while (channel->bytes > LOG_QUEUE_MAX_BYTES) {
        LogLine *oldest = g_queue_pop_head(&channel->lines[level]);
        if (oldest == NULL) {
            level++;
            continue;
        }
        channel->bytes -= oldest->len;
        channel->lost++;
        log_line_unref(oldest);
    }
}

static gboolean
channel_has_work(const Channel *channel)
{
    return channel->current != NULL || channel->bytes > 0;
}

static LogLine *
note_new(uint64_t lost)
{
    g_autofree char *message = g_strdup_printf(
        "%" G_GUINT64_FORMAT " lines are missing here: this output did not take them", lost);
    return log_line_new(LOG_WARNING, "log", __FILE__, __LINE__, message);
}

/* The queue whose first line is the oldest of all; NULL when there is none. */
static GQueue *
channel_oldest(Channel *channel)
{
    GQueue *oldest = NULL;
    uint64_t sequence = UINT64_MAX;
    for (int level = LOG_DEBUG; level <= LOG_ERROR; level++) {
        const LogLine *line = g_queue_peek_head(&channel->lines[level]);
        if (line != NULL && line->sequence < sequence) {
            oldest = &channel->lines[level];
            sequence = line->sequence;
        }
    }
    return oldest;
}

static LogLine *
channel_pop(Channel *channel, GQueue *lines)
{
    LogLine *line = g_queue_pop_head(lines);
    channel->bytes -= line->len;
    return line;
}

/* Makes the oldest line `current`, or a note when lines before it were lost. */
static void
channel_take_next(Channel *channel)
{
    if (channel->current != NULL)
        return;
    if (channel->lost > 0) {
        channel->noted = channel->lost;
        channel->lost = 0;
        channel->current = note_new(channel->noted);
        return;
    }
    channel->current = channel_pop(channel, channel_oldest(channel));
}

static void
channel_end_line(Channel *channel, LogSend sent)
{
    if (sent == LOG_SEND_LOST)
        channel->lost += channel->noted > 0 ? channel->noted : 1;
    /* The line behind a lost note goes too, or notes would be tried for ever. */
    if (sent == LOG_SEND_LOST && channel->noted > 0 && channel->bytes > 0) {
        log_line_unref(channel_pop(channel, channel_oldest(channel)));
        channel->lost++;
    }
    channel->noted = 0;
    log_line_unref(channel->current);
    channel->current = NULL;
}

/*
 * Writes as long as the output takes lines, but not more than its share. Called and left with the
 * mutex held. TRUE when it could go on at once.
 */
static gboolean
channel_work(LogSink *sink, Channel *channel)
{
    for (int i = 0; i < LINES_PER_TURN && channel_has_work(channel) && !sink->stop; i++) {
        channel_take_next(channel);
        pthread_mutex_unlock(&sink->mutex);
        LogSend sent = log_output_send(channel->output, channel->current);
        pthread_mutex_lock(&sink->mutex);
        if (sent == LOG_SEND_AGAIN)
            return FALSE;
        channel_end_line(channel, sent);
    }
    return channel_has_work(channel);
}

/*
 * Drops retired outputs that are done or too slow; opens files again when asked to. With the mutex
 * held, except while the disk is touched: the others only ever append to the array.
 */
static void
sink_housekeep(LogSink *sink)
{
    gboolean reopen = sink->reopen;
    for (guint i = 0; i < sink->channels->len;) {
        Channel *channel = g_ptr_array_index(sink->channels, i);
        gboolean gone =
            channel->retired && (!channel_has_work(channel) || is_past(channel->give_up));
        if (gone)
            g_ptr_array_steal_index(sink->channels, i);
        else
            i++;
        if (!gone && !reopen)
            continue;
        pthread_mutex_unlock(&sink->mutex);
        if (gone)
            channel_free(channel);
        else
            log_output_reopen(channel->output);
        pthread_mutex_lock(&sink->mutex);
    }
    if (reopen)
        sink->reopen = FALSE;
}

static gboolean
sink_has_work(const LogSink *sink)
{
    for (guint i = 0; i < sink->channels->len; i++) {
        if (channel_has_work(g_ptr_array_index(sink->channels, i)))
            return TRUE;
    }
    return FALSE;
}

/*
 * Waits for a wake-up or for a stuck output to move. Writing one line says whether it moved, so it
 * is enough to return when any descriptor is ready.
 */
static void
sink_wait(LogSink *sink)
{
    struct pollfd pfds[1 + 4 * LOG_MAX_OUTPUTS] = {{.fd = sink->wake_fd, .events = POLLIN}};
    nfds_t n = 1;
    int timeout_ms = -1;
    for (guint i = 0; i < sink->channels->len; i++) {
        const Channel *channel = g_ptr_array_index(sink->channels, i);
        if (!channel_has_work(channel))
            continue;
        int fd = log_output_poll_fd(channel->output);
        if (fd < 0 || n == G_N_ELEMENTS(pfds))
            timeout_ms = RETRY_MS;
        else
            pfds[n++] = (struct pollfd){.fd = fd, .events = POLLOUT};
        if (channel->retired && timeout_ms < 0)
            timeout_ms = PATIENCE_S * 1000;
    }
    sink->sleeping = TRUE;
    pthread_mutex_unlock(&sink->mutex);
    (void)poll(pfds, n, timeout_ms); /* failed or not: everything is looked at again */
    uint64_t count;
    if (read(sink->wake_fd, &count, sizeof(count)) < 0)
        count = 0; /* was not the reason */
    pthread_mutex_lock(&sink->mutex);
    sink->sleeping = FALSE;
}

static void *
sink_main(void *data)
{
    LogSink *sink = data;
    pthread_mutex_lock(&sink->mutex);
    while (!sink->stop) {
        sink_housekeep(sink);
        gboolean go_on = FALSE;
        for (guint i = 0; i < sink->channels->len; i++)
            go_on = channel_work(sink, g_ptr_array_index(sink->channels, i)) || go_on;
        if (go_on)
            continue;
        if (!sink_has_work(sink) && !sink->reopen)
            pthread_cond_broadcast(&sink->changed);
        if (!sink->stop && !sink->reopen)
            sink_wait(sink);
    }
    sink->ended = TRUE;
    pthread_cond_broadcast(&sink->changed);
    pthread_mutex_unlock(&sink->mutex);
    return NULL;
}

/* With the mutex held. */
static void
sink_wake(LogSink *sink)
{
    if (!sink->sleeping)
        return;
    uint64_t one = 1;
    if (write(sink->wake_fd, &one, sizeof(one)) < 0)
        return; /* the counter is full: it is awake already */
}

LogSink *
log_sink_new(void)
{
    LogSink *sink = g_new0(LogSink, 1);
    pthread_mutex_init(&sink->mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&sink->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    sink->channels = g_ptr_array_new_with_free_func((GDestroyNotify)channel_free);
    sink->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    /* Signals belong to the other threads; SIGPIPE and SIGXFSZ become errors of write(). */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&sink->thread, NULL, sink_main, sink);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0 || sink->wake_fd < 0)
        abort(); /* no thread or descriptor left at start-up: like no memory left */
    pthread_setname_np(sink->thread, "log");
    return sink;
}

void
log_sink_push(LogSink *sink, LogLine *line)
{
    pthread_mutex_lock(&sink->mutex);
    line->sequence = sink->next_sequence++;
    for (guint i = 0; i < sink->channels->len; i++)
        channel_push(g_ptr_array_index(sink->channels, i), line);
    sink_wake(sink);
    pthread_mutex_unlock(&sink->mutex);
    log_line_unref(line);
}

void
log_sink_replace(LogSink *sink, GPtrArray *outputs)
{
    pthread_mutex_lock(&sink->mutex);
    for (guint i = 0; i < sink->channels->len; i++) {
        Channel *channel = g_ptr_array_index(sink->channels, i);
        if (!channel->retired)
            channel->give_up = after_patience();
        channel->retired = TRUE;
    }
    for (guint i = 0; i < outputs->len; i++) {
        Channel *channel = g_new0(Channel, 1);
        channel->output = g_ptr_array_index(outputs, i);
        g_ptr_array_add(sink->channels, channel);
    }
    sink_wake(sink);
    pthread_mutex_unlock(&sink->mutex);
    g_ptr_array_set_free_func(outputs, NULL);
    g_ptr_array_unref(outputs);
}

void
log_sink_reopen(LogSink *sink)
{
    pthread_mutex_lock(&sink->mutex);
    sink->reopen = TRUE;
    sink_wake(sink);
    pthread_mutex_unlock(&sink->mutex);
}

/* With the mutex held. */
static void
wait_written(LogSink *sink)
{
    struct timespec due = after_patience();
    while ((sink_has_work(sink) || sink->reopen) &&
           pthread_cond_timedwait(&sink->changed, &sink->mutex, &due) != ETIMEDOUT)
        sink_wake(sink);
}

void
log_sink_flush(LogSink *sink)
{
    pthread_mutex_lock(&sink->mutex);
    wait_written(sink);
    pthread_mutex_unlock(&sink->mutex);
}

void
log_sink_free(LogSink *sink)
{
    if (sink == NULL)
        return;
    pthread_mutex_lock(&sink->mutex);
    wait_written(sink);
    sink->stop = TRUE;
    sink_wake(sink);
    struct timespec due = after_patience();
    int waited = 0;
    while (!sink->ended && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&sink->changed, &sink->mutex, &due);
    gboolean ended = sink->ended;
    pthread_mutex_unlock(&sink->mutex);
    if (!ended) {
        pthread_detach(sink->thread);
        return;
    }
    pthread_join(sink->thread, NULL);
    g_ptr_array_unref(sink->channels);
    fd_close(sink->wake_fd);
    pthread_cond_destroy(&sink->changed);
    pthread_mutex_destroy(&sink->mutex);
    g_free(sink);
}
