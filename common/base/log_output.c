/*
 * log_output — see log_output.h. The journal's datagrams follow systemd's page "Native Journal
 * Protocol", syslog's RFC 3164.
 */
#include "common/base/log_output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"

/* Longer messages lose their end: a line must fit into one datagram of the journal. */
#define MESSAGE_MAX_BYTES (64 * 1024)
#define SYSLOG_FACILITY_DAEMON 3

struct LogOutput {
    LogTarget target;
    int fd;          /* stderr: 2, not ours */
    gboolean stream; /* bytes in sequence, as opposed to datagrams */
    gboolean disk;   /* a regular file: always ready */
    gboolean socket;
    size_t sent;   /* bytes of the line in hand that are written */
    gboolean torn; /* the last line lost its end */
};

static const char *const level_names[] = {NULL, "debug", "info", "warning", "error"};
static const int level_priorities[] = {0, 7, 6, 4, 3};

static const char *
destination_address(LogDestination destination)
{
    return destination == LOG_TO_JOURNALD ? "/run/systemd/journal/socket" : "/dev/log";
}

/* "2026-11-22 12:00:00.000+0000" of now, in UTC. */
static void
append_time(GString *text)
{
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    g_string_append_printf(text, "%04d-%02d-%02d %02d:%02d:%02d.%03d+0000", utc.tm_year + 1900,
                           utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                           (int)(now.tv_nsec / 1000000));
}

/*
 * What peers and guests sent ends up in messages: control characters are replaced and further lines
 * indented, so that nobody can write a line of his own.
 */
static void
append_message(GString *text, const char *message)
{
    size_t len = strlen(message);
    while (len > 0 && message[len - 1] == '\n')
        len--;
    size_t shown = MIN(len, MESSAGE_MAX_BYTES);
    for (size_t i = 0; i < shown; i++) {
        unsigned char c = (unsigned char)message[i];
        if (c == '\n')
            g_string_append(text, "\n\t");
        else
            g_string_append_c(text, (c < ' ' && c != '\t') || c == 0x7f ? '?' : (char)c);
    }
    if (shown < len)
        g_string_append_printf(text, "... (%zu bytes more)", len - shown);
}

LogLine *
log_line_new(LogLevel level, const char *source, const char *file, int line, const char *message)
{
    pid_t tid = gettid();
    g_autoptr(GString) text = g_string_sized_new(128);
    append_time(text);
    g_string_append_printf(text, ": %d: %s : %s:%d : ", (int)tid, level_names[level], source, line);
    size_t prefix = text->len;
    append_message(text, message);
    size_t message_len = text->len - prefix;
    g_string_append_c(text, '\n');
    LogLine *result = g_malloc(sizeof(LogLine) + text->len + 1);
    *result = (LogLine){.refs = 1, .level = level, .line = line, .tid = tid};
    result->source = source;
    result->file = file;
    result->len = text->len;
    memcpy(result->text, text->str, text->len + 1);
    result->message = result->text + prefix;
    result->message_len = message_len;
    return result;
}

LogLine *
log_line_ref(LogLine *line)
{
    __atomic_add_fetch(&line->refs, 1, __ATOMIC_RELAXED);
    return line;
}

void
log_line_unref(LogLine *line)
{
    if (line != NULL && __atomic_sub_fetch(&line->refs, 1, __ATOMIC_ACQ_REL) == 0)
        g_free(line);
}

static void
learn_kind(LogOutput *output)
{
    struct stat st;
    output->disk = output->stream && fstat(output->fd, &st) == 0 && S_ISREG(st.st_mode);
    output->socket = !output->stream || (fstat(output->fd, &st) == 0 && S_ISSOCK(st.st_mode));
}

/* Non-blocking, so that a named pipe without a reader is refused instead of waited for. */
static int
open_file(const char *path, GError **error)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    if (fd < 0)
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot open log file '%s'", path);
    return fd;
}

/* Not connected: the journal may be restarted under us. */
static int
open_datagram(GError **error)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot make a socket for the log");
    return fd;
}

LogOutput *
log_output_open(const LogTarget *target, GError **error)
{
    int fd = STDERR_FILENO;
    if (target->destination == LOG_TO_FILE)
        fd = open_file(target->name, error);
    else if (target->destination != LOG_TO_STDERR)
        fd = open_datagram(error);
    if (fd < 0)
        return NULL;
    LogOutput *output = g_new0(LogOutput, 1);
    output->target = *target;
    output->target.name = g_strdup(target->name);
    output->fd = fd;
    output->stream = target->destination == LOG_TO_STDERR || target->destination == LOG_TO_FILE;
    learn_kind(output);
    return output;
}

void
log_output_free(LogOutput *output)
{
    if (output == NULL)
        return;
    if (output->target.destination != LOG_TO_STDERR)
        fd_close(output->fd);
    g_free(output->target.name);
    g_free(output);
}

