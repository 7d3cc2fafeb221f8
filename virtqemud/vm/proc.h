/*
 * proc — what the kernel tells of a guest's process in /proc: times, threads, memory.
 *
 * A process is known by its id and its start time; a descriptor of its folder stays that
 * process's, so an id that is used again is never mistaken for it. QEMU names its threads
 * (-name ...,debug-threads=on), so the threads of processors are found while QEMU does not answer.
 * Formats: the kernel's Documentation/filesystems/proc.rst and scheduler/sched-stats.rst. Files of
 * /proc do not block; the parsers are pure. Any thread.
 */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/base/bitmap.h"

/* Of a process, or of one thread of it. */
typedef struct {
    char state; /* 'R', 'S', 'D', 'T', ... */
    uint64_t user_ns;
    uint64_t system_ns;
    uint64_t start_time; /* clock ticks since boot */
    uint64_t rss_kib;
    int32_t cpu; /* that it ran on last */
} ProcStat;

typedef enum { PROC_OTHER_THREAD, PROC_VCPU_THREAD, PROC_IO_THREAD } ProcThreadKind;

typedef struct {
    int32_t tid;
    ProcThreadKind kind;
    uint32_t number; /* of the processor, or of the I/O thread */
} ProcThread;

enum { PROC_THREADS_MAX = 65536 };

/* FALSE: the text is no such file. */
gboolean proc_stat_parse(const char *text, ProcStat *ret_stat);
/* Time that it was ready to run and had to wait. */
gboolean proc_schedstat_parse(const char *text, uint64_t *ret_delay_ns);
/* Time that it slept for a lock or a disk; FALSE too where the kernel does not count it. */
gboolean proc_sched_wait_parse(const char *text, uint64_t *ret_wait_ns);
/* Which thread of QEMU has this name. */
void proc_thread_name_parse(const char *name, ProcThread *ret_thread);
/* "Uid:" and "Gid:" of a status file: the effective ones. */
gboolean proc_ids_parse(const char *text, uid_t *ret_uid, gid_t *ret_gid);

/* The folder of the process, which the caller closes; -1: there is no such process any more. */
int proc_open(pid_t pid, uint64_t start_time);
/* The process behind the folder; FALSE: it is gone. */
gboolean proc_read_stat(int folder, ProcStat *ret_stat);
gboolean proc_read_ids(int folder, uid_t *ret_uid, gid_t *ret_gid);
/* Its threads as ProcThread, sorted by kind and number. The caller unrefs. */
GArray *proc_threads(int folder);
/* The one thread of that kind and number in the list; NULL: there is none. Borrowed. */
const ProcThread *proc_find_thread(const GArray *threads, ProcThreadKind kind, uint32_t number);
/* Of one of its threads; FALSE: it is gone. */
gboolean proc_read_thread_stat(int folder, int32_t tid, ProcStat *ret_stat);
gboolean proc_read_thread_delay(int folder, int32_t tid, uint64_t *ret_delay_ns);
gboolean proc_read_thread_wait(int folder, int32_t tid, uint64_t *ret_wait_ns);
/* The processors it may run on, as a set of `bits`; the caller frees. NULL: it is gone. */
Bitmap *proc_read_thread_cpus(int folder, int32_t tid, size_t bits);
