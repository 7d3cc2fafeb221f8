/*
 * guest_log — see guest_log.h. The first line and the shape of the command line are those that the
 * stock daemon writes, which tools and people look for.
 */
#define LOG_SOURCE "qemu.log"
#include "virtqemud/hostres/guest_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/log.h"
#include "virtqemud/hostres/folder.h"

enum { TAIL_MAX_BYTES = 16384 };
#define LOG_FLAGS (O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

static uint64_t
max_bytes(const GuestLogSpec *spec)
{
    return spec->max_bytes != 0 ? spec->max_bytes : GUEST_LOG_MAX_BYTES;
}

static char *
log_name(const GuestLogSpec *spec)
{
    return g_strdup_printf("%s.log", spec->guest);
}

/* The oldest backup goes, the others grow older; NAME.log.0 is free then. */
static void
age_backups(const GuestLogSpec *spec, int folder)
{
    for (int i = GUEST_LOG_BACKUPS - 1; i > 0; i--) {
        g_autofree char *young = g_strdup_printf("%s.log.%d", spec->guest, i - 1);
        g_autofree char *old = g_strdup_printf("%s.log.%d", spec->guest, i);
        (void)renameat(folder, young, folder, old); /* there may be none */
    }
}

static int
open_log(const GuestLogSpec *spec, int folder)
{
    g_autofree char *name = log_name(spec);
    auto_fd fd = openat(folder, name, LOG_FLAGS, 0600);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return -1;
    if (!S_ISREG(st.st_mode)) {
        errno = EINVAL;
        return -1;
    }
    if ((uint64_t)st.st_size <= max_bytes(spec))
        return fd_steal(&fd);
    g_autofree char *backup = g_strdup_printf("%s.log.0", spec->guest);
    age_backups(spec, folder);
    if (renameat(folder, name, folder, backup) < 0)
        return -1;
    return openat(folder, name, LOG_FLAGS, 0600);
}

int
guest_log_open(const GuestLogSpec *spec, GError **error)
{
    auto_fd folder = folder_open(spec->folder, NULL, error);
    if (folder < 0)
        return -1;
    auto_fd fd = open_log(spec, folder);
    if (fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot open log '%s/%s.log'",
                             spec->folder, spec->guest);
        return -1;
    }
    return fd_set_nonblocking(fd, FALSE, error) ? fd_steal(&fd) : -1;
}

/* "2026-11-26 01:34:08.586+0000" */
static void
append_time(GString *out)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *text = g_date_time_format(now, "%Y-%m-%d %H:%M:%S");
    g_string_append_printf(out, "%s.%03d+0000: ", text, g_date_time_get_microsecond(now) / 1000);
}

/* As a shell reads it; unquoted where nothing in it means anything to a shell. */
static void
append_quoted(GString *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%_-+=:,./";
    if (*text != '\0' && strspn(text, plain) == strlen(text)) {
        g_string_append(out, text);
        return;
    }
    g_autofree char *quoted = g_shell_quote(text);
    g_string_append(out, quoted);
}

/* "NAME=value": the name stays as it is. */
static void
append_variable(GString *out, const char *variable)
{
    const char *value = strchr(variable, '=');
    if (value == NULL)
        return;
    g_string_append_len(out, variable, value + 1 - variable);
    if (value[1] != '\0')
        append_quoted(out, value + 1);
    g_string_append(out, " \\\n");
}

/* A log that has no room left holds up no guest. */
static gboolean
write_head(int fd, const GString *text, GError **error)
{
    g_autoptr(GError) failed = NULL;
    if (fd_write_all(fd, text->str, text->len, &failed))
        return TRUE;
    int cause = virt_error_get_info(failed).int1;
    if (cause == ENOSPC || cause == EDQUOT) {
        log_warning("a guest starts whose log is full: %s", failed->message);
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

gboolean
guest_log_start(int fd, const GuestLogStart *start, int64_t *ret_begin, GError **error)
{
    struct utsname host;
    gboolean named = uname(&host) == 0;
    g_autoptr(GString) out = g_string_new(NULL);
    append_time(out);
    g_string_append_printf(out,
                           "starting up libvirt version: 9.0.0, package: vireo %s, qemu version: "
                           "%s, kernel: %s, hostname: %s\n",
                           VIREO_VERSION, start->qemu_version, named ? host.release : "unknown",
                           named ? host.nodename : "unknown");
    for (size_t i = 0; start->env[i] != NULL; i++)
        append_variable(out, start->env[i]);
    for (size_t i = 0; start->argv[i] != NULL; i++) {
        if (i > 0)
            g_string_append(out, start->argv[i][0] == '-' ? " \\\n" : " ");
        append_quoted(out, start->argv[i]);
    }
    g_string_append_c(out, '\n');
    if (!write_head(fd, out, error))
        return FALSE;
    *ret_begin = lseek(fd, 0, SEEK_END);
    return TRUE;
}

void
guest_log_stop(int fd, const char *reason)
{
    g_autoptr(GString) out = g_string_new(NULL);
    append_time(out);
    g_string_append_printf(out, "shutting down, reason=%s\n", reason);
    (void)fd_write_all(fd, out->str, out->len, NULL); /* a log that is full ends no guest */
}

char *
guest_log_tail(int fd, int64_t begin, size_t max_lines)
{
    off_t end = lseek(fd, 0, SEEK_END);
    off_t from = MAX((off_t)begin, end - TAIL_MAX_BYTES);
    g_autofree char *text = g_malloc(TAIL_MAX_BYTES + 1);
    ssize_t n = end > from ? pread(fd, text, (size_t)(end - from), from) : 0;
    if (n <= 0)
        return g_strdup("");
    text[n] = '\0';
    while (n > 0 && text[n - 1] == '\n')
        text[--n] = '\0';
    char *line = text + n;
    for (size_t left = max_lines; left > 0 && line > text; left--) {
        char *before = memrchr(text, '\n', (size_t)(line - text));
        line = before != NULL ? before : text;
    }
    return g_utf8_make_valid(*line == '\n' ? line + 1 : line, -1);
}

/* All of `from` to a new NAME.log.0. */
static gboolean
copy_to_backup(const GuestLogSpec *spec, int from, off_t size)
{
    auto_fd folder = open(spec->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return FALSE;
    age_backups(spec, folder);
    g_autofree char *name = g_strdup_printf("%s.log.0", spec->guest);
    if (unlinkat(folder, name, 0) < 0 && errno != ENOENT)
        return FALSE;
    auto_fd to = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    off_t at = 0;
    while (to >= 0 && at < size) {
        ssize_t n = sendfile(to, from, &at, (size_t)(size - at));
        if (n <= 0)
            return FALSE;
    }
    return to >= 0;
}

void
guest_log_cap(const GuestLogSpec *spec, int fd, int64_t *begin)
{
    struct stat st;
    if (fstat(fd, &st) < 0 || (uint64_t)st.st_size <= max_bytes(spec))
        return;
    /* A copy that fails is no reason to let the log grow. */
    (void)copy_to_backup(spec, fd, st.st_size);
    if (ftruncate(fd, 0) == 0)
        *begin = 0;
}

void
guest_log_remove(const GuestLogSpec *spec)
{
    g_autofree char *name = log_name(spec);
    auto_fd folder = folder_open(spec->folder, NULL, NULL);
    if (folder < 0)
        return;
    (void)unlinkat(folder, name, 0); /* there may be none */
    for (int i = 0; i < GUEST_LOG_BACKUPS; i++) {
        g_autofree char *backup = g_strdup_printf("%s.log.%d", spec->guest, i);
        (void)unlinkat(folder, backup, 0);
    }
}