LogLevel
log_output_get_level(const LogOutput *output)
{
    return output->target.level;
}

int
log_output_poll_fd(const LogOutput *output)
{
    /* An unconnected datagram socket is always writable; whether its receiver is, it does not say.
     */
    return output->stream ? output->fd : -1;
}

void
log_output_reopen(LogOutput *output)
{
    if (output->target.destination != LOG_TO_FILE)
        return;
    int fd = open_file(output->target.name, NULL);
    if (fd < 0)
        return;
    fd_close(output->fd);
    output->fd = fd;
    output->sent = 0;
    output->torn = FALSE;
    learn_kind(output);
}

/*
 * One piece of the line. A pipe or terminal that polls writable takes PIPE_BUF bytes without
 * blocking (pipe(7)); stderr cannot be made non-blocking, others share it.
 */
static ssize_t
send_piece(LogOutput *output, const char *bytes, size_t len)
{
    if (output->disk)
        return write(output->fd, bytes, len);
    len = MIN(len, PIPE_BUF);
    if (output->socket)
        return send(output->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    struct pollfd pfd = {.fd = output->fd, .events = POLLOUT};
    if (poll(&pfd, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return write(output->fd, bytes, len);
}

static LogSend
send_stream(LogOutput *output, const LogLine *line)
{
    while (output->sent < line->len || output->torn) {
        const char *bytes = output->torn ? "\n" : line->text + output->sent;
        ssize_t n = send_piece(output, bytes, output->torn ? 1 : line->len - output->sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return LOG_SEND_AGAIN;
        if (n <= 0) {
            output->torn = output->torn || output->sent > 0;
            output->sent = 0;
            return LOG_SEND_LOST;
        }
        if (output->torn)
            output->torn = FALSE;
        else
            output->sent += (size_t)n;
    }
    output->sent = 0;
    return LOG_SEND_DONE;
}

static LogSend
send_datagram(LogOutput *output, const GString *datagram)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, destination_address(output->target.destination),
              sizeof(address.sun_path));
    ssize_t n;
    do {
        n = sendto(output->fd, datagram->str, datagram->len, MSG_DONTWAIT | MSG_NOSIGNAL,
                   (const struct sockaddr *)&address, sizeof(address));
    } while (n < 0 && errno == EINTR);
    if (n >= 0)
        return LOG_SEND_DONE;
    return errno == EAGAIN || errno == ENOBUFS ? LOG_SEND_AGAIN : LOG_SEND_LOST;
}

static LogSend
send_journal(LogOutput *output, const LogLine *line)
{
    g_autoptr(GString) datagram = g_string_sized_new(line->len + 256);
    uint64_t len_le = GUINT64_TO_LE((uint64_t)line->message_len);
    g_string_append(datagram, "MESSAGE\n");
    g_string_append_len(datagram, (const char *)&len_le, sizeof(len_le));
    g_string_append_len(datagram, line->message, (gssize)line->message_len);
    g_string_append_printf(datagram, "\nPRIORITY=%d\nSYSLOG_FACILITY=%d\nSYSLOG_IDENTIFIER=%s\n",
                           level_priorities[line->level], SYSLOG_FACILITY_DAEMON,
                           program_invocation_short_name);
    g_string_append_printf(datagram, "LIBVIRT_SOURCE=%s\nCODE_FILE=%s\nCODE_LINE=%d\nTID=%d\n",
                           line->source, line->file, line->line, (int)line->tid);
    return send_datagram(output, datagram);
}

static LogSend
send_syslog(LogOutput *output, const LogLine *line)
{
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    g_autoptr(GString) datagram = g_string_sized_new(line->message_len + 64);
    g_string_append_printf(datagram, "<%d>%s %2d %02d:%02d:%02d %s[%d]: ",
                           SYSLOG_FACILITY_DAEMON * 8 + level_priorities[line->level],
                           months[local.tm_mon], local.tm_mday, local.tm_hour, local.tm_min,
                           local.tm_sec, output->target.name, (int)getpid());
    g_string_append_len(datagram, line->message, (gssize)line->message_len);
    return send_datagram(output, datagram);
}

LogSend
log_output_send(LogOutput *output, const LogLine *line)
{
    switch (output->target.destination) {
    case LOG_TO_STDERR:
    case LOG_TO_FILE:
        return send_stream(output, line);
    case LOG_TO_JOURNALD:
        return send_journal(output, line);
    case LOG_TO_SYSLOG:
        return send_syslog(output, line);
    }
    g_assert_not_reached();
}

gboolean
log_output_is_there(LogDestination destination)
{
    return access(destination_address(destination), W_OK) == 0;
}

void
log_output_write_stderr(const LogLine *line)
{
    ssize_t n = write(STDERR_FILENO, line->text, line->len);
    (void)n; /* there is nowhere to say that it failed */
}
