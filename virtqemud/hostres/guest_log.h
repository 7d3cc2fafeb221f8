/*
 * guest_log — /var/log/libvirt/qemu/NAME.log: what a start was, and what QEMU says on stderr.
 *
 * QEMU holds the file by descriptor and only appends. A log over its limit is rotated when the
 * guest starts (NAME.log.0 is the youngest of three); while the guest runs, guest_log_cap() moves
 * what is there to a backup, because QEMU keeps writing to the file that it has. On the guest's
 * strand, or its owner's thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"

enum { GUEST_LOG_MAX_BYTES = 2097152, GUEST_LOG_BACKUPS = 3 };

typedef struct {
    const char *folder; /* /var/log/libvirt/qemu */
    const char *guest;
    uint64_t max_bytes; /* 0: GUEST_LOG_MAX_BYTES */
} GuestLogSpec;

/* Borrowed; what the first line tells. */
typedef struct {
    const char *qemu_version; /* "7.2.22Debian ..." */
    const char *const *env;   /* NULL-terminated */
    const char *const *argv;  /* NULL-terminated */
} GuestLogStart;

/* Opens the log for appending, 0600, rotated where needed; never follows a link. A missing folder
 * is made. The descriptor is
 * the caller's (QEMU's stderr, and reading it back); -1 on error. Errors: SYSTEM_ERROR. */
int guest_log_open(const GuestLogSpec *spec, GError **error);
/* "DATE: starting up ..." and the command line as stock has it: one option with its value a line,
 * quoted for a shell. `ret_begin` is where QEMU's own lines begin. Errors: SYSTEM_ERROR. */
gboolean guest_log_start(int fd, const GuestLogStart *start, int64_t *ret_begin, GError **error);
/* "DATE: shutting down, reason=REASON"; a log that cannot be written is left. */
void guest_log_stop(int fd, const char *reason);
/* Up to `max_lines` of the last lines that QEMU wrote from `begin` on, as UTF-8; "" when there are
 * none. The caller frees. */
char *guest_log_tail(int fd, int64_t begin, size_t max_lines);
/* A log over its limit goes to the backup, and begins anew: `begin` is then 0. Nothing otherwise.
 * A line that QEMU writes in this moment may be lost. */
void guest_log_cap(const GuestLogSpec *spec, int fd, int64_t *begin);
/* The log and its backups are removed; what cannot be stays. Whoever has it open keeps it. */
void guest_log_remove(const GuestLogSpec *spec);
